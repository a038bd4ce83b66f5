// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import IPAddressing
import Testing

/// Confirmation of negative answers that contradict the last known ones.
@Suite(.serverTurns) struct ConfirmationTests {
  static let yes = HostQuestion.LastKnown(a: .yes, aaaa: .yes)

  @Test("a second resolver confirms or overrules a negative answer")
  func secondResolver() async throws {
    var full = Zone()
    full.add("here.example.com", [.ipv4, .ipv6])
    var poor = Zone()
    poor.add("here.example.com", [.ipv4])
    let first = try await NameServer(poor)
    defer { first.stop() }
    let same = try await NameServer(poor)
    defer { same.stop() }
    let richer = try await NameServer(full)
    defer { richer.stop() }
    let question = HostQuestion(host: "here.example.com", lastKnown: Self.yes)
    let (agreed, statistics) = try await scan(.quick([first.address, same.address]), questions: [question])
    #expect(agreed["here.example.com"]?.aaaa.answer == .no)
    #expect(agreed["here.example.com"]?.aaaa.note?.contains("confirmed by 127.0.0.1:") == true)
    #expect(statistics.confirmations == 1)
    for resolvers in [[first.address, richer.address], [richer.address, first.address]] {
      let (overruled, _) = try await scan(.quick(resolvers), questions: [question])
      #expect(overruled["here.example.com"]?.aaaa.answer == .yes)
    }
  }

  @Test("two resolvers that disagree make the answer unknown")
  func disagreement() async throws {
    var one = Zone()
    one.add("there.example.com", [])
    var other = Zone()
    other.add("elsewhere.example.org", [.ipv4])
    let (nodata, nxdomain) = (try await NameServer(one), try await NameServer(other))
    defer {
      nodata.stop()
      nxdomain.stop()
    }
    let question = HostQuestion(host: "there.example.com", lastKnown: Self.yes)
    let (answers, _) = try await scan(.quick([nodata.address, nxdomain.address]), questions: [question])
    #expect(answers["there.example.com"]?.a.answer == .unknown)
    #expect(answers["there.example.com"]?.a.note?.contains("not confirmed") == true)
  }

  @Test("asks the authority without recursion when there is one resolver")
  func authority() async throws {
    var zone = Zone()
    zone.add("here.example.com", [.ipv4])
    let server = try await NameServer(zone)
    defer { server.stop() }
    let proxy = try await FaultInjector.start(upstream: server.address, faults: Faults(), seed: 1)
    defer { proxy.stop() }
    let unbound = try await Unbound(upstream: server.address)
    defer { unbound.stop() }
    var configuration = ScanConfiguration.quick([unbound.address])
    configuration.authorityPort = proxy.address.port
    let question = HostQuestion(host: "here.example.com", lastKnown: Self.yes)
    let (answers, _) = try await scan(configuration, questions: [question])
    #expect(answers["here.example.com"]?.aaaa.answer == .no)
    #expect(answers["here.example.com"]?.aaaa.note == "confirmed by the authority \(proxy.address)")
    let counts = try await proxy.counts()
    #expect(counts.withoutRecursion >= 1)
  }

  @Test("asks the same resolver again when there is no authority, and the note says so")
  func sameResolver() async throws {
    var zone = Zone()
    zone.add("here.example.com", [.ipv4])
    let server = try await NameServer(zone)
    defer { server.stop() }
    let question = HostQuestion(host: "here.example.com", lastKnown: Self.yes)
    let (answers, _) = try await scan(.quick([server.address]), questions: [question])
    #expect(answers["here.example.com"]?.aaaa.answer == .no)
    #expect(answers["here.example.com"]?.aaaa.note == "confirmed by the same resolver, the only one")
  }

  @Test("does not confirm answers that equal the last known ones")
  func unchanged() async throws {
    var zone = Zone()
    zone.add("here.example.com", [.ipv4])
    let server = try await NameServer(zone)
    defer { server.stop() }
    let question = HostQuestion(host: "here.example.com", lastKnown: .init(a: .yes, aaaa: .no))
    let (_, statistics) = try await scan(.quick([server.address]), questions: [question])
    #expect(statistics.confirmations == 0)
  }
}
