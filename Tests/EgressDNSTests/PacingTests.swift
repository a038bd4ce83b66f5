// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import IPAddressing
import Testing

/// The rate, on a simulated clock and at a real server.
@Suite(.serverTurns) struct PacingTests {
  @Test("no second holds more packets than the rate", arguments: [1, 2, 10, 99, 500, 900, 5000])
  func bucket(rate: Int) {
    var bucket = TokenBucket(rate: Double(rate), at: .start)
    var random = SplitMix64(seed: UInt64(rate))
    var sent: [Int64] = []
    var now = Moment.start
    // A greedy sender on an uneven clock, for ten seconds.
    while now.nanoseconds < 10_000_000_000 {
      while bucket.hasToken(at: now) {
        bucket.take()
        sent.append(now.nanoseconds)
      }
      now = now + Int64.random(in: 1...3_000_000, using: &random)
    }
    #expect(mostWithinASecond(sent) <= rate)
    #expect(sent.count >= rate * 9)
    #expect(bucket.nextToken() >= bucket.nextToken())
  }

  @Test("restores a lowered rate when the loss has another cause, and keeps it when it helped")
  func control() {
    for capacity in [600, nil] as [Double?] {
      var control = RateControl(ceiling: 1000, at: .start)
      var rates: [Double] = []
      var (sent, due) = (0, 0.0)
      for tick in 0..<60_000 {
        let now = Moment(nanoseconds: Int64(tick) * 1_000_000)
        _ = control.advance(settleTime: 1_200_000_000, to: now)
        due += control.rate / 1000
        while due >= 1 {
          due -= 1
          sent += 1
          control.countQuery(at: now)
          let share = capacity.map { max(0, 1 - $0 / control.rate) } ?? 0.06
          control.count(failed: Double(sent * 37 % 100) < share * 100, sentAt: now)
        }
        if tick % 1000 == 999 { rates.append(control.rate) }
      }
      #expect(rates[0] == 1000)
      #expect(control.lowestRate.map { $0 <= 850 } == true)
      if let capacity {
        #expect(control.lowestRate.map { $0 <= capacity } == true)
        let mean = rates[10...].reduce(0, +) / Double(rates.count - 10)
        #expect((capacity * 0.8...capacity * 1.1).contains(mean), "\(rates)")
      } else {
        #expect(rates[16...].allSatisfy { $0 == 1000 }, "\(rates)")
      }
    }
  }

  @Test("what arrives at a resolver keeps to the rate")
  func arrivals() async throws {
    let observations = try Observations()
    let server = try await NameServer(observations.zone)
    defer { server.stop() }
    let proxy = try await FaultInjector.start(upstream: server.address, faults: Faults(), seed: 1)
    defer { proxy.stop() }
    var configuration = ScanConfiguration.quick([proxy.address])
    configuration.rate = .perSecond(400)
    let hosts = observations.families.keys.sorted().prefix(500)
    let (answers, statistics) = try await scan(configuration, Array(hosts))
    #expect(answers.count == 500)
    let arrivals = try await proxy.counts().arrivals
    #expect(arrivals.count == statistics.queries)
    // The client's own time counts: a proxy that a slow machine holds back sees packets closer together than they were sent.
    #expect(Double(arrivals.count) <= 400 * (statistics.duration / .seconds(1)) + 20)
    #expect(statistics.duration >= .milliseconds(2_000))
  }

  private func mostWithinASecond(_ moments: [Int64]) -> Int {
    var most = 0
    var first = 0
    for (index, moment) in moments.enumerated() {
      while moments[first] <= moment - 1_000_000_000 { first += 1 }
      most = max(most, index - first + 1)
    }
    return most
  }
}
