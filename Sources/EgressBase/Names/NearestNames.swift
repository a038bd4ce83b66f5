// SPDX-License-Identifier: Apache-2.0

/// Finds the names that a mistyped one may have meant.
package enum NearestNames {
  /// The most bytes of a mistyped name that is looked at.
  static let maximumLength = 64

  /// The names closest to a mistyped one.
  ///
  /// - Parameters:
  ///   - typed: the mistyped name.
  ///   - names: the right names.
  ///   - limit: the most names to give.
  /// - Returns: names within a third of the typed length, nearest first, equal ones in alphabetical order; before them
  ///   no more than two that contain what was typed.
  package static func of(_ typed: String, among names: some Sequence<String>, limit: Int = 3) -> [String] {
    let wanted = Array(typed.utf8.prefix(maximumLength)).map(lowered)
    guard !wanted.isEmpty else { return [] }
    let allowed = max(1, wanted.count / 3)
    var found: [(distance: Int, name: String)] = []
    for name in Set(names) {
      let candidate = name.utf8.map(lowered)
      if let distance = distance(wanted, candidate, limit: allowed) {
        found.append((distance, name))
      } else if wanted.count >= 4, contains(candidate, wanted) {
        found.append((allowed, name))
      }
    }
    found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
    return found.prefix(limit).map(\.name)
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }

  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard part.count <= text.count else { return false }
    return (0...(text.count - part.count)).contains { text[$0...].starts(with: part) }
  }

  /// The number of letters to add, remove, change or swap with their neighbor (optimal string alignment distance); `nil`
  /// above the limit.
  static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for row in 1..<(left.count + 1) {
      var current = [Int](repeating: row, count: right.count + 1)
      for column in 1..<(right.count + 1) {
        let change = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
        var best = min(change, previous[column] + 1, current[column - 1] + 1)
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          best = min(best, beforePrevious[column - 2] + 1)
        }
        current[column] = best
      }
      if (current.min() ?? 0) > limit { return nil }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count] <= limit ? previous[right.count] : nil
  }
}
