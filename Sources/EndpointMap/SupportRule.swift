// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EgressDNS
package import ServiceCatalog

/// How answers for names become support of a service in a region.
///
/// A pure function of the names' answers; docs/decisions/0005-history-as-intervals.md shows it as a table. What is not
/// certain stays `unknown`, and the store then keeps the last known support.
package enum SupportRule {
  /// What a name offers to a client.
  package enum Reach: Sendable, Hashable, CaseIterable {
    /// It has AAAA records.
    case ipv6
    /// It has A records and no AAAA records of its own.
    case ipv4
    /// It does not exist, or it exists without any address: nothing can be reached.
    case none
    /// Its answers are unknown, or only a private view of it is known.
    case unknown
  }

  /// A name that may represent a variant.
  package struct Candidate: Sendable, Hashable {
    /// The name.
    package var host: String
    /// Where the name comes from.
    package var source: EndpointHost.Source
    /// Whether the name contains representative values.
    package var isRepresentative: Bool
    /// Whether the catalog says that the name decides for its group.
    package var isPrimary: Bool
    /// What the name offers.
    package var reach: Reach

    /// Makes a candidate.
    package init(
      host: String, source: EndpointHost.Source, isRepresentative: Bool, isPrimary: Bool = false, reach: Reach
    ) {
      self.host = host
      self.source = source
      self.isRepresentative = isRepresentative
      self.isPrimary = isPrimary
      self.reach = reach
    }
  }

  /// What a name offers, by the last known answers of both families.
  ///
  /// A private view (an interface endpoint's zone) says nothing about the public name: `unknown`. DNS64 makes AAAA
  /// records from A records: `ipv4`. Answers that contradict each other are settled as in a scan (`NameContradiction`).
  package static func reach(a: Answer, aaaa: Answer) -> Reach {
    if a == .private || aaaa == .private { return .unknown }
    let settledA = NameContradiction.settle(a, beside: aaaa)
    switch NameContradiction.settle(aaaa, beside: a) {
    case .yes: return .ipv6
    case .synthesised: return .ipv4
    case .private: return .unknown
    case .unknown: return settledA == .absent ? .none : .unknown
    case .absent: return .none
    case .no:
      switch settledA {
      case .yes, .synthesised: return .ipv4
      case .no, .absent: return .none
      case .unknown, .private: return .unknown
      }
    }
  }

  /// The name that decides for a variant.
  ///
  /// The one that the catalog names, if it does: it knows what operations call. Otherwise plain names
  /// come before representative ones, since one bucket or account does not represent a service; then names of the rules
  /// before those of endpoints.json and of the project's own file, since clients follow the rules. Among equals the first
  /// that is not `none` decides, in the order of length and then of the alphabet.
  package static func deciding(_ candidates: [Candidate]) -> Candidate? {
    let named = candidates.filter(\.isPrimary)
    guard let best = candidates.map(rank).min() else { return nil }
    let equals = (named.isEmpty ? candidates.filter { rank($0) == best } : named).sorted { left, right in
      let (leftLength, rightLength) = (left.host.utf8.count, right.host.utf8.count)
      return leftLength != rightLength ? leftLength < rightLength : left.host < right.host
    }
    return equals.first { $0.reach != .none } ?? equals.first
  }

  /// Support, or the least that it is.
  package struct Outcome: Sendable, Hashable {
    /// The support.
    package var support: Support
    /// Whether it may be more than that.
    package var isAtLeast: Bool

    /// Makes an outcome.
    package init(_ support: Support, isAtLeast: Bool = false) {
      self.support = support
      self.isAtLeast = isAtLeast
    }
  }

  /// Support by what the deciding names of a pair offer.
  ///
  /// Where the dual-stack name has IPv6 and nothing is known of the default name, it is `optIn` at least.
  ///
  /// - Parameters:
  ///   - standard: The name without the dual-stack switch; `nil` when there is none.
  ///   - dualstack: The name with the switch; `nil` when there is none.
  /// - Returns: The support; `unknown` unless it is certain.
  package static func support(standard: Reach?, dualstack: Reach?) -> Outcome {
    switch (standard ?? .none, dualstack ?? .none) {
    case (.ipv6, _): Outcome(.ipv6)
    case (.unknown, .ipv6): Outcome(.optIn, isAtLeast: true)
    case (.unknown, _), (_, .unknown): Outcome(.unknown)
    case (.ipv4, .ipv6), (.none, .ipv6): Outcome(.optIn)
    case (.ipv4, _), (.none, .ipv4): Outcome(.ipv4)
    case (.none, .none): Outcome(.none)
    }
  }

  /// Whether an outcome ends what was known before.
  ///
  /// `unknown` ends nothing, and neither does a bound that the known support keeps.
  package static func ends(_ known: Outcome, _ new: Outcome) -> Bool {
    if new.support == .unknown { return known.support == .unknown }
    guard new.isAtLeast, !known.isAtLeast else { return true }
    return known.support != .optIn && known.support != .ipv6
  }

  /// Whether an outcome is another support than the one before, and not only known better.
  package static func isChange(from known: Outcome, to new: Outcome) -> Bool {
    if known.support == .unknown || new.support == .unknown || known.support == new.support { return false }
    return !(known.isAtLeast && new.support == .ipv6)
  }

  private static func rank(_ candidate: Candidate) -> Int {
    let source =
      switch candidate.source {
      case .rules: 0
      case .legacy: 1
      case .facts: 2
      }
    return (candidate.isRepresentative ? 3 : 0) + source
  }
}
