// SPDX-License-Identifier: Apache-2.0

/// The tables of an opened image.
struct CatalogImage: Sendable {
  /// All bytes.
  let memory: ImageMemory
  private let sections: [UInt32: Range<Int>]
  /// The texts of all tables that are not packed.
  let strings: StringTable
  /// The partitions.
  let partitions: RecordTable
  /// The services.
  let services: RecordTable
  /// The API versions.
  let versions: RecordTable
  /// The operations of each API version.
  let operations: RecordTable
  /// Other names of services.
  let names: RecordTable
  /// `endpoints.json`: partitions and services.
  let endpointsFile: PackedTables
  /// The nodes of all rule trees.
  let trees: PackedTables
  /// The names of endpoint groups: partitions and services.
  let declared: PackedTables
  /// The members of the operations' inputs: lists of members, and the list of each operation.
  let inputs: PackedTables

  /// Opens an image.
  ///
  /// - Parameters:
  ///   - memory: its bytes.
  ///   - isTrusted: whether the bytes are part of the program; their check sum is not computed then.
  /// - Throws: ``ImageError`` when header, check sum or the bounds of a table are wrong.
  init(_ memory: ImageMemory, isTrusted: Bool) throws(ImageError) {
    self.memory = memory
    sections = try Self.sections(of: memory, isTrusted: isTrusted)
    strings = try StringTable(memory, try Self.range(.strings, sections))
    partitions = try Self.table(.partitions, memory, sections)
    services = try Self.table(.services, memory, sections)
    versions = try Self.table(.versions, memory, sections)
    operations = try Self.table(.operations, memory, sections)
    names = try Self.table(.names, memory, sections)
    endpointsFile = PackedTables(
      memory, try Self.range(.endpointsFile, sections), name: "endpoints.json", count: 2)
    trees = PackedTables(memory, try Self.range(.trees, sections), name: "trees", count: 1)
    declared = PackedTables(memory, try Self.range(.declared, sections), name: "declared", count: 2)
    inputs = PackedTables(memory, try Self.range(.inputs, sections), name: "inputs", count: 2)
  }

  /// Where the content came from, and its hash.
  func origin() throws(ImageError) -> (origin: ReleaseOrigin, contentHash: String) {
    var record = ImageCursor(memory, try range(.origin))
    guard let origin = RecordReader.origin(&record) else { throw .damaged("the origin is malformed") }
    return origin
  }

  /// Where a section is.
  func range(_ section: ImageLayout.Section) throws(ImageError) -> Range<Int> {
    try Self.range(section, sections)
  }

  private static func sections(
    of memory: ImageMemory, isTrusted: Bool
  ) throws(ImageError) -> [UInt32: Range<Int>] {
    guard memory.starts(with: ImageLayout.magic) else { throw .notAnImage }
    guard let version = memory.littleEndian32(at: 8) else { throw .notAnImage }
    guard version == ImageLayout.formatVersion else {
      throw .formatVersion(found: Int(version), supported: ImageLayout.formatVersion)
    }
    guard memory.count <= ImageLayout.maximumBytes else {
      throw .damaged("it is longer than \(ImageLayout.maximumBytes) bytes")
    }
    guard let length = memory.littleEndian32(at: 12), let sum = memory.littleEndian32(at: 16),
      let count = memory.littleEndian32(at: 20), Int(length) == memory.count
    else { throw .checksum }
    guard isTrusted || crc32(memory, in: 20..<memory.count) == sum else { throw .checksum }
    guard count <= 64 else { throw .damaged("it has \(count) sections") }
    var sections: [UInt32: Range<Int>] = [:]
    var end = ImageLayout.headerBytes + 12 * Int(count)
    for index in 0..<Int(count) {
      let entry = ImageLayout.headerBytes + 12 * index
      guard let tag = memory.littleEndian32(at: entry), let offset = memory.littleEndian32(at: entry + 4),
        let length = memory.littleEndian32(at: entry + 8), Int(offset) >= end, offset % 8 == 0,
        Int(offset) + Int(length) <= memory.count, sections[tag] == nil
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
    _ section: ImageLayout.Section, _ memory: ImageMemory, _ sections: [UInt32: Range<Int>]
  ) throws(ImageError) -> RecordTable {
    try RecordTable(memory, try range(section, sections), name: "\(section)")
  }
}
