// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// Which name decides a cell, and how the other groups are shown.
@Suite("Endpoint groups", .serverTurns)
struct GroupTests {
  private static func rows(_ output: String) throws -> [JSON] {
    try output.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
  }

  /// From a public report: S3 in us-east-1 was shown without any name, because S3 Express decided.
  @Test("S3 is decided by the names of buckets, and the other groups are rows of their own")
  func scan() async throws {
    var zone = Zone()
    for name in [
      "sts.amazonaws.com", "iam.amazonaws.com", "s3.amazonaws.com", "s3.us-east-1.amazonaws.com",
      "s3.us-west-2.amazonaws.com", "s3-website-us-west-2.amazonaws.com",
    ] { zone.add(name, [.ipv4]) }
    for region in ["us-east-1", "us-west-2"] {
      zone.add("s3.dualstack.\(region).amazonaws.com", [.ipv4, .ipv6])
    }
    let server = try await NameServer(zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    let selection = ["--services", "s3", "--regions", "us-east-1,us-west-2", "--store", store, "--quiet"]
    let scan = try await Program.run(
      ["scan", "--trust-resolver", "--resolver", "\(server.address)"] + selection)
    try #require(scan.status == 0, "\(scan.errors)")
    let map = try Self.rows(try await Program.run(["map", "-o", "jsonl"] + selection).output)
    #expect(map.map { $0["support"]?.string } == ["opt-in", "opt-in"])
    #expect(map.map { $0["group"]?.string } == ["s3", "s3"])
    #expect(map.first?["hosts"]?["dualstack"]?.string == "s3.dualstack.us-east-1.amazonaws.com")
    let all = try Self.rows(
      try await Program.run(
        ["export", "--groups", "--regions", "us-west-2", "--services", "s3", "--store", store, "--quiet"])
        .output)
    #expect(all.count > 6)
    #expect(all.map { $0["main"]?.bool == true } == [true] + all.dropFirst().map { _ in false })
    let website = all.first { $0["group"]?.string == "s3-website" }
    #expect(website?["support"]?.string == "ipv4")
    #expect(website?["hosts"]?["default"]?.string == "s3-website-us-west-2.amazonaws.com")
    let grid = try await Program.run(["map", "--groups", "--view", "grid", "-o", "csv"] + selection)
    #expect(grid.output.contains("s3/s3,opt-in,opt-in"))
    #expect(grid.output.contains("s3/s3-website,none,ipv4"))
    #expect(grid.output.contains("s3/s3-external-1,none,\r\n"))
  }

  @Test(
    "names on paper are those of ordinary calls, and say nothing of support",
    arguments: [
      (
        "s3", "us-east-1", ["s3.amazonaws.com", "s3.us-east-1.amazonaws.com"],
        "s3.dualstack.us-east-1.amazonaws.com"
      ),
      (
        "s3control", "us-west-2", ["123456789012.s3-control.us-west-2.amazonaws.com"],
        "123456789012.s3-control.dualstack.us-west-2.amazonaws.com"
      ),
    ])
  func declared(service: String, region: String, standard: [String], dualstack: String) async throws {
    let outcome = try await Program.run([
      "map", "--declared", "--services", service, "--regions", region, "--view", "rows", "-o", "jsonl",
      "--quiet",
    ])
    let row = try #require(try Self.rows(outcome.output).first)
    #expect(standard.contains(row["hosts"]?["default"]?.string ?? ""))
    #expect(row["hosts"]?["dualstack"]?.string == dualstack)
    #expect(row["support"]?.string == "unknown")
    #expect(row["evidence"]?.string == "declared")
  }

  @Test("an unknown cause is refused")
  func cause() async throws {
    let outcome = try await Program.run(["changes", "--cause", "weather"])
    #expect(outcome.status == 2)
    for word in ["weather", "network", "release"] {
      #expect(outcome.errors.contains(word), "\(outcome.errors)")
    }
  }
}
