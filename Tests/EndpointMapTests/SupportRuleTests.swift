// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EndpointMap
import ServiceCatalog
import Testing

@Suite("Support rule")
struct SupportRuleTests {
  struct Reach: Sendable, CustomTestStringConvertible {
    var a: Answer
    var aaaa: Answer
    var reach: SupportRule.Reach
    init(_ a: Answer, _ aaaa: Answer, _ reach: SupportRule.Reach) {
      (self.a, self.aaaa, self.reach) = (a, aaaa, reach)
    }
    var testDescription: String { "A \(a), AAAA \(aaaa): \(reach)" }
  }

  /// All 36 pairs.
  static let reaches: [Reach] = [
    Reach(.yes, .yes, .ipv6), Reach(.yes, .no, .ipv4), Reach(.yes, .absent, .unknown),
    Reach(.yes, .unknown, .unknown), Reach(.yes, .synthesised, .ipv4), Reach(.yes, .private, .unknown),
    Reach(.no, .yes, .ipv6), Reach(.no, .no, .none), Reach(.no, .absent, .unknown),
    Reach(.no, .unknown, .unknown), Reach(.no, .synthesised, .ipv4), Reach(.no, .private, .unknown),
    Reach(.absent, .yes, .ipv6), Reach(.absent, .no, .unknown), Reach(.absent, .absent, .none),
    Reach(.absent, .unknown, .none), Reach(.absent, .synthesised, .ipv4),
    Reach(.absent, .private, .unknown),
    Reach(.unknown, .yes, .ipv6), Reach(.unknown, .no, .unknown), Reach(.unknown, .absent, .none),
    Reach(.unknown, .unknown, .unknown), Reach(.unknown, .synthesised, .ipv4),
    Reach(.unknown, .private, .unknown),
    Reach(.synthesised, .yes, .ipv6), Reach(.synthesised, .no, .ipv4),
    Reach(.synthesised, .absent, .unknown), Reach(.synthesised, .unknown, .unknown),
    Reach(.synthesised, .synthesised, .ipv4), Reach(.synthesised, .private, .unknown),
    Reach(.private, .yes, .unknown), Reach(.private, .no, .unknown), Reach(.private, .absent, .unknown),
    Reach(.private, .unknown, .unknown), Reach(.private, .synthesised, .unknown),
    Reach(.private, .private, .unknown),
  ]

  @Test("tells what a name offers", arguments: reaches)
  func reach(_ c: Reach) { #expect(SupportRule.reach(a: c.a, aaaa: c.aaaa) == c.reach) }

  @Test("has a case for every pair of answers")
  func coversAllPairs() {
    let pairs = Set(Self.reaches.map { [$0.a, $0.aaaa] })
    #expect(pairs.count == Answer.allCases.count * Answer.allCases.count)
  }

  struct Pair: Sendable, CustomTestStringConvertible {
    var standard: SupportRule.Reach?
    var dualstack: SupportRule.Reach?
    var support: Support
    var isAtLeast: Bool
    init(
      _ standard: SupportRule.Reach?, _ dualstack: SupportRule.Reach?, _ support: Support,
      isAtLeast: Bool = false
    ) {
      (self.standard, self.dualstack, self.support, self.isAtLeast) = (
        standard, dualstack, support, isAtLeast
      )
    }
    var testDescription: String {
      "\(standard.map { "\($0)" } ?? "-") and \(dualstack.map { "\($0)" } ?? "-"): \(support.rawValue)"
    }
  }

  @Test(
    "tells the support of a pair of names",
    arguments: [
      Pair(.ipv6, .ipv6, .ipv6), Pair(.ipv6, .ipv4, .ipv6), Pair(.ipv6, Optional.none, .ipv6),
      Pair(.ipv6, .unknown, .ipv6), Pair(.ipv6, SupportRule.Reach.none, .ipv6),
      Pair(.ipv4, .ipv6, .optIn), Pair(.ipv4, .ipv4, .ipv4), Pair(.ipv4, SupportRule.Reach.none, .ipv4),
      Pair(.ipv4, Optional.none, .ipv4), Pair(.ipv4, .unknown, .unknown),
      Pair(SupportRule.Reach.none, .ipv6, .optIn), Pair(SupportRule.Reach.none, .ipv4, .ipv4),
      Pair(SupportRule.Reach.none, SupportRule.Reach.none, .none),
      Pair(SupportRule.Reach.none, Optional.none, .none),
      Pair(SupportRule.Reach.none, .unknown, .unknown), Pair(.unknown, .ipv6, .optIn, isAtLeast: true),
      Pair(.unknown, .ipv4, .unknown), Pair(.unknown, .unknown, .unknown),
      Pair(.unknown, SupportRule.Reach.none, .unknown), Pair(.unknown, Optional.none, .unknown),
      Pair(Optional.none, .ipv6, .optIn), Pair(Optional.none, .ipv4, .ipv4),
      Pair(Optional.none, SupportRule.Reach.none, .none), Pair(Optional.none, .unknown, .unknown),
      Pair(Optional.none, Optional.none, .none),
    ])
  func support(_ c: Pair) {
    #expect(
      SupportRule.support(standard: c.standard, dualstack: c.dualstack)
        == SupportRule.Outcome(c.support, isAtLeast: c.isAtLeast))
  }

