// SPDX-License-Identifier: Apache-2.0

import Foundation
import IPAddressing
import StrictJSON
import TestKit
import Testing

/// What a killed scan and a full disk leave behind.
///
/// It takes no turns with the others: it is the longest and mostly waits, so it begins at once and runs beside them.
@Suite("Scans that end the hard way", .serialized)
struct KillTests {
  private static let kills = 50
  /// Kills at a time; each blocks a thread, and two are what small machines have.
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
      Subprocess.find("sqlite3"), "sqlite3 is not installed: run scripts/setup-tests")
    // Another process may be merging its log: wait for it.
    let result = try await Subprocess.run(program, ["-cmd", ".timeout 10000", store, sql])
    return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The names of the small catalog that the server has; every third is missing, every second of the others has IPv6.
  private static func zone() async throws -> Zone {
    let outcome = try await Program.run(
      [
        "catalog", "hosts", "--partitions", "aws", "--regions", regions, "--services",
        SmallCatalog.services.joined(separator: ","), "-o", "jsonl",
      ],
      environment: SmallCatalog.environment)
    try #require(outcome.status == 0, "\(outcome.errors)")
    var zone = Zone()
    for (number, line) in outcome.lines.enumerated() where number % 3 > 0 {
      let host = try JSON(parsing: Array(line.utf8))["host"]?.string ?? ""
      zone.add(host, number % 3 == 1 ? [.ipv4] : [.ipv4, .ipv6])
    }
    return zone
  }

  @Test("a scan that is killed at any point goes on to the same map")
  func killedScans() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
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

    // Before the first third a scan lists names and opens the store: some kills are enough for that.
    let moments = (0..<Self.kills).map { number in
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
    #expect(states["journaled", default: 0] > 0, "no kill fell into the scan itself: \(states)")
  }

  /// Kills one scan, checks what is left, finishes it and compares.
  ///
  /// - Returns: How far the killed scan was.
  private static func killAndResume(
    _ store: String, _ server: NameServer, after moment: Duration, _ environment: [String: String],
    _ expected: [JSON]
  ) async throws -> String {
    _ = try await Subprocess.run(
      Program.path, scan(store, server, rate: 150),
      environment: ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }, timeout: moment / .seconds(1))

    let exists = FileManager.default.fileExists(atPath: store)
    if exists { #expect(try await sqlite(store, "PRAGMA integrity_check") == "ok") }
    let run = exists ? try await sqlite(store, "SELECT state FROM run ORDER BY id DESC LIMIT 1") : ""
    let journaled = exists ? try await sqlite(store, "SELECT count(*) FROM journal") : ""
    let map = try await Program.run(["map", "--store", store, "-o", "jsonl"], environment: environment)
    if run == "complete" {
      #expect(map.status == 0)
    } else {
      // A killed run is never taken for a complete one.
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

  @Test("what was committed before a kill is there after it, and is not asked again")
  func keepsCommittedAnswers() async throws {
    let server = try await NameServer(try Self.zone())
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    let environment = try await SmallCatalog.environment
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = Self.scan(store, server, rate: 200)
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    var seen = 0
    let deadline = ContinuousClock.now + .seconds(60)
    while seen < 200, ContinuousClock.now < deadline {
      if FileManager.default.fileExists(atPath: store) {
        seen = Int(try await Self.sqlite(store, "SELECT count(*) FROM journal")) ?? 0
      }
    }
    try #require(seen >= 200, "the scan does not save its answers")
    // The second scan meanwhile is told who holds the store, and leaves it alone.
    let second = try await Program.run(Self.scan(store, server, rate: 200), environment: environment)
    #expect(second.status == 5)
    #expect(second.errors.contains("process \(process.processIdentifier) on "))
    #expect(second.output.isEmpty)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let kept = Int(try await Self.sqlite(store, "SELECT count(*) FROM journal")) ?? 0
    #expect(kept >= seen)
    let rest = try await Program.run(
      Self.scan(store, server, rate: 50_000, resume: true), environment: environment)
    #expect(rest.status == 0)
    #expect(rest.errors.contains("\(kept / 2) hosts have an answer"))
  }

  @Test("a full disk ends a scan with one clear error and costs nothing that was saved")
  func fullDisk() async throws {
    let server = try await NameServer(try Self.zone())
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let environment = try await SmallCatalog.environment
    let whole = folder.url.path + "/whole.sqlite"
    let undisturbed = try await Program.run(Self.scan(whole, server, rate: 50_000), environment: environment)
    try #require(undisturbed.status == 0)
    guard let disk = try await SmallDisk(folder.url.path + "/disk", kilobytes: 400) else {
      // Only root may mount; the limit of a file's size is the nearest that a user has.
      try await fileSizeLimit(server, folder, environment, whole)
      return
    }
    defer { disk.end() }
    let store = disk.path + "/map.sqlite"
    let outcome = try await Program.run(Self.scan(store, server, rate: 50_000), environment: environment)
    #expect(outcome.status == 5)
    #expect(outcome.errors.contains("the disk is full"))
    #expect(outcome.errors.contains("scan --resume"))
    try await disk.grow(kilobytes: 100_000)
    #expect(try await Self.sqlite(store, "PRAGMA integrity_check") == "ok")
    let hasRun = try await Self.sqlite(store, "SELECT count(*) FROM run") == "1"
    let rest = try await Program.run(
      Self.scan(store, server, rate: 50_000, resume: hasRun), environment: environment)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try await Self.export(store) == Self.export(whole))
  }

  private func fileSizeLimit(
    _ server: NameServer, _ folder: TemporaryFolder, _ environment: [String: String], _ whole: String
  ) async throws {
    let store = folder.url.path + "/limited.sqlite"
    let arguments = Self.scan(store, server, rate: 50_000)
    let limited = try await Subprocess.run(
      "/bin/sh", ["-c", "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\"", Program.path] + arguments,
      environment: ["PATH": "/usr/bin:/bin"].merging(environment) { $1 })
    #expect(limited.status != 0 && limited.errorText.contains(store))
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

  /// Mounts it; `nil` where that is not allowed.
  init?(_ path: String, kilobytes: Int) async throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard let mount = Subprocess.find("mount") else { return nil }
    let result = try await Subprocess.run(mount, ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path])
    if result.status != 0 { return nil }
  }

  /// Makes it larger, as freeing space would.
  func grow(kilobytes: Int) async throws {
    let mount = try #require(Subprocess.find("mount"))
    let result = try await Subprocess.run(mount, ["-o", "remount,size=\(kilobytes)k", path])
    #expect(result.status == 0)
  }

  func end() {
    guard let umount = Subprocess.find("umount") else { return }
    let process = try? Process.run(URL(fileURLWithPath: umount), arguments: [path])
    process?.waitUntilExit()
  }
}
