// SPDX-License-Identifier: Apache-2.0

/// What a resolver is worth, by its answers to control questions.
package enum ResolverVerdict: String, Sendable, Hashable, CaseIterable {
  /// It finds names that exist and denies names that cannot exist.
  case good
  /// It is good, and it makes IPv6 answers for names without them (RFC 6147); the scan takes those out.
  case dns64
  /// Nobody judged it.
  case notJudged = "not-judged"
  /// It answers few questions or none.
  case silent
  /// It answers most questions with an error or a truncated message that TCP does not complete.
  case fails
  /// It denies every name that exists.
  case deniesEverything = "denies-everything"
  /// It denies many names that exist, or all in one zone.
  case deniesSome = "denies-some"
  /// It gives names that cannot exist addresses of their own.
  case inventsAddresses = "invents-addresses"
  /// It gives all names that cannot exist the same few addresses.
  case rewritesNXDOMAIN = "rewrites-nxdomain"
  /// It finds IPv4 addresses but not the IPv6 addresses of names that have both.
  case hidesAAAA = "hides-aaaa"
  /// It gives names that exist a null address, or says that it blocks them.
  case blocks

  /// Whether a scan may ask the resolver.
  package var isAcceptable: Bool {
    switch self {
    case .good, .dns64, .notJudged: true
    default: false
    }
  }

  /// Whether the resolver's answers are false, rather than missing.
  package var isFalse: Bool { !isAcceptable && self != .silent && self != .fails }

  /// What such a resolver does, as the middle of a sentence that begins with the resolver.
  package var phrase: String {
    switch self {
    case .good: "is good"
    case .dns64: "is good and makes IPv6 answers itself (DNS64)"
    case .notJudged: "was not judged"
    case .silent: "is silent"
    case .fails: "answers with errors only"
    case .deniesEverything: "denies everything"
    case .deniesSome: "denies some names that exist"
    case .inventsAddresses: "invents addresses"
    case .rewritesNXDOMAIN: "rewrites NXDOMAIN to a search page"
    case .hidesAAAA: "hides AAAA"
    case .blocks: "blocks names"
    }
  }
}

/// The verdict about one resolver, with what it rests on.
package struct Judgement: Sendable, Hashable, CustomStringConvertible {
  /// The resolver.
  package var resolver: ResolverAddress
  /// The verdict.
  package var verdict: ResolverVerdict
  /// What was seen, in one clause.
  package var seen: String

  /// Makes a judgement.
  package init(resolver: ResolverAddress, verdict: ResolverVerdict, seen: String) {
    self.resolver = resolver
    self.verdict = verdict
    self.seen = seen
  }

  /// The judgement in one sentence.
  package var description: String { "\(resolver) \(verdict.phrase): \(seen)" }
}
