// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// What `resolve` says of a name that a scan or public evidence knows, and what people at terminals are told to do next.
@Suite("The question behind the question", .serverTurns)
struct ResolveEvidenceTests {
  /// Runs `resolve`: standard error, and the field `evidence`.
  private func resolve(
    _ arguments: [String], store: String = "/nonexistent/map.sqlite"
  ) async throws -> (errors: String, evidence: JSON?) {
    let environment = try await SmallCatalog.environment.merging(["EGRESS6_STORE": store]) { $1 }
    let outcome = try await Program.run(["resolve"] + arguments + ["-o", "json"], environment: environment)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return (
      outcome.errors, try JSON(parsing: Array(outcome.output.utf8))["rows"]?[0]?["evidence"]
    )
  }

  @Test(
    "public evidence is about the main group's names, says its date, and is silent where nothing surprises")
  func published() async throws {
    let absent = try await resolve(["ec2", "--region", "me-central-1", "--dualstack"])
    #expect(
      absent.errors.contains(
        "note: ec2.me-central-1.api.aws: did not exist in 2025-07 (reported); SDKs do not fall back"))
    #expect(absent.evidence?["finding"] == "absent" && absent.evidence?["date"] == "2025-07-24")
    let none = try await resolve(["ec2", "--region", "ap-southeast-7", "--dualstack"])
    #expect(none.errors.contains("note: ec2.ap-southeast-7.api.aws: no IPv6 in 2025-11 (reported"))
    #expect(none.evidence?["finding"] == "no-ipv6" && none.evidence?["source"] == "public")
    let good = try await resolve(["ec2", "--region", "eu-west-1", "--dualstack"])
    #expect(!good.errors.contains("note:") && good.evidence?["finding"] == "ipv6")
    let plain = try await resolve(["ec2", "--region", "eu-west-1"])
    #expect(plain.errors.contains("the dual-stack name ec2.eu-west-1.api.aws has IPv6"))
    let bucket = try await resolve([
      "s3", "--region", "eu-west-1", "--dualstack", "--operation", "GetObject", "--param", "Bucket=b-1",
    ])
    #expect(bucket.evidence?["host"] == "s3.dualstack.eu-west-1.amazonaws.com")
    for arguments in [
      ["s3", "--region", "us-west-2", "--operation", "GetObject", "--param", "Bucket=b--usw2-az1--x-s3"],
      ["ec2", "--region", "cn-north-1", "--dualstack"], ["ec2", "--region", "us-west-9", "--dualstack"],
      ["ec2", "--region", "eu-west-1", "--dualstack", "--fips"],
      ["ec2", "--region", "eu-west-1", "--endpoint-url", "https://ec2.ap-southeast-7.api.aws"],
    ] {
      let other = try await resolve(arguments)
      #expect(other.evidence == .null && !other.errors.contains("reported"), "\(arguments): \(other.errors)")
    }
  }

  @Test("a scan wins over public evidence, and a store that cannot be read is no reason to fail")
  func scanned() async throws {
    var zone = Zone()
    zone.add("ec2.eu-west-1.amazonaws.com", [.ipv4])
    zone.add("kms.eu-west-1.amazonaws.com", [.ipv4])
    zone.add("kms.eu-west-1.api.aws", [.ipv4])
    zone.add("sqs.eu-west-1.amazonaws.com", [.ipv4])
    zone.add("sqs.eu-west-1.api.aws", [.ipv4, .ipv6])
    let server = try await NameServer(zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let store = folder.path + "/map.sqlite"
    let scan = try await Program.run(
      [
        "scan", "--trust-resolver", "--services", "ec2,kms,sqs", "--regions", "eu-west-1", "--resolver",
        "\(server.address)", "--store", store, "--quiet",
      ], environment: SmallCatalog.environment)
    try #require(scan.status == 0, "\(scan.errors)")
    func finding(_ arguments: [String]) async throws -> (String?, String) {
      let found = try await resolve(arguments + ["--region", "eu-west-1"], store: store)
      #expect(found.evidence?["source"] == "scan" && found.evidence?["evidence"] == "resolved")
      return (found.evidence?["finding"]?.string, found.errors)
    }
    let absent = try await finding(["ec2", "--dualstack"])
    #expect(absent.0 == "absent" && absent.1.contains("did not exist on") && absent.1.contains("your scan"))
    let single = try await finding(["kms", "--dualstack"])
    #expect(single.0 == "ipv4" && single.1.contains("note: kms.eu-west-1.api.aws: IPv4 only on"))
    let choice = try await finding(["sqs"])
    #expect(choice.0 == "ipv4" && choice.1.contains("the dual-stack name sqs.eu-west-1.api.aws has IPv6"))
    let surprise = try await finding(["sqs", "--dualstack"])
    #expect(surprise.0 == "ipv6" && !surprise.1.contains("note:"))
    // Another region was not scanned.
    #expect(
      try await resolve(["ec2", "--region", "ap-southeast-7", "--dualstack"], store: store)
        .evidence?["source"] == "public")
    try Data("not a store, but long enough to be looked at".utf8).write(to: URL(fileURLWithPath: store))
    let damaged = try await resolve(["ec2", "--region", "ap-southeast-7", "--dualstack"], store: store)
    #expect(damaged.evidence?["source"] == "public" && damaged.errors.contains("no scan is considered"))
  }

  @Test("a table at a terminal ends with the next step; a pipe, another format and --quiet do not")
  func nextStep() async throws {
    let folder = try TemporaryFolder()
    func lines(_ command: String) async throws -> [String] {
      let result = try await Command.run(
        "/bin/bash", ["-c", command],
        environment: [
          "PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8", "TERM": "xterm",
          "P": Program.path,
        ])
      #expect(result.status == 0, "\(result.errorText)")
      return (result.text + result.errorText).split(whereSeparator: \.isNewline).map(String.init)
    }
    let map = "map --services ec2 --regions eu-west-1"
    let resolve = "resolve ec2 --region eu-west-1"
    for (command, next) in [
      (map, "next: egress6 scan (measures from here)"),
      (resolve, "next: egress6 map --services ec2 --regions eu-west-1"),
    ] {
      #expect(try await lines("script -qec \"$P \(command)\" /dev/null </dev/null").last == next)
      for quiet in [
        "\"$P\" \(command)", "script -qec \"$P \(command) --quiet\" /dev/null </dev/null",
        "script -qec \"$P \(command) -o jsonl\" /dev/null </dev/null",
        "script -qec \"$P \(command) | cat\" /dev/null </dev/null",
      ] { #expect(try await !lines(quiet).contains { $0.hasPrefix("next:") }, "\(quiet)") }
    }
  }
}