  static let outcomes =
    Support.allCases.map { SupportRule.Outcome($0) } + [SupportRule.Outcome(.optIn, isAtLeast: true)]

  @Test("unknown ends nothing known, and a bound ends only what contradicts it")
  func ends() {
    let bound = SupportRule.Outcome(.optIn, isAtLeast: true)
    for known in Self.outcomes {
      for new in Self.outcomes {
        let isEnded = SupportRule.ends(known, new)
        switch new.support {
        case .unknown: #expect(isEnded == (known.support == .unknown))
        case .optIn where new == bound:
          #expect(isEnded == ![.ipv6, .optIn].contains(known.support) || known == bound, "\(known)")
        default: #expect(isEnded)
        }
      }
    }
  }

  @Test("a change is another known support, not a better known one")
  func changes() {
    let bound = SupportRule.Outcome(.optIn, isAtLeast: true)
    for known in Self.outcomes {
      for new in Self.outcomes {
        let isChange = SupportRule.isChange(from: known, to: new)
        if known.support == .unknown || new.support == .unknown || known.support == new.support {
          #expect(!isChange, "\(known) \(new)")
        } else {
          #expect(isChange == !(known == bound && new.support == .ipv6), "\(known) \(new)")
        }
      }
    }
  }

  struct Choice: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var candidates: [SupportRule.Candidate]
    var host: String?
    init(_ name: String, _ candidates: [SupportRule.Candidate], _ host: String?) {
      (testDescription, self.candidates, self.host) = (name, candidates, host)
    }
  }

  static func candidate(
    _ host: String, _ source: EndpointHost.Source = .rules, isRepresentative: Bool = false,
    _ reach: SupportRule.Reach = .ipv4
  ) -> SupportRule.Candidate {
    SupportRule.Candidate(host: host, source: source, isRepresentative: isRepresentative, reach: reach)
  }

  @Test(
    "chooses the deciding name",
    arguments: [
      Choice("no name", [], nil),
      Choice(
        "a plain name before a bucket's",
        [candidate("b.s3.test", isRepresentative: true, .ipv6), candidate("s3.eu-west-1.amazonaws.test")],
        "s3.eu-west-1.amazonaws.test"),
      Choice(
        "a plain legacy name before a representative one of the rules",
        [candidate("b.test", isRepresentative: true), candidate("legacy.test", .legacy)], "legacy.test"),
      Choice("rules before legacy", [candidate("a.test", .legacy), candidate("bb.test")], "bb.test"),
      Choice("legacy before facts", [candidate("a.test", .facts), candidate("bb.test", .legacy)], "bb.test"),
      Choice("the shortest", [candidate("bb.test"), candidate("a.test"), candidate("c.test")], "a.test"),
      Choice(
        "one that exists before one that does not",
        [candidate("a.test", SupportRule.Reach.none), candidate("bb.test", .ipv6)], "bb.test"),
      Choice(
        "an unknown one before one that exists but is longer",
        [candidate("a.test", .unknown), candidate("bb.test", .ipv6)], "a.test"),
      Choice(
        "not a legacy name because the rules' one does not exist",
        [candidate("a.test", SupportRule.Reach.none), candidate("b.test", .legacy)], "a.test"),
      Choice(
        "the one that exists of those that the catalog names",
        [candidate("a.test"), primary("bb.test", SupportRule.Reach.none), primary("cc.test", .ipv4)],
        "cc.test"),
      Choice(
        "the one that the catalog names, even if it does not exist",
        [candidate("sts.test"), primary("sts.eu-west-1.test", SupportRule.Reach.none)],
        "sts.eu-west-1.test"),
    ])
  func deciding(_ c: Choice) {
    #expect(SupportRule.deciding(c.candidates)?.host == c.host)
    #expect(SupportRule.deciding(c.candidates.reversed())?.host == c.host)
  }
}

extension SupportRuleTests {
  static func candidate(_ host: String, _ reach: SupportRule.Reach) -> SupportRule.Candidate {
    SupportRule.Candidate(host: host, source: .rules, isRepresentative: false, reach: reach)
  }

  static func primary(_ host: String, _ reach: SupportRule.Reach) -> SupportRule.Candidate {
    SupportRule.Candidate(
      host: host, source: .rules, isRepresentative: false, isPrimary: true, reach: reach)
  }
}
