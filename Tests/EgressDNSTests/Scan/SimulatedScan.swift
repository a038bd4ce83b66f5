// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import IPAddressing
import Testing

@testable import EgressDNS

/// A scan on a clock of the test's own, with resolvers of the test's own.
struct SimulatedScan {
  /// What a simulated resolver does with a query.
  enum Reply {
    /// Nothing comes back.
    case lost
    /// The right answer.
    case right
    /// No records, and this response code.
    case code(UInt8)
    /// TC, without records.
    case truncated
  }

  /// A query as a simulated resolver sees it.
  struct Query {
    var resolver: Int
    /// How many queries this resolver has got, this one included.
    var number: Int
    var at: Moment
    var name: String
    var type: RecordType
    var usesEDNS: Bool

    /// The seconds since the start.
    var seconds: Double { Double(at.nanoseconds) / 1e9 }
  }

  private struct Delivery {
    var at: Moment
    var sequence: Int
    var socket: Int?
    var resolver: Int
    var message: [UInt8]
  }

  private(set) var machine: ScanMachine
  private(set) var now = Moment.start
  private(set) var observations: [HostObservation] = []
  /// All that was sent: when, from which socket, and what.
  private(set) var sent: [(at: Moment, socket: Int, id: UInt16, query: Query)] = []
  /// The times that the machine was woken without an answer.
  private(set) var wakeUps = 0
  /// The round trip of a resolver, in nanoseconds.
  var roundTrip: (Int) -> Int64 = { _ in 2_000_000 }
  /// What a resolver does; random numbers are handed in.
  var reply: (Query, inout SplitMix64) -> Reply = { _, _ in .right }
  private var random: SplitMix64
  private var isFinished = false
  private var inbox: [Delivery] = []
  private var resolverOfSocket: [Int: Int] = [:]
  private var counts: [Int: Int] = [:]
  private var deliveries = 0

  init(_ configuration: ScanConfiguration, seed: UInt64, hosts: [String]) {
    var numbers = SplitMix64(seed: seed)
    let pool = (0..<200_000).map { _ in numbers.next() }
    var rest = hosts[...]
    random = SplitMix64(seed: seed &+ 1)
    machine = ScanMachine(
      configuration: configuration, random: RandomSource { pool }, at: .start,
      next: { rest.popFirst().map { HostQuestion(host: $0) } })
  }

  /// The configuration of a simulated scan.
  static func configuration(rate: ScanConfiguration.Rate, resolvers: Int = 1) -> ScanConfiguration {
    var configuration = ScanConfiguration(
      resolvers: (1...resolvers).map { ResolverAddress(.ipv4(IPv4Address(0x7F00_0000 + UInt32($0)))) })
    configuration.rate = rate
    configuration.ownsResolvers = true
    return configuration
  }

  /// The hosts `h0.example.com`, `h1.example.com` and so on.
  static func hosts(_ count: Int, zone: String = "example.com") -> [String] {
    (0..<count).map { "h\($0).\(zone)" }
  }

  /// What is right: hosts with an even number have A, every third has AAAA.
  static func truth(_ host: String, _ type: RecordType) -> Answer {
    let number = Int(host.dropFirst().prefix { $0 != "." }) ?? 1
    return number.isMultiple(of: type == .a ? 2 : 3) ? .yes : .no
  }

  /// The observations that are wrong, and the hosts that are unknown.
  var verdict: (wrong: [String], unknown: [String]) {
    var (wrong, unknown): ([String], [String]) = ([], [])
    for observation in observations {
      for (type, family) in [(RecordType.a, observation.a), (.aaaa, observation.aaaa)] {
        if family.answer == .unknown {
          unknown.append("\(observation.host) \(type): \(family.note ?? "")")
        } else if family.answer != Self.truth(observation.host, type) {
          wrong.append("\(observation.host) \(type): \(family.answer)")
        }
      }
    }
    return (wrong, unknown)
  }

  /// The seconds since the start.
  var seconds: Double { Double(now.nanoseconds) / 1e9 }

