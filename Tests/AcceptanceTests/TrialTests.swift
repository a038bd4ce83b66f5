// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import Foundation
import StrictJSON
import Testing

/// Cases from public reports: those that are kept beside the checkout, and neighbours of our own making.
@Suite("Trials", .serverTurns)
struct TrialTests {
  private static let own = Program.root.appendingPathComponent("Tests/Fixtures/trials.jsonl")
  private static let samples = TestEnvironment.variable("EGRESS6_SAMPLES").map {
    URL(fileURLWithPath: $0, relativeTo: Program.root).appendingPathComponent("trials/cases.jsonl")
  }

  @Test("neighbours of the reported cases", arguments: try Trial.read(own))
  func neighbours(_ trial: Trial) async throws { try await TrialRun(trial).run() }

  @Test("there are neighbours of every kind")
  func neighbourCount() throws {
    let trials = try Trial.read(Self.own)
    print("trials: \(trials.count) of our own")
    #expect(trials.count >= 25 && Set(trials.map(\.id)).count == trials.count)
  }

  @Test(
    "all reported cases",
    .enabled(if: samples != nil, "set EGRESS6_SAMPLES to the folder that holds trials/cases.jsonl"))
  func reported() async throws {
    let trials = try Trial.read(try #require(Self.samples))
    for trial in trials { try await TrialRun(trial).run() }
    print("trials: \(trials.count) from public reports")
    #expect(trials.count >= 30)
  }
}

/// One trial with its name servers and its store.
private struct TrialRun {
  private let trial: Trial
  private let folder: TemporaryFolder
  private var store: String { folder.path + "/map.sqlite" }

  init(_ trial: Trial) throws {
    self.trial = trial
    folder = try TemporaryFolder()
  }

  /// Runs the trial's commands and compares what they say.
  func run() async throws {
    guard let world = trial.world else { return try await answer(resolver: nil) }
    let server = try await LyingServer.start { world.answer($0, $1) }
    defer { server.stop() }
    if world.hasSecondScan {
      try await scanTwice(server, world)
    } else {
      try await answer(resolver: server.address)
      if lies { try await refuse(server) }
    }
  }

  /// Whether the resolver itself tells what is not true, rather than a name having a wrong address.
  private var lies: Bool {
    trial.expected["support"] == "unknown" && trial.expected["note"] != nil
      || trial.expected["note"] == "names that cannot exist have addresses"
  }

  private func arguments(_ command: [String], _ resolver: ResolverAddress?) async throws -> [String] {
    var arguments: [String] = []
    for word in command {
      switch word {
      case "127.0.0.1:PORT": arguments.append(try #require(resolver).description)
      case "T": arguments.append(store)
      case "OLDER-IMAGE": arguments.append(try await OlderCatalog.path)
      default: arguments.append(word)
      }
    }
    return arguments
  }

  /// Runs one command.
  private func run(
    _ command: [String], _ resolver: ResolverAddress?, more: [String] = []
  ) async throws -> Program.Outcome {
    try await program(try await arguments(command, resolver) + more)
  }

  /// Runs the program with a small catalog where the trial scans services of that: listing all hosts takes long.
  private func program(_ arguments: [String]) async throws -> Program.Outcome {
    let services =
      arguments.firstIndex(of: "--services").map { arguments[$0 + 1].split(separator: ",") } ?? []
    let isSmall =
      trial.world != nil && services.allSatisfy { SmallCatalog.moreServices.contains(String($0)) }
    return try await Program.run(
      arguments, environment: isSmall ? try await SmallCatalog.moreEnvironment : [:])
  }

  // MARK: - Scans

  /// A resolver that lies is not believed without being told to: exit 4, what was seen, and nothing on the map.
  private func refuse(_ server: LyingServer) async throws {
    let command = try #require(trial.commands.first { $0.first == "scan" })
    let other = folder.path + "/judged.sqlite"
    let judged = try await run(command.map { $0 == "T" ? other : $0 }, server.address)
    #expect(judged.status == 4 && judged.output.isEmpty, "\(trial.id): \(judged.errors)")
    #expect(
      ["invents addresses", "rewrites NXDOMAIN to a search page"].contains { judged.errors.contains($0) },
      "\(trial.id): \(judged.errors)")
    #expect(!FileManager.default.fileExists(atPath: other))
  }

