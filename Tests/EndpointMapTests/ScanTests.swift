// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import IPAddressing
import ServiceCatalog
import Synchronization
import Testing

@Suite("Scans")
struct ScanTests {
  let folder: TemporaryFolder
  let store: MapStore
  let hosts = World.hosts(services: 4, regions: 3)

  init() throws {
    folder = try TemporaryFolder()
    store = try MapStore(path: folder.file(), access: .writing)
  }

  private func answers(_ aaaa: Answer) -> [String: HostObservation] {
    Dictionary(
      uniqueKeysWithValues: hosts.map { ($0.host, World.answer($0.host, a: .yes, aaaa: aaaa)) })
  }

  private func begin(_ day: Int = 0) throws -> ScanJournal {
    try ScanJournal.begin(store: store, description: World.description(at: World.day(day)), hosts: hosts)
  }

  @Test("completes a run")
  func completes() async throws {
    let seen = Mutex<[Scan<TableResolver, ContinuousClock>.Progress]>([])
    let scan = Scan(
      journal: try begin(), resolver: TableResolver(answers: answers(.yes)), clock: ContinuousClock())
    let outcome = try await scan.run(
      now: { World.day(1) }, progress: { step in seen.withLock { $0.append(step) } })
    guard case .complete(let statistics) = outcome else { throw Unexpected(outcome) }
    #expect(statistics.hosts == hosts.count)
    let last = try #require(seen.withLock { $0.last })
    #expect((last.done, last.total) == (hosts.count, hosts.count))
    #expect(last.counts[.ipv6, .yes] == hosts.count)
    let run = try #require(try store.runs().last)
    #expect(run.state == .complete)
    #expect(run.finished == World.day(1))
    #expect(run.counts[.ipv4, .yes] == hosts.count)
    #expect(run.description == World.description(at: World.day(0)))
    #expect(try store.resumable() == nil)
    #expect(try store.support(at: nil, filter: MapFilter()).allSatisfy { $0.support == .ipv6 })
  }

  struct Unexpected: Error { init(_ value: some Sendable) {} }

  /// Answers some hosts, says so, and then waits for its end.
  private struct StallingResolver: HostResolver {
    var count: Int
    var answers: [String: HostObservation]
    var stalled: @Sendable () -> Void

    func resolve(
      _ questions: some Sequence<HostQuestion> & Sendable,
      deliver: @escaping @Sendable (HostObservation) -> Void
    ) async throws -> ScanStatistics {
      for question in questions.prefix(count) { answers[question.host].map(deliver) }
      stalled()
      try await Task.sleep(for: .seconds(3600))
      return ScanStatistics()
    }
  }

  @Test("saves what is answered when it is cancelled, and goes on from there", arguments: [0, 1, 20, 47])
  func interrupted(_ count: Int) async throws {
    let journal = try begin()
    let (stalls, stalled) = AsyncStream.makeStream(of: Void.self)
    let resolver = StallingResolver(count: count, answers: answers(.yes), stalled: { stalled.yield() })
    let task = Task {
      try await Scan(journal: journal, resolver: resolver, clock: ContinuousClock()).run(now: { World.day(1) }
      )
    }
    for await _ in stalls { break }
    task.cancel()
    #expect(try await task.value == .interrupted(done: count, total: hosts.count))
    #expect(try store.runs().map(\.state) == [.interrupted])
    #expect(try kind(of: { try store.support(at: nil, filter: MapFilter()) }) == .noRun)

    let second = try ScanJournal.resume(store: store, catalog: World.catalog, hosts: hosts)
    #expect(second.run == journal.run)
    #expect(second.done == count)
    #expect(second.pending.map(\.host) == Array(hosts.map(\.host).sorted().dropFirst(count)))
    let outcome = try await Scan(
      journal: second, resolver: TableResolver(answers: answers(.yes)), clock: ContinuousClock()
    ).run(now: { World.day(2) })
    guard case .complete = outcome else { throw Unexpected(outcome) }
    #expect(try store.hosts(at: nil, selection: EndpointSelection()).count == hosts.count)
    #expect(try store.runs().map(\.counts[.ipv6, .yes]) == [hosts.count])
  }

