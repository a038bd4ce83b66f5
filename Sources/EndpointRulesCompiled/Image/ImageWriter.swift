// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// Bytes in little endian order.
struct ByteWriter {
  private(set) var bytes: [UInt8]

  init(_ bytes: some Sequence<UInt8> = []) { self.bytes = Array(bytes) }

  mutating func u8(_ value: UInt8) { bytes.append(value) }
  mutating func u16(_ value: Int) { append(UInt16(truncatingIfNeeded: value)) }
  mutating func u32(_ value: Int) { append(UInt32(truncatingIfNeeded: value)) }
  mutating func u64(_ value: UInt64) { append(value) }
  mutating func append(_ text: some Sequence<UInt8>) { bytes += text }

  private mutating func append<Number: FixedWidthInteger>(_ value: Number) {
    for byte in 0..<MemoryLayout<Number>.size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
  }

  /// Overwrites four bytes.
  mutating func set(_ value: Int, at place: Int) {
    for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
  }
}

/// Writes an image: pieces with the same bytes stand there once.
struct ImageWriter {
  private var writer = ByteWriter()
  private var pieces: [[UInt8]: Int] = [:]
  private(set) var literals: [[UInt8]] = []
  private var literalNumbers: [[UInt8]: Int] = [:]
  /// Of the program that is being written, the parameter whose partition has codes of its own.
  var regionSlot: Int?

  /// Starts an image with room for header and directory.
  init(programCount: Int) {
    let size = ImageLayout.headerSize + programCount * ProgramLayout.recordSize
    writer.append(repeatElement(0, count: size))
  }

  /// An image with another block of partitions behind its pieces.
  static func replacingPartitions(of image: [UInt8], with partitions: Partitions) throws(RuleCompilerError)
    -> [UInt8]
  {
    var writer = ImageWriter(programCount: 0)
    writer.writer = ByteWriter(image.dropLast(ImageLayout.padding))
    let block = try writer.place(partitions)
    writer.writer.append(repeatElement(0, count: ImageLayout.padding))
    writer.writer.set(block, at: ImageLayout.partitions)
    writer.writer.set(writer.writer.bytes.count, at: ImageLayout.size)
    var bytes = writer.writer.bytes
    ImageChecksum.seal(&bytes)
    return bytes
  }

  /// Where a piece stands.
  mutating func place(_ piece: [UInt8]) -> Int {
    if piece.isEmpty { return ImageLayout.headerSize }
    if let place = pieces[piece] { return place }
    let place = writer.bytes.count
    writer.append(piece)
    pieces[piece] = place
    return place
  }

  /// The number of a text that tests compare with.
  mutating func literal(_ text: [UInt8]) throws(RuleCompilerError) -> Int {
    if let number = literalNumbers[text] { return number }
    guard literals.count < 0xFFFF else {
      throw RuleCompilerError(.tooLarge, "more than 65535 different texts to compare with; split the image")
    }
    literals.append(text)
    literalNumbers[text] = literals.count - 1
    return literals.count - 1
  }

  /// The finished image.
  mutating func finish(directory: [UInt8], partitions: Int) -> [UInt8] {
    var table = ByteWriter()
    for literal in literals {
      table.u32(place(literal))
      table.u32(literal.count)
    }
    let literalTable = place(table.bytes)
    writer.append(repeatElement(0, count: ImageLayout.padding))

    var bytes = writer.bytes
    bytes.replaceSubrange(ImageLayout.headerSize..<ImageLayout.headerSize + directory.count, with: directory)
    var header = ByteWriter()
    header.append(ImageLayout.magic)
    header.u32(ImageLayout.version)
    header.u32(bytes.count)
    header.u64(0)
    header.u32(directory.count / ProgramLayout.recordSize)
    header.u32(ImageLayout.headerSize)
    header.u32(partitions)
    header.u32(literalTable)
    header.u32(literals.count)
    bytes.replaceSubrange(0..<header.bytes.count, with: header.bytes)
    ImageChecksum.seal(&bytes)
    return bytes
  }
}

/// The checksum of an image: any change inside one word of eight bytes changes it.
package enum ImageChecksum {
  /// Writes the checksum into an image.
  package static func seal(_ bytes: inout [UInt8]) {
    let sum = unsafe bytes.withUnsafeBytes { unsafe checksum($0) }
    for byte in 0..<8 {
      bytes[ImageLayout.checksum + byte] = UInt8(truncatingIfNeeded: sum >> (8 * UInt64(byte)))
    }
  }

  /// The checksum of all bytes but its own.
  ///
  /// Four lanes of words; each step maps different words to different sums, and so does each step of the end.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    var lanes = SIMD4<UInt64>(1, 2, 3, 4)
    func word(_ place: Int) -> UInt64 {
      if place == ImageLayout.checksum { return 0 }
      return unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
    var place = 0
    while place + 32 <= bytes.count {
      for lane in 0..<4 {
        let mixed = (lanes[lane] ^ word(place + 8 * lane)) &* factor
        lanes[lane] = mixed ^ mixed >> 31
      }
      place += 32
    }
    var sum = UInt64(truncatingIfNeeded: bytes.count)
    for lane in 0..<4 {
      sum = (sum ^ lanes[lane]) &* factor
      sum ^= sum >> 29
    }
    while place < bytes.count {
      sum = (sum ^ UInt64(unsafe bytes[place])) &* factor
      sum ^= sum >> 29
      place += 1
    }
    return sum
  }
}
