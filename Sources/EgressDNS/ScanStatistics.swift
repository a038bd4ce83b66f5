// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// The numbers of a scan.
package struct ScanStatistics: Sendable, Hashable {
  /// The numbers of one resolver.
  package struct Resolver: Sendable, Hashable {
    /// The resolver.
    package var address: ResolverAddress
    /// Queries sent over UDP and TCP.
    package var queries = 0
    /// Answers accepted.
    package var answers = 0
    /// Tries without an answer in time.
    package var timeouts = 0
    /// SERVFAIL answers.
    package var failures = 0
    /// Packets that answered no open query: late, forged or wrong ones.
    package var strays = 0
    /// The smoothed round trip of UDP queries; `nil` before the first answer.
    package var roundTrip: Duration?
    /// The shortest round trip.
    package var shortestRoundTrip: Duration?
    /// The lowest rate that losses led to, in queries per second; `nil` when the rate was never lowered.
    package var lowestRate: Int?
    /// Whether it changed the case of names in answers, which defeats the 0x20 protection against forged answers.
    package var foldsCase = false
    /// Whether it was asked without EDNS, because it rejected EDNS.
    package var withoutEDNS = false
    /// The NAT64 prefixes of its DNS64 (RFC 7050).
    package var dns64Prefixes: [NAT64Prefix] = []
    /// Why it was no longer asked, in general or about a zone; empty when it was asked to the end.
    package var dropped: [String] = []

    /// Makes the numbers of a resolver that was not asked yet.
    package init(address: ResolverAddress) { self.address = address }
  }

  /// Observations delivered.
  package var hosts = 0
  /// Observations by answer for IPv4.
  package var a: [Answer: Int] = [:]
  /// Observations by answer for IPv6.
  package var aaaa: [Answer: Int] = [:]
  /// Queries sent over UDP and TCP.
  package var queries = 0
  /// Queries sent again after a time-out or a failure.
  package var retries = 0
  /// Tries without an answer in time.
  package var timeouts = 0
  /// Queries sent over TCP.
  package var streamQueries = 0
  /// Negative answers that were checked because they contradict the last known answer or the other family's.
  package var confirmations = 0
  /// Hosts that counted as absent without a query, because a parent does not exist (RFC 8020).
  package var nxdomainCacheHits = 0
  /// How long the scan took.
  package var duration: Duration = .zero
  /// The numbers of each resolver, in the order of the configuration; authorities follow.
  package var resolvers: [Resolver] = []
  /// Whether a resolver's DNS64 changed during the scan.
  package var dns64Changed = false

  /// Makes empty statistics.
  package init() {}

  /// Queries per second, on average.
  package var rate: Double {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    return seconds > 0 ? Double(queries) / seconds : 0
  }
}
