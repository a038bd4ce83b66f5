// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import Foundation
import IPAddressing
import Testing

/// Scans of all recorded names, with and without faults.
@Suite(.serialized, .serverTurns) struct ObservationTests {
  @Test("finds exactly the recorded families of all names")
  func exact() async throws {
    let observations = try Observations()
    #expect(observations.rowCount == 5847 && observations.families.count == 5794)
    let server = try await NameServer(observations.zone)
    defer { server.stop() }
    let missing = (0..<200).map { "absent\($0).eu-west-1.amazonaws.com" }
    let (answers, statistics) = try await scan(
      .quick([server.address]), observations.families.keys.sorted() + missing)
    #expect(answers.count == 5794 + 200)
    #expect(wrong(answers, observations) == [])
    #expect(missing.allSatisfy { answers[$0]?.a.answer == .absent && answers[$0]?.aaaa.answer == .absent })
    #expect(statistics.a[.unknown] == nil && statistics.aaaa[.unknown] == nil)
    print("observations: \(statistics.queries) queries, \(statistics.retries) again, \(statistics.duration)")
  }

  @Test(
    "gives no wrong answer through delay, loss, failures, truncation, lame and forged answers and a packet limit"
  )
  func disturbed() async throws {
    let size = TestDepth.repetitions("EGRESS6_FAULT_HOSTS", quick: 1500, full: 5794)
    let seed = TestSeed.named("EGRESS6_FAULT_SEED")
    let observations = try Observations()
    let server = try await NameServer(observations.zone)
    defer { server.stop() }
    var faults = Faults()
    faults.delay = .milliseconds(10)
    faults.loss = 0.05
    faults.serverFailure = 0.01
    faults.truncation = 0.01
    faults.lameness = 0.01
    faults.wrongID = 0.01
    faults.wrongQuestion = 0.01
    faults.duplication = 0.01
    faults.reordering = 0.05
    faults.packetLimit = 1024
    let proxy = try await FaultInjector.start(upstream: server.address, faults: faults, seed: seed)
    defer { proxy.stop() }
    var configuration = ScanConfiguration.quick([proxy.address])
    configuration.rate = .perSecond(900)
    var random = SplitMix64(seed: seed)
    let hosts = observations.families.keys.sorted().shuffled(using: &random).prefix(size)
    let (answers, statistics) = try await scan(configuration, Array(hosts))
    #expect(answers.count == hosts.count)
    #expect(wrong(answers, observations) == [])
    let unknown = answers.values.flatMap { [$0.a, $0.aaaa] }.filter { $0.answer == .unknown }
    #expect(unknown.allSatisfy { $0.note?.contains("tries") == true })
    #expect(unknown.count <= 1 + hosts.count / 1000)
    #expect(statistics.timeouts > 0 && statistics.streamQueries > 0)
    let counts = try await proxy.counts()
    #expect(counts.lost > 0 && counts.changed > 0)
    print(
      "faults: \(unknown.count) unknown, \(statistics.queries) queries, \(statistics.retries) again,",
      "\(statistics.streamQueries) over TCP, \(counts.limited) over the limit, \(statistics.duration),",
      "\(statistics.rate.rounded()) queries/s, lowest rate \(statistics.resolvers[0].lowestRate ?? 0)")
  }

  /// The hosts with an answer that is neither right nor unknown.
  private func wrong(_ answers: [String: HostObservation], _ observations: Observations) -> [String] {
    observations.families.filter { host, families in
      guard let answer = answers[host] else { return false }
      func isRight(_ observation: FamilyObservation, _ family: AddressFamily) -> Bool {
        observation.answer == .unknown || observation.answer == (families.contains(family) ? .yes : .no)
      }
      return !isRight(answer.a, .ipv4) || !isRight(answer.aaaa, .ipv6)
    }.keys.sorted()
  }
}
