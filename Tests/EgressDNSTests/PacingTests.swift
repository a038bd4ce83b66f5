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

  @Test("restores a halved rate when the loss has another cause, and keeps it when it helped")
  func control() {
    for lossFollowsPace in [true, false] {
      var control = RateControl(ceiling: 1000, settleTime: 1_200_000_000, at: .start)
      var rates: [Double] = []
      for second in 0..<60 {
        let share = lossFollowsPace ? (control.rate > 600 ? 0.2 : 0) : 0.05
        for index in 0..<100 {
          let now = Moment(nanoseconds: Int64(second) * 1_000_000_000 + Int64(index) * 10_000_000)
          _ = control.advance(to: now)
          control.count(failed: share > 0 && index % Int(1 / share) == 0, at: now)
        }
        rates.append(control.rate)
      }
      #expect(rates[5] == 1000)
      #expect(rates.contains(500))
      #expect(control.lowestRate.map { $0 <= 500 } == true)
      if lossFollowsPace {
        #expect(rates[14...20].allSatisfy { $0 < 1000 })
        #expect(rates.max() == 1000)
      } else {
        #expect(rates[16...].allSatisfy { $0 == 1000 })
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
