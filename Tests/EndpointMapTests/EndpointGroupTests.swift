// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import Foundation
import GRDB
import ServiceCatalog
import Testing

@testable import EndpointMap

/// Support, history and changes of endpoint groups.
@Suite("Endpoint groups in the store")
struct EndpointGroupTests {
  let folder: TemporaryFolder
  let store: MapStore

  init() throws {
    folder = try TemporaryFolder()
    store = try MapStore(path: folder.file(), access: .writing)
  }

  private static let place = ServiceRegion(partition: "aws", service: "s3", region: "us-east-1")

  /// A release: for each group, the main one first, its default and its dual-stack name.
  struct Release {
    var number: Int
    var groups: [(name: String, standard: String, dualstack: String?)]

    var hosts: [EndpointHost] {
      groups.flatMap { group in
        let names: [(String, Variant)] =
          [(group.standard, .default)] + (group.dualstack.map { [($0, .dualstack)] } ?? [])
        return names.map { host, variant in
          EndpointHost(host: host, endpoints: [EndpointKey(place, variant)], source: .rules)
        }
      }
    }

    func roles(_ host: String, _ key: EndpointKey) -> [EndpointRole] {
      groups.enumerated().compactMap { index, group in
        group.standard == host || group.dualstack == host
          ? EndpointRole(group: group.name, isMain: index == 0, isDeciding: true) : nil
      }
    }
  }

  private static let first = Release(
    number: 1,
    groups: [
      ("express", "express.test", "express.dual.test"), ("s3", "s3.test", "s3.dual.test"),
      ("website", "website.test", nil),
    ])
  /// The same names, of which others are the ordinary ones.
  private static let second = Release(
    number: 2, groups: [first.groups[1], first.groups[0], ("site", "site.test", nil)])

  /// Makes a run; hosts without an answer are looked up in vain.
  private func run(
    _ day: Int, _ release: Release, _ answers: [String: (Answer, Answer)], in store: MapStore? = nil
  ) throws {
    let journal = try ScanJournal.begin(
      store: store ?? self.store,
      description: World.description(
        at: World.day(day), catalog: CatalogRelease(release: "\(release.number)", hash: "")),
      hosts: release.hosts, roles: { release.roles($0, $1) })
    try journal.append(
      journal.pending.map { question in
        let (a, aaaa) = answers[question.host] ?? (.unknown, .unknown)
        return World.answer(question.host, a: a, aaaa: aaaa)
      })
    try journal.finish(at: World.day(day), losses: .trusting)
  }

  private func rows(_ day: Int? = nil, in store: MapStore? = nil) throws -> [String] {
    try (store ?? self.store).support(at: day.map(World.day), filter: MapFilter(includesGroups: true)).map {
      "\($0.isMain ? "*" : "")\($0.group) \($0.support.rawValue)\($0.isAtLeast ? "+" : "")"
    }
  }

  private func changes(in store: MapStore? = nil, _ filter: MapFilter = MapFilter(includesGroups: true))
    throws
    -> [String]
  {
    try (store ?? self.store).changes(since: nil, until: nil, filter: filter).map { row in
      let bound = row.isAtLeast ? "+" : ""
      let cause = row.cause?.rawValue ?? "unrecorded"
      return
        "\(row.isMain ? "*" : "")\(row.group) \(row.from.rawValue) \(row.to.rawValue)\(bound) \(cause) \(row.host)"
    }
  }

  private static let world: [String: (Answer, Answer)] = [
    "express.test": (.absent, .absent), "express.dual.test": (.absent, .absent), "s3.test": (.yes, .no),
    "s3.dual.test": (.yes, .yes), "website.test": (.yes, .no), "site.test": (.yes, .no),
  ]

  @Test("each group has its own support, and the main one is the cell")
  func support() throws {
    try run(0, Self.first, Self.world)
    #expect(try rows() == ["*express none", "s3 opt-in", "website ipv4"])
    let main = try store.support(at: nil, filter: MapFilter())
    #expect(main.map(\.group) == ["express"])
    #expect(main.map(\.hosts.dualstack) == ["express.dual.test"])
    let some = MapFilter(support: [.ipv4, .none], includesGroups: true)
    #expect(try store.support(at: nil, filter: some).map(\.group) == ["express", "website"])
  }

  @Test("a release that makes another group the main one changes the cell, not the network")
  func release() throws {
    try run(0, Self.first, Self.world)
    try run(1, Self.second, Self.world)
    #expect(try rows() == ["*s3 opt-in", "express none", "site ipv4"])
    #expect(try rows(0) == ["*express none", "s3 opt-in", "website ipv4"])
    #expect(try changes() == ["*s3 none opt-in release s3.dual.test"])
    // And back: the history of the groups goes on.
    try run(2, Self.first, Self.world)
    #expect(try rows() == ["*express none", "s3 opt-in", "website ipv4"])
    #expect(try changes().last == "*express opt-in none release express.dual.test")
    #expect(try rows(1) == ["*s3 opt-in", "express none", "site ipv4"])
  }

