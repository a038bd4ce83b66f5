// SPDX-License-Identifier: Apache-2.0

import Foundation
package import IPAddressing
import StrictJSON

#if canImport(Glibc)
  import Glibc
#endif

/// An IPv6-only network on this machine: a host without IPv4, an egress-only gateway, a resolver, and an internet that
/// answers HTTPS for every name of the lab's world; with NAT64 and DNS64 where wanted.
///
/// It is made of namespaces that end with the object or with the tests, whatever ends them. `Tests/Lab/lab` draws it.
/// ```swift
/// let lab = try await Lab(["ec2.eu-west-1.api.aws": [.ipv4, .ipv6]])
/// let result = try await lab.run("/usr/bin/curl", ["--cacert", lab.authority, "https://ec2.eu-west-1.api.aws"])
/// ```
package final class Lab: Sendable {
  /// A request that reached the internet.
  package struct Request: Sendable, Hashable {
    /// The name in the TLS handshake.
    package var serverName: String
    /// The `Host` field.
    package var host: String
    /// The method.
    package var method: String
    /// The path without the query.
    package var path: String
    /// The region and the service that the request is signed for, such as `eu-west-1/s3`; `nil` without a signature.
    package var scope: String?
    /// The address that the request came from.
    package var peer: String

    init?(_ json: JSON) {
      guard let host = json["host"]?.string, let method = json["method"]?.string,
        let path = json["path"]?.string
      else { return nil }
      serverName = json["sni"]?.string ?? ""
      self.host = host
      self.method = method
      self.path = path
      scope = json["scope"]?.string
      peer = json["peer"]?.string ?? ""
    }
  }

  private let folder: TemporaryFolder
  private let daemon: Daemon

  /// The programs that the lab consists of.
  private static let programs = [
    "unshare", "nsenter", "ip", "nft", "tayga", "nsd", "unbound", "openssl", "mount", "getent", "bash",
  ]

  /// Why there can be no lab here; `nil` where there can.
  package static let obstacle: String? = {
    #if os(Linux)
      if geteuid() != 0 { return "the IPv6-only lab needs root, for network namespaces" }
      let missing = programs.filter { Command.find($0) == nil }
      if !missing.isEmpty {
        return "the IPv6-only lab needs \(missing.joined(separator: ", ")): run scripts/setup-tests"
      }
      if !FileManager.default.isWritableFile(atPath: "/dev/net/tun") {
        return "the IPv6-only lab needs /dev/net/tun, for NAT64"
      }
      return isAllowed ? nil : "the IPv6-only lab needs the right to make namespaces, links and mounts"
    #else
      return "the IPv6-only lab needs Linux"
    #endif
  }()

  /// Whether the system lets this process do what the lab does: root in a container often may not.
  private static var isAllowed: Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Command.find("unshare") ?? "unshare")
    let steps = [
      "mount -t tmpfs tmpfs /run", "echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad",
      "PATH=$PATH:/usr/sbin:/sbin ip link add left type veth peer name right",
    ]
    process.arguments = ["--mount", "--net", "--pid", "--fork", "sh", "-c", steps.joined(separator: " && ")]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Builds a lab and waits until its servers answer.
  ///
  /// - Parameters:
  ///   - world: The names of the internet, and the families that each has addresses of.
  ///   - hasNAT64: Whether there is NAT64 and DNS64.
  /// - Throws: `ServerError` with the lab's own messages when it cannot be built.
  package init(_ world: [String: Set<AddressFamily>], hasNAT64: Bool = false) async throws {
    folder = try TemporaryFolder()
    var zone = Zone()
    zone.addControlNames()
    for (host, families) in world.sorted(by: { $0.key < $1.key }) { zone.add(host, families) }
    try Data(zone.text.utf8).write(to: folder.url.appendingPathComponent("world.zone"))
    let names = world.filter { !$0.value.isEmpty }.keys.sorted().map { $0 + "\n" }.joined()
    try Data(names.utf8).write(to: folder.url.appendingPathComponent("names"))
    let script = TestEnvironment.root.appendingPathComponent("Tests/Lab/lab").path
    let owner = String(ProcessInfo.processInfo.processIdentifier)
    let log = folder.url.appendingPathComponent("unshare.log")
    daemon = try await Daemon(
      Command.find("unshare") ?? "unshare",
      [
        "--mount", "--net", "--pid", "--fork", "--kill-child=KILL", script, folder.path, owner,
        TestEnvironment.python,
      ] + (hasNAT64 ? ["nat64"] : []), log: log)
    let pause = Duration.milliseconds(20)
    for _ in 0..<Int(TestEnvironment.hangLimit / pause) {
      if FileManager.default.fileExists(atPath: file("ready")) { return }
      guard daemon.isRunning else { break }
      try await Task.sleep(for: pause)
    }
    let said = (try? String(contentsOfFile: file("lab.log"), encoding: .utf8)) ?? ""
    throw ServerError(description: "the lab cannot be built: \(daemon.logText)\(said)")
  }

  /// The certificate of the authority that certifies the internet's names.
  package var authority: String { file("authority.pem") }

  private func file(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  /// Runs a program on the IPv6-only host.
  ///
  /// - Parameters:
  ///   - path: The program.
  ///   - arguments: Its arguments.
  ///   - environment: Its whole environment; `nil` to inherit that of the tests.
  /// - Returns: What it left behind.
  /// - Throws: What `Command.run` throws.
  package func run(
    _ path: String, _ arguments: [String] = [], environment: [String: String]? = nil
  ) async throws -> Command.Result {
    try await Command.run(
      Command.find("nsenter") ?? "nsenter",
      ["--target", "\(daemon.processIdentifier)", "--mount", "--net", "--", path] + arguments,
      environment: environment)
  }

  /// The requests that reached the internet so far, in their order.
  package var requests: [Request] {
    get throws {
      let path = file("requests.jsonl")
      guard FileManager.default.fileExists(atPath: path) else { return [] }
      return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap {
        Request(try JSON(parsing: Array($0.utf8)))
      }
    }
  }

  /// Takes the lab down.
  package func stop() { daemon.stop() }
}
