// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import GRDB
import IPAddressing
import ServiceCatalog
import Testing

/// Runs that take addresses away from many names at once.
@Suite("Held changes")
struct HeldChangeTests {
  private static let first = "127.0.0.1:53"
  private static let other = "127.0.0.2:53"

  private let folder: TemporaryFolder
  private let store: MapStore
  private let hosts: [EndpointHost]

  init() throws {
    folder = try TemporaryFolder()
    store = try MapStore(path: folder.file(), access: .writing)
    hosts = World.hosts(services: 10, regions: 5).filter { $0.host.hasPrefix("default.") }
  }

  /// Makes a run in which some names have no IPv6 addresses.
  private func run(
    _ day: Int, hosts: [EndpointHost], losing lost: Int, _ answer: Answer = .no, isConfirmed: Bool = false,
    by resolver: String = first, resolvers: [String]? = nil
  ) throws {
    let names = Set(hosts.prefix(lost).map(\.host))
    try store.run(day: day, hosts: hosts, resolvers: resolvers ?? [resolver], losses: .standard) { host in
      var observation = World.answer(host, a: .yes, aaaa: names.contains(host) ? answer : .yes)
      observation.a.resolver = resolver
      observation.aaaa.resolver = resolver
      observation.aaaa.isConfirmed = isConfirmed && names.contains(host)
      return observation
    }
  }

  private func withIPv6() throws -> Int {
    try store.hosts(at: nil, selection: EndpointSelection()).filter { $0.aaaa == .yes }.count
  }

  private func held() throws -> Int { try store.runs().last?.held[.ipv6] ?? 0 }

  /// A loss and whether it is held back.
  struct Loss: CustomTestStringConvertible, Sendable {
    var names: Int
    var lost: Int
    var answer: Answer = .no
    var isConfirmed = false
    var held: Int
    var testDescription: String {
      "\(lost) of \(names) turn \(answer)\(isConfirmed ? ", confirmed" : ""): \(held) held"
    }
  }

  @Test(
    "holds back what is too much at once",
    arguments: [
      Loss(names: 2, lost: 2, held: 2), Loss(names: 2, lost: 2, answer: .absent, held: 2),
      Loss(names: 2, lost: 2, answer: .synthesised, held: 2), Loss(names: 1, lost: 1, held: 1),
      Loss(names: 2, lost: 1, isConfirmed: true, held: 0),
      Loss(names: 2, lost: 2, isConfirmed: true, held: 0),
      Loss(names: 50, lost: 1, held: 0), Loss(names: 50, lost: 2, held: 2),
      Loss(names: 50, lost: 5, isConfirmed: true, held: 0),
      Loss(names: 50, lost: 6, isConfirmed: true, held: 6),
      Loss(names: 50, lost: 50, isConfirmed: true, held: 50),
      Loss(names: 50, lost: 50, answer: .unknown, held: 0),
      Loss(names: 50, lost: 50, answer: .private, held: 0),
    ])
  func share(_ c: Loss) throws {
    let hosts = Array(hosts.prefix(c.names))
    try run(0, hosts: hosts, losing: 0)
    try run(1, hosts: hosts, losing: c.lost, c.answer, isConfirmed: c.isConfirmed)
    #expect(try held() == c.held)
    let kept = c.held > 0 || c.answer == .unknown
    #expect(try withIPv6() == (kept ? c.names : c.names - c.lost))
    let changes = try store.changes(since: nil, until: nil, filter: MapFilter())
    let isChange = !kept && c.answer != .private
    #expect(changes.count == (isChange ? c.lost : 0))
    // The counts say what was answered.
    #expect(try store.runs().last?.counts[.ipv6, c.answer] == c.lost)
  }

  @Test("another resolver confirms on the same day, the same one does not")
  func confirmation() throws {
    let hosts = Array(hosts.prefix(2))
    try run(0, hosts: hosts, losing: 0)
    try run(1, hosts: hosts, losing: 2)
    try run(1, hosts: hosts, losing: 2)
    #expect(try held() == 2 && withIPv6() == 2)
    let rows = try store.hosts(at: nil, selection: EndpointSelection())
    #expect(rows.map(\.held) == [[.ipv6], [.ipv6]])
    #expect(rows.map(\.observedAt) == [World.day(0), World.day(0)])
    try run(1, hosts: hosts, losing: 2, by: Self.other)
    #expect(try held() == 0 && withIPv6() == 0)
    #expect(try store.changes(since: nil, until: nil, filter: MapFilter()).count == 2)
    #expect(try store.runs().map { $0.held[.ipv6] ?? 0 } == [0, 2, 2, 0])
  }

  @Test("a second resolver that is asked beside the first confirms")
  func secondResolver() throws {
    try run(0, hosts: hosts, losing: 0)
    try run(1, hosts: hosts, losing: 50)
    try run(1, hosts: hosts, losing: 50, isConfirmed: true, resolvers: [Self.first, Self.other])
    #expect(try held() == 0 && withIPv6() == 0)
  }

  @Test("two resolvers that agreed from the start are not each other's witness later")
  func pair() throws {
    let both = [Self.first, Self.other]
    try run(0, hosts: hosts, losing: 0)
    try run(1, hosts: hosts, losing: 50, isConfirmed: true, resolvers: both)
    try run(1, hosts: hosts, losing: 50, isConfirmed: true, by: Self.other, resolvers: both)
    #expect(try held() == 50 && withIPv6() == 50)
  }

