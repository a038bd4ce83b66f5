// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import Testing

/// What signals leave of commands that write files.
@Suite("Commands that are interrupted", .serialized)
struct InterruptTests {
  /// A command that writes a file.
  enum Writer: String, CaseIterable, Sendable {
    case lines, sqlite, salvage, image

    func arguments(_ store: String, _ target: String) async throws -> [String] {
      switch self {
      case .lines: ["export", "--store", store, "--what", "hosts", "-o", "csv", "--to", target, "--quiet"]
      case .sqlite: ["export", "--store", store, "-o", "sqlite", "--to", target, "--quiet"]
      case .salvage: ["export", "--store", store, "--salvage", "--to", target, "--quiet"]
      case .image: ["catalog", "import", try await SmallCatalog.release, "--to", target, "--quiet"]
      }
    }
  }

  /// A store with 60,000 hosts, which takes seconds to write in any form.
  private static let store = Task { () throws -> TemporaryFolder in
    var zone = Zone()
    for name in ["sts.eu-west-1.amazonaws.com", "sts.amazonaws.com"] { zone.add(name, [.ipv4]) }
    let server = try await NameServer(zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let path = folder.url.path + "/map.sqlite"
    let scan = try await Program.run(
      [
        "scan", "--store", path, "--resolver", "\(server.address)", "--services", "sts", "--regions",
        "eu-west-1", "--trust-resolver", "--quiet",
      ], environment: SmallCatalog.environment)
    try #require(scan.status == 0, "\(scan.errors)")
    let tool = try #require(Command.find("sqlite3"), "sqlite3 is not installed: run scripts/setup-tests")
    let sql = """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
      INSERT INTO host (name) SELECT 'h' || i || '.example' FROM n;
      INSERT INTO history (host, family, since_run, answer)
      SELECT id, family, 1, 2 FROM host, (SELECT 4 AS family UNION SELECT 6) WHERE name LIKE '%.example';
      """
    let filled = try await Command.run(tool, [path, sql])
    try #require(filled.status == 0, "\(filled.errorText)")
    return folder
  }

  /// Starts a command; it runs until it ends or is stopped.
  private func start(_ writer: Writer, _ target: String, in folder: TemporaryFolder) async throws -> Daemon {
    let store = try await Self.store.value.url.path + "/map.sqlite"
    return try await Daemon(
      Program.path, try await writer.arguments(store, target),
      environment: ["PATH": "/usr/bin:/bin"].merging(SmallCatalog.environment) { $1 },
      log: folder.url.appendingPathComponent("log"))
  }

  private func parts(in folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.contains(".part") }
  }

  /// Waits until a command has begun to write a file that was not there before; `false` when it ended before.
  private func waitForPart(
    of process: Daemon, in folder: TemporaryFolder, besides known: Set<String> = []
  ) async throws -> Bool {
    while process.isRunning {
      if try !Set(parts(in: folder)).isSubset(of: known) { return true }
      try await Task.sleep(for: .milliseconds(1))
    }
    return false
  }

  /// Starts a command and stops it with `signal` while it writes.
  ///
  /// A command that writes little can end between two looks, above all on a busy machine; then another is started.
  private func catchWriting(
    _ writer: Writer, _ target: String, in folder: TemporaryFolder, besides known: Set<String> = [],
    signal: Int32
  ) async throws -> Daemon {
    for _ in 0..<100 {
      let process = try await start(writer, target, in: folder)
      if try await waitForPart(of: process, in: folder, besides: known) {
        process.signal(signal)
        // A stopped process answers later; one that renamed its file in the last moment does not count.
        if signal == SIGKILL { _ = try await process.status() } else { try await process.waitUntilStopped() }
        if try !Set(parts(in: folder)).isSubset(of: known) { return process }
        if signal != SIGKILL { process.signal(SIGCONT) }
      }
      #expect([0, 128 + SIGKILL].contains(try await process.status()), "\(process.logText)")
      try? FileManager.default.removeItem(atPath: target)
    }
    throw ServerError(description: "no command was seen while it wrote")
  }

