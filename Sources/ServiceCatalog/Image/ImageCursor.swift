// SPDX-License-Identifier: Apache-2.0

/// A reader of an image's bytes that never leaves its range: bytes outside read as zero, and ``isValid`` turns
/// false for good.
struct ImageCursor {
  /// The whole image.
  let bytes: ImageMemory
  /// The offset of the next byte.
  private(set) var position: Int
  /// Where the range ends.
  let end: Int
  /// Whether nothing was read outside the range and every number was well formed.
  private(set) var isValid: Bool

  /// Makes a cursor over a part of an image.
  init(_ bytes: ImageMemory, _ range: Range<Int>) {
    self.bytes = bytes
    isValid = range.lowerBound >= 0 && range.upperBound <= bytes.count
    position = isValid ? range.lowerBound : 0
    end = isValid ? range.upperBound : 0
  }

  /// Whether all was read.
  var isAtEnd: Bool { position == end }

  /// Marks the content as wrong.
  mutating func fail() {
    isValid = false
    position = end
  }

  /// The next byte.
  mutating func byte() -> UInt8 {
    guard position < end else {
      fail()
      return 0
    }
    defer { position += 1 }
    return bytes[position]
  }

  /// A number below 2^31 in LEB128.
  mutating func number() -> Int {
    var value = 0
    for shift in stride(from: 0, through: 28, by: 7) {
      let byte = byte()
      value |= Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 {
        guard value <= Int32.max else { break }
        return value
      }
    }
    fail()
    return 0
  }

  /// A signed 64-bit number, zigzag in LEB128.
  mutating func integer() -> Int64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      let byte = byte()
      value |= UInt64(byte & 0x7F) &<< shift
      if byte & 0x80 == 0 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
    }
    fail()
    return 0
  }

  /// The number of elements that follow; each takes at least a byte, so that no more can be claimed than fit.
  mutating func count() -> Int {
    let count = number()
    guard count <= end - position else {
      fail()
      return 0
    }
    return count
  }

  /// A byte that is 0 or 1.
  mutating func flag() -> Bool {
    let byte = byte()
    if byte > 1 { fail() }
    return byte == 1
  }

  /// So many bytes.
  mutating func take(_ count: Int) -> [UInt8] {
    guard count >= 0, count <= end - position else {
      fail()
      return []
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// Passes over bytes.
  mutating func skip(_ count: Int) {
    guard count >= 0, count <= end - position else {
      fail()
      return
    }
    position += count
  }
}

/// A writer of an image's bytes; the counterpart of ``ImageCursor``.
struct ImageBytes {
  /// What was written.
  private(set) var bytes: [UInt8] = []

  /// Writes a byte.
  mutating func byte(_ value: UInt8) { bytes.append(value) }

  /// Writes a number below 2^31.
  mutating func number(_ value: Int) {
    var rest = UInt32(clamping: value)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Writes a signed 64-bit number.
  mutating func integer(_ value: Int64) {
    var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Writes a flag.
  mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// Writes a number of four bytes.
  mutating func fixed(_ value: Int) {
    let value = UInt32(clamping: value)
    for shift in stride(from: UInt32(0), through: 24, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// Writes bytes as they are.
  mutating func append(_ more: some Sequence<UInt8>) { bytes += more }

  /// Writes zeros up to a multiple of 8.
  mutating func align() { while bytes.count % 8 != 0 { bytes.append(0) } }
}
