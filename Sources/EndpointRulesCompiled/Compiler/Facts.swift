// SPDX-License-Identifier: Apache-2.0

/// What is known on a path through the rules: the outcomes of some tests.
struct Facts: Hashable {
  /// How many different tests a rule set may have.
  static let capacity = 256

  private(set) var known: SIMD4<UInt64> = .zero
  private(set) var holding: SIMD4<UInt64> = .zero

  /// How a test came out; `nil` when it is not known.
  subscript(test: Int) -> Bool? {
    let word = test >> 6
    let bit = UInt64(1) << UInt64(test & 63)
    guard known[word] & bit != 0 else { return nil }
    return holding[word] & bit != 0
  }

  mutating func learn(_ test: Int, _ holds: Bool) {
    let word = test >> 6
    let bit = UInt64(1) << UInt64(test & 63)
    known[word] |= bit
    if holds { holding[word] |= bit } else { holding[word] &= ~bit }
  }

  /// Learns what follows; what is already known stays.
  mutating func learn(_ implied: Facts) {
    let new = implied.known & ~known
    known |= new
    holding |= implied.holding & new
  }

  /// The facts about some tests only.
  func only(_ tests: Facts) -> Facts {
    var result = self
    result.known &= tests.known
    result.holding &= tests.known
    return result
  }

  /// The same tests, known or not, as a set.
  mutating func formUnion(_ other: Facts) { known |= other.known }

  mutating func insert(_ test: Int) { known[test >> 6] |= UInt64(1) << UInt64(test & 63) }
}
