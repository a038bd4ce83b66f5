// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import IPAddressing
import Synchronization
import Testing

/// The client and resolvers that are slow, strict, broken or absent.
@Suite(.serverTurns) struct TransportTests {
  /// Hosts with both families, with one and with none.
  static let zone: Zone = {
    var zone = Zone()
    for number in 0..<60 {
      zone.add("h\(number).example.com", number % 3 == 0 ? [.ipv4, .ipv6] : number % 3 == 1 ? [.ipv4] : [])
    }
    return zone
  }()
  static let hosts = (0..<60).map { "h\($0).example.com" } + ["gone1.example.org", "gone2.example.org"]

  /// Whether all answers agree with the zone.
  static func areRight(_ answers: [String: HostObservation]) -> Bool {
    (0..<60).allSatisfy { number in
      let answer = answers["h\(number).example.com"]
      return answer?.a.answer == (number % 3 == 2 ? .no : .yes)
        && answer?.aaaa.answer == (number % 3 == 0 ? .yes : .no)
    } && answers["gone1.example.org"]?.a.answer == .absent
  }

  /// A fault that must not change any answer.
  struct FaultCase: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var change: @Sendable (inout Faults) -> Void
    var check: @Sendable (ScanStatistics, FaultInjector.Counts) -> Bool = { _, _ in true }
  }

  @Test(
    "gives right answers although many or all responses are faulty",
    arguments: [
      FaultCase(testDescription: "all truncated") {
        $0.truncation = 1
      } check: { statistics, counts in
        statistics.streamQueries > 60 && counts.streams > 0
      },
      FaultCase(testDescription: "truncated, and half of the streams closed") {
        $0.truncation = 0.5
        $0.streamFailure = 0.2
      },
      FaultCase(testDescription: "all forged ids first") {
        $0.wrongID = 1
      } check: { statistics, _ in
        statistics.resolvers[0].strays > 0
      },
      FaultCase(testDescription: "all forged questions first") {
        $0.wrongQuestion = 1
      } check: { statistics, _ in
        statistics.resolvers[0].strays > 0
      },
      FaultCase(testDescription: "all twice and out of order") {
        $0.duplication = 1
        $0.reordering = 1
      },
      FaultCase(testDescription: "case always folded") {
        $0.caseFolding = 1
      } check: { statistics, _ in
        statistics.resolvers[0].foldsCase && statistics.streamQueries == 0
      },
      FaultCase(testDescription: "case folded now and then") {
        $0.caseFolding = 0.3
      } check: { statistics, _ in
        statistics.resolvers[0].foldsCase && statistics.streamQueries > 0
      },
      FaultCase(testDescription: "EDNS refused") {
        $0.formatError = 1
      } check: { statistics, counts in
        statistics.resolvers[0].withoutEDNS && counts.withoutEDNS > 0
      },
      FaultCase(testDescription: "a third lost") { $0.loss = 0.3 },
      FaultCase(testDescription: "a third SERVFAIL") { $0.serverFailure = 0.3 },
      FaultCase(testDescription: "a third lame") { $0.lameness = 0.3 },
    ])
  func faults(_ c: FaultCase) async throws {
    let seed = TestSeed.named("EGRESS6_TRANSPORT_SEED")
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    var faults = Faults()
    c.change(&faults)
    let proxy = try await FaultInjector.start(upstream: server.address, faults: faults, seed: seed)
    defer { proxy.stop() }
    var configuration = ScanConfiguration.quick([proxy.address])
    configuration.firstTimeout = .milliseconds(200)
    configuration.tries = 16
    let (answers, statistics) = try await scan(configuration, Self.hosts)
    let counts = try await proxy.counts()
    #expect(Self.areRight(answers), "seed \(seed)")
    let isExpected = c.check(statistics, counts)
    #expect(isExpected, "seed \(seed): \(statistics)")
  }

  @Test("ends without a crash when octets are changed")
  func corruption() async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    var faults = Faults()
    faults.corruption = 1
    let proxy = try await FaultInjector.start(upstream: server.address, faults: faults, seed: 7)
    defer { proxy.stop() }
    var configuration = ScanConfiguration.quick([proxy.address])
    configuration.tries = 3
    let (answers, _) = try await scan(configuration, Self.hosts)
    #expect(answers.count == Self.hosts.count)
  }

  @Test("leaves a resolver that refuses a zone, and gives the zone up when all refuse")
  func refusal() async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    var other = Zone(origin: "example.net")
    other.add("x.example.net", [.ipv4])
    let strict = try await NameServer(other)
    defer { strict.stop() }
    let (answers, statistics) = try await scan(.quick([strict.address, server.address]), Self.hosts)
    #expect(Self.areRight(answers))
    #expect(statistics.resolvers[0].dropped.contains("REFUSED for example.com"))
    #expect(statistics.resolvers[1].dropped == [])
    var patient = ScanConfiguration.quick([strict.address])
    patient.firstTimeout = .milliseconds(100)
    let (alone, _) = try await scan(patient, Self.hosts + ["x.example.net"])
    #expect(alone["x.example.net"]?.a.answer == .yes)
    #expect(alone["h0.example.com"]?.a.answer == .unknown)
    #expect(
      alone["h0.example.com"]?.a.note?.contains("REFUSED") == true
        || alone["h0.example.com"]?.a.note?.contains("refused") == true)
  }

  @Test(
    "sends cookies and gets them back",
    arguments: [ScanConfiguration.Cookies.always, .never, .toPublicResolvers])
  func cookies(_ cookies: ScanConfiguration.Cookies) async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    let proxy = try await FaultInjector.start(upstream: server.address, faults: Faults(), seed: 1)
    defer { proxy.stop() }
    var configuration = ScanConfiguration.quick([proxy.address])
    configuration.cookies = cookies
    let (answers, _) = try await scan(configuration, Self.hosts)
    #expect(Self.areRight(answers))
    let counts = try await proxy.counts()
    #expect((counts.clientCookies > 0) == (cookies == .always))
    #expect((counts.serverCookies > 0) == (cookies == .always))
  }

  @Test("uses several source ports and replaces them")
  func ports() async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    let proxy = try await FaultInjector.start(upstream: server.address, faults: Faults(), seed: 1)
    defer { proxy.stop() }
    var configuration = ScanConfiguration.quick([proxy.address])
    configuration.socketsPerResolver = 3
    configuration.queriesPerSocket = 16
    let (answers, _) = try await scan(configuration, Self.hosts)
    #expect(Self.areRight(answers))
    let counts = try await proxy.counts()
    #expect(counts.ports.count >= 6)
  }

  @Test("reports which resolvers answer, and fails a scan without any")
  func probe() async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    let nobody = ResolverAddress(server.address.address, port: try await freePort())
    let both = try ScanClient(configuration: .quick([nobody, server.address]))
    #expect(try await both.probe(within: TestEnvironment.hangLimit) == [server.address])
    let none = try ScanClient(configuration: .quick([nobody]))
    #expect(try await none.probe(within: TestEnvironment.hangLimit) == [])
    await #expect { try await none.resolve([HostQuestion(host: "a.example")]) { _ in } } throws: { error in
      (error as? ScanError)?.code == .noResolverAnswered
    }
    let (answers, statistics) = try await scan(.quick([nobody, server.address]), Self.hosts)
    #expect(Self.areRight(answers))
    #expect(statistics.resolvers[0].dropped.count == 1)
  }

  @Test("stops when its task is cancelled, and delivers only complete observations")
  func cancellation() async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    var configuration = ScanConfiguration.quick([server.address])
    configuration.rate = .perSecond(100)
    let client = try ScanClient(configuration: configuration)
    let (deliveries, continuation) = AsyncStream.makeStream(of: HostObservation.self)
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        _ = try await client.resolve(EndlessHosts()) { continuation.yield($0) }
      }
      var seen = 0
      for await answer in deliveries {
        #expect(answer.a.answer != .unknown)
        seen += 1
        if seen == 3 { break }
      }
      group.cancelAll()
      await #expect(throws: CancellationError.self) { try await group.waitForAll() }
    }
  }
}

/// An endless sequence of questions.
private struct EndlessHosts: Sequence, IteratorProtocol, Sendable {
  private var number = 0

  mutating func next() -> HostQuestion? {
    number += 1
    return HostQuestion(host: TransportTests.hosts[number % 60])
  }
}
