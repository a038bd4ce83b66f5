// SPDX-License-Identifier: Apache-2.0

package import DNS
import Foundation
import IPAddressing
import NIOCore
import NIOPosix

/// Why a server of a test does not run.
package struct ServerError: Error, CustomStringConvertible {
  /// What happened.
  package var description: String
}

/// A real NSD on a free port of 127.0.0.1, authoritative for zones of a test; ended with `stop()` or with the object.
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

  /// Starts the server and waits until it answers, a minute at most: a busy machine starts it late.
  ///
  /// - Throws: `ServerError` with the server's own words when it does not run.
  package init(_ zones: Zone...) async throws {
    guard let program = Subprocess.find("nsd") else {
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
      return try Daemon(program, ["-d", "-c", configuration.path], log: folder.appendingPathComponent("log"))
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

  /// Starts the resolver and waits until it answers, a minute at most.
  ///
  /// - Parameters:
  ///   - upstream: The server that knows the root.
  ///   - dns64: The NAT64 prefix to make AAAA records with, as `64:ff9b::/96`; `nil` for none.
  ///   - lines: Further lines of the server section.
  /// - Throws: `ServerError` with the resolver's own words when it does not run.
  package init(upstream: ResolverAddress, dns64: String? = nil, lines: [String] = []) async throws {
    guard let program = Subprocess.find("unbound") else {
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
      return try Daemon(program, ["-d", "-c", configuration.path], log: folder.appendingPathComponent("log"))
    }
  }

  /// Ends the resolver.
  package func stop() { daemon.stop() }
}

/// Starts a server on a free port, several times when another program takes the port in between.
private func startServer(
  _ launch: (_ port: UInt16, _ folder: URL) throws -> Daemon
) async throws -> (ResolverAddress, TemporaryFolder, Daemon) {
  var log = ""
  for _ in 0..<5 {
    let folder = try TemporaryFolder()
    let port = try await freePort()
    let daemon = try launch(port, folder.url)
    let address = ResolverAddress(.ipv4(IPv4Address(0x7F00_0001)), port: port)
    let client = try ScanClient(configuration: ScanConfiguration(resolvers: [address]))
    let deadline = ContinuousClock.now + .seconds(60)
    while daemon.isRunning, ContinuousClock.now < deadline {
      if try await !client.probe(within: .milliseconds(500)).isEmpty { return (address, folder, daemon) }
      try await Task.sleep(for: .milliseconds(20))
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
