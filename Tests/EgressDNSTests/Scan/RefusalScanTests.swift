// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Testing

@testable import EgressDNS

/// Scans of simulated resolvers that refuse some, most or all questions.
@Suite struct RefusalScanTests {
  private static let refused: UInt8 = 5

  private func scan(
    hosts: [String], resolvers: Int = 1, rate: Int = 900, seed: UInt64 = 1,
    _ isRefused: @escaping (SimulatedScan.Query, inout SplitMix64) -> Bool
  ) throws -> SimulatedScan {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .perSecond(rate), resolvers: resolvers), seed: seed, hosts: hosts)
    scan.roundTrip = { _ in 10_000_000 }
    scan.reply = { query, random in isRefused(query, &random) ? .code(Self.refused) : .right }
    try scan.run()
    #expect(scan.observations.count == hosts.count)
    #expect(scan.verdict.wrong == [])
    return scan
  }

  @Test("a stray refusal costs one packet", arguments: [1, 2])
  func stray(resolvers: Int) throws {
    let strays: Set = [5, 60, 200]
    let scan = try scan(hosts: SimulatedScan.hosts(190), resolvers: resolvers) { query, _ in
      query.resolver == 0 && strays.contains(query.number)
    }
    #expect(scan.verdict.unknown == [])
    #expect(scan.sent.count <= 380 + 2 * resolvers + strays.count)
    #expect(scan.machine.statistics.resolvers.allSatisfy { $0.dropped == [] })
  }

  @Test("refusals by chance leave nothing unknown", arguments: [(0.005, 1), (0.1, 1), (0.3, 1), (0.3, 2)])
  func chance(share: Double, resolvers: Int) throws {
    let scan = try scan(hosts: SimulatedScan.hosts(3000), resolvers: resolvers) { _, random in
      Double.random(in: 0..<1, using: &random) < share
    }
    #expect(scan.verdict.unknown == [])
  }

  @Test("a burst of refusals is waited out", arguments: [0.5, 3, 10])
  func burst(seconds: Double) throws {
    let scan = try scan(hosts: SimulatedScan.hosts(3000)) { query, _ in
      (2..<2 + seconds).contains(query.seconds)
    }
    #expect(scan.verdict.unknown == [])
    #expect(scan.seconds < 6000.0 / 900 + 2 * seconds + 8)
  }

  @Test("a zone that the only resolver refuses costs few packets, and no other zone")
  func refusedZone() throws {
    let refused = SimulatedScan.hosts(5000, zone: "eu.refused.com")
    let good = SimulatedScan.hosts(1000, zone: "eu.good.com")
    let hosts = refused + good
    let scan = try scan(hosts: hosts) { query, _ in query.name.hasSuffix("refused.com") }
    #expect(scan.verdict.unknown.count == 10_000)
    #expect(scan.verdict.unknown.allSatisfy { $0.contains("refused.com") })
    #expect(scan.sent.count { $0.query.name.hasSuffix("refused.com") } < 100)
    #expect(scan.seconds < 25)
    #expect(scan.machine.statistics.resolvers[0].dropped == ["REFUSED for refused.com"])
  }

  @Test("with two resolvers, of which one refuses everything, the other answers everything")
  func oneRefusesAll() throws {
    let scan = try scan(hosts: SimulatedScan.hosts(3000), resolvers: 2) { query, _ in
      query.resolver == 0 && query.name != "ipv4only.arpa"
    }
    #expect(scan.verdict.unknown == [])
    #expect(scan.sent.count { $0.query.resolver == 0 } < 100)
    #expect(scan.seconds < 6000.0 / 900 + 3)
  }

  @Test("refusals of one type leave the other type known, in few packets")
  func oneType() throws {
    let hosts = SimulatedScan.hosts(2000)
    let scan = try scan(hosts: hosts) { query, _ in query.type == .aaaa && query.name.hasPrefix("h") }
    #expect(scan.verdict.unknown.count == 2000)
    #expect(scan.observations.allSatisfy { $0.a.answer != .unknown })
    #expect(scan.sent.count { $0.query.type == .aaaa } < 100)
    #expect(scan.machine.statistics.resolvers[0].dropped == ["REFUSED for example.com AAAA"])
  }

  @Test("refusals that begin half-way cost what comes after them only, and few packets")
  func halfWay() throws {
    let scan = try scan(hosts: SimulatedScan.hosts(2000)) { query, _ in query.number > 2000 }
    #expect((1900...2100).contains(scan.verdict.unknown.count))
    #expect(scan.sent.count < 2100)
  }

  @Test("refusals because of the pace lower the pace")
  func tooFast() throws {
    var capacity = SimulatedCapacity(perSecond: 500)
    let scan = try scan(hosts: SimulatedScan.hosts(6000), rate: 1000) { query, _ in
      !capacity.takes(at: query.at)
    }
    #expect(scan.machine.statistics.resolvers[0].lowestRate != nil)
    #expect(scan.verdict.unknown == [])
  }

  @Test("a resolver that refuses its own name at the start is asked again for its NAT64 prefixes")
  func prefixes() throws {
    let scan = try scan(hosts: SimulatedScan.hosts(200), rate: 50) { query, _ in query.number == 1 }
    #expect(scan.verdict.unknown == [])
    #expect(scan.sent.count { $0.query.name == "ipv4only.arpa" } == 3)
  }
}

