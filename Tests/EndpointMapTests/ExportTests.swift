// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import Foundation
import GRDB
import IPAddressing
import MapViews
import ServiceCatalog
import StrictJSON
import Testing

@Suite("Exports")
struct ExportTests {
  let folder: TemporaryFolder
  let store: MapStore

  init() throws {
    folder = try TemporaryFolder()
    store = try MapStore(path: folder.file(), access: .writing)
    let hosts = World.hosts(services: 3, regions: 1).filter { $0.host.contains(".s2.") }
    for day in 0..<2 {
      try store.run(day: day, hosts: hosts) {
        World.answer($0, a: .yes, aaaa: $0.hasPrefix("dual") && day == 1 ? .yes : .no)
      }
    }
  }

  @Test("writes the promised fields of hosts")
  func hosts() throws {
    let view = HostView.view(try store.hosts(at: nil, selection: EndpointSelection()))
    #expect(
      view.rows.map { view.json(of: $0).text() }.first
        == """
        {"host":"default.s2.r0.aws.test","a":"yes","aaaa":"no","cname":["front.default.s2.r0.aws.test"],\
        "observed_at":"2026-01-02T12:00:00Z","evidence":"resolved","outside_aws_ranges":[],"held":[]}
        """)
  }

  @Test("writes the promised fields of support")
  func support() throws {
    let view = SupportView.view(try store.support(at: nil, filter: MapFilter()))
    #expect(
      view.rows.map { view.json(of: $0).text() } == [
        """
        {"partition":"aws","service":"s2","region":"r0","support":"opt-in","evidence":"resolved",\
        "evidence_date":null,"since":"2026-01-02T12:00:00Z","hosts":{"default":"default.s2.r0.aws.test",\
        "dualstack":"dualstack.s2.r0.aws.test","fips":"fips.s2.r0.aws.test",\
        "fips-dualstack":"fips-dualstack.s2.r0.aws.test"},"group":"all","main":true,"at_least":false,\
        "stale":false,"marks":[],"note":null}
        """
      ])
  }

  @Test("writes the promised fields of changes")
  func changes() throws {
    let view = ChangesView.view(try store.changes(since: nil, until: nil, filter: MapFilter()))
    #expect(
      view.rows.map { view.json(of: $0).text() } == [
        """
        {"date":"2026-01-02T12:00:00Z","partition":"aws","service":"s2","region":"r0","from":"ipv4",\
        "to":"opt-in","host":"dualstack.s2.r0.aws.test","evidence":"resolved",\
        "cause":"network","group":"all","main":true,"at_least":false,"basis":"scan","source":null}
        """
      ])
  }

  @Test("writes a SQLite file with the same fields")
  func sqlite() throws {
    let path = folder.file("export.sqlite")
    try Data("older file".utf8).write(to: URL(fileURLWithPath: path))
    try SQLiteExport.write(store, to: path, at: nil, filter: MapFilter(), generatedAt: World.day(9))
    let queue = try DatabaseQueue(path: path)
    #expect(try queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    let host = try #require(try queue.read { try Row.fetchOne($0, sql: "SELECT * FROM hosts ORDER BY host") })
    #expect(Array(host.columnNames) == HostView.view([]).columns.map(\.name))
    #expect(host["cname"] == "front.default.s2.r0.aws.test")
    let support = try #require(try queue.read { try Row.fetchOne($0, sql: "SELECT * FROM support") })
    #expect(support["support"] == "opt-in")
    #expect(support["host_fips_dualstack"] == "fips-dualstack.s2.r0.aws.test")
    let change = try #require(try queue.read { try Row.fetchOne($0, sql: "SELECT * FROM changes") })
    // What a store has was measured: only rows of public sources differ in these columns.
    let columns = ChangesView.view([]).columns.map(\.name).filter {
      !ChangesView.publishedColumns.contains($0)
    }
    #expect(Array(change.columnNames) == columns)
    #expect(change["from"] == "ipv4")
    let catalog = try queue.read {
      try String.fetchOne($0, sql: "SELECT value FROM metadata WHERE name = 'catalog_release'")
    }
    #expect(catalog == "test 1")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left.allSatisfy { !$0.hasSuffix(".part") })
  }

  @Test("writes a SQLite file with the rows of the other exports", arguments: [nil, 2, 4])
  func sameRows(_ day: Int?) throws {
    let path = folder.file("export.sqlite")
    let hosts = World.hosts(services: 4, regions: 3)
    var random = SplitMix64(seed: 5)
    for day in 2..<6 {
      // Some runs look at a part, some lookups fail.
      let selection = EndpointSelection(regions: day == 4 ? [NamePattern("r1")] : [])
      try store.run(day: day, hosts: hosts, selection: selection) {
        World.randomAnswer($0, using: &random)
      }
    }
    let date = day.map(World.day)
    for filter in [
      MapFilter(), MapFilter(selection: EndpointSelection(services: [NamePattern("s[1-2]")])),
      MapFilter(selection: EndpointSelection(services: [NamePattern("s?")]), support: [.ipv6, .unknown]),
    ] {
      try SQLiteExport.write(store, to: path, at: date, filter: filter, generatedAt: World.day(9))
      let queue = try DatabaseQueue(path: path)
      func rows(_ sql: String) throws -> [[String?]] {
        try queue.read { try Row.fetchAll($0, sql: sql) }.map { row in
          row.databaseValues.map { String.fromDatabaseValue($0) ?? Int.fromDatabaseValue($0)?.description }
        }
      }
      let (hosts, support, changes) = try store.read(at: date) { map throws(StoreError) in
        (
          try map.hosts(filter.selection), try map.support(filter),
          try map.changes(since: nil, until: date, filter: filter)
        )
      }
      #expect(try rows("SELECT * FROM hosts ORDER BY host") == hosts.map(Self.fields))
      #expect(
        try rows("SELECT * FROM support ORDER BY partition, service, region") == support.map(Self.fields))
      #expect(try rows("SELECT * FROM changes ORDER BY rowid") == changes.map(Self.fields))
    }
  }

  private static func fields(_ row: HostRecord) -> [String?] {
    [
      row.host, row.a.rawValue, row.aaaa.rawValue, row.cname.joined(separator: " "),
      row.observedAt?.description,
      row.evidence.rawValue, row.outsideRanges.map(\.rawValue).joined(separator: " "),
      row.held.map(\.rawValue).joined(separator: " "),
    ]
  }

  private static func fields(_ row: SupportRecord) -> [String?] {
    [
      row.place.partition.name, row.place.service.name, row.place.region.name, row.support.rawValue,
      row.evidence.rawValue, row.since?.description, row.hosts.standard, row.hosts.dualstack, row.hosts.fips,
      row.hosts.fipsDualstack, row.group, row.isMain ? "1" : "0", row.isAtLeast ? "1" : "0",
    ]
  }

  private static func fields(_ row: ChangeRecord) -> [String?] {
    [
      row.date.description, row.place.partition.name, row.place.service.name, row.place.region.name,
      row.from.rawValue, row.to.rawValue, row.host, row.evidence.rawValue, row.cause?.rawValue, row.group,
      row.isMain ? "1" : "0", row.isAtLeast ? "1" : "0",
    ]
  }

  @Test("leaves nothing behind where it cannot write")
  func cannotWrite() throws {
    let error = try storeError {
      try SQLiteExport.write(
        store, to: folder.file("no/such/export.sqlite"), at: nil, filter: MapFilter(),
        generatedAt: World.day(9))
    }
    #expect(error?.kind == .readOnly)
  }

  private static let documents = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/schemas")

  @Test("documents the SQLite file")
  func exportSchema() throws {
    let text = try String(contentsOf: Self.documents.appendingPathComponent("export.sql"), encoding: .utf8)
    #expect(text == SQLiteExport.schema + "\n")
  }
}
