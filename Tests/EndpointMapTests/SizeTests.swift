// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import EndpointMap
import Foundation
import GRDB
import ServiceCatalog
import Testing

/// A year of daily runs with one change in a hundred a day.
///
/// `EGRESS6_SIZE_HOSTS=60000 swift test --filter SizeTests` measures a full list; `EGRESS6_SIZE_RUNS` shortens the year.
@Suite("Size of a year")
struct SizeTests {
  @Test("keeps a year of daily runs small")
  func year() throws {
    let wanted = ProcessInfo.processInfo.environment["EGRESS6_SIZE_HOSTS"].flatMap(Int.init) ?? 400
    let runs = TestDepth.repetitions("EGRESS6_SIZE_RUNS", quick: 90, full: 365)
    var random = SplitMix64(seed: 7)
    let folder = try TemporaryFolder()
    let store = try MapStore(path: folder.file(), access: .writing)
    let hosts = Array(World.hosts(services: wanted / 80 + 1, regions: 20).prefix(wanted))
    var state: [String: HostObservation] = [:]
    for host in hosts { state[host.host] = World.answer(host.host, a: .yes, aaaa: .no) }
    var changes = 0
    var first = 0
    for day in 0..<runs {
      for host in hosts where day > 0 && random.next() % 100 == 0 {
        let isYes = state[host.host]?.aaaa.answer == .yes
        state[host.host] = World.answer(host.host, a: .yes, aaaa: isYes ? .no : .yes)
        changes += 1
      }
      try store.run(day: day, hosts: hosts) { state[$0] ?? World.answer($0, a: .unknown, aaaa: .unknown) }
      if day == 0 { first = try used(store.path) }
    }
    let total = try used(store.path)
    print(
      """
      \(hosts.count) hosts, \(runs) runs, \(changes) changes: \(total) bytes, after the first run \(first); \
      file \(size(of: store.path)), log \(size(of: store.path + "-wal"))
      """)
    // An interval of an answer, one of a support and their share of indexes and page slack.
    #expect(total - first < changes * 200 + runs * 1000 + 100_000)
    #expect(first < hosts.count * 700 + 200_000)
    #expect(try store.changes(since: nil, until: nil, filter: MapFilter()).count > changes / 8)
  }

  private func used(_ path: String) throws -> Int {
    try DatabaseQueue(path: path).read { database in
      try #require(try Int.fetchOne(database, sql: "SELECT sum(pgsize) FROM dbstat"))
    }
  }
}
