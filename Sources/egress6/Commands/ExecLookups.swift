// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import EgressDNS
import Foundation
import Synchronization

/// What DNS says right now.
struct ExecLookups {
  /// The name whose AAAA records reveal NAT64 (RFC 7050).
  private static let discoveryName = "ipv4only.arpa"
  /// The tries of one question: a command waits for the answer.
  private static let tries = 3

  private let resolvers: [String]
  /// Whether the resolver makes IPv6 addresses of IPv4 ones; `false` before anything was asked.
  private(set) var hasNAT64 = false
  /// Whether the resolver answered.
  private(set) var isAnswered = false

  /// Prepares lookups.
  ///
  /// - Parameter resolvers: The resolvers that were named; the system's if there are none.
  init(_ resolvers: [String]) { self.resolvers = resolvers }

  /// Asks for the names of services, and for the sign of NAT64.
  ///
  /// - Parameters:
  ///   - evidence: What is known; what DNS says of a name is added, a name without an answer counts as one without IPv6.
  ///   - isWanted: Which services are asked about.
  /// - Throws: `ScanError` when no resolver answers.
  mutating func look(_ evidence: inout [ServiceEvidence], where isWanted: (String) -> Bool) async throws {
    let wanted = evidence.indices.filter { isWanted(evidence[$0].service) }
    let hosts = Set(
      wanted.flatMap { [evidence[$0].standardHost, evidence[$0].dualStackHost].compactMap(\.self) })
    let found = try await answers(hosts.sorted() + [Self.discoveryName])
    for index in wanted {
      for host in [evidence[index].standardHost, evidence[index].dualStackHost].compactMap(\.self) {
        let answer = found[host]?.answer
        evidence[index].observed[host] = answer == .yes || answer == .private ? .ipv6 : .noIPv6
      }
    }
    // The name has IPv4 addresses only, of no public use: every IPv6 address is the resolver's own work.
    guard let sign = found[Self.discoveryName] else { return }
    hasNAT64 = !sign.addresses.isEmpty
    isAnswered = hasNAT64 || sign.answer != .unknown
  }

  private func answers(_ hosts: [String]) async throws -> [String: FamilyObservation] {
    let environment = ProcessInfo.processInfo.environment
    var configuration = ScanConfiguration(
      resolvers: try ResolverOptions.resolvers(named: resolvers, environment: environment))
    configuration.tries = Self.tries
    let answers = Mutex([String: FamilyObservation]())
    _ = try await ScanClient(configuration: configuration).resolve(
      hosts.map { HostQuestion(host: $0, isPublished: false) }
    ) { found in answers.withLock { $0[found.host] = found.aaaa } }
    return answers.withLock { $0 }
  }
}
