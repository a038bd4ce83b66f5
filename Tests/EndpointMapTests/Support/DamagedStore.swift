// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import Foundation
import GRDB
import IPAddressing

/// A small store with rows in every table, and what every question to it answers.
struct DamagedStore {
  /// An answer in text, or the kind of the store's error.
  enum Outcome: Equatable {
    case answer(String)
    case refusal(StoreError)
  }

  /// What a question asks, and of which file.
  private struct Question: Sendable {
    var name: String
    var ask: @Sendable (_ path: String, _ folder: TemporaryFolder) throws -> String
  }

  /// The tables of the schema, from the schema itself.
  static func tables() throws -> [String] {
    let folder = try TemporaryFolder()
    _ = try MapStore(path: folder.file(), access: .writing)
    return try DatabaseQueue(path: folder.file()).read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT name FROM sqlite_schema
          WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%' ORDER BY rowid
          """)
    }
  }

  private static let hosts = World.hosts(services: 2, regions: 2)

  /// Three complete runs with changes and gaps, the last of which holds losses back, and an interrupted one with answers in the journal.
  static func make(_ path: String) throws {
    let store = try MapStore(path: path, access: .writing)
    for day in 0..<3 {
      try store.run(day: day, hosts: hosts, losses: day == 2 ? .standard : .trusting) { answer($0, day: day) }
    }
    var description = World.description(at: World.day(3))
    description.vantage = "here"
    let journal = try ScanJournal.begin(store: store, description: description, hosts: hosts)
    for (verdict, resolver) in [(ResolverVerdict.good, "127.0.0.1:53"), (.hidesAAAA, "[::1]:53")] {
      try journal.record(
        [Judgement(resolver: ResolverAddress(resolver), verdict: verdict, seen: "what was seen")],
        at: World.day(3))
    }
    try journal.append(journal.pending.prefix(9).map { answer($0.host, day: 3) })
    try journal.interrupt()
  }

  private static func answer(_ host: String, day: Int) -> HostObservation {
    let isFailure = day == 2 && host.hasPrefix("fips.") || day == 1 && host.hasPrefix("dual")
    var answer = World.answer(
      host, a: .yes, aaaa: isFailure ? .unknown : host.utf8.count % 3 == day % 3 ? .yes : .no)
    if isFailure { answer.aaaa.note = "no answer" }
    return answer
  }

  private static let readers: [Question] = [
    Question(name: "map") { path, _ in try read(path) { "\(try $0.support(at: nil, filter: MapFilter()))" } },
    Question(name: "map of a day") { path, _ in
      try read(path) { "\(try $0.support(at: World.day(1), filter: MapFilter()))" }
    },
    Question(name: "map of a region") { path, _ in
      let filter = MapFilter(
        selection: EndpointSelection(regions: [NamePattern("r0")]), support: [.ipv6, .ipv4])
      return try read(path) { "\(try $0.support(at: nil, filter: filter))" }
    },
    Question(name: "hosts") { path, _ in
      try read(path) { "\(try $0.hosts(at: nil, selection: EndpointSelection()))" }
    },
    Question(name: "hosts of a day") { path, _ in
      try read(path) { "\(try $0.hosts(at: World.day(1), selection: EndpointSelection()))" }
    },
    Question(name: "changes") { path, _ in
      try read(path) { "\(try $0.changes(since: nil, until: nil, filter: MapFilter()))" }
    },
    Question(name: "runs") { path, _ in try read(path) { try describe($0.runs()) } },
    Question(name: "resumable") { path, _ in try read(path) { "\(try $0.resumable()?.id ?? 0)" } },
    Question(name: "snapshot") { path, _ in try read(path) { "\(try $0.snapshot(at: World.day(1)))" } },
    Question(name: "export") { path, folder in
      let copy = folder.file("export")
      try read(path) { store in
        try SQLiteExport.write(store, to: copy, at: nil, filter: MapFilter(), generatedAt: World.day(9))
      }
      return try DatabaseQueue(path: copy).read { database in
        try ["metadata", "hosts", "support", "changes"].map {
          try Row.fetchAll(database, sql: "SELECT * FROM \($0)").description
        }.joined()
      }
    },
  ]
  private static let writers: [Question] = [
    Question(name: "resumed scan") { path, folder in
      try write(path, folder) { store in
        let journal = try ScanJournal.resume(store: store, catalog: World.catalog, hosts: hosts)
        try journal.append(journal.pending.map { answer($0.host, day: 3) })
        try journal.finish(at: World.day(4))
      }
    },
    Question(name: "new scan") { path, folder in
      // Another catalog, so that the endpoints are compared, too.
      try write(path, folder) { store in
        try store.run(
          day: 4, hosts: hosts.dropLast(), catalog: CatalogRelease(release: "test 2", hash: "2")
        ) { answer($0, day: 4) }
      }
    },
  ]

  /// The runs in text, with their counts in a fixed order.
  private static func describe(_ runs: [RunInformation]) -> String {
    runs.map { run in
      let counts = AddressFamily.allCases.flatMap { family in
        Answer.allCases.map { "\(run.counts[family, $0])" }
      }
      return
        "\(run.id) \(run.state) \(run.description) \(run.hosts) \(counts) \(String(describing: run.finished)) \(run.verdicts)"
    }.joined(separator: "\n")
  }

  private static func read<Value>(_ path: String, _ body: (MapStore) throws -> Value) throws -> Value {
    try body(MapStore(path: path, access: .reading))
  }

  private static func write(
    _ path: String, _ folder: TemporaryFolder, _ body: (MapStore) throws -> Void
  ) throws -> String {
    let copy = folder.file("scanned")
    defer {
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + suffix) }
    }
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let store = try MapStore(path: copy, access: .writing)
    try body(store)
    return "\(try store.hosts(at: nil, selection: EndpointSelection()))"
      + "\(try store.support(at: nil, filter: MapFilter()))\(try describe(store.runs()))"
  }

  /// Asks every question; anything but an answer or a `StoreError` is passed on.
  ///
  /// - Parameters:
  ///   - path: The store.
  ///   - folder: A folder for copies and exports.
  ///   - isScanned: Whether a copy of the store is scanned into, too.
  /// - Returns: The outcomes by the names of the questions.
  /// - Throws: What is neither an answer nor a `StoreError`.
  static func outcomes(
    _ path: String, _ folder: TemporaryFolder, isScanned: Bool = true
  ) throws -> [String: Outcome] {
    var outcomes: [String: Outcome] = [:]
    for question in isScanned ? readers + writers : readers {
      do {
        outcomes[question.name] = .answer(try question.ask(path, folder))
      } catch let error as StoreError {
        outcomes[question.name] = .refusal(error)
      }
    }
    return outcomes
  }
}
