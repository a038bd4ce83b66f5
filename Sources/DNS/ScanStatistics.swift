// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// What a scan did, in numbers.
package struct ScanStatistics: Sendable, Hashable {
  /// What was seen of one resolver.
  package struct Resolver: Sendable, Hashable {
    /// The resolver.
    package var address: ResolverAddress
    /// Queries sent over UDP and TCP.
    package var queries = 0
    /// Answers accepted.
    package var answers = 0
    /// Tries that no answer came for in time.
    package var timeouts = 0
    /// Answers SERVFAIL.
    package var failures = 0
    /// Packets that were not an answer to an open query: late, forged or wrong.
    package var strays = 0
    /// The smoothed round trip of UDP queries; `nil` before the first answer.
    package var roundTrip: Duration?
    /// The shortest round trip.
    package var shortestRoundTrip: Duration?
    /// The lowest pace that losses led to, in queries per second; `nil` when it was never lowered.
    package var lowestRate: Int?
    /// Whether it changes the case of names in answers, so that 0x20 does not protect.
    package var foldsCase = false
    /// Whether it was asked without EDNS after it refused it.
    package var withoutEDNS = false
    /// The NAT64 prefixes that it makes AAAA records with (RFC 7050).
    package var dns64Prefixes: [NAT64Prefix] = []
    /// Why it was no longer asked, with the zone if only for that; empty when it was asked to the end.
    package var dropped: [String] = []

    /// Makes the numbers of a resolver that nothing is known of.
    package init(address: ResolverAddress) { self.address = address }
  }

  /// Hosts delivered.
  package var hosts = 0
  /// Verdicts for IPv4, by answer.
  package var a: [Answer: Int] = [:]
  /// Verdicts for IPv6, by answer.
  package var aaaa: [Answer: Int] = [:]
  /// Queries sent in all, over UDP and TCP.
  package var queries = 0
  /// Queries sent again after a time-out or a failure.
  package var retries = 0
  /// Tries that no answer came for in time.
  package var timeouts = 0
  /// Queries sent over TCP.
  package var streamQueries = 0
  /// Negative answers that were asked again because they contradict the last known answer or the other family's.
  package var confirmations = 0
  /// Hosts called absent because a name above them does not exist (RFC 8020).
  package var cut = 0
  /// How long the scan took.
  package var duration: Duration = .zero
  /// What was seen of each resolver, in the order of the configuration.
  package var resolvers: [Resolver] = []
  /// Whether a resolver began or ceased to use DNS64 while the scan ran.
  package var dns64Changed = false

  /// Makes empty statistics.
  package init() {}

  /// Queries per second over the whole scan.
  package var rate: Double {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    return seconds > 0 ? Double(queries) / seconds : 0
  }
}
