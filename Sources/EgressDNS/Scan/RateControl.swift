// SPDX-License-Identifier: Apache-2.0

/// Adapts the rate to losses: it falls to what was answered when too many tries fail, and rises step by step afterwards.
///
/// If the loss does not fall with the rate, the rate is not its cause. The old rate is then restored, and that share of loss
/// is accepted from then on.
package struct RateControl: Sendable {
  /// The length of the window over which failures are counted, in seconds.
  package static let windowSeconds = 10
  /// The share of failed tries, above the accepted share, that lowers the rate after a whole window.
  package static let tolerance = 0.02
  /// The lowest rate, in packets per second.
  static let lowest = 10.0
  /// How long a lowered rate is tried before the losses are compared.
  static let trialLength: Int64 = 1_000_000_000

  /// When a share of failures above the accepted one is significant: the more fail, the sooner.
  private static let significance: [(excess: Double, seconds: Int, tries: Int)] = [
    (0.25, 1, 100), (0.05, 3, 200), (tolerance, windowSeconds, 200),
  ]
  /// The share of failures from which an outage is as likely as too high a rate: an overloaded resolver answers something.
  private static let outageShare = 0.9
  /// The part of the answered rate to which the rate falls.
  private static let margin = 0.85
  /// The lowest part of the old rate to which one step leads.
  private static let deepestStep = 0.125

  /// The configured rate, in packets per second.
  package let ceiling: Double
  /// The current rate, in packets per second.
  package private(set) var rate: Double
  /// The lowest rate so far; `nil` when it was never lowered.
  package private(set) var lowestRate: Double?

  private struct Counts {
    var sent = 0
    var answered = 0
    var failed = 0

    var ended: Int { answered + failed }
    var share: Double { Double(failed) / Double(max(1, ended)) }
  }

  /// A lowered rate on trial: what is sent until `end` is judged at `judgement`, when its losses have shown.
  private struct Trial {
    var begin: Moment
    var end: Moment
    var judgement: Moment
    /// When it ends although too few queries were sent.
    var deadline: Moment
    /// The share of failures that led to it.
    var share: Double
    /// The rate before, and what was really sent, which is less where the rate is no limit.
    var rate: Double
    var sentRate: Double
    var sent = 0
    var answered = 0

    func holds(_ moment: Moment) -> Bool { moment >= begin && moment < end }
  }

  private var slots: [Counts] = [Counts()]
  private var slotEnd: Moment
  /// Tries that were sent before this moment belong to an earlier rate.
  private var countsFrom: Moment
  /// The share of loss that is accepted.
  private var accepted = 0.0
  /// The rate that was too high, around which the rate rises slowly.
  private var limit: Double
  /// The next step of the rate near and beyond the limit.
  private var carefulStep: Double
  private var trial: Trial?

  /// Makes a control that starts at its ceiling.
  ///
  /// - Parameters:
  ///   - ceiling: The configured rate, in packets per second.
  ///   - now: The current time.
  package init(ceiling: Double, at now: Moment) {
    self.ceiling = ceiling
    rate = ceiling
    limit = ceiling
    carefulStep = ceiling / 40
    slotEnd = now + 1_000_000_000
    countsFrom = now
  }

  /// Counts a query that is sent.
  package mutating func countQuery(at now: Moment) {
    slots[slots.count - 1].sent += 1
    if let holds = trial?.holds(now), holds { trial?.sent += 1 }
  }

  /// Counts the end of a try.
  package mutating func count(failed: Bool, sentAt: Moment) {
    if !failed, let holds = trial?.holds(sentAt), holds { trial?.answered += 1 }
    guard sentAt >= countsFrom else { return }
    if failed { slots[slots.count - 1].failed += 1 } else { slots[slots.count - 1].answered += 1 }
  }

  /// Records that a try that was counted as failed was answered after all.
  package mutating func correctFailure(sentAt: Moment) {
    if let holds = trial?.holds(sentAt), holds { trial?.answered += 1 }
    guard sentAt >= countsFrom, let index = slots.firstIndex(where: { $0.failed > 0 }) else { return }
    slots[index].failed -= 1
    slots[index].answered += 1
  }

  /// Adapts the rate to the tries that were counted.
  ///
  /// - Parameters:
  ///   - settleTime: How long it takes until the losses of queries that were sent have shown, in nanoseconds.
  ///   - now: The current time.
  /// - Returns: Whether the rate changed.
  package mutating func advance(settleTime: Int64, to now: Moment) -> Bool {
    let before = rate
    if let trial, now >= trial.judgement { judge(trial, at: now) }
    guard now >= slotEnd else { return rate != before }
    while now >= slotEnd, slotEnd - now > -Int64(Self.windowSeconds) * 1_000_000_000 {
      closeSlot(settleTime: settleTime)
    }
    if now >= slotEnd { slotEnd = now + 1_000_000_000 }
    return rate != before
  }

  private mutating func closeSlot(settleTime: Int64) {
    let now = slotEnd
    slotEnd = slotEnd + 1_000_000_000
    defer {
      slots.append(Counts())
      if slots.count > Self.windowSeconds { slots.removeFirst() }
    }
    guard trial == nil else { return }
    for (excess, seconds, tries) in Self.significance where slots.count >= seconds {
      let counts = sum(of: seconds)
      guard counts.ended >= tries, counts.share > accepted + excess else { continue }
      return lower(to: counts, seconds: Double(seconds), settleTime: settleTime, at: now)
    }
    // A few seconds without a failure are not significant: only a whole window shows that the loss has fallen.
    if slots.count == Self.windowSeconds {
      accepted = min(accepted, max(sum(of: slots.count).share, accepted / 2))
    }
    raise()
  }

  /// Raises the rate: quickly up to the rate that was too high, carefully there, and ever faster beyond it.
  private mutating func raise() {
    if rate < limit * 0.8 {
      rate += limit / 10
      carefulStep = limit / 40
    } else {
      rate += carefulStep
      carefulStep *= 2
    }
    rate = min(ceiling, rate)
  }

  private func sum(of seconds: Int) -> Counts {
    slots.suffix(seconds).reduce(into: Counts()) {
      $0.sent += $1.sent
      $0.answered += $1.answered
      $0.failed += $1.failed
    }
  }

  private mutating func lower(to counts: Counts, seconds: Double, settleTime: Int64, at now: Moment) {
    let old = min(rate, max(Double(counts.sent) / seconds, Self.lowest))
    trial = Trial(
      begin: now, end: now + Self.trialLength, judgement: now + (Self.trialLength + settleTime),
      deadline: now + 10 * Self.trialLength,
      share: counts.share, rate: rate, sentRate: old)
    let answered = Double(counts.answered) / seconds
    rate = max(min(Self.lowest, ceiling), min(old, max(answered, old * Self.deepestStep)) * Self.margin)
    lowestRate = min(rate, lowestRate ?? rate)
    restart(at: now)
  }

  /// Forgets the tries that were counted, because they say nothing about what follows.
  package mutating func restart(at now: Moment) {
    slots = [Counts()]
    countsFrom = now
  }

  private mutating func judge(_ trial: Trial, at now: Moment) {
    guard trial.sent >= 20 || now >= trial.deadline else {
      self.trial?.begin = now
      self.trial?.end = now + Self.trialLength
      self.trial?.judgement = now + (Self.trialLength + (trial.judgement - trial.end))
      return
    }
    self.trial = nil
    restart(at: now)
    guard trial.sent >= 20 else { return }
    let share = 1 - Double(trial.answered) / Double(trial.sent)
    // If nearly everything is lost, nothing is known of the rate.
    guard share < 0.9 else { return }
    if share > trial.share * 0.6 {
      accepted = max(share, trial.share)
      rate = trial.rate
    } else if trial.share >= Self.outageShare {
      rate = max(rate, trial.rate / 2)
    } else {
      limit = trial.sentRate
      carefulStep = limit / 40
    }
  }
}
