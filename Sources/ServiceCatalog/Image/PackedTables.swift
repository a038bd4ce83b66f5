// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Tables that few commands ask for: packed, and unpacked when they are first used.
///
/// Layout: the unpacked length (four bytes), then the packed bytes (``Packing``). Unpacked: the length of each table (four
/// bytes each), then the tables. The first table holds the texts of the others.
final class PackedTables: Sendable {
  /// The most bytes that a section may unpack to: 100 times the largest of botocore 1.44.5.
  static let maximumBytes = 32 << 20

  private let memory: ImageMemory
  private let range: Range<Int>
  private let name: String
  private let count: Int
  private let unpacked = Mutex<Tables?>(nil)

  /// What is in a section.
  struct Tables: Sendable {
    /// The texts.
    let strings: StringTable
    /// The records, as many tables as the section has.
    let records: [RecordTable]
  }

  /// Takes a section with a number of tables of records.
  init(_ memory: ImageMemory, _ range: Range<Int>, name: String, count: Int) {
    self.memory = memory
    self.range = range
    self.name = name
    self.count = count
  }

  /// The tables; texts and records are not checked yet.
  ///
  /// - Throws: ``ImageError/damaged(_:)`` when the section is packed in another way.
  func tables() throws(ImageError) -> Tables {
    if let tables = unpacked.withLock({ $0 }) { return tables }
    let tables = try unpack()
    unpacked.withLock { $0 = tables }
    return tables
  }

  private func unpack() throws(ImageError) -> Tables {
    guard let length = memory.littleEndian32(at: range.lowerBound), range.count >= 4,
      Int(length) <= Self.maximumBytes
    else { throw .damaged("section \(name) has no length that could be right") }
    var packed = ImageCursor(memory, range.lowerBound + 4..<range.upperBound)
    guard let bytes = Packing.unpacked(&packed, count: Int(length)) else {
      throw .damaged("section \(name) cannot be unpacked")
    }
    let memory = ImageMemory(bytes)
    var ranges: [Range<Int>] = []
    var end = 4 * (count + 1)
    for index in 0...count {
      guard let length = memory.littleEndian32(at: 4 * index), Int(length) <= bytes.count - end else {
        throw .damaged("section \(name) is cut off")
      }
      ranges.append(end..<end + Int(length))
      end += Int(length)
    }
    guard end == bytes.count else { throw .damaged("data follows the last table of section \(name)") }
    var records: [RecordTable] = []
    for range in ranges.dropFirst() { records.append(try RecordTable(memory, range, name: name)) }
    return Tables(strings: try StringTable(memory, ranges[0]), records: records)
  }

  /// The bytes of tables before they are packed; the first one is of texts.
  static func joined(_ tables: [[UInt8]]) -> [UInt8] {
    var bytes = ImageBytes()
    for table in tables { bytes.fixed(table.count) }
    for table in tables { bytes.append(table) }
    return bytes.bytes
  }

  /// The bytes of a section.
  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var section = ImageBytes()
    section.fixed(bytes.count)
    section.append(Packing.packed(bytes))
    return section.bytes
  }
}
