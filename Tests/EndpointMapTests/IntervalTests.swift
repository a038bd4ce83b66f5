// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import Foundation
import ServiceCatalog
import Testing

/// Compares the store's intervals with a plain memory of every observation.
@Suite("History as intervals")
struct IntervalTests {
  /// Keeps all observations and answers queries by looking through them.
  private struct Oracle {
    struct Run {
      var hosts: [EndpointHost]
      var answers: [String: HostObservation]
      var finished: Timestamp
    }

    var runs: [Run] = []

    /// The last known answer of a host and the run that learnt it.
    func known(_ host: String, _ verdict: KeyPath<HostObservation, FamilyObservation>, at run: Int) -> (
      Answer, Int
    )? {
      for index in stride(from: run, through: 0, by: -1) {
        guard let answer = runs[index].answers[host]?[keyPath: verdict].answer else { continue }
        if answer != .unknown { return (answer, index) }
      }
      return nil
    }

    func wasSeen(_ host: String, at run: Int) -> Bool {
      runs[...run].contains { $0.answers[host] != nil }
    }

    func hosts(at run: Int) -> [HostRecord] {
      let seen = Set(runs[...run].flatMap(\.answers.keys))
      return seen.sorted().map { host in
        let a = known(host, \.a, at: run)
        let aaaa = known(host, \.aaaa, at: run)
        let times = [a, aaaa].compactMap { $0.map { runs[$0.1].finished } }
        let hasFront = a?.0 == .yes
        return HostRecord(
          host: host, a: a?.0 ?? .unknown, aaaa: aaaa?.0 ?? .unknown,
          cname: hasFront ? ["front.\(host)"] : [], observedAt: times.min(),
          evidence: times.isEmpty ? .declared : .resolved)
      }
    }

    /// The support of all cells after each run: unknown ends nothing.
    func support() -> [[ServiceRegion: SupportRule.Outcome]] {
      var all: [[ServiceRegion: SupportRule.Outcome]] = []
      for index in runs.indices {
        var support: [ServiceRegion: SupportRule.Outcome] = [:]
        var names: [ServiceRegion: [(Variant, SupportRule.Candidate)]] = [:]
        for host in runs[index].hosts {
          let reach = SupportRule.reach(
            a: known(host.host, \.a, at: index)?.0 ?? .unknown,
            aaaa: known(host.host, \.aaaa, at: index)?.0 ?? .unknown)
          for key in host.endpoints {
            let cell = key.serviceRegion
            let candidate = SupportRule.Candidate(
              host: host.host, source: host.source, isRepresentative: host.isRepresentative, reach: reach)
            names[cell, default: []].append((key.variant, candidate))
          }
        }
        for (cell, candidates) in names {
          func reach(_ variant: Variant) -> SupportRule.Reach? {
            SupportRule.deciding(candidates.filter { $0.0 == variant }.map(\.1))?.reach
          }
          let pair = candidates.filter { $0.0 == .default || $0.0 == .dualstack }
          let old = all.last?[cell]
          if pair.isEmpty { continue }
          guard pair.contains(where: { wasSeen($0.1.host, at: index) }) else {
            support[cell] = old
            continue
          }
          let new = SupportRule.support(standard: reach(.default), dualstack: reach(.dualstack))
          // Unknown ends nothing, and what is ipv6 or opt-in already is opt-in at least.
          let isKept =
            new.support == .unknown
            || new.isAtLeast && old?.isAtLeast == false && [.optIn, .ipv6].contains(old?.support)
          support[cell] = isKept ? old ?? new : new
        }
        all.append(support)
      }
      return all
    }
  }

  @Test("agrees with a memory of all observations", arguments: seeds(6))
  func agreesWithOracle(_ seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    let store = try MapStore(path: folder.file(), access: .writing)
    var oracle = Oracle()
    let all = World.hosts(services: 5, regions: 3) + World.hosts(services: 2, regions: 2, partition: "aws-cn")
    for day in 0..<14 {
      let isAbandoned = random.next() % 5 == 0
      let hosts = all.filter { _ in random.next() % 12 > 0 || day % 4 != 0 }
      let list = day % 4 == 0 ? hosts : oracle.runs.last?.hosts ?? all
      let selection =
        random.next() % 3 == 0
        ? EndpointSelection(regions: [NamePattern("r\(random.next() % 3)")]) : EndpointSelection()
      let journal = try ScanJournal.begin(
        store: store,
        description: World.description(
          at: World.day(day), catalog: CatalogRelease(release: "\(day / 4)", hash: ""),
          selection: selection),
        hosts: list)
      #expect(journal.pending.map(\.host) == list.filter(selection.admits).map(\.host).sorted())
      let answers = journal.pending.map { World.randomAnswer($0.host, using: &random) }
      if isAbandoned {
        try journal.append(Array(answers.prefix(answers.count / 2)))
        continue
      }
      try journal.append(answers)
      try journal.finish(at: World.day(day), losses: .trusting)
      oracle.runs.append(
        Oracle.Run(
          hosts: list, answers: Dictionary(uniqueKeysWithValues: answers.map { ($0.host, $0) }),
          finished: World.day(day)))
    }
    try check(store, oracle)
  }

  private func check(_ store: MapStore, _ oracle: Oracle) throws {
    let support = oracle.support()
    var changes: [String] = []
    for index in oracle.runs.indices {
      let date = oracle.runs[index].finished
      let everything = EndpointSelection()
      let hosts = try store.hosts(at: date, selection: everything)
      // The chain of a closed interval is the one seen last in it; the oracle knows no gaps in chains.
      #expect(hosts.map(Self.withoutChain) == oracle.hosts(at: index).map(Self.withoutChain))
      let rows = try store.support(at: date, filter: MapFilter())
      let measured = Dictionary(
        uniqueKeysWithValues: rows.map {
          ($0.place, SupportRule.Outcome($0.support, isAtLeast: $0.isAtLeast))
        })
      #expect(measured == support[index])
      if index == oracle.runs.count - 1 {
        #expect(try store.hosts(at: nil, selection: everything) == hosts)
        #expect(try store.support(at: nil, filter: MapFilter()) == rows)
      }
      guard index > 0 else { continue }
      for (cell, now) in support[index].sorted(by: { $0.key < $1.key }) {
        let before = support[..<index].last { $0[cell] != nil }?[cell]
        guard let before, before.support != .unknown, now.support != .unknown else { continue }
        let isRefined = before.isAtLeast && now.support == .ipv6
        if before.support != now.support, !isRefined {
          changes.append("\(date) \(cell) \(before.support.rawValue) \(now.support.rawValue)")
        }
      }
    }
    let found = try store.changes(since: nil, until: nil, filter: MapFilter()).map { row in
      let cell = row.place
      return "\(row.date) \(cell) \(row.from.rawValue) \(row.to.rawValue)"
    }
    #expect(found == changes)
    #expect(!changes.isEmpty)
  }

  private static func withoutChain(_ record: HostRecord) -> HostRecord {
    var record = record
    record.cname = []
    return record
  }

  /// As many seeds as a test needs, from the seed of the tests.
  static func seeds(_ count: UInt64) -> [UInt64] {
    var generator = SplitMix64(seed: TestSeed.named("EGRESS6_INTERVAL_SEED"))
    return (0..<count).map { _ in generator.next() }
  }
}