  @Test("a cell that changes because names answer otherwise has changed in the network")
  func network() throws {
    var world = Self.world
    try run(0, Self.second, world)
    world["s3.test"] = (.yes, .yes)
    world["express.test"] = (.yes, .no)
    try run(1, Self.second, world)
    #expect(try changes() == ["*s3 opt-in ipv6 network s3.test", "express none ipv4 network express.test"])
    #expect(try changes(MapFilter()) == ["*s3 opt-in ipv6 network s3.test"])
    #expect(try changes(MapFilter(cause: .release, includesGroups: true)).isEmpty)
    #expect(try changes(MapFilter(cause: .network)).count == 1)
  }

  @Test("a release and the network at once: what the names before answer now decides")
  func both() throws {
    let old = Release(number: 1, groups: [("a", "a.test", "a.old.test")])
    let new = Release(number: 2, groups: [("a", "a.test", "a.new.test")])
    try run(0, old, ["a.test": (.yes, .no), "a.old.test": (.absent, .absent)])
    // The new name answers; the old one still does not: a better name, the same network.
    try run(1, new, ["a.test": (.yes, .no), "a.new.test": (.yes, .yes)])
    #expect(try changes() == ["*a ipv4 opt-in release a.new.test"])
    // The default name gains IPv6 while the dual-stack name changes again.
    try run(2, old, ["a.test": (.yes, .yes), "a.old.test": (.absent, .absent)])
    #expect(try changes().last == "*a opt-in ipv6 network a.test")
  }

  @Test("a new name without an answer ends nothing")
  func newNameFails() throws {
    let old = Release(number: 1, groups: [("a", "a.test", "a.old.test")])
    let new = Release(number: 2, groups: [("a", "b.test", "b.dual.test")])
    try run(0, old, ["a.test": (.yes, .no), "a.old.test": (.yes, .yes)])
    try run(1, new, [:])
    #expect(try rows() == ["*a opt-in"])
    #expect(try changes().isEmpty)
  }

  @Test("a group that a release drops and brings back is compared with what it was")
  func dropped() throws {
    let only = Release(number: 2, groups: [Self.first.groups[0]])
    try run(0, Self.first, Self.world)
    try run(1, only, Self.world)
    #expect(try rows() == ["*express none"])
    #expect(try changes().isEmpty)
    var world = Self.world
    world["website.test"] = (.yes, .yes)
    try run(2, Self.first, world)
    #expect(try rows() == ["*express none", "s3 opt-in", "website ipv6"])
    #expect(try changes() == ["website ipv4 ipv6 network website.test"])
  }

  // MARK: Bounds

  private static let pair = Release(number: 1, groups: [("a", "a.test", "a.dual.test")])
  private static let bound: [String: (Answer, Answer)] = ["a.dual.test": (.yes, .yes)]

  @Test("a dual-stack name with IPv6 beside an unknown default name is opt-in at least")
  func bound() throws {
    try run(0, Self.pair, Self.bound)
    #expect(try rows() == ["*a opt-in+"])
    #expect(try changes().isEmpty)
    // Known better: no change.
    try run(1, Self.pair, ["a.test": (.yes, .yes), "a.dual.test": (.yes, .yes)])
    #expect(try rows() == ["*a ipv6"])
    #expect(try changes().isEmpty)
    // A failed lookup and a private view leave what is known.
    try run(2, Self.pair, Self.bound)
    try run(3, Self.pair, ["a.test": (.private, .private), "a.dual.test": (.yes, .yes)])
    #expect(try rows() == ["*a ipv6"])
    #expect(try rows(0) == ["*a opt-in+"])
  }

  @Test("a bound becomes exact without a change, and keeps its date")
  func exact() throws {
    try run(0, Self.pair, Self.bound)
    try run(1, Self.pair, ["a.test": (.yes, .no), "a.dual.test": (.yes, .yes)])
    #expect(try rows() == ["*a opt-in"])
    #expect(try changes().isEmpty)
    #expect(try store.support(at: nil, filter: MapFilter()).map(\.since) == [World.day(0)])
    try run(2, Self.pair, ["a.test": (.private, .private), "a.dual.test": (.yes, .yes)])
    #expect(try rows() == ["*a opt-in"])
  }

  @Test("a bound ends what it contradicts, and is ended by what contradicts it")
  func contradicted() throws {
    let ipv4: [String: (Answer, Answer)] = ["a.test": (.yes, .no), "a.dual.test": (.yes, .no)]
    try run(0, Self.pair, ipv4)
    try run(1, Self.pair, ["a.test": (.private, .private), "a.dual.test": (.yes, .yes)])
    #expect(try rows() == ["*a opt-in+"])
    #expect(try changes() == ["*a ipv4 opt-in+ network a.dual.test"])
    try run(2, Self.pair, ipv4)
    #expect(try rows() == ["*a ipv4"])
    #expect(try changes().last == "*a opt-in ipv4 network a.dual.test")
  }

  // MARK: Stores from before groups

