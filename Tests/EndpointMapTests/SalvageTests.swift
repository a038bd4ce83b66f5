// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import EndpointMap
import Foundation
import GRDB
import ServiceCatalog
import Testing

@Suite("Damaged stores")
struct SalvageTests {
  /// A store of three runs, closed, so that all pages are in one file; made once.
  private static let template = Result<Template, any Error> {
    let folder = try TemporaryFolder()
    let hosts = World.hosts(services: 20, regions: 10)
    do {
      let store = try MapStore(path: folder.file(), access: .writing)
      for day in 0..<3 {
        try store.run(day: day, hosts: hosts) { host in
          World.answer(host, a: .yes, aaaa: host.utf8.count % 3 == day ? .yes : .no)
        }
      }
    }
    let rows = try MapStore(path: folder.file(), access: .reading)
      .hosts(at: nil, selection: EndpointSelection())
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
    var owners: [Int: String] = [:]
    let queue = try DatabaseQueue(path: folder.file())
    for row in try queue.read({ try Row.fetchAll($0, sql: "SELECT pageno, name FROM dbstat") }) {
      owners[row[0]] = row[1]
    }
    return Template(bytes: bytes, hosts: rows, owners: owners)
  }

  private struct Template {
    var bytes: Data
    var hosts: [HostRecord]
    /// The table or index of each page; pages are counted from 1.
    var owners: [Int: String]
  }

  let folder: TemporaryFolder
  let original: [HostRecord]
  let owners: [Int: String]

  init() throws {
    folder = try TemporaryFolder()
    let template = try Self.template.get()
    try template.bytes.write(to: URL(fileURLWithPath: folder.file()))
    original = template.hosts
    owners = template.owners
  }

  private static let pageSize = 4096

  private func damage(_ change: (inout Data) -> Void) throws {
    let file = URL(fileURLWithPath: folder.file())
    var bytes = try Data(contentsOf: file)
    change(&bytes)
    try bytes.write(to: file)
  }

  private func check(_ report: SalvageReport, of path: String) throws {
    let queue = try DatabaseQueue(path: path)
    #expect(try queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    let orphans = try queue.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }
    #expect(orphans.isEmpty)
    try queue.close()
    #expect(report.tables.map(\.name) == (try DamagedStore.tables()))
  }

  /// Whether a saved host's answers are the original ones or `unknown`.
  private func agrees(_ saved: [HostRecord]) -> Bool {
    let truth = Dictionary(grouping: original, by: \.host).compactMapValues(\.first)
    return saved.allSatisfy { row in
      guard let host = truth[row.host] else { return false }
      return (row.a == host.a || row.a == .unknown) && (row.aaaa == host.aaaa || row.aaaa == .unknown)
    }
  }

  @Test("saves everything from a store that is whole")
  func whole() throws {
    let path = folder.file("saved.sqlite")
    let report = try Salvage.recover(from: folder.file(), to: path)
    try check(report, of: path)
    #expect(report.tables.allSatisfy { $0.isComplete })
    #expect(report.restoredRuns == 0)
    let store = try MapStore(path: path, access: .reading)
    #expect(try store.hosts(at: nil, selection: EndpointSelection()) == original)
    let old = try MapStore(path: folder.file(), access: .reading)
    #expect(
      try store.support(at: World.day(1), filter: MapFilter())
        == old.support(at: World.day(1), filter: MapFilter()))
    #expect(
      try store.changes(since: nil, until: nil, filter: MapFilter())
        == old.changes(since: nil, until: nil, filter: MapFilter()))
    #expect(try store.runs() == old.runs())
  }

  @Test("detects torn pages and saves the rest", arguments: [1, 2, 3, 4, 5, 6, 7, 8])
  func tornPages(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var torn: Set<String> = []
    try damage { bytes in
      let pages = bytes.count / Self.pageSize
      for _ in 0..<3 {
        // The first pages hold the roots of all tables: see the test below.
        let page = Int.random(in: 40..<pages, using: &random)
        if let owner = owners[page + 1] { torn.insert(owner) }
        for offset in 0..<Self.pageSize {
          bytes[page * Self.pageSize + offset] = UInt8.random(in: 0...255, using: &random)
        }
      }
    }
    let error = try #require(try storeError { try MapStore(path: folder.file(), access: .writing) })
    #expect(error.kind == .damaged)
    let path = folder.file("saved.sqlite")
    let report = try Salvage.recover(from: folder.file(), to: path)
    try check(report, of: path)
    // Tables that lost a page have holes, and only those: indexes are not read.
    let tables = Set(report.tables.map(\.name))
    #expect(Set(report.tables.filter { $0.holes > 0 }.map(\.name)) == torn.intersection(tables))
    let saved = try MapStore(path: path, access: .reading).hosts(at: nil, selection: EndpointSelection())
    print("seed \(seed), \(torn.sorted()): \(saved.count) of \(original.count) hosts saved\n\(report)")
    let isTrue = agrees(saved)
    #expect(isTrue)
    // A page holds some hundred rows at most; an inner page of a small table leads to all of them.
    #expect(saved.count > original.count / 3)
  }

  @Test("detects a file that was cut off", arguments: [0.3, 0.6, 0.9, 0.99])
  func truncated(_ share: Double) throws {
    try damage { $0 = $0.prefix(Int(Double($0.count) * share)) }
    #expect(try storeError { try MapStore(path: folder.file(), access: .writing) }?.kind == .damaged)
    let reading = try storeError {
      try MapStore(path: folder.file(), access: .reading).hosts(at: nil, selection: EndpointSelection())
    }
    #expect(reading?.kind == .damaged)
    let path = folder.file("saved.sqlite")
    let report = try Salvage.recover(from: folder.file(), to: path)
    try check(report, of: path)
    #expect(report.tables.contains { $0.holes > 0 })
    #expect(report.description.contains("unreadable"))
  }

  @Test("says that nothing can be read of a file without its first page")
  func firstPage() throws {
    try damage { $0.replaceSubrange(0..<Self.pageSize, with: Data(repeating: 7, count: Self.pageSize)) }
    #expect(try storeError { try MapStore(path: folder.file(), access: .reading) }?.kind == .notAStore)
    let path = folder.file("saved.sqlite")
    let error = try #require(try storeError { try Salvage.recover(from: folder.file(), to: path) })
    #expect(error.kind == .nothingToSave)
    #expect(!FileManager.default.fileExists(atPath: path))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(left.filter { $0.contains("saved") }.isEmpty)
  }

  @Test("restores lost runs")
  func lostRuns() throws {
    let queue = try DatabaseQueue(path: folder.file())
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA foreign_keys = OFF; DELETE FROM run WHERE id = 2")
    }
    try queue.close()
    let path = folder.file("saved.sqlite")
    let report = try Salvage.recover(from: folder.file(), to: path)
    try check(report, of: path)
    #expect(report.restoredRuns == 1)
    #expect(report.description.contains("1 lost records restored"))
    let store = try MapStore(path: path, access: .reading)
    #expect(try store.runs().map(\.finished) == [World.day(0), World.day(0), World.day(2)])
    #expect(try store.hosts(at: nil, selection: EndpointSelection()).map(\.aaaa) == original.map(\.aaaa))
  }
}
