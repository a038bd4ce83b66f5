// SPDX-License-Identifier: Apache-2.0

/// One header block of a tar file (POSIX.1-2001, `ustar` interchange format).
struct TarHeader {
  /// What the block describes.
  enum Kind {
    case file, folder, link, longName, pax, globalPax
  }

  /// The checked name; empty until the reader set it.
  var name = ""
  /// The name in the block, with its prefix.
  var rawName: [UInt8]
  /// What the block describes.
  var kind: Kind
  /// The bytes that follow.
  var size: Int
  /// When the file changed, in seconds since 1970.
  var modified: Int

  /// Reads a block and checks its sum.
  ///
  /// - Parameters:
  ///   - block: 512 bytes.
  ///   - archive: the archive's path, for errors.
  /// - Throws: ``ImportError`` for a wrong sum, size or type.
  init(_ block: [UInt8], archive: String) throws(ImportError) {
    func field(_ start: Int, _ count: Int) -> ArraySlice<UInt8> {
      block[start..<start + count].prefix { $0 != 0 }
    }
    var name = Array(field(0, 100))
    let isUstar = block[257..<262].elementsEqual("ustar".utf8)
    // GNU archives ("ustar  ") have other fields in place of the prefix.
    if isUstar, block[262] == 0, case let prefix = field(345, 155), !prefix.isEmpty {
      name = Array(prefix) + [UInt8(ascii: "/")] + name
    }
    let shown = String(decoding: name, as: UTF8.self)
    var sum = 0
    for (index, byte) in block.enumerated() { sum += (148..<156).contains(index) ? 0x20 : Int(byte) }
    guard let stated = Self.octal(field(148, 8)), stated == sum else {
      throw .damaged(archive: archive, entry: nil, reason: "a header's check sum is wrong")
    }
    guard block[124] & 0x80 == 0, let size = Self.octal(field(124, 12)) else {
      throw .unsupported(archive: archive, entry: shown, feature: "a size that is not octal")
    }
    switch block[156] {
    case UInt8(ascii: "0"), 0, UInt8(ascii: "7"): kind = name.last == UInt8(ascii: "/") ? .folder : .file
    case UInt8(ascii: "5"): kind = .folder
    case UInt8(ascii: "L"): kind = .longName
    case UInt8(ascii: "x"): kind = .pax
    case UInt8(ascii: "g"): kind = .globalPax
    case UInt8(ascii: "1")...UInt8(ascii: "6"), UInt8(ascii: "K"): kind = .link
    case let other:
      throw .unsupported(archive: archive, entry: shown, feature: "an entry of type \(other)")
    }
    rawName = name
    self.size = size
    modified = Self.octal(field(136, 12)) ?? 0
  }

  /// An octal number between spaces; `nil` for anything else.
  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    var value = 0
    var digits = 0
    for byte in field {
      if byte == 0x20 {
        guard digits == 0 else { break }
        continue
      }
      guard (0x30...0x37).contains(byte), digits < 12 else { return nil }
      value = value << 3 | Int(byte - 0x30)
      digits += 1
    }
    return digits == 0 ? nil : value
  }
}
