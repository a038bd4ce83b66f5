// SPDX-License-Identifier: Apache-2.0

/// Lowers the pace when too many tries fail, and raises it again: additive increase, multiplicative decrease.
///
/// A loss that does not fall when the pace is halved has another cause than the pace; the old pace comes back then, and
/// that share of loss is taken as given.
package struct RateControl: Sendable {
  /// How many seconds are looked at together.
  package static let windowSeconds = 10
  /// The share of failed tries above what is taken as given that lowers the pace.
  package static let tolerance = 0.02
  /// The fewest tries that say anything.
  static let fewestSamples = 50
  /// The lowest pace, in packets per second.
  static let lowest = 10.0
  /// How long a halved pace is tried before the loss is compared, after the first time-out has passed.
  static let trialSeconds: Int64 = 1

  /// The pace that is asked for, in packets per second.
  package let ceiling: Double
  /// The pace that holds now.
  package private(set) var rate: Double
  /// The lowest pace so far; `nil` when it was never lowered.
  package private(set) var lowestRate: Double?

  private struct Trial {
    var begin: Moment
    var end: Moment
    var share: Double
    var rate: Double
  }

  private let settleTime: Int64
  private var slots: [(answered: Int, failed: Int)] = [(0, 0)]
  private var slotEnd: Moment
  private var given = 0.0
  private var trial: Trial?
  private var trialCount = (answered: 0, failed: 0)

  /// Makes a control that starts at its ceiling.
  ///
  /// - Parameters:
  ///   - ceiling: The pace that is asked for, in packets per second.
  ///   - settleTime: How long failures still tell of packets sent before a change, in nanoseconds.
  ///   - now: The time.
  package init(ceiling: Double, settleTime: Int64, at now: Moment) {
    self.ceiling = ceiling
    self.settleTime = settleTime
    rate = ceiling
    slotEnd = now + 1_000_000_000
  }

  /// Counts a try.
  package mutating func count(failed: Bool, at now: Moment) {
    if failed { slots[slots.count - 1].failed += 1 } else { slots[slots.count - 1].answered += 1 }
    if let trial, now >= trial.begin {
      if failed { trialCount.failed += 1 } else { trialCount.answered += 1 }
    }
  }

  /// Draws the conclusions of the time passed.
  ///
  /// - Returns: Whether the pace changed.
  package mutating func advance(to now: Moment) -> Bool {
    let before = rate
    if let trial, now >= trial.end { judge(trial, at: now) }
    guard now >= slotEnd else { return rate != before }
    while now >= slotEnd, slotEnd - now > -Int64(Self.windowSeconds) * 1_000_000_000 {
      closeSlot()
    }
    if now >= slotEnd { slotEnd = now + 1_000_000_000 }
    return rate != before
  }

  private static func share(_ counts: (answered: Int, failed: Int)) -> Double {
    Double(counts.failed) / Double(max(1, counts.answered + counts.failed))
  }

  private mutating func closeSlot() {
    let now = slotEnd
    slotEnd = slotEnd + 1_000_000_000
    let total = slots.reduce(into: (answered: 0, failed: 0)) {
      $0.answered += $1.answered
      $0.failed += $1.failed
    }
    slots.append((0, 0))
    if slots.count > Self.windowSeconds { slots.removeFirst() }
    guard trial == nil else { return }
    let share = Self.share(total)
    if slots.count == Self.windowSeconds, total.answered + total.failed >= Self.fewestSamples,
      share > given + Self.tolerance
    {
      let begin = now + settleTime
      trial = Trial(begin: begin, end: begin + Self.trialSeconds * 1_000_000_000, share: share, rate: rate)
      trialCount = (0, 0)
      rate = max(min(Self.lowest, ceiling), rate / 2)
      lowestRate = min(rate, lowestRate ?? rate)
      slots = [(0, 0)]
    } else {
      // A second or two without a failure says little: only a whole window shows that less is lost now.
      if slots.count == Self.windowSeconds, share < given / 2 { given = share }
      rate = min(ceiling, rate + ceiling / 20)
    }
  }

  private mutating func judge(_ trial: Trial, at now: Moment) {
    let samples = trialCount.answered + trialCount.failed
    guard now >= trial.end, samples >= 20 || now >= trial.end + 8_000_000_000 else { return }
    self.trial = nil
    slots = [(0, 0)]
    let share = Self.share(trialCount)
    // All lost is no proof that the pace does not matter.
    guard samples >= 20, share < 0.5, share > trial.share * 0.6 else { return }
    given = max(share, trial.share)
    rate = trial.rate
  }
}
