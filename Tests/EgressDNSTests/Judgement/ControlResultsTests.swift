// SPDX-License-Identifier: Apache-2.0

import IPAddressing
import Testing

@testable import EgressDNS

/// The pure function from answers to a verdict: each verdict, and what comes close to it.
@Suite("The verdict about a resolver")
struct ControlResultsTests {
  /// The answers of a resolver to all questions, as a good one gives them.
  private struct Answers {
    var results: [ControlResult] = []

    init(lastKnown: Int = 0) {
      results.append(ControlResult(kind: .discovery, name: "ipv4only.arpa", aaaa: .noData))
      for name in ControlNames.withBoth { add(.withBoth, name) }
      for number in 0..<lastKnown { add(.lastKnownBoth, "n\(number).eu-west-1.amazonaws.com") }
      for name in ControlNames.withIPv4 {
        results.append(ControlResult(kind: .withIPv4, name: name, a: address("52.94.0.1")))
      }
      for suffix in ["amazonaws.com", "api.aws", "on.aws", "amazonaws.com.cn"] {
        for label in ["k3v", "w8.q1"] {
          results.append(
            ControlResult(kind: .impossible, name: "\(label).\(suffix)", a: .nameError, aaaa: .nameError))
        }
      }
    }

    private mutating func add(_ kind: ControlResult.Kind, _ name: String) {
      results.append(
        ControlResult(kind: kind, name: name, a: address("52.94.0.1"), aaaa: address("2600:1f18::1")))
    }

    /// Changes the first results of a kind.
    mutating func change(
      _ kind: ControlResult.Kind, first count: Int = .max, _ body: (inout ControlResult, Int) -> Void
    ) {
      for (number, index) in results.indices.filter({ results[$0].kind == kind }).enumerated()
      where number < count {
        body(&results[index], number)
      }
    }

    /// Changes all results of names.
    mutating func changeAll(_ body: (inout ControlResult, Int) -> Void) {
      for kind in [ControlResult.Kind.withBoth, .withIPv4, .lastKnownBoth, .impossible] { change(kind, body) }
    }

    var verdict: ResolverVerdict { ControlResults(results).finding.verdict }
    var seen: String { ControlResults(results).finding.seen }
    var isDoubtful: Bool { ControlResults(results).isDoubtful }
  }

  private static func address(_ text: String) -> ControlAnswer {
    .addresses(IPAddress(text).map { [$0] } ?? [])
  }

  @Test("good, and what it rests on")
  func good() {
    let answers = Answers(lastKnown: 5)
    #expect(answers.verdict == .good)
    #expect(!answers.isDoubtful)
    #expect(answers.seen.contains("51 of 51 names that exist were found, 35 of 35 with IPv6; 8 of 8"))
  }

  @Test("DNS64 is good and recorded; it does not hide that AAAA is hidden")
  func dns64() {
    var answers = Answers()
    answers.change(.discovery) { result, _ in result.aaaa = Self.address("64:ff9b::c000:aa") }
    #expect(answers.verdict == .dns64 && answers.seen.contains("64:ff9b::/96"))
    answers.change(.withBoth) { result, _ in result.aaaa = Self.address("64:ff9b::345e:1") }
    #expect(answers.verdict == .hidesAAAA)
  }

