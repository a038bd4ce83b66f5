// SPDX-License-Identifier: Apache-2.0

/// The ranks of all texts of an image being written.
///
/// An image is written twice: the first time only to learn its texts, whose ranks are known once they are sorted.
struct TextRanks {
  /// The texts of a first pass.
  final class Collection {
    /// The texts as bytes: two spellings of one character stay two texts.
    fileprivate var texts: Set<[UInt8]> = []
  }

  private let collection: Collection?
  private let ranks: [[UInt8]: Int]
  /// The texts in order; empty in a first pass.
  let sorted: [[UInt8]]

  /// Begins a first pass.
  init(collecting collection: Collection) {
    self.collection = collection
    ranks = [:]
    sorted = []
  }

  /// Begins the second pass.
  init(_ collection: Collection) {
    self.collection = nil
    sorted = collection.texts.sorted { $0.lexicographicallyPrecedes($1) }
    var ranks: [[UInt8]: Int] = [:]
    ranks.reserveCapacity(sorted.count)
    for (rank, text) in sorted.enumerated() { ranks[text] = rank }
    self.ranks = ranks
  }

  /// The rank of a text; 0 in a first pass.
  func rank(_ text: String) -> Int {
    let bytes = Array(text.utf8)
    collection?.texts.insert(bytes)
    return ranks[bytes, default: 0]
  }
}
