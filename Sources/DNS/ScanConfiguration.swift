// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// How a scan asks: which resolvers, how fast, how patiently.
package struct ScanConfiguration: Sendable {
  /// How fast each resolver may be asked.
  package enum Rate: Sendable, Hashable {
    /// At most so many packets in any second.
    case perSecond(Int)
    /// As fast as answers come back; only for a resolver of one's own.
    case unlimited
  }

  /// When DNS cookies are sent (RFC 7873).
  package enum Cookies: Sendable, Hashable {
    /// To resolvers that are reached over the public Internet.
    case toPublicResolvers
    /// To every resolver.
    case always
    /// To none.
    case never
  }

  /// A pace and a set of resolvers of its own for some hosts, such as those of one partition.
  package struct Bucket: Sendable, Hashable {
    /// The most packets in any second; `nil` for the common rate.
    package var rate: Int?
    /// The resolvers to ask; empty for all of the scan's.
    package var resolvers: [ResolverAddress]

    /// Makes a bucket.
    package init(rate: Int? = nil, resolvers: [ResolverAddress] = []) {
      self.rate = rate
      self.resolvers = resolvers
    }
  }

  /// The rate that is kept unless another is asked for, in packets per second and resolver.
  package static let defaultRate = 500
  /// The highest rate against a resolver that others share: below the 1,024 packets per second of a VPC's resolver, which
  /// drops what exceeds them (AWS, "Hybrid Cloud DNS Options for Amazon VPC").
  package static let highestSharedRate = 900
  /// The most resolvers of one scan; more cannot make its answers better.
  package static let mostResolvers = 16
  /// The most buckets of one scan; hosts of further ones share the common bucket.
  package static let mostBuckets = 64

  /// The resolvers, each asked with recursion.
  package var resolvers: [ResolverAddress]
  /// The rate per resolver.
  package var rate: Rate = .perSecond(defaultRate)
  /// Whether the user owns the resolvers, so that `highestSharedRate` does not bind.
  package var ownsResolvers = false
  /// Paces of their own, by the key that questions carry.
  package var buckets: [String: Bucket] = [:]
  /// How long the first try waits; the second waits twice, later ones four times as long, each ±20 %.
  package var firstTimeout: Duration = .seconds(1)
  /// The most queries for one host and family and one purpose.
  package var tries = 6
  /// How long a resolver that said SERVFAIL is left alone about the same name; it may cache the failure (RFC 9520).
  package var failurePause: Duration = .seconds(5)
  /// How long a resolver is waited for at the start before it counts as silent, about.
  package var startLimit: Duration = .seconds(4)
  /// How long an unused TCP connection stays open (RFC 7766, section 6.2.3).
  package var streamIdleTimeout: Duration = .seconds(5)
  /// After how much silence of all resolvers the remaining hosts are given up as unknown.
  package var silenceLimit: Duration = .seconds(60)
  /// UDP sockets, thus source ports, per resolver.
  package var socketsPerResolver = 4
  /// After how many queries a socket is replaced, so that its port cannot be learnt (RFC 5452, section 9.2).
  package var queriesPerSocket = 4096
  /// When cookies are sent.
  package var cookies: Cookies = .toPublicResolvers
  /// Prefixes whose addresses mean a private view besides the well-known ones, such as a VPC's own IPv6 range.
  package var privatePrefixes: [IPPrefix] = []
  /// Whether names beneath a confirmed NXDOMAIN are called absent without a query (RFC 8020).
  package var cutsAtNameErrors = true
  /// The port at which authoritative servers are asked to confirm a negative answer.
  package var authorityPort: UInt16 = ResolverAddress.defaultPort

  /// Makes a configuration with the default pace.
  package init(resolvers: [ResolverAddress]) { self.resolvers = resolvers }

  /// Checks the settings against each other.
  ///
  /// - Throws: `ScanError` that says which setting is out of range, and the range.
  package func validate() throws(ScanError) {
    guard !resolvers.isEmpty else {
      throw ScanError(
        .noResolver,
        "no DNS resolver is configured; name one with --resolver 192.0.2.53 or in /etc/resolv.conf")
    }
    guard resolvers.count <= Self.mostResolvers else {
      throw ScanError(
        .badSetting, "\(resolvers.count) resolvers are too many; give at most \(Self.mostResolvers)")
    }
    if case .unlimited = rate, !ownsResolvers {
      throw ScanError(
        .badRate,
        "an unlimited rate needs a resolver of your own: add --i-own-this-resolver, or give a rate up to 900")
    }
    var rates = buckets.values.compactMap(\.rate)
    if case .perSecond(let number) = rate { rates.append(number) }
    for number in rates {
      guard number >= 1, number <= 1_000_000 else {
        throw ScanError(
          .badRate,
          "a rate of \(number) queries per second is out of range; give 1 to \(ownsResolvers ? 1_000_000 : Self.highestSharedRate)"
        )
      }
      guard ownsResolvers || number <= Self.highestSharedRate else {
        throw ScanError(
          .badRate,
          "a rate of \(number) queries per second is above \(Self.highestSharedRate), which a shared resolver bears; "
            + "give a lower rate, or --i-own-this-resolver if the resolver is yours")
      }
    }
    let limits: [(String, Int, ClosedRange<Int>)] = [
      ("tries", tries, 1...16), ("sockets per resolver", socketsPerResolver, 1...64),
      ("queries per socket", queriesPerSocket, 16...60_000),
    ]
    for (name, value, range) in limits where !range.contains(value) {
      throw ScanError(
        .badSetting, "\(name): \(value) is out of range; give \(range.lowerBound) to \(range.upperBound)")
    }
    let times = [
      ("first timeout", firstTimeout), ("limit at the start", startLimit),
      ("pause after a failure", failurePause),
      ("idle limit of TCP", streamIdleTimeout), ("limit of silence", silenceLimit),
    ]
    for (name, value) in times where value < .milliseconds(1) || value > .seconds(3600) {
      throw ScanError(.badSetting, "\(name): \(value) is out of range; give 1 ms to 1 h")
    }
  }
}