  private func scanTwice(_ server: LyingServer, _ world: TrialWorld) async throws {
    let filtered = world.filtered
    let filter = try await LyingServer.start { filtered.answer($0, $1) }
    defer { filter.stop() }
    let selection = ["--store", store] + world.selection
    let first = try await program(
      ["scan", "--trust-resolver", "--resolver", "\(server.address)"] + selection)
    #expect(first.status == 0, "\(trial.id): \(first.errors)")
    let map = try await program(["map", "-o", "jsonl"] + selection)
    #expect(map.output.contains("opt-in") && map.output.contains(#""support":"ipv6""#), "\(map.output)")
    for trust in [[], ["--trust-resolver"]] {
      let second = try await program(["scan", "--resolver", "\(filter.address)"] + trust + selection)
      if trust.isEmpty {
        #expect(second.status == 4 && second.errors.contains("hides AAAA"), "\(trial.id): \(second.errors)")
      } else {
        #expect(second.status == 0 || second.status == 4, "\(trial.id): \(second.errors)")
      }
      #expect(try await program(["map", "-o", "jsonl"] + selection).output == map.output)
      let changes = try await run(
        try #require(trial.commands.last), nil, more: ["-o", "jsonl", "--evidence", "resolved"])
      #expect(changes.status == 0 && changes.output.isEmpty, "\(trial.id): \(changes.output)")
    }
  }

  // MARK: - Answers

  private func answer(resolver: ResolverAddress?) async throws {
    for command in trial.commands.dropLast() {
      let trust = command.first == "scan" ? ["--trust-resolver", "--progress", "never"] : []
      let outcome = try await run(command, resolver, more: trust)
      // A scan that learned nothing is rejected, which is an answer, too.
      #expect([0, 4].contains(outcome.status), "\(trial.id): \(outcome.errors)")
    }
    let command = try #require(trial.commands.last)
    let expected = trial.expected
    if expected["rows"] == ">0, or the service not in the map" {
      let outcome = try await run(command, resolver)
      #expect(outcome.status == 0 && outcome.lines.count > 1, "\(trial.id): \(outcome.errors)")
    } else if let error = expected["error"]?.string {
      let outcome = try await run(command, resolver)
      #expect(
        outcome.status == expected["exit"]?.integer.map(Int32.init) && outcome.errors.contains(error)
          && outcome.output.isEmpty, "\(trial.id): \(outcome.errors)")
    } else {
      switch command.first {
      case "map": try await compareMap(command, resolver)
      case "catalog": try await compareHosts(command)
      case "resolve": try await compareEndpoint(command)
      default: Issue.record("\(trial.id): no comparison for \(command)")
      }
    }
  }

  private func document(_ command: [String], _ resolver: ResolverAddress?) async throws -> Program.Outcome {
    try await run(command, resolver, more: command.contains("-o") ? [] : ["-o", "json"])
  }

  private func compareMap(_ command: [String], _ resolver: ResolverAddress?) async throws {
    let outcome = try await document(command, resolver)
    var rows: [JSON] = []
    if outcome.status == 0 {
      rows = try JSON(parsing: Array(outcome.output.utf8))["rows"]?.array ?? []
      try #require(!rows.isEmpty, "\(trial.id): \(outcome.output)")
    } else {
      // A store in which no scan was complete has no map: then nothing rests on the scan.
      try #require(outcome.status == 3 && outcome.output.isEmpty, "\(trial.id): \(outcome.errors)")
    }
    let expected = trial.expected.object ?? []
    let isAboutAll = expected.contains { ["support", "hosts"].contains($0.name) }
    if isAboutAll { return try rows.forEach { try compare($0, trial.expected) } }
    var compared = 0
    for member in expected where member.name != "note" {
      let selected = rows.filter { [$0["region"]?.string, $0["service"]?.string].contains(member.name) }
      for row in selected { try compare(row, member.value) }
      // "unknown" is said of a service that the map leaves out, too.
      compared += selected.isEmpty && "\(member.value)".contains("unknown") ? 1 : selected.count
    }
    #expect(compared > 0, "\(trial.id): nothing was compared: \(outcome.output)")
  }

