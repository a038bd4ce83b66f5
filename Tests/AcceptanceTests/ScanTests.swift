// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// Rows of JSON lines.
private func rows(_ text: String) throws -> [JSON] {
  try text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
}

@Suite("A scan from the command line to the map", .serialized, .serverTurns)
struct ScanTests {
  @Test(
    "finds exactly the families that a real name server has, for every name of the catalog and of the file")
  func observations() async throws {
    let observations = try Observations()
    #expect(observations.rowCount == 5847)
    let isFull = TestDepth.repetitions("EGRESS6_FULL_SCAN", quick: 0, full: 1) > 0
    let server = try await NameServer(observations.zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let (store, names) = (folder.url.path + "/map.sqlite", folder.url.path + "/names")
    try Data(observations.families.keys.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: names))
    let scan = try await Program.run(
      [
        "scan", "--store", store, "--resolver", "\(server.address)", "--rate", "20000",
        "--i-own-this-resolver",
        "--hosts", names, "--progress", "never", "--json",
      ] + (isFull ? [] : ["--regions", "eu-central-1,us-east-1,aws-global"]))
    try #require(scan.status == 0, "\(scan.errors)")

    let export = try await Program.run(["export", "--store", store, "--what", "hosts", "-o", "jsonl"])
    #expect(export.status == 0)
    let truth = ZoneTruth(observations.families)
    var seen: Set<String> = []
    var wrong: [String] = []
    for row in try rows(export.output) {
      let host = row["host"]?.string ?? ""
      seen.insert(host)
      for (key, family) in [("a", AddressFamily.ipv4), ("aaaa", .ipv6)] {
        let expected = truth.answer(host, family)
        if row[key]?.string != expected {
          wrong.append("\(host) \(key): \(row[key]?.string ?? "-"), not \(expected)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) wrong, such as \(wrong.prefix(5))")
    #expect(seen.isSuperset(of: observations.families.keys))
    #expect(seen.count > (isFull ? 80_000 : 5_794))
    print("compared \(seen.count) hosts, \(observations.families.count) of them observed in 2023")
    try await queries(store)
  }

  @Test("a resolver that denies everything is not believed, and what was known stays")
  func denial() async throws {
    let environment = try await SmallCatalog.environment
    let observations = try Observations()
    let server = try await NameServer(observations.zone)
    defer { server.stop() }
    let liar = try await NameServer(Zone())
    defer { liar.stop() }
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    func scan(_ server: NameServer, _ more: [String] = []) async throws -> Program.Outcome {
      try await Program.run(
        [
          "scan", "--store", store, "--resolver", "\(server.address)", "--rate", "5000",
          "--i-own-this-resolver",
          "--regions", "eu-central-1,us-east-1", "--quiet", "-o", "json",
        ] + more, environment: environment)
    }
    func map(_ arguments: [String] = []) async throws -> String {
      try await Program.run(
        ["map", "--store", store, "--evidence", "resolved", "-o", "jsonl"] + arguments,
        environment: environment
      ).output
    }
    #expect(try await scan(server).status == 0)
    let known = try await map()
    #expect(known.contains("opt-in"))
    for more in [[], ["--resume"]] {
      let denied = try await scan(liar, more)
      #expect(denied.status == 4 && denied.output.isEmpty)
      #expect(denied.errors.contains("denies everything") && denied.errors.contains("--resolver"))
    }
    #expect(try await map() == known)
    #expect(try await scan(server).status == 0)
    let changes = try await Program.run(
      ["changes", "--store", store, "--evidence", "resolved"], environment: environment)
    #expect(changes.status == 0 && changes.output.isEmpty)
    try await gaps(store, environment)
  }

  /// Checks that a grid distinguishes what was not asked from a name that does not exist.
  private func gaps(_ store: String, _ environment: [String: String]) async throws {
    let grid = ["map", "--store", store, "--regions", "eu-central-1,aws-global", "--view", "grid"]
    let table = try await Program.run(grid, environment: environment)
    #expect(table.output.contains("·") && table.errors.contains("not looked at"))
    let document = try await Program.run(grid + ["-o", "json"], environment: environment)
    let rows = try #require(try JSON(parsing: Array(document.output.utf8))["rows"]?.array)
    #expect(rows.contains { $0["service"] == "ec2" && $0["aws-global"] == .null })
    #expect(rows.contains { $0["service"] == "ec2" && $0["eu-central-1"]?.string != nil })
  }

  /// Checks the queries that a user makes afterwards.
  private func queries(_ store: String) async throws {
    let map = try await Program.run([
      "map", "--store", store, "--regions", "eu-central-1", "--services", "s3,sts", "-o", "jsonl",
    ])
    let cells = try rows(map.output)
    #expect(cells.count == 2)
    #expect(map.errors.contains("data: scan of"))
    for cell in cells {
      #expect(cell["evidence"]?.string == "resolved")
      #expect(["ipv6", "opt-in", "ipv4"].contains(cell["support"]?.string))
      #expect(cell["hosts"]?["default"]?.string?.contains("eu-central-1") == true)
    }
    let s3 = try #require(cells.first { $0["service"] == "s3" })
    #expect(s3["support"]?.string == "opt-in")
    let none = try await Program.run([
      "map", "--store", store, "--regions", "eu-central-1", "--support", "unknown", "--evidence", "resolved",
      "-o",
      "json",
    ])
    #expect(none.status == 0)
    #expect(try JSON(parsing: Array(none.output.utf8))["rows"]?.array == [])
    let changes = try await Program.run(["changes", "--store", store, "--evidence", "resolved"])
    #expect(changes.status == 0 && changes.output.isEmpty)
    let future = try await Program.run(["map", "--store", store, "--at", "2001-01-01"])
    #expect(future.status == 3 && future.errors.contains("2001-01-01"))
    let fields = try await Program.run(["map", "--store", store, "--fields", "nope", "-o", "csv"])
    #expect(fields.status == 2 && fields.errors.contains("hosts.default"))
  }

  @Test("shows what changed between two scans, as a diff and as lines")
  func changes() async throws {
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    let names = ["sts.eu-west-1.amazonaws.com", "sts.eu-west-1.api.aws"]
    func scan(_ zone: Zone) async throws {
      var zone = zone
      zone.addControlNames()
      let server = try await NameServer(zone)
      defer { server.stop() }
      let outcome = try await Program.run([
        "scan", "--store", store, "--resolver", "\(server.address)", "--services", "sts", "--regions",
        "eu-west-1",
        "--quiet",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.isEmpty)
    }
    var zone = Zone()
    for name in names { zone.add(name, [.ipv4]) }
    try await scan(zone)
    zone = Zone()
    zone.add(names[0], [.ipv4])
    zone.add(names[1], [.ipv4, .ipv6])
    try await scan(zone)

    let text = try await Program.run(["changes", "--store", store])
    #expect(text.output.contains("-aws eu-west-1 sts  ipv4\n"))
    #expect(text.output.contains("+aws eu-west-1 sts  opt-in  sts.eu-west-1.api.aws (resolved, network)\n"))
    let lines = try await rows(
      Program.run([
        "changes", "--store", store, "--evidence", "resolved", "-o", "jsonl",
      ]).output)
    #expect(lines.count == 1)
    #expect(
      lines.first?.object?.map(\.name) == [
        "date", "partition", "service", "region", "from", "to", "host", "evidence", "cause", "group", "main",
        "at_least", "basis", "source",
      ])
    #expect(lines.first?["to"] == "opt-in")
    let late = try await Program.run(["changes", "--store", store, "--since", "2999-01-01"])
    #expect(late.status == 0 && late.output.isEmpty)
  }

  @Test("says that no resolver answers, and what to do; writes nothing")
  func noResolver() async throws {
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    let port = try await freePort()
    let outcome = try await Program.run(["scan", "--store", store, "--resolver", "127.0.0.1:\(port)"])
    #expect(outcome.status == 4)
    #expect(outcome.errors.contains("no resolver answers: asked 127.0.0.1:\(port)"))
    #expect(outcome.errors.contains("egress6 map"))
    #expect(!FileManager.default.fileExists(atPath: store))
    let declared = try await Program.run([
      "map", "--declared", "--regions", "eu-west-1", "--services", "sts", "-o", "jsonl",
    ])
    let row = try #require(try rows(declared.output).first)
    #expect(row["evidence"] == "declared" && row["support"] == "unknown")
    #expect(row["hosts"]?["dualstack"] == "sts.eu-west-1.api.aws")
  }

  @Test("reports a missing store with what to do")
  func missingStore() async throws {
    for command in [["map"], ["changes"], ["export"]] {
      let outcome = try await Program.run(command + ["--store", "/nonexistent/map.sqlite"])
      #expect(outcome.status == 3, "\(command)")
      #expect(outcome.errors.contains("egress6 scan"))
    }
  }
}
