// SPDX-License-Identifier: Apache-2.0

import IPAddressing
import Testing

@testable import EgressDNS

/// What a resolver shows of itself, and how fast it may be asked.
@Suite struct ResolverHealthTests {
  private static let address = ResolverAddress(.ipv4(IPv4Address(0x7F00_0001)))

  private func health(cookieBits: UInt64? = nil) -> ResolverHealth {
    ResolverHealth(address: Self.address, cookieBits: cookieBits)
  }

  private func name(_ text: String) -> DomainName { DomainName(text) ?? .root }

  @Test("is usable after an answer, and dropped once")
  func states() {
    var health = health()
    #expect(health.state == .untested)
    health.recordAnswer()
    #expect(health.state == .usable)
    let drops = [health.drop("first"), health.drop("second")]
    #expect(drops == [true, false])
    #expect(health.statistics.dropped == ["first"])
    #expect(!health.accepts(name("a.example.com")))
  }

  @Test(
    "a refusal is about the registered domain",
    arguments: [
      ("s3.eu-west-1.amazonaws.com", "ec2.amazonaws.com", "a.example.com"),
      ("s3.cn-north-1.amazonaws.com.cn", "amazonaws.com.cn", "example.com.cn"),
    ])
  func refusals(refused: String, sibling: String, other: String) {
    var health = health()
    for _ in 0..<ZoneRefusals.fewestAnswers {
      _ = health.recordRefusal(of: name(refused), .a, at: .start)
      _ = health.recordRefusal(of: name(sibling), .a, at: .start)
    }
    #expect(!health.accepts(name(refused)) && !health.accepts(name(sibling)))
    #expect(health.accepts(name(other)))
    #expect(health.statistics.dropped.count == 1)
  }

  @Test("believes negative answers without SOA only from a resolver that never sends one")
  func bareNegatives() {
    var health = health()
    let believed = (0..<ResolverHealth.doubtedBareNegatives + 2).map { _ in health.believesBareNegative() }
    #expect(believed.firstIndex(of: true) == ResolverHealth.doubtedBareNegatives)
    health.recordNegative()
    let isBelieved = health.believesBareNegative()
    #expect(!isBelieved)
  }

  @Test("checks cookies only when it sends them")
  func cookies() {
    var silent = health()
    let isTaken = silent.takeCookie([1, 2, 3])
    #expect(silent.cookie == nil && isTaken)
    var health = health(cookieBits: 0x0807_0605_0403_0201)
    let client: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    #expect(health.cookie == client)
    let taken = [[9] + client.dropFirst(), client + [1], client + [UInt8](repeating: 7, count: 8)].map {
      health.takeCookie($0)
    }
    #expect(taken == [false, false, true])
    #expect(health.cookie == client + [UInt8](repeating: 7, count: 8))
  }

  @Test("suspects a changed case only after the resolver kept the case")
  func letterCase() {
    var health = health()
    health.recordExactCase(hasUpperCase: false)
    let early = health.recordFoldedCase()
    health.recordExactCase(hasUpperCase: true)
    let late = health.recordFoldedCase()
    #expect(!early && late && health.statistics.foldsCase)
  }

  @Test("notices NAT64 prefixes that change, but not a failed look")
  func prefixes() throws {
    let one = NAT64Prefix(containing: IPv6Address(high: 0x0064_FF9B_0000_0000, low: 0), length: 96)
    let prefix = try #require(one)
    var health = health()
    let changes = [health.recordPrefixes([]), health.recordPrefixes(nil), health.recordPrefixes([prefix])]
    #expect(changes == [false, false, true])
    #expect(health.statistics.dns64Prefixes == [prefix])
  }
}

/// The pace of one resolver.
@Suite struct PacerTests {
  private static let second: Int64 = 1_000_000_000

  @Test("has no limit when no rate is set")
  func unlimited() {
    var pacer = Pacer(rate: nil, firstTimeout: Self.second, at: .start)
    #expect(pacer.nextQuery == nil)
    for _ in 0..<1000 {
      let isAllowed = pacer.allowsQuery(at: .start)
      #expect(isAllowed)
      pacer.countQuery(at: .start)
    }
    pacer.advance(to: Moment(nanoseconds: 60_000_000_000))
    #expect(pacer.lowestRate == nil)
  }

  @Test("says when the next query may go")
  func nextQuery() throws {
    var pacer = Pacer(rate: 100, firstTimeout: Self.second, at: .start)
    let first = pacer.allowsQuery(at: .start)
    pacer.countQuery(at: .start)
    let second = pacer.allowsQuery(at: .start)
    let next = try #require(pacer.nextQuery)
    let third = pacer.allowsQuery(at: next)
    #expect(first && !second && third)
    #expect(next == Moment(nanoseconds: 10_000_000))
  }

  @Test("slows down to what is answered when tries fail")
  func losses() {
    for rate in [1000, nil] as [Double?] {
      var pacer = Pacer(rate: rate, firstTimeout: Self.second, at: .start)
      for tick in 0..<4000 {
        let now = Moment(nanoseconds: Int64(tick) * 1_000_000)
        pacer.advance(to: now)
        pacer.countQuery(at: now)
        pacer.count(failed: tick % 4 == 0, sentAt: now)
      }
      #expect(pacer.lowestRate.map { (600...650).contains($0) } == true, "\(pacer.lowestRate ?? 0)")
      #expect((pacer.nextQuery != nil))
    }
  }

  @Test("opens the window for long round trips and losses, within bounds")
  func window() {
    var pacer = Pacer(rate: 900, firstTimeout: Self.second, at: .start)
    #expect(pacer.window == Pacer.smallestWindow)
    pacer.measure(roundTrip: 1_000_000_000, at: .start)
    #expect(pacer.window == 1800)
    #expect(pacer.roundTrip == 1_000_000_000 && pacer.shortestRoundTrip == 1_000_000_000)
    var fast = Pacer(rate: 1e5, firstTimeout: Self.second, at: .start)
    for _ in 0..<5000 { fast.recordLoss(sentAt: .start) }
    #expect(fast.window == Pacer.largestWindow)
  }

  @Test("waits longer for a resolver that is slow or uneven, and never shorter than configured")
  func timeout() {
    var pacer = Pacer(rate: 900, firstTimeout: Self.second, at: .start)
    #expect(pacer.timeout == Self.second)
    for _ in 0..<100 { pacer.measure(roundTrip: 20_000_000, at: .start) }
    #expect(pacer.timeout == Self.second)
    for _ in 0..<200 { pacer.measure(roundTrip: 1_300_000_000, at: .start) }
    #expect((1_900_000_000...2_000_000_000).contains(pacer.timeout))
    for number in 0..<200 {
      pacer.measure(roundTrip: number.isMultiple(of: 2) ? 100_000_000 : 2_500_000_000, at: .start)
    }
    #expect(pacer.timeout > 4_000_000_000)
    for _ in 0..<200 { pacer.measure(roundTrip: 60_000_000_000, at: .start) }
    #expect(pacer.timeout == 8_000_000_000)
  }
}
