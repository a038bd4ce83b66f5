// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// What a killed scan and a full disk leave behind.
///
/// The suite takes no server turns: it is the longest and mostly waits, so it starts at once and runs beside the others.
@Suite("Scans that end the hard way", .serialized)
struct KillTests {
  /// Kills at a time.
  private static let parallel = 2
  private static let regions = "eu-west-*,us-east-*"

  private static func scan(_ store: String, _ server: NameServer, rate: Int, resume: Bool = false) -> [String]
  {
    [
      "scan", "--store", store, "--resolver", "\(server.address)", "--rate", "\(rate)",
      "--i-own-this-resolver", "--partitions", "aws", "--regions", regions, "--services",
      SmallCatalog.services.joined(separator: ","), "--progress", "never", "-o", "json",
    ] + (resume ? ["--resume"] : [])
  }

  /// The rows of the export without the times, which differ between runs.
  private static func export(_ store: String) async throws -> [JSON] {
    let outcome = try await Program.run(
      ["export", "--store", store, "--what", "hosts", "-o", "jsonl"],
      environment: SmallCatalog.environment)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.lines.map { line in
      guard case .object(let members) = try JSON(parsing: Array(line.utf8)) else { return .null }
      return .object(members.filter { $0.name != "observed_at" })
    }
  }

  private static func sqlite(_ store: String, _ sql: String) async throws -> String {
    let program = try #require(
      Command.find("sqlite3"), "sqlite3 is not installed: run scripts/setup-tests")
    // Another process may be writing: wait for it.
    let limit = TestEnvironment.hangLimit / .milliseconds(1)
    let result = try await Command.run(program, ["-cmd", ".timeout \(Int(limit))", store, sql])
    return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A zone with two of three names of the small catalog; half of them have IPv6.
  private static func zone() async throws -> Zone {
    let outcome = try await Program.run(
      [
        "catalog", "hosts", "--partitions", "aws", "--regions", regions, "--services",
        SmallCatalog.services.joined(separator: ","), "-o", "jsonl",
      ],
      environment: SmallCatalog.environment)
    try #require(outcome.status == 0, "\(outcome.errors)")
    var zone = Zone()
    zone.addControlNames()
    for (number, line) in outcome.lines.enumerated() where number % 3 > 0 {
      let host = try JSON(parsing: Array(line.utf8))["host"]?.string ?? ""
      if zone.has(host) { continue }
      zone.add(host, number % 3 == 1 ? [.ipv4] : [.ipv4, .ipv6])
    }
    return zone
  }

  @Test("a scan that is killed at any point and resumed gives the same map")
  func killedScans() async throws {
    var random = SplitMix64(seed: TestSeed.named("EGRESS6_KILL_SEED"))
    let kills = TestDepth.repetitions("EGRESS6_KILLS", quick: 8, full: 50)
    let server = try await NameServer(try Self.zone())
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let whole = folder.url.path + "/whole.sqlite"
    let environment = try await SmallCatalog.environment
    let start = ContinuousClock.now
    let undisturbed = try await Program.run(Self.scan(whole, server, rate: 150), environment: environment)
    let length = start.duration(to: .now)
    try #require(undisturbed.status == 0, "\(undisturbed.errors)")
    let expected = try await Self.export(whole)
    try #require(expected.count > 300)

    // In its first third a scan lists names and opens the store: few kills are enough there.
    let moments = (0..<kills).map { number in
      length * Double.random(in: number % 10 == 0 ? 0...0.3 : 0.4...1.1, using: &random)
    }
    var states: [String: Int] = [:]
    try await withThrowingTaskGroup(of: String.self) { group in
      var next = 0
      while next < moments.count {
        if next >= Self.parallel, let state = try await group.next() { states[state, default: 0] += 1 }
        let (number, moment) = (next, moments[next])
        next += 1
        group.addTask {
          let store = folder.url.path + "/\(number).sqlite"
          return try await Self.killAndResume(store, server, after: moment, environment, expected)
        }
      }
      for try await state in group { states[state, default: 0] += 1 }
    }
    print("\(moments.count) kills within \(length): \(states.sorted { $0.key < $1.key })")
    // On a machine whose load changes, every kill may miss the scan itself; the test below aims there.
    if states["journaled", default: 0] == 0 { print("no kill fell into the scan itself: \(states)") }
    #expect(states.values.reduce(0, +) == kills)
  }

