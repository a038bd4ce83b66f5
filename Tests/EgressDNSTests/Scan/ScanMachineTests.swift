// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import IPAddressing
import Testing

@testable import EgressDNS

/// The course of a scan on a simulated clock.
@Suite struct ScanMachineTests {
  private func lossEvery(_ period: Int) -> (SimulatedScan.Query, inout SplitMix64) -> SimulatedScan.Reply {
    { query, _ in query.number.isMultiple(of: period) ? .lost : .right }
  }

  @Test("asks both families of every host once, and ends")
  func plain() throws {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .unlimited), seed: 1, hosts: SimulatedScan.hosts(300))
    try scan.run()
    #expect(scan.observations.count == 300)
    #expect(scan.verdict == ([], []))
    // Two queries per host, and the NAT64 prefixes at the start and the end.
    #expect(scan.sent.count == 602)
    #expect(scan.machine.statistics.timeouts == 0)
  }

  @Test("keeps to the rate to the nanosecond, through losses")
  func rate() throws {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .perSecond(100)), seed: 2, hosts: SimulatedScan.hosts(300))
    scan.reply = lossEvery(20)
    try scan.run()
    #expect(scan.verdict == ([], []))
    #expect(scan.machine.statistics.retries > 0)
    let times = scan.sent.map(\.at)
    #expect(times.indices.dropFirst(100).allSatisfy { times[$0] - times[$0 - 100] >= 1_000_000_000 })
    #expect(times.last.map { $0 < Moment(nanoseconds: 12_000_000_000) } == true)
  }

  @Test("does the same again with the same events and random numbers")
  func determinism() throws {
    var sent: [[String]] = []
    for seed in [3, 3, 4] as [UInt64] {
      var scan = SimulatedScan(
        SimulatedScan.configuration(rate: .perSecond(500)), seed: seed, hosts: SimulatedScan.hosts(300))
      scan.reply = lossEvery(7)
      try scan.run()
      sent.append(
        scan.sent.map { "\($0.at.nanoseconds) \($0.socket) \($0.id) \($0.query.name) \($0.query.type)" })
    }
    #expect(sent[0] == sent[1])
    #expect(sent[0] != sent[2])
  }

  @Test("says that no resolver answers when none does from the start, after few wake-ups")
  func silence() throws {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .unlimited), seed: 5, hosts: SimulatedScan.hosts(300))
    scan.reply = { _, _ in .lost }
    try scan.run()
    #expect(scan.machine.error == .noResolverAnswered(scan.machine.configuration.resolvers))
    #expect(scan.observations.isEmpty)
    #expect(scan.seconds < 6)
    #expect(scan.wakeUps < 100)
    #expect(scan.sent.count <= 8)
  }

  @Test("sleeps while a second resolver is still untested", arguments: [1, 2])
  func sleep(usable: Int) throws {
    var scan = SimulatedScan(
      SimulatedScan.configuration(rate: .perSecond(50), resolvers: 3), seed: 6, hosts: SimulatedScan.hosts(10)
    )
    scan.reply = { query, _ in query.resolver < usable ? .right : .lost }
    try scan.run()
    #expect(scan.verdict == ([], []))
    #expect(scan.wakeUps < 300)
  }
}
