// SPDX-License-Identifier: Apache-2.0

package import EgressDNS
import Foundation
import IPAddressing
import NIOCore
import NIOPosix

/// A real NSD on a free port of 127.0.0.1 that is authoritative for the zones of a test.
///
/// It ends with `stop()` or with the object.
///
/// ```swift
/// let server = try await NameServer(zone)
/// defer { server.stop() }
/// let client = try ScanClient(configuration: ScanConfiguration(resolvers: [server.address]))
/// ```
package final class NameServer: Sendable {
  /// Where it listens.
  package let address: ResolverAddress
  private let folder: TemporaryFolder
  private let daemon: Daemon

  /// Starts the server and waits until it answers.
  ///
  /// - Throws: `ServerError` with the server's own message when it does not run.
  package init(_ zones: Zone...) async throws {
    guard let program = Command.find("nsd") else {
      throw ServerError(description: "nsd is not installed: run scripts/setup-tests")
    }
    (address, folder, daemon) = try await startServer { port, folder in
      var text = """
        server:
          ip-address: 127.0.0.1@\(port)
          username: ""
          chroot: ""
          zonesdir: \(folder.path)
          pidfile: \(folder.path)/nsd.pid
          database: ""
          xfrdfile: \(folder.path)/xfrd.state
          xfrdir: \(folder.path)
          zonelistfile: \(folder.path)/zone.list
          server-count: 1
          rrl-ratelimit: 0
          rrl-whitelist-ratelimit: 0
          hide-version: yes
          answer-cookie: yes
        remote-control:
          control-enable: no

        """
      for (number, zone) in zones.enumerated() {
        text += "zone:\n  name: \"\(zone.origin)\"\n  zonefile: zone\(number)\n"
        try Data(zone.text.utf8).write(to: folder.appendingPathComponent("zone\(number)"))
      }
      let configuration = folder.appendingPathComponent("nsd.conf")
      try Data(text.utf8).write(to: configuration)
      return try await Daemon(
        program, ["-d", "-c", configuration.path], log: folder.appendingPathComponent("log"))
    }
  }

  /// Ends the server.
  package func stop() { daemon.stop() }
}

/// A real unbound on a free port of 127.0.0.1: a recursive resolver in front of a test's name server.
package final class Unbound: Sendable {
  /// Where it listens.
  package let address: ResolverAddress
  private let folder: TemporaryFolder
  private let daemon: Daemon

  /// Starts the resolver and waits until it answers.
  ///
  /// - Parameters:
  ///   - upstream: The server that is authoritative for the root zone.
  ///   - dns64: The NAT64 prefix for synthesised AAAA records, such as `64:ff9b::/96`; `nil` switches DNS64 off.
  ///   - lines: Further lines of the server section.
  /// - Throws: `ServerError` with the resolver's own message when it does not run.
  package init(upstream: ResolverAddress, dns64: String? = nil, lines: [String] = []) async throws {
    guard let program = Command.find("unbound") else {
      throw ServerError(description: "unbound is not installed: run scripts/setup-tests")
    }
    (address, folder, daemon) = try await startServer { port, folder in
      let text = """
        server:
          interface: 127.0.0.1@\(port)
          username: ""
          chroot: ""
          directory: "\(folder.path)"
          pidfile: ""
          use-syslog: no
          logfile: ""
          do-daemonize: no
          num-threads: 1
          do-not-query-localhost: no
          access-control: 127.0.0.0/8 allow
          qname-minimisation: no
          module-config: "\(dns64 == nil ? "iterator" : "dns64 iterator")"
          \(dns64.map { "dns64-prefix: \($0)" } ?? "")
          local-zone: "arpa." transparent
          \(lines.joined(separator: "\n  "))
        remote-control:
          control-enable: no
        stub-zone:
          name: "."
          stub-addr: \(upstream.address)@\(upstream.port)

        """
      let configuration = folder.appendingPathComponent("unbound.conf")
      try Data(text.utf8).write(to: configuration)
      return try await Daemon(
        program, ["-d", "-c", configuration.path], log: folder.appendingPathComponent("log"))
    }
  }

  /// Ends the resolver.
  package func stop() { daemon.stop() }
}

/// Starts a server on a free port.
///
/// It tries again when another program takes the port in between.
func startServer(
  _ launch: (_ port: UInt16, _ folder: URL) async throws -> Daemon
) async throws -> (ResolverAddress, TemporaryFolder, Daemon) {
  var log = ""
  for _ in 0..<5 {
    let folder = try TemporaryFolder()
    let port = try await freePort()
    let daemon = try await launch(port, folder.url)
    let address = ResolverAddress(.ipv4(IPv4Address(0x7F00_0001)), port: port)
    let client = try ScanClient(configuration: ScanConfiguration(resolvers: [address]))
    let pause = Duration.milliseconds(20)
    for _ in 0..<Int(TestEnvironment.hangLimit / pause) where daemon.isRunning {
      if try await !client.probe(within: .milliseconds(500)).isEmpty { return (address, folder, daemon) }
      // A server that refuses without repeating the question counts as silent for the client, not for the judge.
      let judge = ResolverJudge(client.configuration, suffixes: [], lastKnown: [])
      if try await judge.judge(.start).contains(where: { $0.verdict != .silent }) {
        return (address, folder, daemon)
      }
      try await Task.sleep(for: pause)
    }
    daemon.stop()
    log = daemon.logText
  }
  throw ServerError(description: "the server does not run: \(log)")
}

/// A port of 127.0.0.1 that is free for UDP and TCP.
package func freePort() async throws -> UInt16 {
  let group = MultiThreadedEventLoopGroup.singleton
  for _ in 0..<50 {
    let stream = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
    let port = stream.localAddress?.port ?? 0
    let datagram = try? await DatagramBootstrap(group: group).bind(host: "127.0.0.1", port: port).get()
    try await stream.close()
    guard let datagram else { continue }
    try await datagram.close()
    if let number = UInt16(exactly: port) { return number }
  }
  throw ServerError(description: "no port of 127.0.0.1 is free for UDP and TCP")
}