  /// Kills one scan, checks what is left, finishes it and compares.
  ///
  /// - Returns: How far the killed scan was.
  private static func killAndResume(
    _ store: String, _ server: NameServer, after moment: Duration, _ environment: [String: String],
    _ expected: [JSON]
  ) async throws -> String {
    _ = try await Command.run(
      Program.path, scan(store, server, rate: 150),
      environment: ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }, killAfter: moment)

    let exists = FileManager.default.fileExists(atPath: store)
    if exists { #expect(try await sqlite(store, "PRAGMA integrity_check") == "ok") }
    let run = exists ? try await sqlite(store, "SELECT state FROM run ORDER BY id DESC LIMIT 1") : ""
    let journaled = exists ? try await sqlite(store, "SELECT count(*) FROM journal") : ""
    let map = try await Program.run(["map", "--store", store, "-o", "jsonl"], environment: environment)
    if run == "complete" {
      #expect(map.status == 0)
    } else {
      // A killed run never counts as complete.
      #expect(map.status != 0 && map.output.isEmpty)
      let canResume = run == "running"
      let rest = try await Program.run(
        scan(store, server, rate: 50_000, resume: canResume), environment: environment)
      #expect(rest.status == 0, "\(rest.errors)")
      #expect(try await sqlite(store, "SELECT count(*) || state FROM run GROUP BY state") == "1complete")
    }
    #expect(try await sqlite(store, "PRAGMA integrity_check") == "ok")
    let rows = try await export(store)
    #expect(rows == expected, "killed after \(moment), state '\(run)', \(journaled) journaled")
    if run == "complete" { return "complete" }
    return run.isEmpty ? "not begun" : journaled == "0" ? "begun" : "journaled"
  }