/// The judgement of refusals, by itself.
@Suite struct ZoneRefusalsTests {
  private static let second: Int64 = 1_000_000_000

  private func name(_ text: String) -> DomainName { DomainName(text) ?? .root }

  private func barred(at now: Moment = .start) -> ZoneRefusals {
    var refusals = ZoneRefusals(firstPause: Self.second)
    for number in 0..<ZoneRefusals.fewestAnswers {
      let isBarred = refusals.recordRefusal(of: name("h\(number).example.com"), .a, at: now)
      #expect(isBarred == (number == ZoneRefusals.fewestAnswers - 1))
    }
    return refusals
  }

  @Test("bars a zone after refusals only, for one type")
  func bar() {
    let refusals = barred()
    let after = Moment(nanoseconds: Self.second)
    #expect(refusals.admission(of: name("x.EXAMPLE.com"), .a, at: .start) == .after(after))
    #expect(refusals.admission(of: name("x.example.com"), .a, at: after) == .open)
    #expect(refusals.admission(of: name("x.example.com"), .aaaa, at: .start) == .open)
    #expect(refusals.admission(of: name("x.example.net"), .a, at: .start) == .open)
    #expect(!refusals.accepts(name("x.example.com")) && refusals.accepts(name("x.example.net")))
    #expect(refusals.barred == ["REFUSED for example.com A"])
  }

  @Test("lets one trial through at a time, at growing intervals, and gives the zone up meanwhile")
  func trials() {
    var refusals = barred()
    var now = Moment.start
    var waits: [Int64] = []
    for _ in 0..<8 {
      var wait: Int64 = 0
      while refusals.admission(of: name("x.example.com"), .a, at: now) != .open {
        now = now + Self.second / 4
        wait += 1
      }
      waits.append(wait / 4)
      refusals.recordQuery(name("x.example.com"), .a, at: now)
      #expect(refusals.admission(of: name("y.example.com"), .a, at: now) != .open)
      let isBarred = refusals.recordRefusal(of: name("x.example.com"), .a, at: now)
      #expect(isBarred)
    }
    #expect(waits == [1, 2, 4, 8, 16, 32, 64, 64])
    #expect(refusals.admission(of: name("x.example.com"), .a, at: now) == .never)
    refusals.recordAnswer(about: name("z.example.com"), .a)
    #expect(refusals.admission(of: name("x.example.com"), .a, at: now) == .open)
    #expect(refusals.barred == [])
  }

  @Test("late refusals of queries that were sent before the bar do not prolong it")
  func lateRefusals() {
    var refusals = barred()
    for _ in 0..<100 { _ = refusals.recordRefusal(of: name("x.example.com"), .a, at: .start) }
    let after = Moment(nanoseconds: Self.second)
    #expect(refusals.admission(of: name("x.example.com"), .a, at: .start) == .after(after))
  }

  @Test("does not bar a zone whose questions are mostly answered")
  func share() {
    var refusals = ZoneRefusals(firstPause: Self.second)
    for number in 0..<1000 {
      if number.isMultiple(of: 2) {
        refusals.recordAnswer(about: name("x.example.com"), .a)
      } else {
        let isBarred = refusals.recordRefusal(of: name("x.example.com"), .a, at: .start)
        #expect(!isBarred)
      }
    }
    #expect(refusals.share(of: name("x.example.com"), .a) == 0.5)
  }
}
