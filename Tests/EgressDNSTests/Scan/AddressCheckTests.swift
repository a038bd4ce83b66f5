// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import IPAddressing
import Testing

@testable import EgressDNS

/// What the addresses of an answer prove.
@Suite struct AddressCheckTests {
  /// Two answers and what becomes of them.
  struct Case: CustomTestStringConvertible, Sendable {
    var a: [String]
    var aaaa: [String]
    var answers: (Answer, Answer)
    var note: String?
    /// The other resolver's answers; `nil` when there is one resolver.
    var second: (a: [String], aaaa: [String])?
    var isPublished = true
    var testDescription: String {
      "\(a) \(aaaa)" + (second.map { ", then \($0.a) \($0.aaaa)" } ?? "")
        + (isPublished ? "" : " of a user's name")
    }
  }

  private static let (four, six) = ("52.94.1.9", "2600:1f18::4")
  private static let (outside4, outside6) = ("92.242.140.21", "2a00:1450::5")

  static let alone = [
    Case(a: [four], aaaa: [six], answers: (.yes, .yes)),
    Case(a: ["0.0.0.0"], aaaa: ["::"], answers: (.unknown, .unknown), note: "blocked: :: (unspecified)"),
    Case(a: ["127.0.0.1"], aaaa: ["::1"], answers: (.unknown, .unknown), note: "blocked: ::1 (loopback)"),
    Case(a: ["0.0.0.0"], aaaa: ["64:ff9b::"], answers: (.unknown, .unknown), note: "DNS64"),
    Case(a: ["127.0.0.1"], aaaa: ["64:ff9b::7f00:1"], answers: (.unknown, .unknown), note: "DNS64"),
    Case(a: [outside4], aaaa: ["64:ff9b::5cf2:8c15"], answers: (.unknown, .unknown), note: "DNS64"),
    Case(a: [four], aaaa: ["64:ff9b::345e:109"], answers: (.yes, .synthesised), note: "DNS64"),
    Case(a: [four], aaaa: ["2600:1f18:64::345e:109"], answers: (.yes, .synthesised), note: "DNS64"),
    Case(
      a: ["198.18.0.7"], aaaa: ["fc00::7"], answers: (.unknown, .unknown),
      note: "not reachable over the public internet: fc00::7 (unique local)"),
    Case(a: [four], aaaa: ["fd00::7"], answers: (.private, .private), note: "private view"),
    Case(a: ["10.0.0.7"], aaaa: [six], answers: (.private, .private), note: "private view"),
    Case(a: [four], aaaa: [six, "::1"], answers: (.yes, .yes), note: "left out: ::1 (loopback)"),
    Case(a: [four, "0.0.0.0"], aaaa: ["::"], answers: (.yes, .unknown), note: "blocked"),
    Case(
      a: [outside4], aaaa: [outside6], answers: (.unknown, .unknown),
      note: "2a00:1450::5 outside the ranges that AWS published on 2026-08-22; needs a second resolver"),
    Case(a: [outside4, four], aaaa: [outside6, six], answers: (.yes, .yes), note: "2a00:1450::5 outside"),
    Case(a: [outside4], aaaa: [outside6], answers: (.yes, .yes), isPublished: false),
    Case(a: ["127.0.0.1"], aaaa: [outside6], answers: (.unknown, .yes), isPublished: false),
  ]
  static let asked = [
    Case(
      a: [outside4], aaaa: [outside6], answers: (.yes, .yes), note: "two resolvers agree",
      second: ([outside4], [outside6, "2a00:1450::6"])),
    Case(
      a: [outside4], aaaa: [outside6], answers: (.unknown, .unknown), note: "127.0.0.2:53 gave others",
      second: (["92.242.140.22"], ["2a00:1450::6"])),
    Case(
      a: [outside4], aaaa: [outside6], answers: (.yes, .yes), note: "127.0.0.1:53 gave 2a00:1450::5",
      second: ([four], [six])),
    Case(
      a: [outside4], aaaa: [outside6], answers: (.unknown, .unknown),
      note: "yes is not confirmed: no by 127.0.0.2:53",
      second: ([], [])),
    Case(
      a: ["0.0.0.0"], aaaa: ["::"], answers: (.yes, .yes), note: "127.0.0.1:53 gave ::",
      second: ([four], [six])),
    Case(
      a: ["0.0.0.0"], aaaa: ["::"], answers: (.unknown, .unknown), note: "blocked",
      second: (["0.0.0.0"], ["::"])),
    Case(
      a: [outside4], aaaa: ["64:ff9b::5cf2:8c15"], answers: (.yes, .synthesised), note: "DNS64",
      second: ([outside4], ["64:ff9b::5cf2:8c15"])),
  ]

