// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import GRDB
import IPAddressing
import ServiceCatalog
import Synchronization
import Testing

/// What a scan keeps when its resolvers are judged.
@Suite("Scans whose resolvers are judged")
struct JudgedScanTests {
  let folder: TemporaryFolder
  let store: MapStore
  let hosts = World.hosts(services: 4, regions: 3)

  init() throws {
    folder = try TemporaryFolder()
    store = try MapStore(path: folder.file(), access: .writing)
  }

  private static let resolver = ResolverAddress(.ipv4(IPv4Address(0x7F00_0001)))
  private static let other = ResolverAddress(.ipv4(IPv4Address(0x7F00_0002)))

  /// Gives the judgements of a list, then the last one again and again.
  private final class ListWatch: ResolverWatch {
    private let verdicts: Mutex<[[ResolverVerdict]]>
    private let judged: @Sendable (ResolverJudge.Occasion) -> Void

    init(
      _ verdicts: [[ResolverVerdict]], judged: @escaping @Sendable (ResolverJudge.Occasion) -> Void = { _ in }
    ) {
      self.verdicts = Mutex(verdicts)
      self.judged = judged
    }

    func judge(_ occasion: ResolverJudge.Occasion) async throws -> [Judgement] {
      defer { judged(occasion) }
      let now = verdicts.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
      return zip(now, [JudgedScanTests.resolver, JudgedScanTests.other]).map {
        Judgement(resolver: $1, verdict: $0, seen: "as the list says")
      }
    }
  }

  /// Answers half of the hosts, and the rest when it may.
  private struct HalfResolver: HostResolver {
    var answers: [String: HostObservation]
    var mayGoOn: AsyncStream<Void>

    func resolve(
      _ questions: some Sequence<HostQuestion> & Sendable,
      deliver: @escaping @Sendable (HostObservation) -> Void
    ) async throws -> ScanStatistics {
      let list = Array(questions)
      for question in list.prefix(list.count / 2) { answers[question.host].map(deliver) }
      for await _ in mayGoOn { break }
      try Task.checkCancellation()
      for question in list.dropFirst(list.count / 2) { answers[question.host].map(deliver) }
      return ScanStatistics()
    }
  }

  private func begin(_ day: Int = 1) throws -> ScanJournal {
    try ScanJournal.begin(store: store, description: World.description(at: World.day(day)), hosts: hosts)
  }

  private func journaled() throws -> Int? {
    try DatabaseQueue(path: folder.file()).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM journal") }
  }

  private func isComplete<Resolver, ScanClock>(_ outcome: Scan<Resolver, ScanClock>.Outcome) -> Bool {
    if case .complete = outcome { true } else { false }
  }

  private func answers(_ aaaa: Answer, failed: Int = 0) -> [String: HostObservation] {
    Dictionary(
      uniqueKeysWithValues: hosts.enumerated().map { number, host in
        (host.host, World.answer(host.host, a: .yes, aaaa: number % 24 < failed ? .unknown : aaaa))
      })
  }

  private func scan(
    _ journal: ScanJournal, _ answers: [String: HostObservation], _ verdicts: [[ResolverVerdict]]
  ) async throws -> Scan<TableResolver, ContinuousClock>.Outcome {
    try await Scan(
      journal: journal, resolver: TableResolver(answers: answers), clock: ContinuousClock(),
      watch: ListWatch(verdicts)
    ).run(now: { World.day(1) })
  }

