// SPDX-License-Identifier: Apache-2.0

/// The tables of an opened image.
struct CatalogImage: Sendable {
  /// All bytes.
  let bytes: [UInt8]
  private let sections: [UInt32: Range<Int>]
  /// All texts.
  let strings: StringTable
  /// The nodes of all rule trees.
  let nodes: RecordTable
  /// The partitions.
  let partitions: RecordTable
  /// The partitions of the older list.
  let legacyPartitions: RecordTable
  /// The services of the older list.
  let legacyServices: RecordTable
  /// The services.
  let services: RecordTable
  /// The API versions.
  let versions: RecordTable
  /// The operations of each API version.
  let operations: RecordTable
  /// Other names of services.
  let names: RecordTable

  /// Opens an image: header, check sum and the bounds of every table are checked.
  init(_ bytes: [UInt8]) throws(ImageError) {
    self.bytes = bytes
    sections = try Self.sections(of: bytes)
    strings = try StringTable(bytes, try Self.range(.strings, sections))
    nodes = try Self.table(.nodes, bytes, sections)
    partitions = try Self.table(.partitions, bytes, sections)
    legacyPartitions = try Self.table(.legacyPartitions, bytes, sections)
    legacyServices = try Self.table(.legacyServices, bytes, sections)
    services = try Self.table(.services, bytes, sections)
    versions = try Self.table(.versions, bytes, sections)
    operations = try Self.table(.operations, bytes, sections)
    names = try Self.table(.names, bytes, sections)
  }

  /// Where the content came from, and its hash.
  func origin() throws(ImageError) -> (origin: ReleaseOrigin, contentHash: String) {
    var record = ImageCursor(bytes, try Self.range(.origin, sections))
    guard let origin = RecordReader.origin(&record) else { throw .damaged("the origin is malformed") }
    return origin
  }

  /// The bytes of a section.
  func section(_ section: ImageLayout.Section) -> ArraySlice<UInt8> {
    sections[section.rawValue].map { bytes[$0] } ?? []
  }

  private static func sections(of bytes: [UInt8]) throws(ImageError) -> [UInt32: Range<Int>] {
    guard bytes.starts(with: ImageLayout.magic) else { throw .notAnImage }
    guard let version = bytes.littleEndian32(at: 8) else { throw .notAnImage }
    guard version == ImageLayout.formatVersion else {
      throw .formatVersion(found: Int(version), supported: ImageLayout.formatVersion)
    }
    guard bytes.count <= ImageLayout.maximumBytes else {
      throw .damaged("it is longer than \(ImageLayout.maximumBytes) bytes")
    }
    guard let length = bytes.littleEndian32(at: 12), let sum = bytes.littleEndian32(at: 16),
      let count = bytes.littleEndian32(at: 20), Int(length) == bytes.count
    else { throw .checksum }
    guard crc32(bytes, in: 20..<bytes.count) == sum else { throw .checksum }
    guard count <= 64 else { throw .damaged("it has \(count) sections") }
    var sections: [UInt32: Range<Int>] = [:]
    var end = ImageLayout.headerBytes + 12 * Int(count)
    for index in 0..<Int(count) {
      let entry = ImageLayout.headerBytes + 12 * index
      guard let tag = bytes.littleEndian32(at: entry), let offset = bytes.littleEndian32(at: entry + 4),
        let length = bytes.littleEndian32(at: entry + 8), Int(offset) >= end, offset % 8 == 0,
        Int(offset) + Int(length) <= bytes.count, sections[tag] == nil
      else { throw .damaged("section \(index) is not where the table says") }
      sections[tag] = Int(offset)..<Int(offset) + Int(length)
      end = Int(offset) + Int(length)
    }
    return sections
  }

  private static func range(
    _ section: ImageLayout.Section, _ sections: [UInt32: Range<Int>]
  ) throws(ImageError) -> Range<Int> {
    guard let range = sections[section.rawValue] else { throw .damaged("section \(section) is missing") }
    return range
  }

  private static func table(
    _ section: ImageLayout.Section, _ bytes: [UInt8], _ sections: [UInt32: Range<Int>]
  ) throws(ImageError) -> RecordTable {
    try RecordTable(bytes, try range(section, sections), name: "\(section)")
  }
}
