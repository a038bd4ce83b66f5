// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// A scan with the built program against a real name server, through every kind of fault that occurs in the field.
///
/// At the full depth, or with `EGRESS6_FULL_FAULTS=1`, it asks for every host of every partition, once a world, which takes
/// some seven minutes. `EGRESS6_PROGRAM` names a release build for it.
@Suite("A scan through faults", .serialized, .serverTurns)
struct FaultScanTests {
  /// The names that the server has in addition to the observed ones.
  struct World: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// Whether the parent name of each host exists, so that every host needs its own queries.
    var hasParents: Bool
  }

  static let worlds = [
    World(testDescription: "parents of missing hosts are missing too", hasParents: false),
    World(testDescription: "each parent of a host exists", hasParents: true),
  ]

  static let isFull = TestDepth.repetitions("EGRESS6_FULL_FAULTS", quick: 0, full: 1) > 0
  static let rate = 900
  static let seed = TestSeed.named("EGRESS6_FAULT_SEED", fixed: 20_260_101)

  /// A delay of 10 ms, 5 % loss, 1 % each of SERVFAIL, TC, lame answers and wrong ids, 0.5 % REFUSED, and the packet limit of a VPC's resolver.
  private var faults: Faults {
    var faults = Faults()
    faults.delay = .milliseconds(10)
    faults.loss = 0.05
    faults.serverFailure = 0.01
    faults.truncation = 0.01
    faults.refusal = 0.005
    faults.lameness = 0.01
    faults.wrongID = 0.01
    faults.wrongQuestion = 0.005
    faults.packetLimit = 1024
    return faults
  }

  @Test(
    "gives no wrong answer through loss, failures, truncation, lame and forged answers", arguments: worlds)
  func truth(world: World) async throws {
    let environment = Self.isFull ? [:] : try await SmallCatalog.environment
    let hosts = try await hosts(environment)
    let truth = try truth(world, hosts: hosts)
    let server = try await NameServer(truth.zone)
    defer { server.stop() }
    let injector = try await FaultInjector.start(upstream: server.address, faults: faults, seed: Self.seed)
    defer { injector.stop() }
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    let scan = try await Program.run(
      [
        "scan", "--store", store, "--resolver", "\(injector.address)", "--rate", "\(Self.rate)", "--progress",
        "never", "--json",
      ] + Self.selection, environment: environment)
    try #require(scan.status == 0, "\(scan.errors)")

    let export = try await Program.run(
      ["export", "--store", store, "--what", "hosts", "-o", "jsonl"], environment: environment)
    let rows = try export.lines.map { try JSON(parsing: Array($0.utf8)) }
    #expect(Set(rows.compactMap { $0["host"]?.string }) == Set(hosts))
    var wrong: [String] = []
    var unknown = 0
    for row in rows {
      let host = row["host"]?.string ?? ""
      for (key, family) in [("a", AddressFamily.ipv4), ("aaaa", .ipv6)] {
        let (seen, expected) = (row[key]?.string ?? "nothing", truth.answer(host, family))
        if seen == "unknown" {
          unknown += 1
        } else if seen != expected {
          wrong.append("\(host) \(key): \(seen), not \(expected)")
        }
      }
    }
    #expect(wrong.isEmpty, "seed \(Self.seed): \(wrong.count) wrong, such as \(wrong.prefix(5))")
    // Six tries fail together once in a million.
    #expect(unknown == 0, "seed \(Self.seed)")
    let counts = try await injector.counts()
    #expect(counts.lost > 0 && counts.changed > 0 && counts.streams > 0)
    try report(
      scan.output, world: world, hosts: rows.count, wrong: wrong.count, unknown: unknown, counts: counts)
  }

  private static var selection: [String] {
    isFull ? [] : ["--regions", "eu-central-1,eu-west-1,us-east-1,cn-north-1"]
  }

  /// The hosts that the scan will ask for.
  private func hosts(_ environment: [String: String]) async throws -> [String] {
    let list = try await Program.run(
      ["catalog", "hosts", "-o", "jsonl"] + Self.selection, environment: environment)
    try #require(list.status == 0, "\(list.errors)")
    return try list.lines.compactMap { try JSON(parsing: Array($0.utf8))["host"]?.string }
  }

  private func truth(_ world: World, hosts: [String]) throws -> ZoneTruth {
    var families = try Observations().families
    for host in hosts where world.hasParents {
      guard let dot = host.firstIndex(of: ".") else { continue }
      let parent = String(host[host.index(after: dot)...])
      if families[parent] == nil { families[parent] = [] }
    }
    return ZoneTruth(families)
  }

  private func report(
    _ output: String, world: World, hosts: Int, wrong: Int, unknown: Int, counts: FaultInjector.Counts
  ) throws {
    let run = try JSON(parsing: Array(output.utf8))
    func number(_ field: String) -> Double {
      switch run[field] {
      case .integer(let number)?: Double(number)
      case .number(let number)?: number
      default: .nan
      }
    }
    let (queries, retries, seconds) = (number("queries"), number("retries"), number("seconds"))
    func ratio(_ packets: Double) -> String {
      String(format: "%.3f", seconds / (packets / Double(Self.rate)))
    }
    print(
      """
      \(world): \(hosts) hosts, \(wrong) wrong, \(unknown) unknown; \(Int(queries)) queries, \(Int(retries)) of them \
      again, \(seconds) s at \(Self.rate)/s
        time to hosts × 2 ÷ rate \(ratio(Double(hosts) * 2)), to first queries ÷ rate \(ratio(queries - retries)), \
      to all queries ÷ rate \(ratio(queries))
        the injector lost \(counts.lost), dropped \(counts.limited) over its limit, changed or forged \
      \(counts.changed), passed on \(counts.streams) TCP connections
      """)
  }
}
