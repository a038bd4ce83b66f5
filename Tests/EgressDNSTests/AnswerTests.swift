// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import IPAddressing
import Testing

/// Answers other than a plain yes or no.
@Suite(.serverTurns) struct AnswerTests {
  @Test(
    "recognises DNS64 with any prefix",
    arguments: ["64:ff9b::/96", "2001:db8:64::/96", "2001:db8:6464::/48"])
  func synthesised(prefix: String) async throws {
    var zone = Zone()
    zone.add("four.example.com", [.ipv4])
    zone.add("both.example.com", [.ipv4, .ipv6])
    zone.add("six.example.com", [.ipv6])
    zone.add("none.example.com", [])
    zone.add("inside.example.com", "A", "10.1.2.3")
    let server = try await NameServer(zone)
    defer { server.stop() }
    let unbound = try await Unbound(upstream: server.address, dns64: prefix)
    defer { unbound.stop() }
    let hosts = ["four", "both", "six", "none", "inside", "gone"].map { "\($0).example.com" }
    let (answers, statistics) = try await scan(.quick([unbound.address]), hosts)
    #expect(answers["four.example.com"]?.a.answer == .yes)
    #expect(answers["four.example.com"]?.aaaa.answer == .synthesised)
    #expect(answers["both.example.com"]?.aaaa.answer == .yes)
    #expect(answers["six.example.com"]?.aaaa.answer == .yes)
    #expect(answers["six.example.com"]?.a.answer == .no)
    #expect(answers["none.example.com"]?.aaaa.answer == .no)
    #expect(answers["gone.example.com"]?.aaaa.answer == .absent)
    #expect(answers["inside.example.com"]?.a.answer == .private)
    #expect(answers["inside.example.com"]?.aaaa.answer == .synthesised)
    #expect(statistics.resolvers[0].dns64Prefixes.map(\.description) == [prefix])
    #expect(!statistics.dns64Changed)
  }

  /// A private view.
  struct PrivateCase: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var type: String
    var address: String
    var a: Answer
    var aaaa: Answer
  }

  @Test(
    "recognises a private view",
    arguments: [
      PrivateCase(testDescription: "10/8", type: "A", address: "10.0.0.1", a: .private, aaaa: .private),
      PrivateCase(
        testDescription: "172.16/12", type: "A", address: "172.31.255.1", a: .private, aaaa: .private),
      PrivateCase(
        testDescription: "192.168/16", type: "A", address: "192.168.1.1", a: .private, aaaa: .private),
      PrivateCase(
        testDescription: "100.64/10", type: "A", address: "100.100.0.1", a: .private, aaaa: .private),
      PrivateCase(testDescription: "172.32 is public", type: "A", address: "172.32.0.1", a: .yes, aaaa: .no),
      PrivateCase(
        testDescription: "fd00::/8", type: "AAAA", address: "fd00:1::1", a: .private, aaaa: .private),
      PrivateCase(
        testDescription: "own range", type: "AAAA", address: "2600:1f18:a::1", a: .private, aaaa: .private),
      PrivateCase(
        testDescription: "other range", type: "AAAA", address: "2600:1f18:b::1", a: .no, aaaa: .yes),
    ])
  func privateView(_ c: PrivateCase) async throws {
    var zone = Zone()
    zone.add("name.example.com", c.type, c.address)
    let server = try await NameServer(zone)
    defer { server.stop() }
    var configuration = ScanConfiguration.quick([server.address])
    configuration.privatePrefixes = [try #require(IPPrefix("2600:1f18:a::/48"))]
    let (answers, _) = try await scan(configuration, ["name.example.com"])
    #expect(answers["name.example.com"]?.a.answer == c.a)
    #expect(answers["name.example.com"]?.aaaa.answer == c.aaaa)
  }

  @Test("recognises a private zone of Route 53 by its SOA")
  func privateZone() async throws {
    var zone = Zone()
    zone.text = """
      $TTL 60
      . 900 IN SOA ns-1536.awsdns-00.co.uk. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400
      . IN NS ns-1536.awsdns-00.co.uk.
      here.example.com. IN TXT "here"

      """
    let server = try await NameServer(zone)
    defer { server.stop() }
    let (answers, _) = try await scan(.quick([server.address]), ["here.example.com", "gone.example.com"])
    #expect(answers["here.example.com"]?.aaaa.answer == .private)
    #expect(answers["here.example.com"]?.aaaa.note?.contains("(no)") == true)
    #expect(answers["gone.example.com"]?.a.answer == .private)
    #expect(answers["gone.example.com"]?.a.note?.contains("(absent)") == true)
  }

  @Test("asks nothing beneath a name that does not exist, once two queries agree")
  func cut() async throws {
    var zone = Zone()
    zone.add("a.region-1.api.example", [.ipv4])
    zone.add("deep.under.empty.api.example", [.ipv4])
    let server = try await NameServer(zone)
    defer { server.stop() }
    var configuration = ScanConfiguration.quick([server.address])
    configuration.rate = .perSecond(2000)
    let missing = (0..<400).map { "s\($0).region-2.api.example" }
    let present = (0..<50).map { "s\($0).region-1.api.example" } + ["a.region-1.api.example"]
    let nonTerminal = (0..<50).map { "s\($0).empty.api.example" } + ["deep.under.empty.api.example"]
    let (answers, statistics) = try await scan(configuration, missing + present + nonTerminal)
    #expect(answers.count == 502)
    #expect(missing.allSatisfy { answers[$0]?.a.answer == .absent && answers[$0]?.aaaa.answer == .absent })
    #expect(answers["a.region-1.api.example"]?.a.answer == .yes)
    #expect(answers["deep.under.empty.api.example"]?.a.answer == .yes)
    #expect(statistics.nxdomainCacheHits > 100)
    let notes = missing.compactMap { answers[$0]?.a.note }
    #expect(notes.count == statistics.nxdomainCacheHits)
    #expect(notes.allSatisfy { $0.contains("region-2.api.example does not exist") })
    #expect((present + nonTerminal).allSatisfy { answers[$0]?.a.note == nil })
  }

  @Test("a name with a looping or endless chain is unknown, and the note says why")
  func loops() async throws {
    var zone = Zone()
    zone.add("loop1.example.com", cname: "loop2.example.com")
    zone.add("loop2.example.com", cname: "loop1.example.com")
    zone.add("self.example.com", cname: "self.example.com")
    for number in 0..<40 { zone.add("c\(number).example.com", cname: "c\(number + 1).example.com") }
    zone.add("c40.example.com", [.ipv4, .ipv6])
    let server = try await NameServer(zone)
    defer { server.stop() }
    let hosts = ["loop1.example.com", "self.example.com", "c0.example.com", "c30.example.com"]
    let (answers, _) = try await scan(.quick([server.address]), hosts)
    #expect(answers["loop1.example.com"]?.a.answer == .unknown)
    #expect(answers["loop1.example.com"]?.a.note?.contains("loops at loop1.example.com") == true)
    #expect(answers["self.example.com"]?.aaaa.answer == .unknown)
    #expect(answers["c0.example.com"]?.a.answer == .unknown)
    #expect(answers["c30.example.com"]?.a.answer == .yes)
    #expect(answers["c30.example.com"]?.cname.count == 10)
  }
}