  private func result(_ texts: [String], by resolver: Int) -> LookupResult {
    LookupResult(
      answer: texts.isEmpty ? .no : .yes, addresses: texts.compactMap { IPAddress($0) }, resolver: resolver)
  }

  @Test("judges the addresses of a name", arguments: alone + asked)
  func judges(_ c: Case) throws {
    var random = RandomSource { [0] }
    let count: UInt32 = c.second == nil ? 1 : 2
    var configuration = ScanConfiguration(
      resolvers: (1...count).map { ResolverAddress(.ipv4(IPv4Address(0x7F00_0000 + $0))) })
    let ranges = try ["52.94.0.0/20", "2600:1f18::/33"].map {
      (prefix: try #require(IPPrefix($0)), entry: UInt16(0))
    }
    configuration.publishedRanges = PublishedRanges(
      table: AddressTable(ranges) { $0[0] }, owner: "AWS", date: "2026-08-22")
    let pool = ResolverPool(configuration, random: &random, at: .start)
    var hosts = HostLookups(configuration)
    let name = try #require(DomainName("kinesis.us-east-1.amazonaws.com"))
    _ = hosts.add(name, lastKnown: .init(), isPublished: c.isPublished, resolvers: [0], turn: 0)
    let first = [RecordType.a: result(c.a, by: 0), .aaaa: result(c.aaaa, by: 0)]
    var step = HostLookups.NextStep.wait
    for (type, result) in first {
      hosts.record(result, of: 0, type)
      step = hosts.endLookup(of: 0, among: pool)
    }
    if case .confirm(let types) = step {
      let second = try #require(c.second, "one resolver has nobody to ask")
      for type in types {
        let request = try #require(hosts.confirmation(of: 0, type, among: pool))
        #expect(request.resolvers == [1])
        let answer = result(type == .a ? second.a : second.aaaa, by: 1)
        hosts.confirm(0, type, with: answer, by: 1, among: pool)
        step = hosts.endLookup(of: 0, among: pool)
      }
    } else {
      #expect(c.second == nil)
    }
    let conclusion = hosts.conclude(0, among: pool)
    let observation = try #require(conclusion?.observation)
    #expect(observation.a.answer == c.answers.0, "\(observation.a)")
    #expect(observation.aaaa.answer == c.answers.1, "\(observation.aaaa)")
    if let note = c.note { #expect(observation.aaaa.note?.contains(note) == true, "\(observation.aaaa)") }
    let isOutside = c.isPublished && observation.aaaa.addresses.contains { $0 == IPAddress(Self.outside6) }
    #expect(observation.aaaa.isOutsideRanges == isOutside)
    // What proves nothing is kept, so that a person can see it.
    if c.second == nil, observation.aaaa.answer == .unknown { #expect(!observation.aaaa.addresses.isEmpty) }
  }

  @Test("the one rule for NXDOMAIN for one type only", arguments: Answer.allCases)
  func contradiction(_ other: Answer) {
    for answer in Answer.allCases where answer != .absent {
      #expect(NameContradiction.settle(answer, beside: other, isConfirmed: true) == answer)
    }
    let exists = [.yes, .no, .synthesised].contains(other)
    #expect(NameContradiction.settle(.absent, beside: other) == (exists ? .unknown : .absent))
    #expect(NameContradiction.settle(.absent, beside: other, isConfirmed: true) == (exists ? .no : .absent))
  }
}