  @Test(
    "a signal at any moment leaves nothing half-written, and the status says which",
    arguments: Writer.allCases)
  func signals(_ writer: Writer) async throws {
    var random = SplitMix64(seed: TestSeed.named("EGRESS6_INTERRUPT_SEED"))
    let count = TestDepth.repetitions("EGRESS6_INTERRUPTS", quick: 8, full: 30)
    let folder = try TemporaryFolder()
    let target = folder.url.path + "/target"
    let begin = ContinuousClock.now
    let whole = try await start(writer, target, in: folder)
    #expect(try await whole.status() == 0, "\(whole.logText)")
    let length = begin.duration(to: .now)
    let size = try FileManager.default.attributesOfItem(atPath: target)[.size] as? Int
    var outcomes: [Int32: Int] = [:]
    for number in 0..<count {
      try FileManager.default.removeItem(atPath: target)
      let signal = [SIGINT, SIGTERM, SIGHUP][number % 3]
      let share = Double.random(in: 0...1, using: &random)
      let process = try await start(writer, target, in: folder)
      // Half of the signals come while the file is written, the others at any moment.
      if number.isMultiple(of: 2) {
        _ = try await waitForPart(of: process, in: folder)
        try await Task.sleep(for: length * (share * 0.3))
      } else {
        try await Task.sleep(for: length * share)
      }
      process.signal(signal)
      let status = try await process.status()
      outcomes[status, default: 0] += 1
      #expect([0, 128 + signal].contains(status), "signal \(signal): \(process.logText)")
      #expect(try parts(in: folder).isEmpty)
      // A signal between the last step and the end finds the file complete.
      let found = try? FileManager.default.attributesOfItem(atPath: target)[.size] as? Int
      #expect(found == nil ? status != 0 : found == size)
      if found == nil { _ = FileManager.default.createFile(atPath: target, contents: nil) }
    }
    print("\(writer): \(count) signals within \(length): \(outcomes.sorted { $0.key < $1.key })")
    // Few signals may all come too late on a busy machine.
    if count >= 30 { #expect(outcomes.keys.contains { $0 > 128 }, "no signal came before the end") }
  }

  @Test("the next run removes what a killed one left, and only that", arguments: Writer.allCases)
  func kills(_ writer: Writer) async throws {
    let folder = try TemporaryFolder()
    let target = folder.url.path + "/target"
    let killed = try await catchWriting(writer, target, in: folder, signal: SIGKILL)
    #expect(try await killed.status() == 128 + SIGKILL)
    let left = try parts(in: folder)
    #expect(!left.isEmpty && !FileManager.default.fileExists(atPath: target))
    // Neither a file that only looks like one nor one of another target belongs to it.
    let others = [
      "target.part", "target.1-x.part", "target.12.part", "other.1-0.part", "target.1-0.part.txt",
    ]
    for name in others {
      _ = FileManager.default.createFile(atPath: folder.url.path + "/" + name, contents: nil)
    }

    let slow = try await catchWriting(
      writer, target, in: folder, besides: Set(left + others), signal: SIGSTOP)
    let stopped = Set(try parts(in: folder)).subtracting(others)
    #expect(!stopped.isEmpty && stopped.isDisjoint(with: left))
    let next = try await start(writer, target, in: folder)
    #expect(try await next.status() == 0, "\(next.logText)")
    #expect(Set(try parts(in: folder)) == stopped.union(others), "the file of a process that runs stays")
    slow.signal(SIGCONT)
    #expect(try await slow.status() == 0, "\(slow.logText)")
    #expect(Set(try parts(in: folder)) == Set(others))
  }

  @Test("nohup works: a signal that is ignored from the start stays ignored")
  func ignored() async throws {
    let folder = try TemporaryFolder()
    let store = try await Self.store.value.url.path + "/map.sqlite"
    let target = folder.url.path + "/target"
    let arguments = try await Writer.sqlite.arguments(store, target)
    let process = try await Daemon(
      "/bin/sh", ["-c", "trap '' HUP; exec \"$0\" \"$@\"", Program.path] + arguments,
      environment: ["PATH": "/usr/bin:/bin"].merging(SmallCatalog.environment) { $1 },
      log: folder.url.appendingPathComponent("log"))
    #expect(try await waitForPart(of: process, in: folder))
    process.signal(SIGHUP)
    #expect(try await process.status() == 0, "\(process.logText)")
    #expect(FileManager.default.fileExists(atPath: target))
  }
}
