// SPDX-License-Identifier: Apache-2.0

/// The grace after a late turn, in which answers are read before any query counts as lost.
///
/// There is one grace per pause at most, so a process that is always late still comes to an end.
struct Lateness {
  /// How late a turn may be before the process counts as held up, in nanoseconds.
  private static let tolerated: Int64 = 20_000_000
  /// The longest grace, in nanoseconds.
  private static let longestGrace: Int64 = 200_000_000

  /// The shortest time between two graces, in nanoseconds.
  let pause: Int64
  private var graceEnd = Moment(nanoseconds: .min / 2)

  init(pause: Int64) { self.pause = pause }

  mutating func record(_ nanoseconds: Int64, at now: Moment) {
    guard nanoseconds > Self.tolerated, now - graceEnd > pause else { return }
    graceEnd = now + min(nanoseconds, Self.longestGrace)
  }

  func isGranted(at now: Moment) -> Bool { now < graceEnd }
}
