// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EgressDNS
internal import Synchronization

/// A scan: looks up every pending host of a journal, saves the answers as they come, and completes the run.
///
/// The resolvers are judged every few seconds and at the end. Answers wait until the judgement after them is good, so that
/// nothing of a resolver that began to lie is saved. Where one did lie, the run is rejected as a whole: nobody knows when it
/// began. Where all became silent, the answers before the last good judgement are saved, and the run can be continued.
///
/// ```swift
/// let lock = try StoreLock(store: path, owner: owner)
/// let store = try MapStore(path: path, access: .writing)
/// let journal = try ScanJournal.begin(store: store, description: description, hosts: catalog.hosts())
/// let outcome = try await Scan(journal: journal, resolver: client, clock: ContinuousClock()).run(now: now)
/// ```
package struct Scan<Resolver: HostResolver, ScanClock: Clock<Duration>>: Sendable {
  /// The progress of a scan.
  package struct Progress: Sendable, Hashable {
    /// Hosts with an answer, including those of the part before an interruption.
    package var done: Int
    /// All hosts of the run.
    package var total: Int
    /// Hosts answered a second since this process began.
    package var rate: Double
    /// The answers since this process began.
    package var counts: AnswerCounts
  }

  /// How a scan ended.
  package enum Outcome: Sendable, Hashable {
    /// Every host was looked up; the answers are in the map.
    case complete(ScanStatistics)
    /// It was cancelled; the answers so far are saved, and the run can be continued.
    case interrupted(done: Int, total: Int)
  }

  private let journal: ScanJournal
  private let resolver: Resolver
  private let clock: ScanClock
  private let watch: (any ResolverWatch)?

  /// How often answers are saved: a kill loses at most the answers of this time and of those that wait for a judgement.
  private static var saveInterval: Duration { .seconds(1) }
  /// How often the resolvers are judged; with the time of a judgement, a bad one is noticed within 10 s.
  private static var judgeInterval: Duration { .seconds(3) }
  /// The shortest time between judgements when many answers wait for one.
  private static var shortestJudgeInterval: Duration { .seconds(1) }
  /// The number of answers that wait for a judgement before the interval ends.
  private static var unjudgedLimit: Int { 4096 }
  /// How often the scan checks whether there is something to save or show.
  private static var tick: Duration { .milliseconds(100) }
  /// The number of waiting answers that are saved before the interval ends, so that a fast scan does not fill the memory.
  private static var bufferLimit: Int { 8192 }

  /// Makes a scan.
  ///
  /// - Parameters:
  ///   - journal: The run, just begun or resumed; the caller holds the store's lock.
  ///   - resolver: Looks up the hosts.
  ///   - clock: Measures the save interval and the rate.
  ///   - watch: Judges the resolvers; `nil` when they are trusted.
  package init(
    journal: ScanJournal, resolver: Resolver, clock: ScanClock, watch: (any ResolverWatch)? = nil
  ) {
    self.journal = journal
    self.resolver = resolver
    self.clock = clock
    self.watch = watch
  }

  /// Runs to the end or to the task's cancellation.
  ///
  /// - Parameters:
  ///   - now: Gives the wall clock's time at the end.
  ///   - progress: Takes the progress about ten times a second, never on two threads at once.
  /// - Returns: How it ended.
  /// - Throws: `StoreError`, or what the resolver throws when it cannot work at all; the answers so far are saved.
  ///   `ScanError.resolversNotBelieved` when a judgement was bad, and `ScanError.nothingLearned` when no name was found.
  package func run(
    now: @Sendable () -> Timestamp, progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Outcome {
    let inbox = Inbox(waitsForJudgement: watch != nil)
    do {
      let statistics = try await ask(inbox, progress: progress)
      if let watch { try journal.record(try await judge(watch, .end, inbox), at: now()) }
      try save(inbox)
      progress(state(inbox, since: nil))
      try requireKnowledge()
      try journal.finish(at: now())
      return .complete(statistics)
    } catch is CancellationError {
      try stop(inbox)
      return .interrupted(done: journal.done + inbox.saved, total: total)
    } catch let disbelief as Disbelief {
      try end(inbox, disbelief.judgements, at: now())
      throw ScanError.resolversNotBelieved(disbelief.judgements, isUnderway: true)
    } catch {
      // The first failure is the one to report; saving may fail for the same reason.
      try? stop(inbox)
      try? journal.dropFailed()
      throw error
    }
  }

  /// Bad judgements that end a scan.
  private struct Disbelief: Error {
    var judgements: [Judgement]
  }

  /// Judges the resolvers; when they are good, the answers that came before may be saved.
  ///
  /// False answers of one resolver condemn the scan; silence does while no other one answers.
  @discardableResult private func judge(
    _ watch: any ResolverWatch, _ occasion: ResolverJudge.Occasion, _ inbox: Inbox
  ) async throws -> [Judgement] {
    let count = inbox.unjudged
    let judgements = try await watch.judge(occasion)
    try Task.checkCancellation()
    let bad = judgements.filter { !$0.verdict.isAcceptable }
    if bad.contains(where: \.verdict.isFalse) || (!bad.isEmpty && bad.count == judgements.count) {
      throw Disbelief(judgements: bad)
    }
    inbox.believe(count)
    return judgements
  }

  private func watchResolvers(_ watch: any ResolverWatch, _ inbox: Inbox) async throws {
    var last = clock.now
    while true {
      try await clock.sleep(for: Self.tick)
      let elapsed = last.duration(to: clock.now)
      let isUrgent = inbox.unjudged >= Self.unjudgedLimit && elapsed >= Self.shortestJudgeInterval
      guard elapsed >= Self.judgeInterval || isUrgent else { continue }
      try await judge(watch, .during, inbox)
      last = clock.now
    }
  }

  /// Ends a run whose resolvers were judged to be bad.
  private func end(_ inbox: Inbox, _ judgements: [Judgement], at time: Timestamp) throws {
    if judgements.contains(where: \.verdict.isFalse) {
      try journal.reject()
    } else {
      try stop(inbox)
      try journal.dropFailed()
    }
    try journal.record(judgements, at: time)
  }

  /// Rejects a run that found no name.
  private func requireKnowledge() throws {
    guard total > 0 else { return }
    let (found, failed) = try journal.knowledge()
    guard found == 0 else { return }
    try journal.reject()
    throw ScanError.nothingLearned(names: total, failed: failed)
  }

  private var total: Int { journal.done + journal.pending.count }

  private func ask(
    _ inbox: Inbox, progress: @escaping @Sendable (Progress) -> Void
  ) async throws -> ScanStatistics {
    try await withThrowingTaskGroup(of: ScanStatistics?.self) { group in
      group.addTask {
        try await resolver.resolve(journal.pending) { inbox.put($0) }
      }
      group.addTask {
        try await saveRegularly(inbox, progress: progress)
        return nil
      }
      if let watch {
        group.addTask {
          try await watchResolvers(watch, inbox)
          return nil
        }
      }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        // A resolver may end early after a cancellation without an error.
        try Task.checkCancellation()
        if let result { return result }
      }
      throw CancellationError()
    }
  }

  private func saveRegularly(
    _ inbox: Inbox, progress: @escaping @Sendable (Progress) -> Void
  ) async throws {
    let start = clock.now
    var saved = start
    while true {
      try await clock.sleep(for: Self.tick)
      let now = clock.now
      if saved.duration(to: now) >= Self.saveInterval || inbox.waiting >= Self.bufferLimit {
        try save(inbox)
        saved = now
      }
      progress(state(inbox, since: start))
    }
  }

  private func state(_ inbox: Inbox, since start: ScanClock.Instant?) -> Progress {
    let (counts, answered) = inbox.answered
    let elapsed = start.map { $0.duration(to: clock.now) } ?? .zero
    let seconds = elapsed / .seconds(1)
    return Progress(
      done: journal.done + answered, total: total, rate: seconds > 0 ? Double(answered) / seconds : 0,
      counts: counts)
  }

  private func save(_ inbox: Inbox) throws {
    let answers = inbox.take()
    if !answers.isEmpty { try journal.append(answers) }
  }

  private func stop(_ inbox: Inbox) throws {
    try save(inbox)
    try journal.interrupt()
  }
}