  /// Runs to the end.
  ///
  /// - Parameter limit: The seconds after which a scan counts as endless.
  /// - Throws: What a wrong message or an endless scan causes.
  mutating func run(limit: Double = 3600) throws {
    machine.start(at: now)
    try carryOut()
    while !isFinished {
      let timer = machine.nextMoment(at: now)
      if let first = inbox.first, timer.map({ first.at <= $0 }) ?? true {
        popDelivery()
        now = max(now, first.at)
        if let socket = first.socket {
          machine.receive(first.message.span, socket: socket, at: now)
        } else {
          machine.streamReceived(first.message.span, resolver: first.resolver, at: now)
        }
        machine.advance(to: now)
      } else {
        wakeUps += 1
        now = max(now + 100_000, try #require(timer))
        machine.advance(to: now)
      }
      try carryOut()
      try #require(seconds < limit, "the scan does not end")
    }
  }

  private mutating func carryOut() throws {
    let output = machine.output
    machine.output = ScanMachine.Output()
    observations += output.observations
    for packet in output.packets {
      let bytes = Array(output.packetBytes[packet.bytes])
      try handle(bytes, socket: packet.socket, resolver: resolverOfSocket[packet.socket] ?? 0)
    }
    for action in output.actions {
      switch action {
      case .openSocket(let number, let address):
        resolverOfSocket[number] = machine.configuration.resolvers.firstIndex(of: address) ?? 0
        machine.socketOpened(number, at: now)
      case .finish: isFinished = true
      case .sendStream(let resolver, _, let bytes): try handle(bytes, socket: nil, resolver: resolver)
      case .closeSocket: break
      }
    }
    if !output.actions.isEmpty, !isFinished { try carryOut() }
  }

  private mutating func handle(_ bytes: [UInt8], socket: Int?, resolver: Int) throws {
    let message = try Message(decoding: bytes)
    let question = try #require(message.questions.first)
    counts[resolver, default: 0] += 1
    let query = Query(
      resolver: resolver, number: counts[resolver] ?? 0, at: now,
      name: question.name.lowercased.description, type: question.type, usesEDNS: message.edns != nil)
    sent.append((now, socket ?? -1, message.header.id, query))
    var response = Message(questions: message.questions)
    response.header.id = message.header.id
    response.header.isResponse = true
    switch socket == nil ? .right : reply(query, &random) {
    case .lost: return
    case .code(let code): response.header.codeBits = code
    case .truncated: response.header.isTruncated = true
    case .right:
      if Self.truth(query.name, query.type) == .yes, query.type == .a {
        response.answers = [ResourceRecord(question.name, .a, timeToLive: 60, .a(IPv4Address(0x345E_0001)))]
      } else if Self.truth(query.name, query.type) == .yes, query.type == .aaaa, query.name.hasPrefix("h") {
        let address = IPv6Address(high: 0x2600_1F00_0000_0000, low: UInt64(query.name.utf8.count))
        response.answers = [ResourceRecord(question.name, .aaaa, timeToLive: 60, .aaaa(address))]
      } else {
        let soa = StartOfAuthority(primary: .root, mailbox: .root)
        response.authorities = [ResourceRecord(.root, .soa, timeToLive: 60, .soa(soa))]
      }
    }
    push(try response.encoded(), socket: socket, resolver: resolver)
  }

  // MARK: - The inbox, a binary heap

  private mutating func push(_ message: [UInt8], socket: Int?, resolver: Int) {
    deliveries += 1
    inbox.append(
      Delivery(
        at: now + roundTrip(resolver), sequence: deliveries, socket: socket, resolver: resolver,
        message: message))
    var child = inbox.count - 1
    while child > 0, isEarlier(child, (child - 1) / 2) {
      inbox.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func popDelivery() {
    inbox.swapAt(0, inbox.count - 1)
    inbox.removeLast()
    var parent = 0
    while true {
      var first = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < inbox.count && isEarlier(child, first) {
        first = child
      }
      if first == parent { return }
      inbox.swapAt(parent, first)
      parent = first
    }
  }

  private func isEarlier(_ left: Int, _ right: Int) -> Bool {
    (inbox[left].at, inbox[left].sequence) < (inbox[right].at, inbox[right].sequence)
  }
}

/// A resolver that answers so many queries a second and drops the rest.
struct SimulatedCapacity {
  let perSecond: Double
  private var tokens = 64.0
  private var filledAt = Moment.start

  init(perSecond: Double) { self.perSecond = perSecond }

  /// Whether a query is answered.
  mutating func takes(at now: Moment) -> Bool {
    tokens = min(64, tokens + Double(now - filledAt) / 1e9 * perSecond)
    filledAt = now
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}
