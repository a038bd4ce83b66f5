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
  /// The resolvers cannot be believed: the bad judgements, and whether a scan was under way.
  case resolversNotBelieved([Judgement], isUnderway: Bool)
  /// A scan ended without a name that exists: how many names it asked for, and for how many a look failed.
  case nothingLearned(names: Int, failed: Int)
  /// The last resolver that answered has stopped: the tries that were lost of those of the last seconds, and its answers.
  case resolverStoppedAnswering(ResolverAddress, lost: Int, of: Int, answers: Int)
  /// The system lets the process open too few files.
  case tooFewOpenFiles(allowed: Int, needed: Int)

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
    case .resolversNotBelieved(let judgements, isUnderway: false)
    where judgements.allSatisfy { $0.verdict == .silent }:
      .noResolverAnswered
    case .resolversNotBelieved(let judgements, _):
      judgements.contains { $0.verdict.isFalse } ? .falseResolver : .failingResolver
    case .nothingLearned: .nothingLearned
    case .resolverStoppedAnswering: .resolverStoppedAnswering
    case .tooFewOpenFiles: .tooFewOpenFiles
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
    case .resolversNotBelieved(let judgements, _):
      [.given: judgements.map(\.resolver.description).joined(separator: ", ")]
    case .nothingLearned(let names, _): [.given: "\(names)"]
    case .resolverStoppedAnswering(let resolver, let lost, let tries, _):
      [.entry: resolver.description, .given: "\(lost) of \(tries)"]
    case .tooFewOpenFiles(let allowed, let needed): [.given: "\(allowed)", .allowed: "\(needed) or more"]
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
    case .resolversNotBelieved(let judgements, let isUnderway): Self.text(judgements, isUnderway: isUnderway)
    case .nothingLearned(let names, let failed):
      failed > 0
        ? "the scan learned nothing: of \(names) names none was found, and the looks at \(failed) failed; nothing was kept"
        : "the scan learned nothing: none of \(names) names exists for the resolver; nothing was kept"
    case .resolverStoppedAnswering(let resolver, let lost, let tries, let answers):
      "the resolver \(resolver) has stopped answering: after \(answers) answers it left \(lost) of the last "
        + "\(tries) queries without one; what is complete is kept"
    case .tooFewOpenFiles(let allowed, let needed):
      "the system lets this process open \(allowed) files, and the scan needs \(needed)"
    }
  }
}

extension ScanError {
  private static func text(_ judgements: [Judgement], isUnderway: Bool) -> String {
    if !isUnderway, judgements.allSatisfy({ $0.verdict == .silent }) {
      let first = judgements.first.map { " (\($0.seen))" } ?? ""
      return "no resolver answers: asked " + judgements.map(\.resolver.description).joined(separator: ", ")
        + first
    }
    let isFalse = judgements.contains { $0.verdict.isFalse }
    return judgements.map { "resolver \($0)" }.joined(separator: "; ")
      + (!isUnderway
        ? "" : isFalse ? "; the scan is stopped, and nothing of it is kept" : "; the scan is stopped")
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
  /// A resolver gives false answers.
  package static let falseResolver = ErrorCode("dns.false-resolver", .network)
  /// No resolver gives answers any more, or all answers are errors.
  package static let failingResolver = ErrorCode("dns.failing-resolver", .network)
  /// A scan ended without a name that exists.
  package static let nothingLearned = ErrorCode("dns.nothing-learned", .network)
  /// The last resolver that answered has stopped.
  package static let resolverStoppedAnswering = ErrorCode("dns.resolver-stopped-answering", .network)
  /// Too few files may be open.
  package static let tooFewOpenFiles = ErrorCode("dns.too-few-open-files", .network)
}
