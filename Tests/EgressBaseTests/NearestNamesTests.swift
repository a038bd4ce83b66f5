// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EgressBase

@Suite struct NearestNamesTests {
  static let distances: [(String, String, Int?)] = [
    ("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("abc", "xyz", nil),
    ("abcd", "a", nil),
  ]

  @Test("edit distance counts neighbours' swaps once and stops at its limit", arguments: distances)
  func distance(left: String, right: String, expected: Int?) {
    #expect(NearestNames.distance(Array(left.utf8), Array(right.utf8), limit: expected ?? 2) == expected)
  }
}
