// SPDX-License-Identifier: Apache-2.0

/// All texts of an image, sorted by their bytes; a text is named by its rank.
///
/// Layout: count, offsets of every sixteenth text, then the texts. The first of sixteen is stored in full (length, bytes);
/// the others say how many bytes they share with the text before them, then the rest.
struct StringTable {
  /// How many texts form a block.
  static let stride = 16

  private let bytes: ImageMemory
  private let offsets: Int
  private let texts: Range<Int>
  /// How many texts there are.
  let count: Int

  /// Opens a table that fills a range.
  init(_ bytes: ImageMemory, _ range: Range<Int>) throws(ImageError) {
    self.bytes = bytes
    guard range.count >= 4, let count = bytes.littleEndian32(at: range.lowerBound), Int(count) <= range.count
    else {
      throw .damaged("the texts are cut off")
    }
    self.count = Int(count)
    offsets = range.lowerBound + 4
    let start = offsets + 4 * ((self.count + Self.stride - 1) / Self.stride)
    guard start <= range.upperBound else { throw .damaged("the texts are cut off") }
    texts = start..<range.upperBound
  }

  /// The text of a rank; `nil` when the table has no such rank.
  subscript(rank: Int) -> String? {
    guard let bytes = utf8(rank) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The rank of a text, found by binary search.
  func rank(of text: String) -> Int? {
    let wanted = Array(text.utf8)
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      guard let found = utf8(middle) else { return nil }
      if found == wanted { return middle }
      if found.lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  private func utf8(_ rank: Int) -> [UInt8]? {
    guard rank >= 0, rank < count, let offset = bytes.littleEndian32(at: offsets + 4 * (rank / Self.stride)),
      Int(offset) <= texts.count
    else { return nil }
    var cursor = ImageCursor(bytes, (texts.lowerBound + Int(offset))..<texts.upperBound)
    var text: [UInt8] = []
    for index in 0...(rank % Self.stride) { Self.next(&cursor, isFirst: index == 0, &text) }
    return cursor.isValid ? text : nil
  }

  private static func next(_ cursor: inout ImageCursor, isFirst: Bool, _ text: inout [UInt8]) {
    let shared = isFirst ? 0 : cursor.number()
    guard shared <= text.count else { return cursor.fail() }
    text.removeLast(text.count - shared)
    text += cursor.take(cursor.number())
  }

  /// Checks every text: well-formed UTF-8, in ascending order, the table filled exactly.
  func validate() throws(ImageError) {
    var cursor = ImageCursor(bytes, texts)
    var (text, previous): ([UInt8], [UInt8]) = ([], [])
    for rank in 0..<count {
      if rank % Self.stride == 0 {
        let offset = bytes.littleEndian32(at: offsets + 4 * (rank / Self.stride)).map(Int.init)
        guard offset == cursor.position - texts.lowerBound else {
          throw .damaged("text \(rank) has a wrong offset")
        }
      }
      Self.next(&cursor, isFirst: rank % Self.stride == 0, &text)
      guard cursor.isValid, String(validating: text, as: UTF8.self) != nil else {
        throw .damaged("text \(rank) is malformed")
      }
      guard rank == 0 || previous.lexicographicallyPrecedes(text) else {
        throw .damaged("text \(rank) is out of order")
      }
      previous = text
    }
    guard cursor.isAtEnd else { throw .damaged("data follows the last text") }
  }

  /// The bytes of a table of texts that are sorted and differ.
  static func packed(_ sorted: [[UInt8]]) -> [UInt8] {
    var (head, body) = (ImageBytes(), ImageBytes())
    head.fixed(sorted.count)
    for (rank, text) in sorted.enumerated() {
      if rank % stride == 0 {
        head.fixed(body.bytes.count)
        body.number(text.count)
        body.append(text)
      } else {
        let shared = zip(sorted[rank - 1], text).prefix { $0 == $1 }.count
        body.number(shared)
        body.number(text.count - shared)
        body.append(text[shared...])
      }
    }
    return head.bytes + body.bytes
  }
}
