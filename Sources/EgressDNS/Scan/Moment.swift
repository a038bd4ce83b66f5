// SPDX-License-Identifier: Apache-2.0

/// A point on a monotonic clock.
package struct Moment: Sendable, Hashable, Comparable {
  /// The nanoseconds since the start of the clock.
  package var nanoseconds: Int64

  /// Makes a moment.
  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The start of the clock.
  package static let start = Moment(nanoseconds: 0)

  /// Whether the left moment is earlier.
  package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The moment that is a number of nanoseconds later.
  package static func + (left: Moment, nanoseconds: Int64) -> Moment {
    Moment(nanoseconds: left.nanoseconds &+ nanoseconds)
  }

  /// The nanoseconds from the right moment to the left one.
  package static func - (left: Moment, right: Moment) -> Int64 { left.nanoseconds &- right.nanoseconds }
}

extension Duration {
  /// The duration in nanoseconds, limited to about 136 years.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return max(-(1 << 32), min(1 << 32, seconds)) * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
