// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import Testing

@Suite("IPv6-only lab", .serverTurns, .enabled(if: Lab.obstacle == nil, "\(Lab.obstacle ?? "")"))
struct LabTests {
  private static let dualStack = "modern.eu-west-1.api.aws"
  private static let ipv4Only = "legacy.eu-west-1.amazonaws.com"
  private static let world: [String: Set<AddressFamily>] = [dualStack: [.ipv4, .ipv6], ipv4Only: [.ipv4]]

  /// Fetches a page as the host does.
  private func fetch(_ host: String, in lab: Lab) async throws -> Int32 {
    let curl = try #require(Command.find("curl"))
    return try await lab.run(
      curl,
      [
        "--silent", "--output", "/dev/null", "--max-time", "60", "--cacert", lab.authority,
        "https://\(host)/",
      ]
    ).status
  }

  @Test("the host has IPv6 only, and reaches what has IPv6")
  func withoutNAT64() async throws {
    let lab = try await Lab(Self.world)
    defer { lab.stop() }
    let ip = try #require(Command.find("ip"))
    #expect(try await lab.run(ip, ["-4", "route", "show"]).text == "")
    #expect(try await fetch(Self.dualStack, in: lab) == 0)
    #expect(try await fetch(Self.ipv4Only, in: lab) != 0)
    let requests = try lab.requests
    #expect(requests.map(\.host) == [Self.dualStack])
    #expect(requests.map(\.serverName) == [Self.dualStack])
    #expect(requests.first?.peer == "fd00:a::2")
  }

  @Test("with NAT64 it reaches the rest from an IPv4 address of the gateway")
  func withNAT64() async throws {
    let lab = try await Lab(Self.world, hasNAT64: true)
    defer { lab.stop() }
    #expect(try await fetch(Self.dualStack, in: lab) == 0)
    #expect(try await fetch(Self.ipv4Only, in: lab) == 0)
    let requests = try lab.requests
    #expect(requests.map(\.host) == [Self.dualStack, Self.ipv4Only])
    #expect(requests.map(\.peer) == ["fd00:a::2", "::ffff:203.0.113.1"])
  }

  @Test("labs stand side by side, and nothing of them is left")
  func sideBySide() async throws {
    let labs = try await withThrowingTaskGroup(of: Lab.self) { group in
      for _ in 0..<3 { group.addTask { try await Lab(Self.world) } }
      return try await group.reduce(into: [Lab]()) { $0.append($1) }
    }
    for lab in labs { #expect(try await fetch(Self.dualStack, in: lab) == 0) }
    for lab in labs { #expect(try lab.requests.count == 1) }
    let folders = labs.map { URL(fileURLWithPath: $0.authority).deletingLastPathComponent().path }
    for lab in labs { lab.stop() }
    // The end of the PID namespace kills every server in it; their command lines name the lab's folder.
    let pgrep = try #require(Command.find("pgrep"))
    for folder in folders {
      let pause = Duration.milliseconds(50)
      for _ in 0..<Int(TestEnvironment.hangLimit / pause) {
        guard try await Command.run(pgrep, ["-f", folder]).status == 0 else { break }
        try await Task.sleep(for: pause)
      }
      #expect(try await Command.run(pgrep, ["-f", folder]).status == 1)
    }
  }
}
