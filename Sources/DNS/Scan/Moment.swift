// SPDX-License-Identifier: Apache-2.0

/// A point on a monotonic clock, in nanoseconds since some start.
package struct Moment: Sendable, Hashable, Comparable {
  /// Nanoseconds since the start.
  package var nanoseconds: Int64

  /// Makes a moment.
  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The start.
  package static let start = Moment(nanoseconds: 0)

  /// Whether the left moment is the earlier.
  package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The moment so many nanoseconds later.
  package static func + (left: Moment, nanoseconds: Int64) -> Moment {
    Moment(nanoseconds: left.nanoseconds &+ nanoseconds)
  }

  /// The nanoseconds from the right moment to the left.
  package static func - (left: Moment, right: Moment) -> Int64 { left.nanoseconds &- right.nanoseconds }
}

extension Duration {
  /// The duration in nanoseconds, held within about 146 years.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return max(-(1 << 32), min(1 << 32, seconds)) * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
