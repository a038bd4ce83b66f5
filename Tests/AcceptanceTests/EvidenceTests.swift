// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// Rows of JSON lines.
private func rows(_ text: String) throws -> [JSON] {
  try text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
}

@Suite("The map before and beside a scan", .serverTurns)
struct EvidenceTests {
  @Test("map without a store shows the built-in map: what it is, how old, with evidence and date in each row")
  func noStore() async throws {
    let map = ["map", "--services", "bedrock,ec2,dynamodb", "--regions", "eu-west-1"]
    let outcome = try await Program.run(map + ["-o", "jsonl"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("public evidence: DNS of others, 2025-11-12 at the latest ("))
    #expect(outcome.errors.contains("nothing was measured here") && outcome.errors.contains("egress6 scan"))
    let found = try rows(outcome.output).map { row in
      ["service", "support", "evidence", "evidence_date"].map { row[$0]?.string ?? "-" }.joined(
        separator: " ")
    }
    #expect(
      found == [
        "bedrock ipv4 reported 2025-11-12", "dynamodb unknown declared 2026-11",
        "ec2 opt-in reported 2025-11-12",
      ])
    let grid = try await Program.run(map)
    #expect(grid.output.contains("IPv4 2025-11 r*!") && grid.output.contains("opt-in ◐ r"))
    #expect(!grid.output.contains("✗"))
    #expect(
      grid.errors.contains("r reported 2025-11") && grid.errors.contains("! another source says the opposite")
    )
    let variable = try await Program.run(map, environment: ["EGRESS6_STORE": "/nonexistent/map.sqlite"])
    #expect(variable.status == 0 && variable.errors.contains("/nonexistent/map.sqlite: there is no map yet"))
    let csv = try await Program.run(map + ["-o", "csv", "--fields", "service,stale", "--quiet"])
    #expect(csv.output == "service,stale\r\nbedrock,true\r\ndynamodb,false\r\nec2,false\r\n")
    #expect(csv.errors.isEmpty)
  }

  @Test("the summary of the built-in map counts only what is known")
  func summary() async throws {
    let outcome = try await Program.run(["map", "-o", "jsonl", "--view", "summary"])
    var (known, reachable) = (Int64(0), Int64(0))
    for row in try rows(outcome.output) {
      guard case .integer(let cells)? = row["known"], case .integer(let ipv6)? = row["ipv6"],
        case .integer(let optIn)? = row["opt_in"], case .integer(let ipv4)? = row["ipv4"]
      else { return #expect(Bool(false), "\(row)") }
      #expect(cells == ipv6 + optIn + ipv4)
      #expect(row["partition"] == "aws" || cells == 0)
      #expect((row["reachable_percent"] == .null) == (cells == 0))
      known += cells
      reachable += ipv6 + optIn
    }
    #expect(known == 10_323 && reachable == 10_323 - 1707)
  }

  @Test("only a store that was not named may be missing; own measurements need one")
  func errors() async throws {
    for arguments in [
      ["map", "--store", "/nonexistent/map.sqlite"], ["map", "--evidence", "resolved"],
      ["changes", "--evidence", "resolved"], ["changes", "--store", "/nonexistent/map.sqlite"], ["export"],
    ] {
      let outcome = try await Program.run(arguments)
      #expect(outcome.status == 3 && outcome.output.isEmpty, "\(arguments)")
      #expect(outcome.errors.contains("egress6 scan"))
    }
    let word = try await Program.run(["map", "--evidence", "hearsay"])
    #expect(word.status == 2 && word.errors.contains("hearsay") && word.errors.contains("documented"))
    let both = try await Program.run(["map", "--declared", "--evidence", "reported"])
    #expect(both.status == 2 && both.errors.contains("--declared"))
  }

  @Test("a file that is no store is an error, named or not")
  func damage() async throws {
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    try Data("not a store, but long enough to be looked at".utf8).write(to: URL(fileURLWithPath: store))
    for arguments in [["map"], ["changes"]] {
      let outcome = try await Program.run(arguments, environment: ["EGRESS6_STORE": store])
      #expect(outcome.status == 5 && outcome.output.isEmpty, "\(outcome.errors)")
    }
  }

  @Test("a scan wins cell by cell, export shows it alone, and history keeps both apart")
  func merge() async throws {
    var zone = Zone()
    zone.add("sts.eu-west-1.amazonaws.com", [.ipv4])
    zone.add("sts.eu-west-1.api.aws", [.ipv4])
    let server = try await NameServer(zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let environment = try await SmallCatalog.environment.merging([
      "EGRESS6_STORE": folder.url.path + "/map.sqlite"
    ]) { $1 }
    let before = try await Program.run(["map", "-o", "jsonl"], environment: environment)
    let scan = try await Program.run(
      [
        "scan", "--services", "sts", "--regions", "eu-west-1", "--resolver", "\(server.address)", "--quiet",
        "--trust-resolver", "-o", "json",
      ], environment: environment)
    try #require(scan.status == 0, "\(scan.errors)")
    func map(_ arguments: [String]) async throws -> [String] {
      let outcome = try await Program.run(["map", "-o", "jsonl"] + arguments, environment: environment)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try rows(outcome.output).map { row in
        ["service", "region", "support", "evidence"].map { row[$0]?.string ?? "-" }.joined(separator: " ")
      }
    }
    // Public evidence says opt-in.
    #expect(before.output.contains(#""service":"sts","region":"eu-west-1","support":"opt-in""#))
    let merged = try await map(["--services", "sts", "--regions", "eu-*"])
    #expect(merged.contains("sts eu-west-1 ipv4 resolved"))
    #expect(merged.contains("sts eu-south-1 opt-in reported"))
    // The scan asked for sts.amazonaws.com, which is a name of this cell, too, and not for the one that decides it.
    #expect(merged.contains("sts eu-central-1 opt-in reported"))
    #expect(merged.count { $0.hasPrefix("sts eu-west-1 ") } == 1)
    #expect(try await map(["--evidence", "resolved"]) == ["sts eu-west-1 ipv4 resolved"])
    #expect(try await map(["--services", "sts", "--regions", "eu-west-1", "--support", "opt-in"]) == [])
    let notes = try await Program.run(["map", "--services", "sts"], environment: environment)
    #expect(notes.errors.contains("data: scan of") && notes.errors.contains("cells were never scanned"))
    let export = try await Program.run(["export"], environment: environment)
    let exported = try rows(export.output)
    #expect(
      exported.allSatisfy {
        ["declared", "resolved"].contains($0["evidence"]?.string) && $0["note"] == .null
      })
    #expect(exported.count { $0["support"] != "unknown" } == 1)
    let old = try await map(["--at", "2025-12-31", "--services", "sts", "--regions", "eu-west-1"])
    #expect(old == ["sts eu-west-1 opt-in reported"])
    let history = try await Program.run(
      ["changes", "--services", "ec2", "--until", "2024-06-30", "--evidence", "documented"],
      environment: environment)
    #expect(history.output.contains("=aws eu-central-1 ec2  appeared in DNS 2024-06-14 (reported)\n"))
    #expect(!history.output.contains("@@"))
  }

  @Test("changes without a store shows since when names are known, with the basis")
  func history() async throws {
    let outcome = try await Program.run(["changes", "--services", "acm", "-o", "jsonl"])
    #expect(outcome.status == 0 && outcome.errors.contains("nothing was measured here"))
    let found = try rows(outcome.output)
    #expect(found.contains { $0["date"] == "2025-01-23" && $0["basis"] == "first-seen" })
    #expect(
      found.allSatisfy {
        $0["basis"] != "scan" && ["reported", "documented"].contains($0["evidence"]?.string)
      })
    let strong = try await Program.run([
      "changes", "--services", "acm", "--evidence", "reported", "-o", "jsonl",
    ])
    #expect(try rows(strong.output).allSatisfy { $0["evidence"] == "reported" })
  }

  @Test("where no resolver answers, the first run shows the built-in map")
  func firstRun() async throws {
    let folder = try TemporaryFolder()
    let port = try await freePort()
    let outcome = try await Command.run(
      "/bin/bash",
      [
        Program.root.path + "/scripts/first-run", Program.path, "eu-west-1", "ec2,s3", "127.0.0.1:\(port)",
        "",
      ], environment: ["PATH": "/usr/bin:/bin", "HOME": folder.url.path, "LANG": "C.UTF-8"])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(
      outcome.errorText.contains("no resolver answers") && outcome.errorText.contains("public evidence"))
    #expect(outcome.text.contains("eu-west-1") && outcome.text.contains("Next:"))
  }
}
