// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import Foundation
import GRDB
import Testing

@testable import EndpointMap

@Suite("Store files")
struct StoreTests {
  struct Location: Sendable {
    var option: String?
    var environment: [String: String]
    var path: String?
    init(_ option: String?, _ environment: [String: String], _ path: String?) {
      (self.option, self.environment, self.path) = (option, environment, path)
    }
  }

  @Test(
    "finds the place",
    arguments: [
      Location("/x/a.sqlite", ["EGRESS6_STORE": "/y"], "/x/a.sqlite"),
      Location(nil, ["EGRESS6_STORE": "/y", "HOME": "/home/u"], "/y"),
      Location(nil, ["XDG_DATA_HOME": "/data", "HOME": "/home/u"], "/data/egress6/map.sqlite"),
      Location("", [:], nil), Location(nil, ["XDG_DATA_HOME": "relative"], nil),
    ])
  func location(_ c: Location) throws {
    if let path = c.path {
      #expect(try StoreLocation.path(option: c.option, environment: c.environment) == path)
    } else {
      #expect(throws: StoreError.self) {
        try StoreLocation.path(option: c.option, environment: c.environment)
      }
    }
  }

  #if os(Linux)
    @Test("falls back to the home folder")
    func home() throws {
      let path = try StoreLocation.path(option: nil, environment: ["HOME": "/home/u", "XDG_DATA_HOME": "r"])
      #expect(path == "/home/u/.local/share/egress6/map.sqlite")
    }
  #endif

  private func opening(_ path: String, _ access: MapStore.Access) -> StoreError.Kind? {
    do throws(StoreError) {
      _ = try MapStore(path: path, access: access)
      return nil
    } catch {
      #expect(error.description.contains(path), "the message names the file: \(error.description)")
      #expect(error.facts[.path]?.hasPrefix(path) == true)
      return error.kind
    }
  }

  @Test("says that there is no map yet")
  func missing() throws {
    let folder = try TemporaryFolder()
    #expect(opening(folder.file(), .reading) == .missing)
    #expect(!FileManager.default.fileExists(atPath: folder.file()))
  }

  @Test("makes the file and its folders, marked as a store")
  func makes() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a/b/map.sqlite")
    let store = try MapStore(path: path, access: .writing)
    #expect(try store.runs().isEmpty)
    let queue = try DatabaseQueue(path: path)
    #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA application_id") } == 0x6567_7236)
    #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == Schema.version)
    #expect(try queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
  }

  @Test("brings a store of schema 1 up to date: its runs stay, without verdicts")
  func migrates() throws {
    let folder = try TemporaryFolder()
    let queue = try DatabaseQueue(path: folder.file())
    try Schema.migrator.migrate(queue, upTo: "0001-runs-and-history")
    try queue.write { database in
      try database.execute(
        sql: """
          INSERT INTO catalog VALUES (1, 'test 1', '1', 'd');
          INSERT INTO run VALUES (1, 'complete', 1767268800, 1767268801, 1, ';;', '127.0.0.1:53', 500, NULL, '0', 1, NULL);
          INSERT INTO run VALUES (2, 'interrupted', 1767268900, NULL, 1, ';;', '127.0.0.1:53', NULL, 'here', '0', 1, NULL);
          INSERT INTO host VALUES (1, 'a.test');
          INSERT INTO history VALUES (1, 4, 1, NULL, 1, NULL, NULL, NULL, NULL);
          """)
    }
    try queue.close()
    let store = try MapStore(path: folder.file(), access: .writing)
    let runs = try store.runs()
    #expect(runs.map(\.state) == [.complete, .interrupted])
    #expect(runs.map(\.description.vantage) == [nil, "here"])
    #expect(runs.allSatisfy { $0.verdicts.isEmpty && $0.verdict == nil })
    #expect(try store.snapshot(at: nil).run == 1)
    // The schema forbids what the program cannot read.
    let writer = try DatabaseQueue(path: folder.file())
    for statement in [
      "UPDATE run SET finished = NULL WHERE id = 1", "UPDATE run SET state = 'complete' WHERE id = 2",
      "UPDATE run SET state = 'done'", "DELETE FROM run WHERE id = 1",
    ] {
      #expect(throws: DatabaseError.self) { try writer.write { try $0.execute(sql: statement) } }
    }
  }

  @Test("marks the file before it has its name, so that a kill leaves a store or none")
  func wholeFromTheBeginning() throws {
    let folder = try TemporaryFolder()
    try Data("stale log".utf8).write(to: URL(fileURLWithPath: folder.file() + "-wal"))
    let store = try MapStore(path: folder.file(), access: .writing)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
    #expect(bytes[68..<72].elementsEqual("egr6".utf8))
    #expect(bytes.count > 4096)
    #expect(try store.runs().isEmpty)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.filter { $0.hasSuffix(".part") }.isEmpty)
  }

  @Test("says that no scan was completed")
  func noRun() throws {
    let folder = try TemporaryFolder()
    let store = try MapStore(path: folder.file(), access: .writing)
    #expect(try kind(of: { try store.support(at: nil, filter: MapFilter()) }) == .noRun)
    try store.run(day: 3, hosts: World.hosts(services: 1, regions: 1)) {
      World.answer($0, a: .yes, aaaa: .no)
    }
    let error = try storeError { try store.hosts(at: World.day(2), selection: EndpointSelection()) }
    #expect(error?.kind == .noRunByDate)
    #expect(error?.facts[.time] == "\(World.day(3))")
    #expect(try store.support(at: World.day(3), filter: MapFilter()).count == 1)
  }

  @Test("refuses a newer schema and says how to go on", arguments: [MapStore.Access.reading, .writing])
  func newerSchema(_ access: MapStore.Access) throws {
    let folder = try TemporaryFolder()
    _ = try MapStore(path: folder.file(), access: .writing)
    try DatabaseQueue(path: folder.file()).writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA user_version = 9")
    }
    let error = try storeError { try MapStore(path: folder.file(), access: access) }
    #expect(error?.kind == .newerSchema)
    #expect(
      error?.description
        == "\(folder.file()): written by a newer egress6 (schema 9, this one knows \(Schema.version))")
    #expect(error?.code == ErrorCode("store.newer-schema", .store))
  }

  @Test("refuses another program's database and leaves it as it is", arguments: [true, false])
  func foreign(_ hasApplicationID: Bool) throws {
    let folder = try TemporaryFolder()
    try DatabaseQueue(path: folder.file()).writeWithoutTransaction { database in
      if hasApplicationID { try database.execute(sql: "PRAGMA application_id = 7") }
      try database.execute(sql: "CREATE TABLE t (x)")
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
    #expect(opening(folder.file(), .reading) == .notAStore)
    #expect(opening(folder.file(), .writing) == .notAStore)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file())) == before)
  }

  @Test("refuses what is no database", arguments: ["hello, this is not a database", "{}\n"])
  func noDatabase(_ text: String) throws {
    let folder = try TemporaryFolder()
    let padding = String(repeating: "x", count: 5000)
    try Data((text + padding).utf8).write(to: URL(fileURLWithPath: folder.file()))
    #expect(opening(folder.file(), .reading) == .notAStore)
    #expect(opening(folder.file(), .writing) == .notAStore)
  }

  @Test("takes an empty file for a store without a map")
  func empty() throws {
    let folder = try TemporaryFolder()
    try Data().write(to: URL(fileURLWithPath: folder.file()))
    #expect(opening(folder.file(), .reading) == .missing)
    #expect(opening(folder.file(), .writing) == nil)
  }

  @Test("says that a folder cannot be a store")
  func folder() throws {
    let folder = try TemporaryFolder()
    #expect(opening(folder.path, .reading) == .unreadable)
    #expect(opening(folder.path, .writing) == .unreadable)
    #expect(opening("/dev/null/map.sqlite", .writing) == .readOnly)
  }

  private func contents(_ folder: TemporaryFolder) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      contents[name] = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
    }
    return contents
  }

  @Test("a reader leaves the file as it is and no files beside it", arguments: [false, true])
  func readerChangesNothing(_ isSalvaged: Bool) throws {
    let folder = try TemporaryFolder()
    let hosts = World.hosts(services: 1, regions: 1)
    try MapStore(path: folder.file("first"), access: .writing).run(day: 0, hosts: hosts) {
      World.answer($0, a: .yes, aaaa: .yes)
    }
    // A salvaged store has no log.
    if isSalvaged { _ = try Salvage.recover(from: folder.file("first"), to: folder.file("second")) }
    let path = folder.file(isSalvaged ? "second" : "first")
    let before = try contents(folder)
    do {
      let store = try MapStore(path: path, access: .reading)
      #expect(try store.support(at: nil, filter: MapFilter()).count == 1)
      #expect(try store.runs().count == 1)
    }
    #expect(try contents(folder) == before)
    #expect(before.keys.sorted() == (isSalvaged ? ["first", "second"] : ["first"]))
  }

  @Test("a scan leaves no log behind and commits so that power loss costs nothing")
  func writerIsDurable() throws {
    let folder = try TemporaryFolder()
    do {
      let store = try MapStore(path: folder.file(), access: .writing)
      // 2 is FULL.
      #expect(try store.write { try Int.fetchOne($0.database, sql: "PRAGMA synchronous") } == 2)
      #expect(try store.runs().isEmpty)
    }
    #expect(try contents(folder).keys.sorted() == ["map.sqlite"])
  }

  @Test("lets one scan in and tells the second who holds the store")
  func lock() throws {
    let folder = try TemporaryFolder()
    let since = try #require(Timestamp("2026-11-23T19:11:48Z"))
    let owner = StoreLock.Owner(process: 4711, machine: "build-7", since: since)
    var first: StoreLock? = try StoreLock(store: folder.file(), owner: owner)
    let error = try #require(try storeError { try StoreLock(store: folder.file(), owner: owner) })
    #expect(error.kind == .locked)
    #expect(error.description.contains("process 4711 on build-7"))
    #expect(error.description.contains("since 2026-11-23T19:11:48Z"))
    #expect(error.facts[.process] == "4711")
    withExtendedLifetime(first) {}
    first = nil
    _ = try StoreLock(store: folder.file(), owner: owner)
  }

  @Test("gets the lock of a process that was killed")
  func killedOwner() async throws {
    let folder = try TemporaryFolder()
    let python = try #require(Command.find("python3"), "python3 is not installed: run scripts/setup-tests")
    let holder = try await Daemon(
      python,
      [
        "-c",
        "import fcntl,sys,time;f=open(sys.argv[1],'w');fcntl.flock(f,fcntl.LOCK_EX);print('ok',flush=True);time.sleep(3600)",
        folder.file() + ".lock",
      ], log: folder.url.appendingPathComponent("log"))
    defer { holder.stop() }
    while holder.logText != "ok\n", holder.isRunning { try await Task.sleep(for: .milliseconds(20)) }
    #expect(holder.logText == "ok\n")
    let owner = StoreLock.Owner(process: 1, machine: "m", since: World.day(0))
    #expect(try kind(of: { try StoreLock(store: folder.file(), owner: owner) }) == .locked)
    holder.stop()
    #expect(try await holder.status() == 128 + SIGKILL)
    _ = try StoreLock(store: folder.file(), owner: owner)
  }

  @Test(
    "reads a store that nobody can write",
    .enabled("root needs a read-only mount, which few containers allow") {
      try await ReadOnlyMount.isPossible
    })
  func readOnlyFolder() async throws {
    let folder = try TemporaryFolder()
    do {
      let store = try MapStore(path: folder.file(), access: .writing)
      try store.run(day: 0, hosts: World.hosts(services: 1, regions: 1)) {
        World.answer($0, a: .yes, aaaa: .yes)
      }
    }
    try await ReadOnlyMount.during(folder.url.path) {
      let store = try MapStore(path: folder.file(), access: .reading)
      #expect(try store.support(at: nil, filter: MapFilter()).map(\.support) == [.ipv6])
      #expect(opening(folder.file(), .writing) == .cannotOpen)
    }
  }
}
