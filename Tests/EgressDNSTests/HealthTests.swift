// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import IPAddressing
import Synchronization
import Testing

/// The client and real sockets of resolvers that refuse, are overloaded, are slow, or turn bad half-way.
@Suite(.serverTurns) struct HealthTests {
  /// Hosts with both families, with one and with none.
  private static func zone(_ count: Int) -> Zone {
    var zone = Zone()
    for number in 0..<count { zone.add(host(number), families(number)) }
    return zone
  }

  private static func host(_ number: Int) -> String { "h\(number).example.com" }

  private static func families(_ number: Int) -> Set<AddressFamily> {
    number % 3 == 0 ? [.ipv4, .ipv6] : number % 3 == 1 ? [.ipv4] : []
  }

  /// The answers that are not what the zone holds.
  private static func wrong(_ answers: [String: HostObservation], _ count: Int) -> [String] {
    (0..<count).compactMap { number in
      let (answer, families) = (answers[host(number)], families(number))
      let isRight =
        answer?.a.answer == (families.contains(.ipv4) ? .yes : .no)
        && answer?.aaaa.answer == (families.contains(.ipv6) ? .yes : .no)
      return isRight ? nil : "\(host(number)): \(String(describing: answer))"
    }
  }

  private struct World {
    var answers: [String: HostObservation] = [:]
    var statistics: ScanStatistics?
    var error: ScanError?
    var counts: [FaultInjector.Counts] = []
  }

  /// Scans through one injector for each set of faults.
  private func scan(
    _ count: Int, rate: ScanConfiguration.Rate, _ faults: [Faults],
    _ change: (inout ScanConfiguration) -> Void = { _ in }
  ) async throws -> World {
    let server = try await NameServer(Self.zone(count))
    defer { server.stop() }
    var proxies: [FaultInjector] = []
    defer { for proxy in proxies { proxy.stop() } }
    for faults in faults {
      proxies.append(try await FaultInjector.start(upstream: server.address, faults: faults, seed: 5))
    }
    var configuration = ScanConfiguration(resolvers: proxies.map(\.address))
    configuration.rate = rate
    configuration.ownsResolvers = true
    configuration.usesNXDOMAINCache = false
    change(&configuration)
    let client = try ScanClient(configuration: configuration)
    let answers = Mutex<[String: HostObservation]>([:])
    var world = World()
    do {
      world.statistics = try await client.resolve((0..<count).map { HostQuestion(host: Self.host($0)) }) {
        answer in
        answers.withLock { $0[answer.host] = answer }
      }
    } catch let error as ScanError {
      world.error = error
    }
    world.answers = answers.withLock { $0 }
    for proxy in proxies { world.counts.append(try await proxy.counts()) }
    return world
  }

  /// A resolver's refusals that must leave nothing unknown.
  struct RefusalCase: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var faults: [@Sendable (inout Faults) -> Void]
  }

  @Test(
    "refusals that are strays, bursts or another resolver's leave nothing unknown",
    arguments: [
      RefusalCase(testDescription: "three strays") { $0.refusedQueries = 200..<203 },
      RefusalCase(testDescription: "half a per cent") { $0.refusal = 0.005 },
      RefusalCase(testDescription: "ten in a row") { $0.refusedQueries = 300..<310 },
      RefusalCase(
        testDescription: "one of two resolvers refuses everything",
        faults: [{ $0.refusal = 1 }, { _ in }]),
      RefusalCase(
        testDescription: "one of two resolvers refuses AAAA",
        faults: [{ $0.refusedTypes = [.aaaa] }, { _ in }]),
    ])
  func refusals(_ c: RefusalCase) async throws {
    let world = try await scan(
      600, rate: .perSecond(900),
      c.faults.map { change in
        var faults = Faults()
        change(&faults)
        return faults
      })
    #expect(world.error == nil)
    #expect(Self.wrong(world.answers, 600) == [])
    #expect(world.counts[0].arrivals.count < 1200 + 250)
  }

  @Test("an only resolver that refuses AAAA leaves A known, and is not asked for AAAA for each host")
  func refusedType() async throws {
    var faults = Faults()
    faults.refusedTypes = [.aaaa]
    let world = try await scan(600, rate: .perSecond(900), [faults]) { $0.firstTimeout = .milliseconds(200) }
    #expect(world.answers.values.allSatisfy { $0.a.answer != .unknown && $0.aaaa.answer == .unknown })
    #expect(world.counts[0].arrivals.count < 600 + 250)
  }

  @Test(
    "an overloaded resolver loses nothing",
    arguments: [
      (5000, ScanConfiguration.Rate.perSecond(40_000)), (5000, .unlimited), (1024, .perSecond(5000)),
    ])
  func overload(limit: Int, rate: ScanConfiguration.Rate) async throws {
    var faults = Faults()
    faults.packetLimit = limit
    let world = try await scan(limit, rate: rate, [faults])
    #expect(world.error == nil)
    #expect(Self.wrong(world.answers, limit) == [])
    // On a busy machine the scan itself may be slower than the limit; LossScanTests exceeds it on a simulated clock.
    if world.counts[0].limited == 0 { print("overload: too slow to exceed \(limit) packets a second") }
  }

  @Test("a resolver that takes 1.3 seconds is waited for, and hardly asked twice")
  func slow() async throws {
    var faults = Faults()
    faults.delay = .milliseconds(1300)
    let world = try await scan(1000, rate: .perSecond(900), [faults])
    #expect(world.error == nil)
    #expect(Self.wrong(world.answers, 1000) == [])
    #expect(world.counts[0].arrivals.count < 2400)
    #expect(world.statistics?.resolvers[0].dropped == [])
  }

  @Test("a resolver that turns bad half-way ends the scan, and what is complete is right")
  func stopped() async throws {
    var faults = Faults()
    faults.badAfter = 1000
    faults.lossWhenBad = 0.95
    let world = try await scan(3000, rate: .perSecond(800), [faults])
    #expect(world.error?.code == .resolverStoppedAnswering)
    let complete = world.answers.count
    #expect((400..<1500).contains(complete))
    #expect(Self.wrong(world.answers, 3000).count == 3000 - complete)
  }

  @Test("with another resolver, one that turns bad costs nothing")
  func otherResolver() async throws {
    var bad = Faults()
    bad.badAfter = 500
    let world = try await scan(3000, rate: .perSecond(400), [bad, Faults()])
    #expect(world.error == nil)
    #expect(Self.wrong(world.answers, 3000) == [])
    #expect(world.statistics?.resolvers[0].dropped.count == 1)
  }

  @Test("a pause of three seconds costs nothing")
  func pause() async throws {
    var faults = Faults()
    faults.badAfter = 1000
    faults.badFor = .seconds(3)
    let world = try await scan(2000, rate: .perSecond(800), [faults])
    #expect(world.error == nil)
    #expect(Self.wrong(world.answers, 2000) == [])
  }
}

extension HealthTests.RefusalCase {
  fileprivate init(testDescription: String, _ change: @escaping @Sendable (inout Faults) -> Void) {
    self.init(testDescription: testDescription, faults: [change])
  }
}
