// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// The settings of a scan: which resolvers it asks, how fast, and how long it waits.
package struct ScanConfiguration: Sendable {
  /// How fast each resolver is asked.
  package enum Rate: Sendable, Hashable {
    /// At most this number of packets in any second.
    case perSecond(Int)
    /// As fast as answers come back; only for the user's own resolvers.
    case unlimited
  }

  /// When DNS cookies are sent (RFC 7873).
  package enum Cookies: Sendable, Hashable {
    /// To resolvers on the public Internet.
    case toPublicResolvers
    /// To every resolver.
    case always
    /// To no resolver.
    case never
  }

  /// The default rate, in packets per second and resolver.
  package static let defaultRate = 500
  /// The highest rate to a resolver that others share.
  ///
  /// A VPC's resolver drops what exceeds 1,024 packets per second (AWS,
  /// "Hybrid Cloud DNS Options for Amazon VPC").
  package static let highestSharedRate = 900
  /// The most resolvers of one scan; more do not improve its answers.
  package static let mostResolvers = 16

  /// The resolvers, which are asked with recursion.
  package var resolvers: [ResolverAddress]
  /// The rate to each resolver.
  package var rate: Rate = .perSecond(defaultRate)
  /// Whether the user owns the resolvers, so that `highestSharedRate` does not apply.
  package var ownsResolvers = false
  /// How long the first try waits for an answer at least; it waits longer for a resolver that is slower (RFC 6298).
  ///
  /// The second waits twice, later ones four times as long, each ±20 %.
  package var firstTimeout: Duration = .seconds(1)
  /// The most tries of one question; where a resolver loses more than a tenth of all tries, a lost one counts less.
  package var tries = 6
  /// How long a resolver that answered SERVFAIL is not asked about the same name; it may cache the failure (RFC 9520).
  package var failurePause: Duration = .seconds(5)
  /// Roughly how long a resolver may take to answer at the start before it is dropped.
  package var startLimit: Duration = .seconds(4)
  /// How long an unused TCP connection stays open (RFC 7766, section 6.2.3).
  package var streamIdleTimeout: Duration = .seconds(5)
  /// How long a resolver may lose nearly every try, control questions included, before it counts as stopped.
  ///
  /// When no other resolver is left, the scan ends with an error.
  package var outageLimit: Duration = .seconds(6)
  /// The number of UDP sockets, and so of source ports, per resolver.
  package var socketsPerResolver = 4
  /// The number of queries after which a socket is replaced, so that its port cannot be learnt (RFC 5452, section 9.2).
  package var queriesPerSocket = 4096
  /// Which resolvers get cookies.
  package var cookies: Cookies = .toPublicResolvers
  /// Further prefixes of private addresses, such as a VPC's own IPv6 range.
  package var privatePrefixes: [IPPrefix] = []
  /// Where the addresses of published names must be, or a second resolver must give them; `nil` checks nothing.
  package var publishedRanges: PublishedRanges?
  /// Whether names beneath a confirmed NXDOMAIN count as absent without a query (RFC 8020).
  package var usesNXDOMAINCache = true
  /// The port of the authoritative servers that confirm negative answers.
  package var authorityPort: UInt16 = ResolverAddress.defaultPort

  /// Makes a configuration with default settings.
  package init(resolvers: [ResolverAddress]) { self.resolvers = resolvers }

  /// Checks that the system lets this process open the files and sockets of a scan.
  ///
  /// - Throws: `ScanError.tooFewOpenFiles`.
  package func requireOpenFiles() throws(ScanError) { try OpenFiles.require(for: self) }

  /// Checks the settings.
  ///
  /// - Throws: `ScanError`, which names the setting and its range.
  package func validate() throws(ScanError) {
    guard !resolvers.isEmpty else { throw .noResolver }
    guard resolvers.count <= Self.mostResolvers else { throw .tooManyResolvers(resolvers.count) }
    switch rate {
    case .unlimited: guard ownsResolvers else { throw .unlimitedRate }
    case .perSecond(let number):
      guard number >= 1, number <= 1_000_000 else {
        throw .rateOutOfRange(number, highest: ownsResolvers ? 1_000_000 : Self.highestSharedRate)
      }
      guard ownsResolvers || number <= Self.highestSharedRate else { throw .sharedRateExceeded(number) }
    }
    let limits: [(String, Int, ClosedRange<Int>)] = [
      ("tries", tries, 1...16), ("sockets per resolver", socketsPerResolver, 1...64),
      ("queries per socket", queriesPerSocket, 16...60_000),
    ]
    for (name, value, range) in limits where !range.contains(value) {
      throw .badSetting(name, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
    let times = [
      ("first timeout", firstTimeout), ("limit at the start", startLimit),
      ("pause after a failure", failurePause),
      ("idle limit of TCP", streamIdleTimeout), ("limit of an outage", outageLimit),
    ]
    for (name, value) in times where value < .milliseconds(1) || value > .seconds(3600) {
      throw .badSetting(name, value: "\(value)", allowed: "1 ms to 1 h")
    }
  }
}