  /// Compares a row of the map with `support` or with members of the same name; a text is the support.
  private func compare(_ row: JSON, _ expected: JSON) throws {
    if let words = expected.string {
      let support = try #require(row["support"]?.string)
      #expect(words.components(separatedBy: " or ").contains(support), "\(trial.id): \(row)")
      return
    }
    for member in expected.object ?? [] where member.name != "note" {
      if member.name == "hosts" {
        for host in member.value.object ?? [] {
          let found = row["hosts"]?[host.name]
          let allowed = host.value.array ?? [host.value]
          #expect(found.map(allowed.contains) == true, "\(trial.id): \(row)")
        }
      } else {
        #expect(row[member.name] == member.value, "\(trial.id): \(row)")
      }
    }
  }

  private func compareHosts(_ command: [String]) async throws {
    let outcome = try await HostLists.shared.list(try await arguments(command, nil))
    try #require(outcome.status == 0 && !outcome.output.isEmpty, "\(trial.id): \(outcome.errors)")
    func has(_ wanted: JSON) throws -> Bool {
      let host = try #require(wanted["host"]?.string)
      // All lines are not parsed: the list has 90,000.
      guard let mark = outcome.output.range(of: "\"host\":\"\(host)\"") else { return false }
      let line = try JSON(parsing: Array(outcome.output[outcome.output.lineRange(for: mark)].utf8))
      return wanted["variant"] == nil
        || line["endpoints"]?.array?.contains { $0["variant"] == wanted["variant"] } == true
    }
    let (wanted, unwanted) = (trial.expected["has"], trial.expected["has_not"])
    try #require(wanted != nil || unwanted != nil)
    if let wanted { #expect(try has(wanted), "\(trial.id)") }
    if let unwanted { #expect(try !has(unwanted), "\(trial.id)") }
  }

  private func compareEndpoint(_ command: [String]) async throws {
    var outcome = try await document(command, nil)
    if trial.expected["or"] == "an option for the account, and a refusal of the unknown member",
      outcome.status != 0
    {
      #expect(outcome.status == 2 && outcome.errors.contains("AccountId"), "\(trial.id): \(outcome.errors)")
      let option = try #require(command.firstIndex(of: "--param"))
      let account = try #require(command[option + 1].split(separator: "=").last)
      outcome = try await document(
        Array(command[..<option]) + ["--account-id", String(account)] + Array(command[(option + 2)...]), nil)
    }
    try #require(outcome.status == 0, "\(trial.id): \(outcome.errors)")
    let row = try #require(try JSON(parsing: Array(outcome.output.utf8))["rows"]?[0])
    var compared = 0
    for member in trial.expected.object ?? [] where !["or", "note", "says"].contains(member.name) {
      // A client adds bucket and prefix to the URL of the rules: `url` is what the request goes to.
      let found = member.name == "url" ? row["request_url"] : row[member.name]
      #expect(found == member.value, "\(trial.id): \(member.name): \(row)")
      compared += 1
    }
    if let text = trial.expected["says"]?.string {
      #expect(outcome.errors.contains(text), "\(trial.id): \(outcome.errors)")
    }
    #expect(compared > 0, "\(trial.id): nothing was compared")
  }
}

/// The host lists that trials ask for, each made once.
private actor HostLists {
  static let shared = HostLists()
  private var lists: [[String]: Task<Program.Outcome, any Error>] = [:]

  func list(_ arguments: [String]) async throws -> Program.Outcome {
    let task = lists[arguments] ?? Task { try await Program.run(arguments) }
    lists[arguments] = task
    return try await task.value
  }
}

/// The catalog of an older release, whose clients call STS at its global name.
private enum OlderCatalog {
  private static let made = Task { try await make() }

  /// The image's path; the program itself makes the image, once.
  static var path: String { get async throws { try await made.value.path + "/older.image" } }

  private static func make() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    // Of the whole release only what the trials ask about: an import in a debug build takes a while.
    let unpacked = try await Command.run(
      TestEnvironment.python,
      [
        "-c",
        """
        import sys, zipfile
        wheel = zipfile.ZipFile(sys.argv[1])
        whole = {"botocore/__init__.py", "botocore/data/partitions.json", "botocore/data/endpoints.json"}
        wheel.extractall(sys.argv[2], [n for n in wheel.namelist() if n in whole or n.startswith("botocore/data/sts/")])
        """, PinnedRelease.olderWheel, folder.path + "/release",
      ])
    try #require(unpacked.status == 0, "run scripts/setup-tests: \(unpacked.errorText)")
    let outcome = try await Program.run([
      "catalog", "import", folder.path + "/release", "--to", folder.path + "/older.image", "--quiet",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return folder
  }
}
