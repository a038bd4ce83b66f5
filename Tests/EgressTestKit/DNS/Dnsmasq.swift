// SPDX-License-Identifier: Apache-2.0

package import EgressDNS
import Foundation

/// A real dnsmasq on a free port of 127.0.0.1: the forwarder of many home routers, in front of a test's name server.
package final class Dnsmasq: Sendable {
  /// Where it listens.
  package let address: ResolverAddress
  private let folder: TemporaryFolder
  private let daemon: Daemon

  /// Starts the forwarder and waits until it answers.
  ///
  /// - Parameters:
  ///   - upstream: The server that it asks.
  ///   - options: Further options, such as `--filter-AAAA`.
  /// - Throws: `ServerError` with the forwarder's own message when it does not run.
  package init(upstream: ResolverAddress, options: [String] = []) async throws {
    guard let program = Command.find("dnsmasq") else {
      throw ServerError(description: "dnsmasq is not installed: run scripts/setup-tests")
    }
    (address, folder, daemon) = try await startServer { port, folder in
      try await Daemon(
        program,
        [
          "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-poll",
          "--bind-interfaces", "--listen-address=127.0.0.1", "--port=\(port)", "--cache-size=0",
          "--dns-forward-max=10000", "--pid-file=", "--user=", "--log-facility=-",
          "--server=\(upstream.address)#\(upstream.port)",
        ] + options, log: folder.appendingPathComponent("log"))
    }
  }

  /// Ends the forwarder.
  package func stop() { daemon.stop() }
}
