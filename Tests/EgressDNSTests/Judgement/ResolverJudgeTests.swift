// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import IPAddressing
import Testing

/// The judge over real sockets.
@Suite("Judging resolvers", .serverTurns)
struct ResolverJudgeTests {
  private static let suffixes = ["amazonaws.com", "api.aws", "on.aws", "amazonaws.com.cn"]
  /// What a public resolver knows of the control names.
  private static let truth: [String: Set<AddressFamily>] = {
    var truth: [String: Set<AddressFamily>] = [:]
    for name in ControlNames.withIPv4 { truth[name] = [.ipv4] }
    for name in ControlNames.withBoth { truth[name] = [.ipv4, .ipv6] }
    return truth
  }()

  private func judge(
    _ resolvers: [ResolverAddress], rate: Int = 500, _ occasion: ResolverJudge.Occasion = .start
  )
    async throws -> [Judgement]
  {
    var configuration = ScanConfiguration(resolvers: resolvers)
    configuration.rate = .perSecond(rate)
    return try await ResolverJudge(configuration, suffixes: Self.suffixes, lastKnown: []).judge(occasion)
  }

  static let lies: [(LyingServer.Lie, ResolverVerdict)] = [
    (.none, .good), (.inventedAddresses, .inventsAddresses), (.inventedPublicAddresses, .inventsAddresses),
    (.searchPage, .rewritesNXDOMAIN), (.portal, .rewritesNXDOMAIN), (.noAAAA, .hidesAAAA),
    (.absentAAAA, .hidesAAAA), (.silentAAAA, .hidesAAAA), (.denial, .deniesEverything),
    (.emptiness, .deniesEverything), (.denialOfSome, .deniesSome), (.nullAddresses, .blocks),
    (.serverFailure, .fails), (.refusal, .fails), (.drops, .silent), (.silence, .silent),
  ]

  @Test("the verdict on each lie is right, at the start, during and after a scan", arguments: lies)
  func verdicts(_ lie: LyingServer.Lie, _ verdict: ResolverVerdict) async throws {
    let server = try await LyingServer.start(Self.truth, lie)
    defer { server.stop() }
    for occasion in [ResolverJudge.Occasion.start, .during, .end] {
      var judgements = try await judge([server.address], occasion)
      // The few names asked during a scan may all be among the seven of ten that are not denied; the next ones are not.
      for _ in 0..<20 where occasion == .during && judgements.map(\.verdict) != [verdict] {
        judgements = try await judge([server.address], occasion)
      }
      #expect(judgements.map(\.verdict) == [verdict], "\(occasion): \(judgements)")
    }
  }

  @Test("all lies are tried")
  func complete() { #expect(Set(Self.lies.map(\.0)) == Set(LyingServer.Lie.allCases)) }

  @Test("a slow resolver is good, at every rate", arguments: [20, 500])
  func slow(_ rate: Int) async throws {
    let server = try await LyingServer.start(Self.truth, .none, delay: .milliseconds(1300))
    defer { server.stop() }
    let judgements = try await judge([server.address], rate: rate)
    #expect(judgements.map(\.verdict) == [.good], "\(judgements)")
  }

  @Test("a lossy resolver is good, one that truncates without TCP is not")
  func faults() async throws {
    var zone = Zone()
    zone.addControlNames()
    let server = try await NameServer(zone)
    defer { server.stop() }
    var faults = Faults()
    faults.loss = 0.3
    faults.serverFailure = 0.02
    faults.truncation = 0.02
    faults.refusal = 0.02
    faults.formatError = 0.05
    faults.caseFolding = 0.1
    faults.wrongID = 0.1
    faults.wrongQuestion = 0.1
    let seed = TestSeed.named("EGRESS6_JUDGE_SEED")
    let injector = try await FaultInjector.start(upstream: server.address, faults: faults, seed: seed)
    defer { injector.stop() }
    let lossy = try await judge([injector.address])
    #expect(lossy.map(\.verdict) == [.good], "seed \(seed): \(lossy)")
    faults = Faults()
    faults.truncation = 1
    try await injector.setFaults(faults)
    let overTCP = try await judge([injector.address])
    #expect(overTCP.map(\.verdict) == [.good], "\(overTCP)")
    #expect(try await injector.counts().streams > 0)
    faults.streamFailure = 1
    try await injector.setFaults(faults)
    let truncated = try await judge([injector.address])
    #expect(truncated.map(\.verdict) == [.fails], "\(truncated)")
    #expect(truncated.first?.seen.contains("TCP failed") == true)
  }

  @Test("each resolver has its own verdict, and nobody listening is silence at once")
  func several() async throws {
    let good = try await LyingServer.start(Self.truth, .none)
    let liar = try await LyingServer.start(Self.truth, .searchPage)
    defer {
      good.stop()
      liar.stop()
    }
    let nobody = ResolverAddress(good.address.address, port: try await freePort())
    let judgements = try await judge([liar.address, nobody, good.address])
    #expect(judgements.map(\.verdict) == [.rewritesNXDOMAIN, .silent, .good])
    #expect(judgements.map(\.resolver) == [liar.address, nobody, good.address])
  }

  @Test("stays within the rate, whatever it is", arguments: [3, 50])
  func pace(_ rate: Int) async throws {
    var zone = Zone()
    zone.addControlNames()
    let server = try await NameServer(zone)
    defer { server.stop() }
    let injector = try await FaultInjector.start(upstream: server.address, faults: Faults(), seed: 1)
    defer { injector.stop() }
    let judgements = try await judge([injector.address], rate: rate)
    #expect(judgements.map(\.verdict) == [.good], "\(judgements)")
    let arrivals = try await injector.counts().arrivals.sorted()
    #expect(arrivals.count >= 3)
    for (first, last) in zip(arrivals, arrivals.dropFirst(rate)) { #expect(last - first >= 900_000_000) }
  }

  @Test("ends when it is cancelled")
  func cancelled() async throws {
    let server = try await LyingServer.start(Self.truth, .silence)
    defer { server.stop() }
    let address = server.address
    let task = Task { try await judge([address]) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
