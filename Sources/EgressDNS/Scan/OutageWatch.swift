// SPDX-License-Identifier: Apache-2.0

/// Notices that a resolver has stopped answering, and that it answers again.
///
/// Lost tries only make it suspect: the names may be to blame. Control questions, which the resolver has answered before,
/// decide.
struct OutageWatch {
  /// What to do after a check.
  enum Step: Equatable {
    /// Nothing.
    case none
    /// Ask the resolver a control question.
    case ask
    /// It has stopped answering.
    case stopped
    /// It answers again.
    case recovered
  }

  /// The share of lost tries that makes a resolver suspect.
  static let suspectShare = 0.8
  /// The share of lost tries below which it is no longer suspect.
  static let innocentShare = 0.5
  /// The fewest control questions that must be lost.
  static let fewestLost = 6
  /// The share of control questions that a resolver may answer and still count as stopped.
  static let toleratedShare = 0.2
  /// The time between two control questions, in nanoseconds.
  private static let interval: Int64 = 400_000_000
  /// The time between two control questions to a resolver that has stopped, in nanoseconds.
  private static let recoveryInterval: Int64 = 5_000_000_000
  /// The answers in a row that show a recovery.
  private static let answersToRecover = 2

  /// How long a resolver may be suspect before it counts as stopped, in nanoseconds.
  private let limit: Int64
  private var suspectSince: Moment?
  private var hasStopped = false
  private var answered = 0
  private var lost = 0
  /// All tries over UDP that ended since the resolver became suspect.
  private(set) var tries = LossRecord.Counts()
  /// When the next check is due.
  private(set) var nextCheck: Moment

  /// Makes the watch of a resolver.
  init(limit: Int64, at now: Moment) {
    self.limit = limit
    nextCheck = now
  }

  /// Records that a resolver was dropped for another reason, so that its recovery is noticed.
  mutating func recordDrop(at now: Moment) {
    hasStopped = true
    (answered, lost) = (0, 0)
    nextCheck = now + Self.recoveryInterval
  }

  /// Records the end of any try over UDP.
  mutating func recordTry(lost: Bool) {
    if lost { tries.lost += 1 } else { tries.answered += 1 }
  }

  /// Records the end of a control question.
  mutating func recordControl(answered isAnswered: Bool, at now: Moment) {
    if isAnswered { answered += 1 } else { lost += 1 }
    guard hasStopped else { return }
    if !isAnswered { answered = 0 }
    nextCheck = min(nextCheck, now + Self.interval)
    if answered == 0 { nextCheck = now + Self.recoveryInterval }
  }

  /// Judges the resolver.
  ///
  /// - Parameters:
  ///   - lossShare: The share of its tries that were lost lately; 1 when it has been silent.
  ///   - now: The time.
  /// - Returns: What to do.
  mutating func check(lossShare: Double, at now: Moment) -> Step {
    guard now >= nextCheck else { return .none }
    nextCheck = now + (hasStopped ? Self.recoveryInterval : Self.interval)
    if hasStopped {
      guard answered >= Self.answersToRecover else { return .ask }
      hasStopped = false
      suspectSince = nil
      return .recovered
    }
    let isSuspect = lossShare >= (suspectSince == nil ? Self.suspectShare : Self.innocentShare)
    guard isSuspect else {
      suspectSince = nil
      (answered, lost) = (0, 0)
      tries = LossRecord.Counts()
      return .none
    }
    let since = suspectSince ?? now
    suspectSince = since
    let share = Double(answered) / Double(max(1, answered + lost))
    guard now - since >= limit, lost >= Self.fewestLost, share <= Self.toleratedShare else { return .ask }
    recordDrop(at: now)
    return .stopped
  }
}