  private struct FailingResolver: HostResolver {
    struct Failure: Error, Equatable {}
    var answers: [String: HostObservation]
    func resolve(
      _ questions: some Sequence<HostQuestion> & Sendable,
      deliver: @escaping @Sendable (HostObservation) -> Void
    ) async throws -> ScanStatistics {
      for question in questions.prefix(5) { answers[question.host].map(deliver) }
      throw Failure()
    }
  }

  @Test("keeps what is answered when the resolver gives up")
  func resolverFails() async throws {
    let scan = Scan(
      journal: try begin(), resolver: FailingResolver(answers: answers(.no)), clock: ContinuousClock())
    await #expect(throws: FailingResolver.Failure()) { try await scan.run(now: { World.day(1) }) }
    #expect(try store.runs().map(\.state) == [.interrupted])
    #expect(try ScanJournal.resume(store: store, catalog: World.catalog, hosts: hosts).done == 5)
  }

  @Test("does not resume without reason or with another list")
  func cannotResume() throws {
    func kind(_ hosts: [EndpointHost]) -> StoreError.Kind? {
      do throws(StoreError) {
        _ = try ScanJournal.resume(store: store, catalog: World.catalog, hosts: hosts)
        return nil
      } catch { return error.kind }
    }
    #expect(kind(hosts) == .nothingToResume)
    let journal = try begin()
    #expect(kind(Array(hosts.dropLast())) == .otherHosts)
    #expect(kind(hosts) == nil)
    try journal.append(journal.pending.map { World.answer($0.host, a: .yes, aaaa: .no) })
    try journal.finish(at: World.day(1))
    #expect(kind(hosts) == .nothingToResume)
  }

  @Test("gives up an interrupted run when a new scan starts")
  func abandons() throws {
    let first = try begin(0)
    try first.append(first.pending.prefix(7).map { World.answer($0.host, a: .yes, aaaa: .yes) })
    let second = try begin(1)
    #expect(try store.runs().map(\.state) == [.interrupted, .running])
    #expect(second.done == 0)
    #expect(second.pending.count == hosts.count)
    #expect(try kind(of: { try first.finish(at: World.day(2)) }) == .givenUp)
    try second.append(second.pending.map { World.answer($0.host, a: .yes, aaaa: .no) })
    try second.finish(at: World.day(2))
    #expect(try store.runs().map(\.state) == [.interrupted, .complete])
    #expect(try store.hosts(at: nil, selection: EndpointSelection()).allSatisfy { $0.aaaa == .no })
  }

  @Test("tells the resolver what is known")
  func lastKnown() throws {
    try store.run(day: 0, hosts: hosts) {
      World.answer($0, a: .yes, aaaa: $0.hasPrefix("d") ? .yes : .unknown)
    }
    for question in try begin(1).pending {
      #expect(question.lastKnown.a == .yes)
      #expect(question.lastKnown.aaaa == (question.host.hasPrefix("d") ? .yes : .unknown))
    }
  }

  @Test("keeps the chain that was seen last")
  func chains() throws {
    let host = hosts[0].host
    for day in 0..<3 {
      try store.run(day: day, hosts: [hosts[0]]) { name in
        var answer = World.answer(name, a: .yes, aaaa: .no)
        answer.cname = ["a\(day).test", "b.test"]
        return answer
      }
    }
    let row = try #require(try store.hosts(at: nil, selection: EndpointSelection()).first)
    #expect(row.host == host)
    #expect(row.cname == ["a2.test", "b.test"])
    #expect(row.observedAt == World.day(2))
  }

  @Test("does not let a clock that was set back change the order of runs")
  func clockSetBack() throws {
    try store.run(day: 5, hosts: hosts) { World.answer($0, a: .yes, aaaa: .no) }
    try store.run(day: 2, hosts: hosts) { World.answer($0, a: .yes, aaaa: .yes) }
    #expect(try store.runs().map(\.finished) == [World.day(5), World.day(5)])
    #expect(try store.support(at: nil, filter: MapFilter()).allSatisfy { $0.support == .ipv6 })
  }