  @Test("committed answers survive a kill and are not asked again")
  func keepsCommittedAnswers() async throws {
    let server = try await NameServer(try Self.zone())
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    let environment = try await SmallCatalog.environment
    // Slow enough that a slow machine can look and kill before the scan ends: some 700 names take more than a minute.
    let process = try await Daemon(
      Program.path, Self.scan(store, server, rate: 20),
      environment: ["PATH": "/usr/bin:/bin"].merging(environment) { $1 },
      log: folder.url.appendingPathComponent("log"))
    defer { process.stop() }
    var seen = 0
    while seen < 40, process.isRunning {
      if FileManager.default.fileExists(atPath: store) {
        seen = Int(try await Self.sqlite(store, "SELECT count(*) FROM journal")) ?? 0
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    try #require(seen >= 40, "the scan does not save its answers: \(process.logText)")
    // Meanwhile a second scan names the process that holds the store, and changes nothing.
    let second = try await Program.run(Self.scan(store, server, rate: 200), environment: environment)
    #expect(second.status == 5)
    #expect(second.errors.contains("process \(process.processIdentifier) on "))
    #expect(second.output.isEmpty)
    process.stop()
    #expect(try await process.status() == 128 + SIGKILL)
    let kept = Int(try await Self.sqlite(store, "SELECT count(*) FROM journal")) ?? 0
    #expect(kept >= seen)
    let rest = try await Program.run(
      Self.scan(store, server, rate: 50_000, resume: true), environment: environment)
    #expect(rest.status == 0)
    #expect(rest.errors.contains("\(kept / 2) hosts have an answer"))
  }

  @Test(
    "a full disk ends a scan with one clear error and loses nothing that was saved",
    .enabled("a file system in memory can be mounted by root only, and in few containers") {
      try await SmallDisk.canMount
    })
  func fullDisk() async throws {
    let server = try await NameServer(try Self.zone())
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let disk = try await SmallDisk(folder.url.path + "/disk", kilobytes: 400)
    let result: Result<Void, any Error>
    do {
      result = .success(try await fill(disk, server, folder))
    } catch { result = .failure(error) }
    try await disk.end()
    try result.get()
  }

  @Test(
    "a disk that is too small for a new store gives an error and no store; on a larger one it is whole",
    .enabled("a file system in memory can be mounted by root only, and in few containers") {
      try await SmallDisk.canMount
    })
  func smallDisks() async throws {
    let folder = try TemporaryFolder()
    let port = try await freePort()
    var statuses: Set<Int32> = []
    for kilobytes in stride(from: 40, through: 520, by: 40) {
      let disk = try await SmallDisk(folder.url.path + "/disk\(kilobytes)", kilobytes: kilobytes)
      let store = disk.path + "/map.sqlite"
      let outcome = try await Program.run(
        [
          "scan", "--trust-resolver", "--services", "sts", "--regions", "eu-west-1", "--resolver",
          "127.0.0.1:\(port)", "--store", store, "--quiet",
        ], environment: SmallCatalog.environment)
      statuses.insert(outcome.status)
      if FileManager.default.fileExists(atPath: store) {
        // Nobody listens at the port.
        #expect(outcome.status == 4, "\(kilobytes) kB: \(outcome.errors)")
        let checked = try await Self.sqlite(store, "PRAGMA integrity_check; SELECT count(*) FROM run")
        #expect(checked == "ok\n1", "\(kilobytes) kB: \(checked)")
      } else {
        #expect(outcome.status == 5 && outcome.errors.contains("the disk is full"), "\(outcome.errors)")
      }
      try await disk.end()
    }
    #expect(statuses == [4, 5])
  }

  private func fill(_ disk: SmallDisk, _ server: NameServer, _ folder: TemporaryFolder) async throws {
    let environment = try await SmallCatalog.environment
    let store = disk.path + "/map.sqlite"
    let outcome = try await Program.run(Self.scan(store, server, rate: 50_000), environment: environment)
    #expect(outcome.status == 5)
    #expect(outcome.errors.contains("the disk is full"))
    #expect(outcome.errors.contains("scan --resume"))
    try await disk.grow(kilobytes: 100_000)
    try await finish(store, server, folder)
  }

  @Test("a limit of a file's size ends a scan with an error and loses nothing that was saved")
  func fileSizeLimit() async throws {
    let server = try await NameServer(try Self.zone())
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/limited.sqlite"
    let arguments = Self.scan(store, server, rate: 50_000)
    let limited = try await Command.run(
      "/bin/sh", ["-c", "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\"", Program.path] + arguments,
      environment: ["PATH": "/usr/bin:/bin"].merging(SmallCatalog.environment) { $1 })
    #expect(
      limited.status == 5 && limited.errorText.contains(store), "\(limited.status): \(limited.errorText)")
    try await finish(store, server, folder)
  }

  /// Finishes a scan that ran out of room, and compares the map with that of an undisturbed scan.
  private func finish(_ store: String, _ server: NameServer, _ folder: TemporaryFolder) async throws {
    let environment = try await SmallCatalog.environment
    let whole = folder.url.path + "/whole.sqlite"
    let undisturbed = try await Program.run(Self.scan(whole, server, rate: 50_000), environment: environment)
    try #require(undisturbed.status == 0, "\(undisturbed.errors)")
    #expect(try await Self.sqlite(store, "PRAGMA integrity_check") == "ok")
    let hasRun = try await Self.sqlite(store, "SELECT count(*) FROM run") == "1"
    let rest = try await Program.run(
      Self.scan(store, server, rate: 50_000, resume: hasRun), environment: environment)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try await Self.export(store) == Self.export(whole))
  }
}

/// A small file system in memory, mounted for a test.
private struct SmallDisk {
  let path: String

  /// Whether this process may mount one.
  static var canMount: Bool {
    get async throws {
      let folder = try TemporaryFolder()
      guard let disk = try? await SmallDisk(folder.url.path + "/disk", kilobytes: 100) else { return false }
      try await disk.end()
      return true
    }
  }

  /// Mounts it.
  init(_ path: String, kilobytes: Int) async throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try await Self.run("mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path])
  }

  /// Makes it larger, as freeing space would.
  func grow(kilobytes: Int) async throws {
    try await Self.run("mount", ["-o", "remount,size=\(kilobytes)k", path])
  }

  /// Unmounts it.
  func end() async throws { try await Self.run("umount", [path]) }

  private static func run(_ tool: String, _ arguments: [String]) async throws {
    let program = try #require(Command.find(tool), "\(tool) is not installed")
    let result = try await Command.run(program, arguments)
    guard result.status == 0 else { throw ServerError(description: "\(tool): \(result.errorText)") }
  }
}
