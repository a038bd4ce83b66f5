// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EgressDNS
internal import Synchronization

/// A scan: looks up every pending host of a journal, saves the answers as they come, and completes the run.
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
  private let controls: [String]

  /// How often answers are saved: a kill loses at most the answers of one interval.
  private static var saveInterval: Duration { .seconds(1) }
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
  ///   - controls: Names that exist wherever the public DNS is visible. When a run finds no name at all, they are looked
  ///     up; when they are denied, too, the resolver does not see the public DNS, and the run's answers are dropped.
  package init(journal: ScanJournal, resolver: Resolver, clock: ScanClock, controls: [String] = []) {
    self.journal = journal
    self.resolver = resolver
    self.clock = clock
    self.controls = controls
  }

  /// Runs to the end or to the task's cancellation.
  ///
  /// - Parameters:
  ///   - now: Gives the wall clock's time at the end.
  ///   - progress: Takes the progress about ten times a second, never on two threads at once.
  /// - Returns: How it ended.
  /// - Throws: `StoreError`, or what the resolver throws when it cannot work at all; the answers so far are saved.
  ///   `ScanError` with the code `everythingDenied` when no name was found, not even the controls; nothing is saved then.
  package func run(
    now: @Sendable () -> Timestamp, progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Outcome {
    let inbox = Inbox()
    do {
      let statistics = try await ask(inbox, progress: progress)
      try save(inbox)
      progress(state(inbox, since: nil))
      try await requireControls()
      try journal.finish(at: now())
      return .complete(statistics)
    } catch is CancellationError {
      try stop(inbox)
      return .interrupted(done: journal.done + inbox.answered.total, total: total)
    } catch {
      // The first failure is the one to report; saving may fail for the same reason.
      try? stop(inbox)
      throw error
    }
  }

  private func requireControls() async throws {
    guard !controls.isEmpty, try journal.hasDeniedAll() else { return }
    let seen = Mutex<[Answer]>([])
    _ = try await resolver.resolve(controls.map { HostQuestion(host: $0) }) { answer in
      seen.withLock { $0 += [answer.a.answer, answer.aaaa.answer] }
    }
    let answers = seen.withLock { $0 }
    guard answers.contains(.absent), answers.allSatisfy({ $0 == .absent || $0 == .unknown }) else { return }
    try journal.discard()
    throw ScanError.everythingDenied(names: total, control: controls[0])
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

/// Answers that wait between the network and the journal.
private final class Inbox: Sendable {
  private struct State {
    var answers: [HostObservation] = []
    var counts = AnswerCounts()
    var total = 0
  }

  private let state = Mutex(State())

  func put(_ answer: HostObservation) {
    state.withLock { state in
      state.answers.append(answer)
      state.counts.add(answer)
      state.total += 1
    }
  }

  func take() -> [HostObservation] {
    state.withLock { state in
      defer { state.answers = [] }
      return state.answers
    }
  }

  var waiting: Int { state.withLock { $0.answers.count } }

  var answered: (counts: AnswerCounts, total: Int) { state.withLock { ($0.counts, $0.total) } }
}