  @Test(
    "false answers reject the run and leave the map", arguments: ResolverVerdict.allCases.filter(\.isFalse))
  func rejected(_ verdict: ResolverVerdict) async throws {
    try store.run(day: 0, hosts: hosts) { World.answer($0, a: .yes, aaaa: .yes) }
    let before = try store.hosts(at: nil, selection: EndpointSelection())
    let journal = try begin()
    await #expect {
      try await scan(journal, answers(.no), [[.good, verdict]])
    } throws: { error in
      guard let error = error as? ScanError else { return false }
      return error.code == .falseResolver && error.description.contains("as the list says")
        && error.description.contains(Self.other.description)
    }
    #expect(try store.runs().map(\.state) == [.complete, .rejected])
    #expect(try store.runs().last?.verdict == verdict)
    #expect(try store.runs().last?.verdicts.map(\.resolver) == [Self.other.description])
    #expect(try store.resumable() == nil)
    #expect(try store.hosts(at: nil, selection: EndpointSelection()) == before)
    #expect(try journaled() == 0)
    #expect(try kind(of: { try journal.finish(at: World.day(2)) }) == .givenUp)
    try store.run(day: 3, hosts: hosts) { World.answer($0, a: .yes, aaaa: .yes) }
    #expect(try store.changes(since: nil, until: nil, filter: MapFilter()).isEmpty)
  }

  @Test(
    "silence at the end leaves the run to be continued; failed looks are asked again",
    arguments: [ResolverVerdict.silent, .fails])
  func silent(_ verdict: ResolverVerdict) async throws {
    let journal = try begin()
    await #expect(throws: ScanError.self) {
      try await scan(journal, answers(.no, failed: 2), [[verdict, verdict]])
    }
    #expect(try store.runs().map(\.state) == [.interrupted])
    // No judgement was good: nothing was believed.
    let second = try ScanJournal.resume(store: store, catalog: World.catalog, hosts: hosts)
    #expect(second.done == 0)
    #expect(isComplete(try await scan(second, answers(.no), [[.good, .good]])))
    #expect(try store.runs().map(\.state) == [.complete])
    #expect(try store.runs().first?.verdict == .good)
  }

  @Test("a run that trusted a resolver in part says so to the end")
  func trustedInPart() async throws {
    func judgement(_ verdict: ResolverVerdict) -> [Judgement] {
      [Judgement(resolver: Self.resolver, verdict: verdict, seen: "as the list says")]
    }
    let journal = try begin()
    for (verdict, recorded) in [
      (ResolverVerdict.good, ResolverVerdict.good), (.notJudged, .notJudged), (.good, .notJudged),
      (.hidesAAAA, .hidesAAAA),
    ] {
      try journal.record(judgement(verdict), at: World.day(1))
      #expect(try store.runs().last?.verdict == recorded)
    }
  }

  @Test("one silent resolver of two does not end a scan")
  func oneSilent() async throws {
    #expect(isComplete(try await scan(try begin(), answers(.no), [[.good, .silent]])))
    #expect(try store.runs().first?.verdict == .silent)
  }

  @Test(
    "answers are kept up to the last good judgement, and only those",
    arguments: [ResolverVerdict.silent, .good])
  func believed(_ last: ResolverVerdict) async throws {
    let (judged, judging) = AsyncStream.makeStream(of: Void.self)
    let resolver = HalfResolver(answers: answers(.yes, failed: 2), mayGoOn: judged)
    // The first judgement, which is good, lets the second half come; the last comes after it.
    let watch = ListWatch([[.good], [last]]) { if $0 == .during { judging.yield() } }
    let journal = try begin()
    let scan = Scan(journal: journal, resolver: resolver, clock: ContinuousClock(), watch: watch)
    if last == .good {
      #expect(isComplete(try await scan.run(now: { World.day(1) })))
      #expect(try store.runs().first?.counts[.ipv6, .yes] ?? 0 > hosts.count / 2)
      return
    }
    await #expect(throws: ScanError.self) { try await scan.run(now: { World.day(1) }) }
    let rest = try ScanJournal.resume(store: store, catalog: World.catalog, hosts: hosts)
    // The first half but for its failed looks.
    let sorted = hosts.map(\.host).sorted().prefix(hosts.count / 2)
    let failed = sorted.count { resolver.answers[$0]?.aaaa.answer == .unknown }
    #expect(failed > 0 && rest.done == sorted.count - failed)
  }

  @Test("a cancelled scan saves what was believed")
  func cancelled() async throws {
    let (stream, never) = AsyncStream.makeStream(of: Void.self)
    let (judgements, judged) = AsyncStream.makeStream(of: Void.self)
    let resolver = HalfResolver(answers: answers(.yes), mayGoOn: stream)
    let watch = ListWatch([[.good]]) { _ in judged.yield() }
    let journal = try begin()
    let task = Task {
      try await Scan(journal: journal, resolver: resolver, clock: ContinuousClock(), watch: watch).run(
        now: { World.day(1) })
    }
    var count = 0
    for await _ in judgements {
      count += 1
      // After the second judgement the answers of before the first are surely believed.
      if count == 2 { break }
    }
    task.cancel()
    never.finish()
    #expect(try await task.value == .interrupted(done: hosts.count / 2, total: hosts.count))
    #expect(
      try ScanJournal.resume(store: store, catalog: World.catalog, hosts: hosts).done == hosts.count / 2)
  }

  @Test("a run that learned nothing is not complete", arguments: [Answer.absent, .unknown])
  func nothing(_ answer: Answer) async throws {
    try store.run(day: 0, hosts: hosts) { World.answer($0, a: .yes, aaaa: .yes) }
    let before = try store.hosts(at: nil, selection: EndpointSelection())
    let nothing = Dictionary(
      uniqueKeysWithValues: hosts.map { ($0.host, World.answer($0.host, a: answer, aaaa: answer)) })
    for verdicts in [[[ResolverVerdict.good]], []] {
      let journal = try begin()
      let watch = verdicts.isEmpty ? nil : ListWatch(verdicts)
      let scan = Scan(
        journal: journal, resolver: TableResolver(answers: nothing), clock: ContinuousClock(), watch: watch)
      await #expect(
        throws: ScanError.nothingLearned(names: hosts.count, failed: answer == .unknown ? hosts.count : 0)
      ) { try await scan.run(now: { World.day(1) }) }
      #expect(try store.runs().last?.state == .rejected)
    }
    #expect(try store.hosts(at: nil, selection: EndpointSelection()) == before)
  }

  @Test("one name that is found is a result")
  func little() async throws {
    var answers = Dictionary(
      uniqueKeysWithValues: hosts.map { ($0.host, World.answer($0.host, a: .absent, aaaa: .absent)) })
    answers[hosts[3].host] = World.answer(hosts[3].host, a: .yes, aaaa: .no)
    #expect(isComplete(try await scan(try begin(), answers, [[.good]])))
    let share = try #require(try store.runs().first?.failedShare)
    #expect(share.failed == 0 && !share.isTooLarge)
  }

  @Test(
    "the share of failed looks",
    arguments: [
      (0, 100, false, "0 %"), (2, 100, false, "2 %"), (21, 1000, true, "2.1 %"), (7, 100, true, "7 %"),
      (123, 1000, true, "12 %"), (0, 0, false, "0 %"),
    ])
  func share(_ failed: Int, _ looks: Int, _ isTooLarge: Bool, _ text: String) {
    let share = FailedShare(failed: failed, looks: looks)
    #expect(share.isTooLarge == isTooLarge && share.text == text)
  }

  @Test("the snapshot knows the share of failed looks")
  func snapshot() throws {
    try store.run(day: 0, hosts: hosts) { World.answer($0, a: .yes, aaaa: .unknown) }
    #expect(
      try store.snapshot(at: nil).failedShare == FailedShare(failed: hosts.count, looks: hosts.count * 2))
  }

  @Test("names for the judge are those with both families, at most as many as asked for")
  func names() throws {
    try store.run(day: 0, hosts: hosts) { World.answer($0, a: .yes, aaaa: $0.hasPrefix("dual") ? .yes : .no) }
    let all = try store.namesWithBothFamilies(limit: 1000)
    #expect(Set(all) == Set(hosts.map(\.host).filter { $0.hasPrefix("dual") }))
    let some = try store.namesWithBothFamilies(limit: 3)
    #expect(some.count == 3 && Set(some).isSubset(of: all))
  }
}