  @Test("silent: none, and less than half; half is not", arguments: [0, 5, 25, 40, 60])
  func silent(_ answered: Int) {
    var answers = Answers()
    // By turns, so that A and AAAA are as silent as each other.
    var number = 0
    for index in answers.results.indices {
      for path in [\ControlResult.a, \.aaaa] where answers.results[index][keyPath: path] != nil {
        number += 1
        if number * answered / 100 == (number - 1) * answered / 100 {
          answers.results[index][keyPath: path] = .silence
        }
      }
    }
    #expect(answers.verdict == (answered < 50 ? .silent : .good), "\(answers.seen)")
    if answered == 0 { #expect(answers.seen.contains("answered none of")) }
  }

  @Test(
    "fails: more than half of the answers are errors; a few are no reason",
    arguments: ["SERVFAIL", "REFUSED", "truncated, and TCP failed"])
  func fails(_ error: String) {
    for (share, verdict) in [(100, ResolverVerdict.fails), (70, .fails), (10, .good)] {
      var answers = Answers()
      answers.changeAll { result, number in
        guard number * share / 100 != (number + 1) * share / 100 else { return }
        result.a = .failure(error)
        if result.aaaa != nil { result.aaaa = .failure(error) }
      }
      #expect(answers.verdict == verdict, "\(share) %: \(answers.seen)")
      if verdict == .fails { #expect(answers.seen.contains(error)) }
    }
  }

  @Test("denies everything: NXDOMAIN or NODATA for all", arguments: [ControlAnswer.nameError, .noData])
  func deniesEverything(_ answer: ControlAnswer) {
    var answers = Answers(lastKnown: 3)
    answers.changeAll { result, _ in
      result.a = answer
      if result.aaaa != nil { result.aaaa = answer }
    }
    #expect(answers.verdict == .deniesEverything)
  }

  @Test(
    "denies some: a tenth; fewer may be names that are gone",
    arguments: [(1, false), (4, false), (5, true), (20, true)])
  func deniesSome(_ count: Int, _ isBad: Bool) {
    var answers = Answers()
    answers.change(.withBoth, first: count) { result, _ in (result.a, result.aaaa) = (.nameError, .nameError)
    }
    #expect(answers.verdict == (isBad ? .deniesSome : .good), "\(answers.seen)")
    #expect(answers.isDoubtful)
  }

  @Test("denies some: a whole zone, however small")
  func deniesZone() {
    var answers = Answers()
    answers.changeAll { result, _ in
      if result.kind.exists, result.name.hasSuffix("amazonwebservices.com.cn") {
        (result.a, result.aaaa) = (.nameError, .nameError)
      }
    }
    #expect(
      answers.verdict == .deniesSome && answers.seen.contains("nothing is left of amazonwebservices.com.cn"))
  }

  @Test("names of the last scan and lasting names must agree before names count as denied or hidden")
  func agreement() {
    // The program has aged: lasting names are gone, yet all names of the last scan are found.
    var aged = Answers(lastKnown: 12)
    aged.change(.withIPv4, first: 9) { result, _ in result.a = .nameError }
    #expect(aged.verdict == .good)
    aged.change(.lastKnownBoth, first: 3) { result, _ in (result.a, result.aaaa) = (.nameError, .nameError) }
    #expect(aged.verdict == .deniesSome)
    // A map that a false resolver made must not condemn a good one.
    var poisoned = Answers(lastKnown: 12)
    poisoned.change(.lastKnownBoth) { result, _ in (result.a, result.aaaa) = (.nameError, .nameError) }
    #expect(poisoned.verdict == .good)
  }

  @Test(
    "hides AAAA: NODATA, NXDOMAIN, errors or silence",
    arguments: [ControlAnswer.noData, .nameError, .policy, .failure("SERVFAIL"), .silence])
  func hides(_ answer: ControlAnswer) {
    var answers = Answers(lastKnown: 4)
    answers.changeAll { result, _ in if result.aaaa != nil, result.kind.exists { result.aaaa = answer } }
    #expect(answers.verdict == .hidesAAAA, "\(answers.seen)")
  }

  @Test("faults of some names in every zone count, unless the names of the last scan contradict them")
  func spreadFaults() {
    for lastKnown in [0, 12] {
      var hidden = Answers(lastKnown: lastKnown)
      hidden.change(.withBoth) { result, number in if number % 3 == 0 { result.aaaa = .noData } }
      #expect(hidden.verdict == (lastKnown == 0 ? .hidesAAAA : .good), "\(hidden.seen)")
      var denied = Answers(lastKnown: lastKnown)
      denied.change(.withBoth) { result, number in
        if number % 3 == 0 { (result.a, result.aaaa) = (.nameError, .nameError) }
      }
      #expect(denied.verdict == (lastKnown == 0 ? .deniesSome : .good), "\(denied.seen)")
    }
    var agreeing = Answers(lastKnown: 12)
    for kind in [ControlResult.Kind.withBoth, .lastKnownBoth] {
      agreeing.change(kind) { result, number in if number % 3 == 0 { result.aaaa = .noData } }
    }
    #expect(agreeing.verdict == .hidesAAAA, "\(agreeing.seen)")
  }

  @Test("one name without AAAA, or without an answer, is no reason")
  func oneWithoutAAAA() {
    for answer in [ControlAnswer.noData, .silence, .failure("SERVFAIL")] {
      var answers = Answers()
      answers.change(.withBoth, first: 1) { result, _ in result.aaaa = answer }
      #expect(answers.verdict == .good)
    }
  }

  @Test("search page: the same addresses for names that cannot exist")
  func searchPage() {
    var answers = Answers()
    answers.change(.impossible) { result, number in
      result.a = Self.address("92.242.140.2\(number % 2)")
      result.aaaa = .noData
    }
    #expect(answers.verdict == .rewritesNXDOMAIN && answers.seen.contains("92.242.140.20"))
    // A portal answers with a private address.
    answers.change(.impossible) { result, _ in result.a = Self.address("10.0.0.1") }
    #expect(answers.verdict == .rewritesNXDOMAIN)
    // Under one suffix only: two names are enough, one is not.
    for (count, verdict) in [(2, ResolverVerdict.rewritesNXDOMAIN), (1, .good)] {
      var few = Answers()
      few.change(.impossible, first: count) { result, _ in result.a = Self.address("92.242.140.21") }
      #expect(few.verdict == verdict && few.isDoubtful)
    }
    // IPv6 only.
    var ipv6 = Answers()
    ipv6.change(.impossible) { result, _ in result.aaaa = Self.address("2001:4860::1") }
    #expect(ipv6.verdict == .rewritesNXDOMAIN)
  }

  @Test("invents: other addresses for each name, or such as no network has")
  func invents() {
    var answers = Answers()
    answers.change(.impossible) { result, number in result.a = Self.address("45.0.7.\(number)") }
    #expect(answers.verdict == .inventsAddresses)
    for text in ["198.18.0.7", "240.0.0.1"] {
      answers.change(.impossible) { result, _ in result.a = Self.address(text) }
      #expect(answers.verdict == .inventsAddresses, "\(text)")
    }
    var unique = Answers()
    unique.change(.impossible) { result, _ in result.aaaa = Self.address("fc00::7") }
    #expect(unique.verdict == .inventsAddresses)
    // It may deny what cannot exist and invent for the rest.
    var existing = Answers()
    existing.change(.withBoth) { result, _ in result.a = Self.address("198.19.255.255") }
    #expect(existing.verdict == .inventsAddresses)
    // The networks beside it are public.
    existing.change(.withBoth) { result, _ in result.a = Self.address("198.20.0.0") }
    #expect(existing.verdict == .good)
  }

  @Test("blocks: null addresses or a policy, for many names")
  func blocks() {
    for answer in [Self.address("0.0.0.0"), Self.address("127.0.0.1"), .policy] {
      var answers = Answers()
      answers.change(.withIPv4) { result, _ in result.a = answer }
      #expect(answers.verdict == .blocks, "\(answers.seen)")
      var one = Answers()
      one.change(.withIPv4, first: 1) { result, _ in result.a = answer }
      #expect(one.verdict == .good && one.isDoubtful)
    }
    var all = Answers()
    all.changeAll { result, _ in
      result.a = Self.address("0.0.0.0")
      if result.aaaa != nil { result.aaaa = Self.address("::") }
    }
    #expect(all.verdict == .blocks)
  }

  @Test("private addresses of interface endpoints are good answers")
  func endpoints() {
    var answers = Answers()
    answers.change(.withIPv4, first: 8) { result, _ in result.a = Self.address("10.1.2.3") }
    answers.change(.withBoth, first: 2) { result, _ in
      result.a = Self.address("10.1.2.4")
      result.aaaa = .noData
    }
    #expect(answers.verdict == .good)
  }

  @Test("three answers are enough to condemn and to praise")
  func few() {
    var answers = Answers()
    let both = answers.results.first { $0.kind == .withBoth }
    let impossible = answers.results.first { $0.kind == .impossible }
    answers.results = [both, impossible].compactMap(\.self)
    #expect(answers.verdict == .good)
    answers.results[1].a = Self.address("92.242.140.21")
    #expect(answers.verdict == .rewritesNXDOMAIN)
    answers.results.removeLast()
    answers.results[0].a = .nameError
    #expect(answers.verdict == .deniesEverything)
  }

  @Test("no answer at all is never good")
  func nothing() {
    #expect(ControlResults([]).finding.verdict == .silent)
    let denied = ControlResult(kind: .impossible, name: "x.api.aws", a: .nameError, aaaa: .nameError)
    #expect(!ControlResults([denied]).finding.verdict.isAcceptable)
  }
}

private func address(_ text: String) -> ControlAnswer { .addresses(IPAddress(text).map { [$0] } ?? []) }