  @Test("a cell whose names were not asked for is distinguished from one whose lookups failed")
  func unasked() throws {
    func place(_ region: RegionID) -> ServiceRegion {
      ServiceRegion(partition: "aws", service: "s0", region: region)
    }
    let shared = EndpointHost(
      host: "shared.test", endpoints: ["r0", "r1"].map { EndpointKey(place($0), .default) }, source: .legacy)
    let hosts = World.hosts(services: 1, regions: 2) + [shared]
    let selection = EndpointSelection(regions: NamePattern.list("r0"))
    func rows() throws -> [String] {
      try store.read { map throws(StoreError) in
        let records = try map.support(MapFilter())
        let unasked = try map.unaskedPlaces(records)
        return records.map { "\($0.place.region) \($0.support) \(unasked.contains($0.place))" }
      }
    }
    try store.run(day: 0, hosts: hosts, selection: selection) {
      World.answer($0, a: $0 == "shared.test" ? .yes : .unknown, aaaa: $0 == "shared.test" ? .no : .unknown)
    }
    #expect(try rows() == ["r0 unknown false", "r1 unknown true"])
    try store.run(day: 1, hosts: hosts) { World.answer($0, a: .unknown, aaaa: .unknown) }
    #expect(try rows().allSatisfy { $0.hasSuffix("false") })
  }

  @Test("filters by selection and support")
  func filters() throws {
    let two = hosts + World.hosts(services: 2, regions: 1, partition: "aws-cn")
    try store.run(day: 0, hosts: two) { World.answer($0, a: .yes, aaaa: $0.hasPrefix("dual") ? .yes : .no) }
    let selection = EndpointSelection(
      partitions: NamePattern.list("aws-cn"), regions: [], services: NamePattern.list("s1"))
    let rows = try store.support(at: nil, filter: MapFilter(selection: selection))
    #expect(rows.map(\.support) == [.optIn])
    #expect(rows.map(\.hosts.dualstack) == ["dualstack.s1.r0.aws-cn.test"])
    #expect(rows.map(\.hosts.standard) == ["default.s1.r0.aws-cn.test"])
    #expect(rows.map(\.fips) == [.ipv4])
    #expect(try store.support(at: nil, filter: MapFilter(support: [.ipv6])).isEmpty)
    #expect(try store.hosts(at: nil, selection: selection).count == 6)
  }

  @Test("names the host that made a change")
  func causes() throws {
    let steps: [(standard: Answer, dualstack: Answer)] = [
      (.no, .no), (.no, .yes), (.yes, .yes), (.no, .yes), (.no, .no), (.yes, .no), (.no, .no),
    ]
    let list = World.hosts(services: 3, regions: 1).filter { $0.host.contains(".s2.") }
    for (day, step) in steps.enumerated() {
      try store.run(day: day, hosts: list) { host in
        World.answer(
          host, a: .yes,
          aaaa: host.hasPrefix("default") ? step.standard : host.hasPrefix("dual") ? step.dualstack : .no)
      }
    }
    let changes = try store.changes(since: nil, until: nil, filter: MapFilter())
    let texts = changes.map { "\($0.from.rawValue) \($0.to.rawValue) \($0.host.prefix(4))" }
    #expect(
      texts == [
        "ipv4 opt-in dual", "opt-in ipv6 defa", "ipv6 opt-in defa", "opt-in ipv4 dual", "ipv4 ipv6 defa",
        "ipv6 ipv4 defa",
      ])
    #expect(changes.map(\.date) == (1...6).map(World.day))
    let some = try store.changes(
      since: World.day(2), until: World.day(4), filter: MapFilter(support: [.optIn]))
    #expect(some.map(\.date) == [World.day(3)])
    #expect(try store.changes(since: World.day(7), until: nil, filter: MapFilter()).isEmpty)
  }
}
