// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Testing

@testable import EgressDNS

/// Scans of simulated resolvers that are overloaded, slow, lossy, or stop answering.
@Suite struct LossScanTests {
  private static let second: Int64 = 1_000_000_000

  private func share(_ share: Double, _ random: inout SplitMix64) -> Bool {
    Double.random(in: 0..<1, using: &random) < share
  }

  @Test(
    "an overloaded resolver loses nothing, and is asked at about its pace",
    arguments: [
      (5000.0, ScanConfiguration.Rate.perSecond(40_000), 20_000), (5000, .unlimited, 20_000),
      (1024, .perSecond(5000), 8000), (1024, .unlimited, 8000), (1024, .perSecond(1200), 8000),
      (100, .perSecond(900), 2000),
    ])
  func overload(capacity perSecond: Double, rate: ScanConfiguration.Rate, hosts: Int) throws {
    var capacity = SimulatedCapacity(perSecond: perSecond)
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: rate), seed: 11, hosts: SimulatedScan.hosts(hosts))
    scan.reply = { query, _ in capacity.takes(at: query.at) ? .right : .lost }
    try scan.run()
    #expect(scan.observations.count == hosts && scan.verdict == ([], []))
    #expect(scan.seconds < Double(2 * hosts) / perSecond * 1.6 + 15)
    #expect(scan.sent.count < 2 * hosts * 3)
  }

  @Test("a slow resolver is waited for, and asked once", arguments: [0.6, 1.3, 3])
  func slow(seconds: Double) throws {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .perSecond(900)), seed: 12, hosts: SimulatedScan.hosts(5000))
    scan.roundTrip = { _ in Int64(seconds * 1e9) }
    try scan.run()
    #expect(scan.observations.count == 5000 && scan.verdict == ([], []))
    #expect(scan.sent.count < 10_100)
    #expect(scan.seconds < 10_000.0 / 896 + 4 * seconds + 1)
  }

  @Test("a resolver whose round trip varies or grows is waited for")
  func jitter() throws {
    var random = SplitMix64(seed: 3)
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .perSecond(900)), seed: 13, hosts: SimulatedScan.hosts(5000))
    var calls = 0
    scan.roundTrip = { _ in
      calls += 1
      return Int64.random(in: 1_000_000...(calls > 4000 ? 5_000_000_000 : 1_500_000_000), using: &random)
    }
    try scan.run()
    #expect(scan.observations.count == 5000 && scan.verdict == ([], []))
    #expect(scan.sent.count < 14_000)
  }

  @Test(
    "a resolver that drops nearly everything half-way is noticed within ten seconds", arguments: [0.95, 1])
  func stopped(lost: Double) throws {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .perSecond(500)), seed: 14, hosts: SimulatedScan.hosts(20_000))
    var began: Double?
    scan.reply = { query, random in
      guard query.number > 2000 else { return .right }
      began = began ?? query.seconds
      return self.share(lost, &random) ? .lost : .right
    }
    try scan.run()
    guard case .resolverStoppedAnswering(_, let lostTries, let tries, let answers)? = scan.machine.error
    else {
      Issue.record("\(String(describing: scan.machine.error))")
      return
    }
    #expect(scan.seconds - (began ?? 0) < 10)
    #expect(answers >= 1990 && Double(lostTries) / Double(tries) > 0.75)
    // What is not known is asked again by the resumed scan, and is not kept as unknown.
    #expect(scan.verdict == ([], []) && scan.observations.count > 900)
  }

  @Test("with another resolver the scan goes on, and the one that stopped is asked again when it answers")
  func fallback() throws {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .perSecond(300), resolvers: 2), seed: 15,
      hosts: SimulatedScan.hosts(10_000))
    scan.reply = { query, random in
      query.resolver == 0 && (4..<20).contains(query.seconds) && self.share(0.95, &random) ? .lost : .right
    }
    try scan.run()
    #expect(scan.machine.error == nil)
    #expect(scan.observations.count == 10_000 && scan.verdict == ([], []))
    let dropped = scan.machine.statistics.resolvers[0].dropped
    #expect(
      dropped.count == 1 && dropped[0].contains("stopped answering") && dropped[0].contains("again later"))
    let late = scan.sent.filter { $0.query.resolver == 0 && $0.query.seconds > 30 }
    #expect(late.count > 100)
    let during = scan.sent.filter { $0.query.resolver == 0 && (14..<20).contains($0.query.seconds) }
    #expect(during.count < 20)
  }

  @Test("a pause is no reason to stop", arguments: [1, 2, 3, 4])
  func pause(seconds: Int) throws {
    for rate in [50, 500, 1500] {
      var scan = SimulatedScan(
        SimulatedScan.configuration(rate: .perSecond(rate)), seed: 16, hosts: SimulatedScan.hosts(rate * 4))
      scan.reply = { query, _ in (3..<3 + Double(seconds)).contains(query.seconds) ? .lost : .right }
      try scan.run()
      #expect(scan.machine.error == nil, "\(rate)/s")
      #expect(scan.verdict == ([], []), "\(rate)/s")
      #expect(scan.seconds < 8 + Double(seconds) + 12)
    }
  }

  @Test("steady loss is no reason to stop, and leaves nothing unknown", arguments: [0.05, 0.3, 0.6])
  func steady(lost: Double) throws {
    for rate in lost > 0.5 ? [50, 900] : [2, 50, 900] {
      var scan = SimulatedScan(
        SimulatedScan.configuration(rate: .perSecond(rate)), seed: 17, hosts: SimulatedScan.hosts(rate * 5))
      scan.reply = { _, random in self.share(lost, &random) ? .lost : .right }
      try scan.run()
      // At the start a resolver must answer within eight tries.
      #expect(scan.machine.error == nil, "\(rate)/s")
      #expect(scan.verdict == ([], []), "\(rate)/s")
    }
  }

  @Test("names that are never answered do not make a good resolver suspect", arguments: [0, 0.3])
  func blackHoles(lost: Double) throws {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .perSecond(500)), seed: 18,
      hosts: SimulatedScan.hosts(1000) + SimulatedScan.hosts(60, zone: "hole.com"))
    scan.reply = { query, random in
      query.name.hasSuffix("hole.com") || self.share(lost, &random) ? .lost : .right
    }
    try scan.run()
    #expect(scan.machine.error == nil)
    #expect(scan.verdict.wrong == [] && scan.verdict.unknown.count == 120)
    #expect(scan.verdict.unknown.allSatisfy { $0.contains("hole.com") })
    #expect(scan.seconds < 120)
  }

  @Test("a resolver that is silent at the start is asked when it answers")
  func lateStart() throws {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .perSecond(100), resolvers: 2), seed: 19,
      hosts: SimulatedScan.hosts(3000))
    scan.reply = { query, _ in query.resolver == 0 && query.seconds < 10 ? .lost : .right }
    try scan.run()
    #expect(scan.verdict == ([], []))
    #expect(scan.sent.count { $0.query.resolver == 0 } > 1000)
  }

  @Test("one complaint about EDNS does not switch it off, and a resolver that learns it is asked with it")
  func edns() throws {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .perSecond(500)), seed: 20, hosts: SimulatedScan.hosts(3000))
    scan.reply = { query, _ in
      query.number == 3 || (query.usesEDNS && (500..<2500).contains(query.number)) ? .code(1) : .right
    }
    try scan.run()
    #expect(scan.verdict == ([], []))
    #expect(scan.sent.prefix(500).count { !$0.query.usesEDNS } == 1)
    #expect(scan.sent[1000..<2500].count { $0.query.usesEDNS } < 10)
    #expect(scan.sent.suffix(500).allSatisfy { $0.query.usesEDNS })
    #expect(!scan.machine.statistics.resolvers[0].withoutEDNS)
  }

  /// The faults of the field, all at once: loss, SERVFAIL, truncation, refusals.
  @Test("through all faults nothing is wrong or unknown, in the time of the rate and a fixed tail")
  func faults() throws {
    let (hosts, rate, tail) = (12_000, 900, 15.0)
    for seed in 21...22 as ClosedRange<UInt64> {
      var scan = SimulatedScan(
        SimulatedScan.configuration(rate: .perSecond(rate)), seed: seed, hosts: SimulatedScan.hosts(hosts))
      scan.roundTrip = { _ in 20_000_000 }
      scan.reply = { _, random in
        if self.share(0.05, &random) { return .lost }
        if self.share(0.01, &random) { return .code(2) }
        if self.share(0.01, &random) { return .truncated }
        return self.share(0.005, &random) ? .code(5) : .right
      }
      try scan.run()
      #expect(scan.observations.count == hosts && scan.verdict == ([], []), "seed \(seed)")
      let plain = Double(2 * hosts) / Double(rate)
      #expect(scan.seconds < plain * 1.15 + tail, "seed \(seed)")
    }
  }
}
