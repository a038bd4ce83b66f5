// SPDX-License-Identifier: Apache-2.0

/// How many of a resolver's first tries were lost lately.
///
/// Only first tries count: later ones are mostly about names that the resolver never answers, and would say that it loses
/// everything when only those are left.
struct LossRecord {
  /// The length of a slot, in nanoseconds.
  private static let slotLength: Int64 = 250_000_000
  /// The slots that count: two seconds.
  private static let slotCount = 8
  /// The fewest tries that are significant.
  static let fewestTries = 4
  /// The share of loss up to which a lost try counts in full.
  static let fullWeightShare = 0.1
  /// The least that a lost try counts.
  static let leastWeight = 1.0 / 16

  /// Tries by their end.
  struct Counts: Equatable {
    var answered = 0
    var lost = 0

    var total: Int { answered + lost }
    /// The share of lost tries.
    var share: Double { total == 0 ? 0 : Double(lost) / Double(total) }
  }

  private var slots = [Counts](repeating: Counts(), count: slotCount)
  private var current = 0
  private var slotEnd: Moment
  /// The counts of the last time when they were significant.
  private(set) var latest = Counts()

  /// Makes an empty record.
  init(at now: Moment) { slotEnd = now + Self.slotLength }

  /// Counts a first try.
  mutating func count(lost: Bool, at now: Moment) {
    advance(to: now)
    if lost { slots[current].lost += 1 } else { slots[current].answered += 1 }
  }

  /// Records that an answer came after its try was counted as lost.
  mutating func correctLoss(at now: Moment) {
    advance(to: now)
    if let slot = slots.indices.first(where: { slots[$0].lost > 0 }) { slots[slot].lost -= 1 }
    slots[current].answered += 1
  }

  /// Forgets everything.
  mutating func reset(at now: Moment) { self = LossRecord(at: now) }

  /// Brings the counts of the last two seconds up to date; they stay as they are when too few tries ended.
  mutating func advance(to now: Moment) {
    guard now >= slotEnd else { return }
    let passed = (now - slotEnd) / Self.slotLength + 1
    for _ in 0..<min(passed, Int64(Self.slotCount)) {
      let sum = slots.reduce(into: Counts()) {
        $0.answered += $1.answered
        $0.lost += $1.lost
      }
      if sum.total >= Self.fewestTries { latest = sum }
      current = (current + 1) % Self.slotCount
      slots[current] = Counts()
    }
    slotEnd = slotEnd + passed * Self.slotLength
  }

  /// The share of first tries that were lost lately.
  var share: Double { latest.share }

  /// How much a lost try counts towards the most tries of a question.
  var lossWeight: Double { Self.weight(ofFailureAt: share) }

  /// How much a failed try counts towards the most tries of a question, where a share of all tries fails.
  ///
  /// Where a tenth fails, six failures in a row happen once in a million. Where half of all tries fails, they happen once in
  /// 64, so each of them says less about the question. The weight is the logarithm of the share relative to that of a tenth,
  /// by a close approximation.
  static func weight(ofFailureAt share: Double) -> Double {
    guard share > fullWeightShare else { return 1 }
    return min(1, max(leastWeight, 2 * (1 - share) / (1 + share) / 2.302585))
  }
}
