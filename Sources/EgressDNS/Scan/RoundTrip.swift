// SPDX-License-Identifier: Apache-2.0

/// The round trips of a resolver, and the time-out that follows from them (RFC 6298).
struct RoundTrip {
  /// The weight of a new round trip in the smoothed one.
  private static let smoothing = 0.125
  /// The weight of a new deviation in the smoothed one.
  private static let deviationSmoothing = 0.25

  /// The smoothed round trip, in nanoseconds; `nil` before the first answer.
  private(set) var smoothed: Double?
  /// The shortest round trip, in nanoseconds; `nil` before the first answer.
  private(set) var shortest: Int64?
  private var deviation = 0.0

  /// Records the round trip of an answer, in nanoseconds.
  mutating func measure(_ nanoseconds: Int64) {
    let value = Double(nanoseconds)
    shortest = min(shortest ?? .max, nanoseconds)
    guard let old = smoothed else {
      smoothed = value
      deviation = value / 2
      return
    }
    deviation += (abs(value - old) - deviation) * Self.deviationSmoothing
    smoothed = old + (value - old) * Self.smoothing
  }

  /// How long a first try waits, in nanoseconds: the smoothed round trip and four deviations, at least half as much again.
  ///
  /// - Parameter bounds: The shortest and the longest time-out.
  /// - Returns: The time-out.
  func timeout(within bounds: ClosedRange<Int64>) -> Int64 {
    guard let smoothed else { return bounds.lowerBound }
    let wanted = min(smoothed + max(4 * deviation, smoothed / 2), Double(bounds.upperBound))
    return max(bounds.lowerBound, Int64(wanted))
  }
}
