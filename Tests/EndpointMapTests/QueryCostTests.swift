// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import Foundation
import ServiceCatalog
import Testing

/// What queries cost on a store of three runs and 40,000 endpoints: printed, since only a quiet release build counts.
///
/// `EGRESS6_COST_ENDPOINTS=40000 EGRESS6_COST_STORE=/tmp/forty.sqlite swift test --filter QueryCostTests` leaves a full
/// store for `time egress6 export --store /tmp/forty.sqlite` of a release build.
@Suite("Cost of queries")
struct QueryCostTests {
  @Test("answers from the full store")
  func cost() throws {
    let wanted = ProcessInfo.processInfo.environment["EGRESS6_COST_ENDPOINTS"].flatMap(Int.init) ?? 800
    let folder = try TemporaryFolder()
    let path = ProcessInfo.processInfo.environment["EGRESS6_COST_STORE"] ?? folder.file()
    let hosts = World.hosts(services: wanted / 160, regions: 40).filter { !$0.host.hasPrefix("bucket") }
    do {
      let store = try MapStore(path: path, access: .writing)
      for day in 0..<3 {
        let start = Self.processorTime()
        try store.run(day: day, hosts: hosts) { host in
          World.answer(host, a: .yes, aaaa: (host.utf8.count + day) % 5 == 0 ? .yes : .no)
        }
        print("run \(day): \(Self.processorTime() - start)")
      }
    }
    func measure<Row>(_ name: String, _ body: (MapStore) throws -> [Row]) throws {
      let start = Self.processorTime()
      let rows = try body(try MapStore(path: path, access: .reading))
      print("\(name): \(rows.count) rows, \(Self.processorTime() - start) to read")
      #expect(!rows.isEmpty)
    }
    try measure("map") { try $0.support(at: nil, filter: MapFilter()) }
    try measure("map at the first run") {
      try $0.support(at: World.day(0), filter: MapFilter())
    }
    try measure("changes") { try $0.changes(since: nil, until: nil, filter: MapFilter()) }
    try measure("hosts") { try $0.hosts(at: nil, selection: EndpointSelection()) }
    try measure("hosts of some regions") {
      try $0.hosts(at: nil, selection: EndpointSelection(regions: [NamePattern("r1*")]))
    }
  }

  private static func processorTime() -> Duration {
    .microseconds(Int64(clock()) * 1_000_000 / Int64(CLOCKS_PER_SEC))
  }
}