  /// Writes a store's rows into a file of schema 1.
  private func older(_ store: MapStore) throws -> String {
    let path = folder.file("older.sqlite")
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: Schema.migrations[0].sql)
      try database.execute(
        sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);"
          + "INSERT INTO grdb_migrations VALUES ('\(Schema.migrations[0].name)')")
      try database.execute(
        sql:
          "PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = 1; PRAGMA foreign_keys = OFF"
      )
      try database.execute(sql: "ATTACH ? AS new", arguments: [store.path])
      for table in ["text", "catalog", "coverage", "run", "run_count", "host", "history", "gap", "cell"] {
        let columns = try database.columns(in: table, in: "main").map(\.name).joined(separator: ", ")
        try database.execute(
          sql: "INSERT INTO main.\(table) (\(columns)) SELECT \(columns) FROM new.\(table)")
      }
      // It kept no groups in the digest of a list either.
      try database.execute(sql: "UPDATE main.catalog SET digest = 'older ' || id")
      // The older program took the names of one group for those of the whole service.
      try database.execute(
        sql: """
          INSERT INTO main.endpoint SELECT cell, variant, host, since_run, until_run, source, representative, is_main
            FROM new.endpoint;
          INSERT INTO main.support SELECT cell, fips, since_run, until_run, support, evidence, support_since, previous,
            decided_by, standard, dualstack FROM new.support WHERE is_main;
          """)
    }
    try queue.close()
    return path
  }

  @Test("an older store keeps its history, and what another name decided is derived anew without a change")
  func migration() throws {
    var world = Self.world
    try run(0, Self.first, world)
    world["express.test"] = (.yes, .no)
    try run(1, Self.first, world)
    let path = try older(store)
    #expect(try storeError { try MapStore(path: path, access: .reading) }?.kind == .olderSchema)
    let migrated = try MapStore(path: path, access: .writing)
    #expect(try rows(in: migrated) == ["* ipv4"])
    #expect(try rows(0, in: migrated) == ["* none"])
    #expect(try changes(in: migrated) == ["* none ipv4 network express.test"])
    #expect(
      try migrated.hosts(at: nil, selection: EndpointSelection())
        == store.hosts(at: nil, selection: EndpointSelection()))
    try run(2, Self.second, world, in: migrated)
    #expect(try rows(in: migrated) == ["*s3 opt-in", "express ipv4", "site ipv4"])
    #expect(try changes(in: migrated) == ["* none ipv4 network express.test"])
    // From here on it is a store like any other.
    world["s3.test"] = (.yes, .yes)
    try run(3, Self.second, world, in: migrated)
    #expect(try changes(in: migrated).last == "*s3 opt-in ipv6 network s3.test")
    let fresh = try DatabaseQueue(path: folder.file()).read { try Self.schema($0) }
    let found = try DatabaseQueue(path: path).read { try Self.schema($0) }
    #expect(found == fresh)
    let orphans = try DatabaseQueue(path: path).read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }
    #expect(orphans.isEmpty)
  }

  @Test("a change of the network in an older store's first new run is one")
  func migrationAndChange() throws {
    try run(0, Self.first, Self.world)
    let migrated = try MapStore(path: try older(store), access: .writing)
    var world = Self.world
    world["express.test"] = (.yes, .no)
    try run(1, Self.first, world, in: migrated)
    #expect(try changes(in: migrated) == ["*express none ipv4 network express.test"])
  }

  @Test("the cause of an older change is known only where the catalog stayed the same")
  func unrecordedCause() throws {
    try run(0, Self.first, Self.world)
    var other = Self.first
    other.number = 2
    var world = Self.world
    world["express.test"] = (.yes, .no)
    try run(1, other, world)
    let migrated = try MapStore(path: try older(store), access: .writing)
    #expect(try changes(in: migrated) == ["* none ipv4 unrecorded express.test"])
    #expect(try changes(in: migrated, MapFilter(cause: .network)).isEmpty)
  }

  @Test("salvage reads an older store")
  func salvage() throws {
    try run(0, Self.first, Self.world)
    let path = try older(store)
    let report = try Salvage.recover(from: path, to: folder.file("saved.sqlite"))
    #expect(report.tables.allSatisfy { $0.isComplete }, "\(report.tables.filter { !$0.isComplete })")
    let saved = try MapStore(path: folder.file("saved.sqlite"), access: .reading)
    #expect(try rows(in: saved) == ["* none"])
  }

  @Test("salvage keeps the support of a group whose name is lost")
  func lostName() throws {
    try run(0, Self.first, Self.world)
    let queue = try DatabaseQueue(path: folder.file())
    try queue.writeWithoutTransaction { database in
      try database.execute(
        sql: "PRAGMA foreign_keys = OFF; DELETE FROM endpoint_group WHERE name = 'express'")
    }
    try queue.close()
    #expect(try storeError { try rows() }?.kind == .damaged)
    _ = try Salvage.recover(from: folder.file(), to: folder.file("saved.sqlite"))
    let saved = try MapStore(path: folder.file("saved.sqlite"), access: .reading)
    #expect(try saved.support(at: nil, filter: MapFilter()).map(\.support) == [.none])
  }

  private static func schema(_ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk
        FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' ORDER BY 1
        """)
  }
}
