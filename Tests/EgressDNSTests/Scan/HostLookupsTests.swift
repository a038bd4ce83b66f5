// SPDX-License-Identifier: Apache-2.0

import IPAddressing
import Testing

@testable import EgressDNS

/// From the results of a host's lookups to its observation.
@Suite struct HostLookupsTests {
  private static let host = DomainName("a.r.api.example") ?? .root

  private func pool(_ count: Int = 2) -> ResolverPool {
    var random = RandomSource { [0] }
    let addresses = (1...count).map { ResolverAddress(.ipv4(IPv4Address(0x7F00_0000 + UInt32($0)))) }
    return ResolverPool(ScanConfiguration(resolvers: addresses), random: &random, at: .start)
  }

  private func hosts(_ change: (inout ScanConfiguration) -> Void = { _ in }) -> HostLookups {
    var configuration = ScanConfiguration(resolvers: [])
    change(&configuration)
    return HostLookups(configuration)
  }

  private func result(_ answer: Answer, by resolver: Int = 0, _ addresses: [String] = []) -> LookupResult {
    LookupResult(answer: answer, addresses: addresses.compactMap { IPAddress($0) }, resolver: resolver)
  }

  /// Adds the host, records both results, and returns what follows.
  private func settle(
    _ hosts: inout HostLookups, _ a: LookupResult, _ aaaa: LookupResult,
    lastKnown: HostQuestion.LastKnown = .init()
  ) -> HostLookups.NextStep {
    let requests = hosts.add(Self.host, lastKnown: lastKnown, resolvers: [0, 1], turn: 1)
    #expect(requests.map(\.type) == [.a, .aaaa] && requests.allSatisfy { $0.turn == 1 })
    hosts.record(a, of: 0, .a)
    guard case .wait = hosts.endLookup(of: 0, among: pool()) else { return .conclude }
    hosts.record(aaaa, of: 0, .aaaa)
    return hosts.endLookup(of: 0, among: pool())
  }

  /// A pair of answers and the types that must be confirmed.
  struct Contradiction: CustomTestStringConvertible, Sendable {
    var a: Answer
    var aaaa: Answer
    var last = HostQuestion.LastKnown()
    var types: [RecordType]
    var testDescription: String { "\(a) and \(aaaa) after \(last)" }
  }

  @Test(
    "confirms what contradicts the last look or the other family",
    arguments: [
      Contradiction(a: .yes, aaaa: .no, types: []),
      Contradiction(a: .absent, aaaa: .absent, types: []),
      Contradiction(a: .absent, aaaa: .unknown, types: []),
      Contradiction(a: .yes, aaaa: .absent, types: [.aaaa]),
      Contradiction(a: .no, aaaa: .no, last: .init(a: .yes, aaaa: .yes), types: [.a, .aaaa]),
      Contradiction(a: .yes, aaaa: .no, last: .init(a: .yes, aaaa: .no), types: []),
      Contradiction(a: .absent, aaaa: .absent, last: .init(a: .no, aaaa: .absent), types: [.a]),
      Contradiction(a: .unknown, aaaa: .unknown, last: .init(a: .yes, aaaa: .yes), types: []),
    ])
  func contradictions(_ c: Contradiction) {
    var hosts = hosts()
    let step = settle(&hosts, result(c.a), result(c.aaaa), lastKnown: c.last)
    if case .confirm(let types) = step {
      #expect(types == c.types)
      for _ in types { _ = hosts.endLookup(of: 0, among: pool()) }
    } else {
      #expect(c.types.isEmpty)
    }
    let conclusion = hosts.conclude(0, among: pool())
    #expect(conclusion?.observation.host == "a.r.api.example")
    let again = hosts.conclude(0, among: pool())
    #expect(hosts.activeCount == 0 && again == nil)
  }

  @Test("asks a second resolver, else the authority of the zone, else the same resolver")
  func confirmers() throws {
    var hosts = hosts()
    var denial = result(.no)
    denial.zone = DomainName("api.example")
    _ = settle(&hosts, result(.yes), denial, lastKnown: .init(aaaa: .yes))
    let second = try #require(hosts.confirmation(of: 0, .aaaa, among: pool()))
    #expect(second.resolvers == [1] && second.name == Self.host)
    let authority = try #require(hosts.confirmation(of: 0, .aaaa, among: pool(1)))
    #expect(authority.type == .ns && authority.name == denial.zone && authority.resolvers == [0])
    denial.isAuthoritative = true
    hosts.record(denial, of: 0, .aaaa)
    let same = try #require(hosts.confirmation(of: 0, .aaaa, among: pool(1)))
    #expect(same.type == .aaaa && same.resolvers == [0])
    let question = try #require(hosts.authorityQuestion(0, .aaaa, to: 5))
    #expect(question.resolvers == [5] && !question.recursionDesired)
  }