/// Answers that wait between the network and the journal: first for a judgement, then for the next time of saving.
private final class Inbox: Sendable {
  private struct State {
    var unjudged: [HostObservation] = []
    var answers: [HostObservation] = []
    var counts = AnswerCounts()
    var total = 0
    var saved = 0
  }

  private let state = Mutex(State())
  private let waitsForJudgement: Bool

  init(waitsForJudgement: Bool) { self.waitsForJudgement = waitsForJudgement }

  func put(_ answer: HostObservation) {
    state.withLock { state in
      if waitsForJudgement { state.unjudged.append(answer) } else { state.answers.append(answer) }
      state.counts.add(answer)
      state.total += 1
    }
  }

  /// Lets the oldest answers be saved.
  func believe(_ count: Int) {
    state.withLock { state in
      state.answers += state.unjudged.prefix(count)
      state.unjudged.removeFirst(min(count, state.unjudged.count))
    }
  }

  /// The answers to save now.
  func take() -> [HostObservation] {
    state.withLock { state in
      defer { state.answers = [] }
      state.saved += state.answers.count
      return state.answers
    }
  }

  var waiting: Int { state.withLock { $0.answers.count } }

  var unjudged: Int { state.withLock { $0.unjudged.count } }

  /// The answers that were taken to be saved.
  var saved: Int { state.withLock { $0.saved } }

  var answered: (counts: AnswerCounts, total: Int) { state.withLock { ($0.counts, $0.total) } }
}
