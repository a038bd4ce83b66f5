// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import IPAddressing
import Testing

@testable import EgressDNS

/// A scan on a clock of the test's own, with a network of the test's own.
@Suite struct ScanMachineTests {
  /// A network that delivers everything after a fixed delay, and loses some of it.
  private struct Simulation {
    var machine: ScanMachine
    var now = Moment.start
    var lossEvery = Int.max
    var observations: [HostObservation] = []
    /// All that was sent, with its time.
    var sent: [String] = []
    private var isFinished = false
    private var inbox: [(at: Moment, socket: Int, message: [UInt8])] = []

    init(_ configuration: ScanConfiguration, seed: UInt64, hosts: [HostQuestion]) {
      var numbers = SplitMix64(seed: seed)
      let pool = (0..<200_000).map { _ in numbers.next() }
      var rest = hosts[...]
      machine = ScanMachine(
        configuration: configuration, random: RandomSource { pool }, at: .start, next: { rest.popFirst() })
    }

    mutating func run() throws {
      machine.start(at: now)
      try carryOut()
      while !isFinished {
        let timer = machine.nextMoment(at: now)
        if let first = inbox.first, timer.map({ first.at <= $0 }) ?? true {
          inbox.removeFirst()
          now = max(now, first.at)
          machine.receive(first.message.span, socket: first.socket, at: now)
          machine.advance(to: now)
        } else {
          now = max(now + 100_000, try #require(timer))
          machine.advance(to: now)
        }
        try carryOut()
      }
    }

    private mutating func carryOut() throws {
      let output = machine.output
      machine.output = ScanMachine.Output()
      observations += output.observations
      for packet in output.packets {
        let query = try Message(decoding: Array(output.packetBytes[packet.bytes]))
        sent.append("\(now.nanoseconds) \(packet.socket) \(query.header.id) \(query.questions)")
        if sent.count.isMultiple(of: lossEvery) { continue }
        inbox.append((now + 2_000_000, packet.socket, try answer(query).encoded()))
      }
      for action in output.actions {
        switch action {
        case .openSocket(let number, _): machine.socketOpened(number, at: now)
        case .finish: isFinished = true
        case .closeSocket, .sendStream: break
        }
      }
      if !output.actions.isEmpty, !isFinished { try carryOut() }
    }

    /// Hosts beneath `four` have A only; all others have neither family.
    private func answer(_ query: Message) throws -> Message {
      var message = Message(questions: query.questions)
      message.header.id = query.header.id
      message.header.isResponse = true
      let question = try #require(query.questions.first)
      if question.type == .a, question.name.description.hasSuffix("four.example") {
        message.answers = [ResourceRecord(question.name, .a, timeToLive: 60, .a(IPv4Address(0xC000_0201)))]
      } else {
        let soa = StartOfAuthority(primary: .root, mailbox: .root)
        message.authorities = [ResourceRecord(.root, .soa, timeToLive: 60, .soa(soa))]
      }
      return message
    }
  }

  private func configuration(rate: ScanConfiguration.Rate) -> ScanConfiguration {
    var configuration = ScanConfiguration(resolvers: [ResolverAddress(.ipv4(IPv4Address(0x7F00_0001)))])
    configuration.rate = rate
    configuration.ownsResolvers = true
    return configuration
  }

  private let hosts = (0..<300).map { number in
    HostQuestion(host: "h\(number).\(number.isMultiple(of: 2) ? "four" : "none").example")
  }

  @Test("asks both families of every host once, and ends")
  func plain() throws {
    var simulation = Simulation(configuration(rate: .unlimited), seed: 1, hosts: hosts)
    try simulation.run()
    #expect(simulation.observations.count == 300)
    for observation in simulation.observations {
      #expect(observation.a.answer == (observation.host.hasSuffix("four.example") ? .yes : .no))
      #expect(observation.aaaa.answer == .no)
    }
    // Two queries per host, and the NAT64 prefixes at the start and the end.
    #expect(simulation.sent.count == 602)
    #expect(simulation.machine.statistics.timeouts == 0)
  }

  @Test("keeps to the rate to the nanosecond, through losses")
  func rate() throws {
    var simulation = Simulation(configuration(rate: .perSecond(100)), seed: 2, hosts: hosts)
    simulation.lossEvery = 20
    try simulation.run()
    #expect(simulation.observations.allSatisfy { $0.a.answer != .unknown && $0.aaaa.answer == .no })
    #expect(simulation.machine.statistics.retries > 0)
    let times = simulation.sent.compactMap { $0.split(separator: " ").first.flatMap { Int64($0) } }
    #expect(times.indices.dropFirst(100).allSatisfy { times[$0] - times[$0 - 100] >= 1_000_000_000 })
    #expect(times.last.map { $0 < 12_000_000_000 } == true)
  }

  @Test("does the same again with the same events and random numbers")
  func determinism() throws {
    var sent: [[String]] = []
    for seed in [3, 3, 4] as [UInt64] {
      var simulation = Simulation(configuration(rate: .perSecond(500)), seed: seed, hosts: hosts)
      simulation.lossEvery = 7
      try simulation.run()
      sent.append(simulation.sent)
    }
    #expect(sent[0] == sent[1])
    #expect(sent[0] != sent[2])
  }

  @Test("gives the rest up when all resolvers fall silent")
  func silence() throws {
    var simulation = Simulation(configuration(rate: .unlimited), seed: 5, hosts: hosts)
    simulation.lossEvery = 1
    try simulation.run()
    #expect(simulation.machine.error == .noResolverAnswered(simulation.machine.configuration.resolvers))
    #expect(simulation.observations.isEmpty)
  }
}