  /// A second answer and what comes of it.
  struct Second: CustomTestStringConvertible, Sendable {
    var answer: Answer
    var resolver = 1
    var outcome: Answer
    var note: String
    var testDescription: String { "\(answer) by \(resolver)" }
  }

  @Test(
    "weighs a second answer against the first",
    arguments: [
      Second(answer: .no, outcome: .no, note: "confirmed by 127.0.0.2:53"),
      Second(answer: .no, resolver: 0, outcome: .no, note: "confirmed by the same resolver, the only one"),
      Second(answer: .yes, outcome: .yes, note: "127.0.0.1:53 said no"),
      Second(answer: .absent, outcome: .unknown, note: "no is not confirmed: absent by 127.0.0.2:53"),
      Second(answer: .unknown, outcome: .unknown, note: "no is not confirmed: "),
    ])
  func confirmation(_ c: Second) throws {
    var hosts = hosts()
    _ = settle(&hosts, result(.yes), result(.no), lastKnown: .init(aaaa: .yes))
    hosts.confirm(
      0, .aaaa, with: result(c.answer, c.answer == .yes ? ["2600:1f18::1"] : []), by: c.resolver,
      among: pool()
    )
    let conclusion = hosts.conclude(0, among: pool())
    let aaaa = try #require(conclusion).observation.aaaa
    #expect(aaaa.answer == c.outcome && aaaa.note == c.note)
  }

  /// Who says NXDOMAIN for AAAA again, and what that means for a name with A records.
  struct Denial: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var resolver: Int?
    var isAuthority = false
    var outcome: Answer
  }

  @Test(
    "NXDOMAIN for AAAA only means no records where another server says it again, else it is unknown",
    arguments: [
      Denial(testDescription: "nobody", outcome: .unknown),
      Denial(testDescription: "the same resolver", resolver: 0, outcome: .unknown),
      Denial(testDescription: "another resolver", resolver: 1, outcome: .no),
      Denial(testDescription: "the authority", resolver: 0, isAuthority: true, outcome: .no),
    ])
  func denialOfOneType(_ c: Denial) throws {
    var hosts = hosts()
    _ = settle(&hosts, result(.yes, ["52.94.0.1"]), result(.absent))
    if let resolver = c.resolver {
      hosts.confirm(
        0, .aaaa, with: result(.absent), by: resolver, isAuthority: c.isAuthority, among: pool())
    }
    let conclusion = hosts.conclude(0, among: pool())
    let observation = try #require(conclusion).observation
    #expect(observation.a.answer == .yes && observation.aaaa.answer == c.outcome)
    #expect(observation.aaaa.note?.contains("NXDOMAIN") == true)
  }

  @Test("names the parent to ask about after three missing hosts, and answers the next one from the cache")
  func missingParents() throws {
    var hosts = hosts()
    var asked: [DomainName] = []
    for _ in 0..<4 {
      _ = settle(&hosts, result(.absent), result(.absent))
      if let name = hosts.conclude(0, among: pool())?.ancestor { asked.append(name) }
    }
    let parent = try #require(DomainName("r.api.example"))
    #expect(asked == [parent])
    #expect(hosts.recordAncestor(parent, result(.absent)) == .confirm)
    #expect(hosts.recordAncestor(parent, result(.absent)) == .none)
    #expect(hosts.missingAncestor(of: Self.host, lastKnown: .init(aaaa: .no)) == parent)
    #expect(hosts.missingAncestor(of: Self.host, lastKnown: .init(aaaa: .yes)) == nil)
  }

  @Test("recognises DNS64 and private views")
  func views() throws {
    var hosts = hosts { $0.privatePrefixes = [IPPrefix("2600:1f18:a::/48")].compactMap(\.self) }
    _ = settle(&hosts, result(.yes, ["52.94.0.1"]), result(.yes, ["64:ff9b::52.94.0.1"]))
    let synthesisedHost = hosts.conclude(0, among: pool())
    let synthesised = try #require(synthesisedHost).observation
    #expect(synthesised.a.answer == .yes && synthesised.aaaa.answer == .synthesised)
    _ = settle(&hosts, result(.no), result(.yes, ["2600:1f18:a::1"]))
    let insideHost = hosts.conclude(0, among: pool())
    let inside = try #require(insideHost).observation
    #expect(inside.a.answer == .private && inside.aaaa.answer == .private)
  }
}

extension HostLookupsTests {
  private func result(_ answer: Answer, _ addresses: [String]) -> LookupResult {
    result(answer, by: 0, addresses)
  }
}
