// SPDX-License-Identifier: Apache-2.0

/// A list of records of different lengths in an image, each found without reading those before it.
///
/// Layout: count, offsets of every sixteenth record from the first record on (four bytes each), then the records, each
/// with its length before it.
struct RecordTable {
  /// How many records lie between two stored offsets.
  static let stride = 16

  private let bytes: ImageMemory
  private let offsets: Int
  private let records: Range<Int>
  /// How many records there are.
  let count: Int

  /// Opens a table that fills a range; checks that its offsets lie inside.
  init(_ bytes: ImageMemory, _ range: Range<Int>, name: String) throws(ImageError) {
    self.bytes = bytes
    guard range.count >= 4, let count = bytes.littleEndian32(at: range.lowerBound) else {
      throw .damaged("section \(name) is too short")
    }
    // A record takes at least the byte of its length.
    guard Int(count) <= range.count else { throw .damaged("section \(name) is too short for its count") }
    self.count = Int(count)
    offsets = range.lowerBound + 4
    let start = offsets + 4 * ((self.count + Self.stride - 1) / Self.stride)
    guard start <= range.upperBound else { throw .damaged("section \(name) is too short for its offsets") }
    records = start..<range.upperBound
  }

  /// A cursor over one record; an invalid cursor for an index outside the table.
  subscript(index: Int) -> ImageCursor {
    guard index >= 0, index < count,
      let offset = bytes.littleEndian32(at: offsets + 4 * (index / Self.stride)),
      Int(offset) <= records.count
    else { return invalid }
    var cursor = ImageCursor(bytes, (records.lowerBound + Int(offset))..<records.upperBound)
    for _ in 0..<(index % Self.stride) { cursor.skip(cursor.number()) }
    let length = cursor.number()
    guard cursor.isValid, length <= cursor.end - cursor.position else { return invalid }
    return ImageCursor(bytes, cursor.position..<cursor.position + length)
  }

  /// Calls a function with every record, in order, and checks that offsets and records fill the table exactly.
  func forEach(name: String, _ body: (Int, inout ImageCursor) throws(ImageError) -> Void) throws(ImageError) {
    var cursor = ImageCursor(bytes, records)
    for index in 0..<count {
      if index % Self.stride == 0 {
        let offset = bytes.littleEndian32(at: offsets + 4 * (index / Self.stride)).map(Int.init)
        guard offset == cursor.position - records.lowerBound else {
          throw .damaged("section \(name) has a wrong offset for record \(index)")
        }
      }
      let length = cursor.number()
      guard cursor.isValid, length <= cursor.end - cursor.position else {
        throw .damaged("record \(index) of section \(name) is cut off")
      }
      var record = ImageCursor(bytes, cursor.position..<cursor.position + length)
      try body(index, &record)
      guard record.isValid, record.isAtEnd else {
        throw .damaged("record \(index) of section \(name) is malformed")
      }
      cursor.skip(length)
    }
    guard cursor.isAtEnd else { throw .damaged("data follows the last record of section \(name)") }
  }

  private var invalid: ImageCursor {
    var cursor = ImageCursor(bytes, 0..<0)
    cursor.fail()
    return cursor
  }

  /// The bytes of a table.
  static func packed(_ records: [[UInt8]]) -> [UInt8] {
    var (head, body) = (ImageBytes(), ImageBytes())
    head.fixed(records.count)
    for (index, record) in records.enumerated() {
      if index % stride == 0 { head.fixed(body.bytes.count) }
      body.number(record.count)
      body.append(record)
    }
    return head.bytes + body.bytes
  }
}