  @Test("the same resolver confirms a day later")
  func patience() throws {
    try run(0, hosts: hosts, losing: 0)
    try run(1, hosts: hosts, losing: 50)
    try run(2, hosts: hosts, losing: 50)
    #expect(try held() == 0 && withIPv6() == 0)
  }

  @Test("an answer with addresses refutes, and a failed look decides nothing")
  func refutation() throws {
    try run(0, hosts: hosts, losing: 0)
    try run(1, hosts: hosts, losing: 50)
    try run(9, hosts: hosts, losing: 50, .unknown, by: Self.other)
    #expect(try held() == 50)
    try run(9, hosts: hosts, losing: 0)
    #expect(try held() == 0 && withIPv6() == 50)
    // The next loss starts anew.
    try run(10, hosts: hosts, losing: 50)
    #expect(try held() == 50 && withIPv6() == 50)
  }

  @Test("A records are held back like AAAA records")
  func otherFamily() throws {
    try run(0, hosts: hosts, losing: 0)
    try store.run(day: 1, hosts: hosts, losses: .standard) { World.answer($0, a: .absent, aaaa: .absent) }
    let rows = try store.hosts(at: nil, selection: EndpointSelection())
    #expect(rows.allSatisfy { $0.a == .yes && $0.aaaa == .yes && $0.held == [.ipv4, .ipv6] })
    #expect(try store.changes(since: nil, until: nil, filter: MapFilter()).isEmpty)
  }

  @Test("marks addresses outside the published ranges, as seen last, in the list and in the export")
  func marks() throws {
    let hosts = Array(hosts.prefix(3))
    for (day, marked) in [[0, 1], [1, 2]].enumerated() {
      try store.run(day: day, hosts: hosts) { host in
        var answer = World.answer(host, a: .yes, aaaa: .yes)
        answer.aaaa.isOutsideRanges = marked.map { hosts[$0].host }.contains(host)
        if host == hosts[2].host { answer.a.answer = .unknown }
        answer.a.isOutsideRanges = host == hosts[2].host
        return answer
      }
    }
    let expected: [[AddressFamily]] = [[], [.ipv6], [.ipv4, .ipv6]]
    let order = hosts.map(\.host).enumerated().sorted { $0.element < $1.element }.map(\.offset)
    let rows = try store.hosts(at: nil, selection: EndpointSelection())
    #expect(rows.map(\.outsideRanges) == order.map { expected[$0] })
    let copy = folder.file("export.sqlite")
    try SQLiteExport.write(store, to: copy, at: nil, filter: MapFilter(), generatedAt: World.day(3))
    let exported = try DatabaseQueue(path: copy).read {
      try String.fetchAll($0, sql: "SELECT outside_aws_ranges || '|' || held FROM hosts ORDER BY host")
    }
    #expect(exported == rows.map { "\($0.outsideRanges.map(\.rawValue).joined(separator: " "))|" })
  }

  @Test("a salvaged store keeps what is held")
  func salvage() throws {
    try run(0, hosts: hosts, losing: 0)
    try run(1, hosts: hosts, losing: 50)
    let saved = folder.file("saved.sqlite")
    let report = try Salvage.recover(from: folder.file(), to: saved)
    #expect(report.tables.allSatisfy { $0.isComplete })
    let copy = try MapStore(path: saved, access: .reading)
    #expect(try copy.runs() == store.runs())
    #expect(
      try copy.hosts(at: nil, selection: EndpointSelection())
        == store.hosts(at: nil, selection: EndpointSelection()))
  }

  /// What the store lacked before it knew marks and held changes.
  private static let removeMarks = """
    DROP TABLE held;
    DROP INDEX history_open;
    CREATE INDEX history_open ON history (host, family, answer, chain, until_run) WHERE until_run IS NULL;
    ALTER TABLE history DROP COLUMN outside_ranges;
    ALTER TABLE journal DROP COLUMN outside_ranges;
    ALTER TABLE journal DROP COLUMN confirmed;
    DELETE FROM grdb_migrations WHERE identifier = '0004-address-marks';
    PRAGMA user_version = 1;
    """

  @Test("a store of the older schema is salvaged whole, and a scan brings it up to date")
  func olderSchema() throws {
    try run(0, hosts: hosts, losing: 0)
    let rows = try store.hosts(at: nil, selection: EndpointSelection())
    let older = folder.file("older.sqlite")
    try DatabaseQueue(path: folder.file()).backup(to: DatabaseQueue(path: older))
    let queue = try DatabaseQueue(path: older)
    try queue.writeWithoutTransaction { try $0.execute(sql: Self.removeMarks) }
    try queue.close()
    let saved = folder.file("saved.sqlite")
    let report = try Salvage.recover(from: older, to: saved)
    #expect(report.tables.allSatisfy { $0.isComplete })
    #expect(
      try MapStore(path: saved, access: .reading).hosts(at: nil, selection: EndpointSelection()) == rows)
    let migrated = try MapStore(path: older, access: .writing)
    #expect(try migrated.hosts(at: nil, selection: EndpointSelection()) == rows)
  }
}
