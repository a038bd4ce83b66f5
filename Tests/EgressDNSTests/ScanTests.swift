// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import IPAddressing
import Synchronization
import Testing

/// Scans of real servers on loopback.
@Suite(.serverTurns) struct ScanTests {
  @Test("distinguishes yes, no and absent, and keeps the chain")
  func plainAnswers() async throws {
    var zone = Zone()
    zone.add("both.example.com", [.ipv4, .ipv6])
    zone.add("four.example.com", [.ipv4])
    zone.add("nothing.example.com", [])
    zone.add("alias.example.com", cname: "middle.example.net")
    zone.add("middle.example.net", cname: "both.example.com")
    zone.add("dangling.example.com", cname: "gone.example.net")
    let server = try await NameServer(zone)
    defer { server.stop() }
    let (answers, statistics) = try await scan(
      .quick([server.address]),
      [
        "Both.Example.com.", "four.example.com", "nothing.example.com", "alias.example.com",
        "gone.example.com",
        "dangling.example.com", "a..b",
      ])
    #expect(statistics.hosts == 7)
    let both = try #require(answers["both.example.com"])
    #expect(both.a.answer == .yes && both.aaaa.answer == .yes)
    #expect(both.a.addresses.count == 1 && both.aaaa.addresses.count == 1 && both.a.timeToLive == 60)
    #expect(both.a.resolver == server.address.description)
    #expect(answers["four.example.com"]?.aaaa.answer == .no)
    #expect(answers["nothing.example.com"]?.a.answer == .no)
    #expect(answers["alias.example.com"]?.cname == ["middle.example.net", "both.example.com"])
    #expect(answers["alias.example.com"]?.aaaa.answer == .yes)
    #expect(answers["gone.example.com"]?.a.answer == .absent)
    #expect(answers["dangling.example.com"]?.a.answer == .absent)
    #expect(answers["dangling.example.com"]?.cname == ["gone.example.net"])
    #expect(answers["a..b"]?.a.answer == .unknown)
  }
}

extension ScanConfiguration {
  /// A configuration for servers on loopback, with time-outs for a loaded machine and short pauses.
  static func quick(_ resolvers: [ResolverAddress]) -> ScanConfiguration {
    var configuration = ScanConfiguration(resolvers: resolvers)
    configuration.rate = .unlimited
    configuration.ownsResolvers = true
    configuration.firstTimeout = .milliseconds(500)
    configuration.tries = 16
    configuration.startLimit = .seconds(30)
    configuration.failurePause = .milliseconds(50)
    configuration.outageLimit = TestEnvironment.hangLimit
    return configuration
  }
}

/// Scans hosts and collects the observations by host.
func scan(
  _ configuration: ScanConfiguration, _ hosts: [String]
) async throws -> ([String: HostObservation], ScanStatistics) {
  try await scan(configuration, questions: hosts.map { HostQuestion(host: $0) })
}

/// Scans questions and collects the observations by host.
func scan(
  _ configuration: ScanConfiguration, questions: [HostQuestion]
) async throws -> ([String: HostObservation], ScanStatistics) {
  let answers = Mutex<[String: HostObservation]>([:])
  let client = try ScanClient(configuration: configuration)
  let statistics = try await client.resolve(questions) { answer in
    let known = answers.withLock { $0.updateValue(answer, forKey: answer.host) }
    #expect(known == nil, "\(answer.host) was delivered twice")
  }
  return (answers.withLock { $0 }, statistics)
}
