// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// Scans with the built program that cannot go on: too few open files, and a resolver that stops answering.
@Suite("A scan that cannot go on", .serialized, .serverTurns)
struct ResolverLimitTests {
  private static func zone(_ hosts: [String]) -> Zone {
    var zone = Zone()
    for host in hosts { zone.add(host, [.ipv4]) }
    return zone
  }

  @Test("says that too few files may be open, and how many are needed", arguments: [8, 12, 16, 24, 64])
  func descriptors(limit: Int) async throws {
    let server = try await NameServer(Self.zone(["sts.eu-west-1.amazonaws.com", "sts.eu-west-1.api.aws"]))
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    let result = try await Command.run(
      "/bin/bash",
      [
        "-c", "ulimit -n \(limit) && exec \"$0\" \"$@\"", Program.path, "scan", "--store", store,
        "--resolver",
        "\(server.address)", "--services", "sts", "--regions", "eu-west-1", "--trust-resolver", "--progress",
        "never",
      ], environment: ["PATH": "/usr/bin:/bin", "HOME": folder.url.path, "LANG": "C.UTF-8"])
    if result.status == 0 {
      #expect(limit > 16)
      return
    }
    // Where there are many processors, 64 is too few, too.
    #expect(result.status == 4, "\(result.errorText)")
    #expect(result.errorText.contains("open \(limit) files, and the scan needs"))
    #expect(result.errorText.contains("ulimit -n"))
    #expect(!FileManager.default.fileExists(atPath: store))
  }

  @Test("raises a soft limit itself")
  func softLimit() async throws {
    let server = try await NameServer(Self.zone(["sts.eu-west-1.amazonaws.com", "sts.eu-west-1.api.aws"]))
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let result = try await Command.run(
      "/bin/bash",
      [
        "-c", "ulimit -Sn 16 && exec \"$0\" \"$@\"", Program.path, "scan", "--store",
        folder.url.path + "/map.sqlite", "--resolver", "\(server.address)", "--services", "sts", "--regions",
        "eu-west-1", "--trust-resolver", "--progress", "never",
      ], environment: ["PATH": "/usr/bin:/bin", "HOME": folder.url.path, "LANG": "C.UTF-8"])
    #expect(result.status == 0, "\(result.errorText)")
  }

  @Test("a resolver that turns bad half-way ends the scan, and the scan can be resumed")
  func stopped() async throws {
    let environment = try await SmallCatalog.environment
    let server = try await NameServer(try Observations().zone)
    defer { server.stop() }
    var faults = Faults()
    faults.badAfter = 1500
    faults.lossWhenBad = 0.95
    let injector = try await FaultInjector.start(upstream: server.address, faults: faults, seed: 1)
    defer { injector.stop() }
    let folder = try TemporaryFolder()
    let arguments = [
      "scan", "--store", folder.url.path + "/map.sqlite", "--resolver", "\(injector.address)", "--rate",
      "800", "--trust-resolver", "--regions", "eu-central-1,us-east-1", "--progress", "never", "--json",
    ]
    let first = try await Program.run(arguments, environment: environment)
    #expect(first.status == 4 && first.output.isEmpty)
    #expect(first.errors.contains("has stopped answering") && first.errors.contains("--resume"))
    try await injector.setFaults(Faults())
    let second = try await Program.run(arguments + ["--resume"], environment: environment)
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.errors.contains("hosts have an answer"))
    let export = try await Program.run(
      ["export", "--store", folder.url.path + "/map.sqlite", "--what", "hosts", "-o", "jsonl"],
      environment: environment)
    #expect(!export.lines.isEmpty && export.lines.allSatisfy { !$0.contains("\"unknown\"") })
  }
}
