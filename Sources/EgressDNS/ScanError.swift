// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Why a scan could not be set up or had to stop; a failed look at one host is an observation, not an error.
package enum ScanError: DomainError, Hashable {
  /// A resolver's address cannot be read: the text and what is wrong with it.
  case badResolver(String, reason: String)
  /// No resolver is configured.
  case noResolver
  /// More resolvers are configured than a scan asks.
  case tooManyResolvers(Int)
  /// The rate is unlimited, and the resolvers are not the user's own.
  case unlimitedRate
  /// The rate, in queries per second, is outside its range.
  case rateOutOfRange(Int, highest: Int)
  /// The rate, in queries per second, is above the highest for a resolver that others share.
  case sharedRateExceeded(Int)
  /// A setting is outside its range: its name, its value and the range.
  case badSetting(String, value: String, allowed: String)
  /// None of the resolvers answered within the time given.
  case noResolverAnswered([ResolverAddress])
  /// Every one of so many names was denied, even one that is known to exist.
  case everythingDenied(names: Int, control: String)

  /// The kind of error.
  package var code: ErrorCode {
    switch self {
    case .badResolver: .badResolver
    case .noResolver: .noResolver
    case .tooManyResolvers: .tooManyResolvers
    case .unlimitedRate: .unlimitedRate
    case .rateOutOfRange: .rateOutOfRange
    case .sharedRateExceeded: .sharedRateExceeded
    case .badSetting: .badSetting
    case .noResolverAnswered: .noResolverAnswered
    case .everythingDenied: .everythingDenied
    }
  }

  /// What was given and what is possible.
  package var facts: [ErrorFact: String] {
    switch self {
    case .badResolver(let text, _): [.given: String(text.prefix(100))]
    case .noResolver, .unlimitedRate: [:]
    case .tooManyResolvers(let count): [.given: "\(count)", .allowed: "\(ScanConfiguration.mostResolvers)"]
    case .rateOutOfRange(let rate, let highest): [.given: "\(rate)", .allowed: "1 to \(highest)"]
    case .sharedRateExceeded(let rate):
      [.given: "\(rate)", .allowed: "1 to \(ScanConfiguration.highestSharedRate)"]
    case .badSetting(let name, let value, let allowed): [.entry: name, .given: value, .allowed: allowed]
    case .noResolverAnswered(let resolvers): [.given: resolvers.map(\.description).joined(separator: ", ")]
    case .everythingDenied(let names, let control): [.entry: control, .given: "\(names)"]
    }
  }

  /// What is wrong, in one sentence.
  package var description: String {
    switch self {
    case .badResolver(let text, let reason):
      "resolver \"\(text.prefix(100))\": \(reason); write 192.0.2.53, 192.0.2.53:5353, 2001:db8::53 or [2001:db8::53]:5353"
    case .noResolver: "no DNS resolver is configured"
    case .tooManyResolvers(let count):
      "\(count) resolvers are too many; give at most \(ScanConfiguration.mostResolvers)"
    case .unlimitedRate: "an unlimited rate needs a resolver of your own"
    case .rateOutOfRange(let rate, let highest):
      "a rate of \(rate) queries per second is out of range; give 1 to \(highest)"
    case .sharedRateExceeded(let rate):
      "a rate of \(rate) queries per second is above \(ScanConfiguration.highestSharedRate), which a shared resolver bears"
    case .badSetting(let name, let value, let allowed): "\(name): \(value) is out of range; give \(allowed)"
    case .noResolverAnswered(let resolvers):
      "no DNS resolver answered (asked \(resolvers.map(\.description).joined(separator: ", ")))"
    case .everythingDenied(let names, let control):
      "no name of \(names) exists for this resolver, not even \(control): it does not see the public DNS; "
        + "nothing was kept"
    }
  }
}

extension ErrorCode {
  /// A resolver's address cannot be read.
  package static let badResolver = ErrorCode("dns.bad-resolver", .request)
  /// No resolver is configured.
  package static let noResolver = ErrorCode("dns.no-resolver", .network)
  /// More resolvers are configured than a scan asks.
  package static let tooManyResolvers = ErrorCode("dns.too-many-resolvers", .request)
  /// An unlimited rate needs a resolver of one's own.
  package static let unlimitedRate = ErrorCode("dns.unlimited-rate", .request)
  /// The rate is outside its range.
  package static let rateOutOfRange = ErrorCode("dns.rate-out-of-range", .request)
  /// The rate is above the highest for a resolver that others share.
  package static let sharedRateExceeded = ErrorCode("dns.shared-rate-exceeded", .request)
  /// Another setting is outside its range.
  package static let badSetting = ErrorCode("dns.bad-setting", .request)
  /// No resolver answered within the time given.
  package static let noResolverAnswered = ErrorCode("dns.no-resolver-answered", .network)
  /// Every name was denied, even one that is known to exist.
  package static let everythingDenied = ErrorCode("dns.everything-denied", .network)
}
