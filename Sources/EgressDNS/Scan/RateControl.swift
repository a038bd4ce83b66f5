// SPDX-License-Identifier: Apache-2.0

/// Adapts the rate to losses: it halves the rate when too many tries fail, and raises it step by step afterwards.
///
/// If the loss does not fall when the rate is halved, the rate is not its cause. The old rate is then restored, and that
/// share of loss is accepted from then on.
package struct RateControl: Sendable {
  /// The length of the window over which failures are counted, in seconds.
  package static let windowSeconds = 10
  /// The share of failed tries, above the accepted share, that lowers the rate.
  package static let tolerance = 0.02
  /// The fewest tries that are significant.
  static let fewestSamples = 50
  /// The lowest rate, in packets per second.
  static let lowest = 10.0
  /// How long a halved rate is tried before the losses are compared, after the first time-out has passed.
  static let trialSeconds: Int64 = 1

  /// The configured rate, in packets per second.
  package let ceiling: Double
  /// The current rate, in packets per second.
  package private(set) var rate: Double
  /// The lowest rate so far; `nil` when it was never lowered.
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
  /// The share of loss that is accepted.
  private var accepted = 0.0
  private var trial: Trial?
  private var trialCount = (answered: 0, failed: 0)

  /// Makes a control that starts at its ceiling.
  ///
  /// - Parameters:
  ///   - ceiling: The configured rate, in packets per second.
  ///   - settleTime: How long failures may belong to packets that were sent before a change, in nanoseconds.
  ///   - now: The current time.
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

  /// Adapts the rate to the tries that were counted.
  ///
  /// - Returns: Whether the rate changed.
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
      share > accepted + Self.tolerance
    {
      let begin = now + settleTime
      trial = Trial(begin: begin, end: begin + Self.trialSeconds * 1_000_000_000, share: share, rate: rate)
      trialCount = (0, 0)
      rate = max(min(Self.lowest, ceiling), rate / 2)
      lowestRate = min(rate, lowestRate ?? rate)
      slots = [(0, 0)]
    } else {
      // A few seconds without a failure are not significant: only a whole window shows that the loss has fallen.
      if slots.count == Self.windowSeconds, share < accepted / 2 { accepted = share }
      rate = min(ceiling, rate + ceiling / 20)
    }
  }

  private mutating func judge(_ trial: Trial, at now: Moment) {
    let samples = trialCount.answered + trialCount.failed
    guard now >= trial.end, samples >= 20 || now >= trial.end + 8_000_000_000 else { return }
    self.trial = nil
    slots = [(0, 0)]
    let share = Self.share(trialCount)
    // If everything is lost, the rate may still be the cause.
    guard samples >= 20, share < 0.5, share > trial.share * 0.6 else { return }
    accepted = max(share, trial.share)
    rate = trial.rate
  }
}
