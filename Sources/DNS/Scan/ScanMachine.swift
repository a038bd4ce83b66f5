// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// The course of a scan without its input and output: events go in, actions come out, time and chance are handed in.
///
/// The owner calls an input (`start`, `socketOpened`, `receive`, `streamReceived`, `streamFailed`, `advance`) and carries
/// out what then stands in `actions`, `packets` and `deliveries`.
struct ScanMachine {
  /// What the owner has to do.
  enum Action: Equatable {
    /// Open a UDP socket to the address and say `socketOpened` or `socketFailed`.
    case openSocket(Int, ResolverAddress)
    /// Close a UDP socket.
    case closeSocket(Int)
    /// Send a message to a resolver over TCP, on an open connection or a new one.
    case sendStream(resolver: Int, ResolverAddress, [UInt8])
    /// The scan is over.
    case finish
  }

  /// A datagram to send: a range of `packetBytes`.
  struct Packet {
    var socket: Int
    var bytes: Range<Int>
  }

  enum Phase {
    case starting, scanning, ending, finished
  }

  /// The most hosts that are under way at once; each takes well below a kilobyte.
  static let mostJobs = 16_384
  /// The most datagrams that one call makes, so that answers are read between.
  static let mostPacketsPerTurn = 256
  /// The most answers that one call gives without having asked for them.
  static let mostDeliveriesPerTurn = 1024

  let configuration: ScanConfiguration
  var random: RandomSource
  var next: () -> HostQuestion?
  var phase = Phase.starting
  /// Whether only the resolvers' being there is of interest.
  var isProbe = false
  let startedAt: Moment
  var lastAnswerAt: Moment
  /// Until when nothing is called late.
  var graceEnd = Moment(nanoseconds: .min / 2)
  var isExhausted = false
  /// Whether the resolvers fell silent, so that nothing more is asked.
  var isSilent = false

  var resolvers: [ResolverState] = []
  var sockets: [SocketState?] = []
  var freeSockets: [Int] = []
  /// The resolvers of each bucket; bucket 0 is the common one.
  var bucketResolvers: [[Int]] = []
  var bucketNumbers: [String: Int] = [:]
  /// The lanes, by bucket and then resolver; lanes of a resolver that a bucket does not use stay empty.
  var lanes: [[Lane]] = []
  var rotation = 0

  var lookups: [Lookup] = []
  var freeLookups: [Int] = []
  var jobs: [HostJob?] = []
  var freeJobs: [Int] = []
  var activeJobs = 0
  var openLookups = 0
  var timeouts: [TimeoutQueue]
  var waiting = WaitingHeap()
  var streams: [[UInt16: LookupReference]] = []
  var cut = NameErrorCut()
  /// Names above missing hosts that one answer calls missing.
  var missingAncestors: Set<DomainName> = []
  /// The resolvers of the configuration; authorities that confirm come after them.
  private(set) var ownResolvers = 0
  var startPrefixes: [Int: [NAT64Prefix]] = [:]
  var authorities: [ResolverAddress: Int] = [:]

  var statistics = ScanStatistics()
  var actions: [Action] = []
  var packets: [Packet] = []
  var packetBytes: [UInt8] = []
  var deliveries: [HostAnswer] = []
  var error: ScanError?

  init(
    configuration: ScanConfiguration, random: RandomSource, at now: Moment,
    next: @escaping () -> HostQuestion?
  ) {
    self.configuration = configuration
    self.random = random
    self.next = next
    startedAt = now
    lastAnswerAt = now
    let first = configuration.firstTimeout.nanoseconds
    // The deadline falls 20 % early; a lookup then waits up to 40 % more, which makes the jitter of ±20 %.
    timeouts = [1, 2, 4].map { TimeoutQueue(delay: max(1, first * $0 / 10 * 8)) }
    for address in configuration.resolvers { addResolver(address, at: now) }
    var lists: [(key: String?, resolvers: [Int], rate: Int?)] = [(nil, Array(resolvers.indices), nil)]
    for (key, bucket) in configuration.buckets.sorted(by: { $0.key < $1.key }).prefix(
      ScanConfiguration.mostBuckets)
    {
      var own: [Int] = []
      for address in bucket.resolvers {
        let number = resolvers.firstIndex { $0.address == address } ?? addResolver(address, at: now)
        if !own.contains(number) { own.append(number) }
      }
      lists.append((key, own.isEmpty ? lists[0].resolvers : own, bucket.rate))
    }
    for (number, list) in lists.enumerated() {
      if let key = list.key { bucketNumbers[key] = number }
      bucketResolvers.append(list.resolvers)
      lanes.append(resolvers.indices.map { makeLane($0, rate: list.rate, at: now) })
    }
    ownResolvers = resolvers.count
  }

  @discardableResult
  mutating func addResolver(_ address: ResolverAddress, at now: Moment) -> Int {
    var rate: Double?
    if case .perSecond(let number) = configuration.rate { rate = Double(number) }
    var state = ResolverState(address: address, rate: rate, at: now)
    let wantsCookies =
      switch configuration.cookies {
      case .always: true
      case .never: false
      case .toPublicResolvers: address.isPublic
      }
    if wantsCookies {
      let bits = random.next()
      state.clientCookie = (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }
    resolvers.append(state)
    streams.append([:])
    let number = resolvers.count - 1
    for bucket in lanes.indices { lanes[bucket].append(makeLane(number, rate: nil, at: now)) }
    return number
  }

  private func makeLane(_ resolver: Int, rate: Int?, at now: Moment) -> Lane {
    var lane = Lane(resolver: resolver)
    let pace = rate.map(Double.init) ?? resolvers[resolver].bucket?.rate
    if let pace {
      let settle = configuration.firstTimeout.nanoseconds / 5 * 6
      lane.control = RateControl(ceiling: pace, settleTime: settle, at: now)
      lane.bucket = TokenBucket(rate: pace, at: now)
    }
    return lane
  }

  // MARK: - Inputs

  /// Begins: opens sockets and asks each resolver for its NAT64 prefixes.
  mutating func start(at now: Moment) {
    let tries = Int(
      max(2, min(64, configuration.startLimit.nanoseconds / configuration.firstTimeout.nanoseconds)))
    for resolver in resolvers.indices {
      openSockets(of: resolver)
      startDiscovery(of: resolver, tries: tries)
    }
    advance(to: now)
  }

  /// Takes the time that passed: sends again what was not answered, draws hosts, sends what the pace allows.
  mutating func advance(to now: Moment) {
    guard phase != .finished else { return }
    expire(at: now)
    adaptRates(at: now)
    giveUpWhenSilent(at: now)
    send(at: now)
    changePhase(at: now)
    if phase != .finished, packets.isEmpty { send(at: now) }
  }

  /// When `advance` is due at the latest; `nil` when only an answer can go on.
  mutating func nextMoment(at now: Moment) -> Moment? {
    guard phase != .finished else { return nil }
    var moments = [waiting.nextMoment].compactMap(\.self)
    for index in timeouts.indices {
      let lookups = lookups
      timeouts[index].dropFirst { lookups[$0.slot].generation != $0.generation }
      if let deadline = timeouts[index].nextDeadline { moments.append(deadline) }
    }
    if isSilent, !isExhausted { return now }
    if phase == .starting { moments.append(startedAt + configuration.firstTimeout.nanoseconds) }
    for bucket in lanes.indices {
      for resolver in bucketLanes(bucket) where wantsToSend(bucket, resolver) && hasRoom(resolver) {
        let tokens = [lanes[bucket][resolver].bucket?.nextToken(), resolvers[resolver].bucket?.nextToken()]
        if let moment = tokens.compactMap(\.self).max() {
          moments.append(moment)
        } else {
          moments.append(now)
        }
      }
    }
    moments.append(lastAnswerAt + configuration.silenceLimit.nanoseconds)
    return moments.min()
  }

  /// The lanes of a bucket that may hold something: its resolvers, and authorities added later.
  func bucketLanes(_ bucket: Int) -> [Int] {
    authorities.isEmpty ? bucketResolvers[bucket] : bucketResolvers[bucket] + authorities.values
  }

  private mutating func adaptRates(at now: Moment) {
    for bucket in lanes.indices {
      for resolver in lanes[bucket].indices {
        guard lanes[bucket][resolver].control?.advance(to: now) == true,
          let rate = lanes[bucket][resolver].control?.rate
        else { continue }
        lanes[bucket][resolver].bucket?.setRate(rate, at: now)
        if let lowest = lanes[bucket][resolver].control?.lowestRate {
          let known = resolvers[resolver].statistics.lowestRate ?? .max
          resolvers[resolver].statistics.lowestRate = min(known, Int(lowest))
        }
      }
    }
  }

  private mutating func changePhase(at now: Moment) {
    switch phase {
    case .starting:
      let standings = resolvers.prefix(ownResolvers).map(\.standing)
      if isProbe {
        if !standings.contains(.untested) { finish(at: now) }
        return
      }
      if standings.allSatisfy({ $0 == .dropped }) {
        fail(noResolverAnswered())
        return
      }
      let waited = now >= startedAt + configuration.firstTimeout.nanoseconds
      let isSettled = !standings.contains(.untested)
      guard isSettled || (waited && standings.contains(.usable)) else { return }
      phase = .scanning
      send(at: now)
      changePhase(at: now)
    case .scanning:
      guard isExhausted, activeJobs == 0, openLookups == 0 else { return }
      phase = .ending
      for resolver in 0..<ownResolvers where resolvers[resolver].standing == .usable {
        startDiscovery(of: resolver, tries: 2)
      }
      send(at: now)
      changePhase(at: now)
    case .ending:
      guard openLookups == 0 else { return }
      finish(at: now)
    case .finished: return
    }
  }

  func noResolverAnswered() -> ScanError {
    let list = configuration.resolvers.map(\.description).joined(separator: ", ")
    return ScanError(
      .noResolverAnswered,
      "no DNS resolver answered (asked \(list)); check the network, or name another with --resolver")
  }

  mutating func fail(_ error: ScanError) {
    self.error = error
    phase = .finished
    actions.append(.finish)
  }

  /// Ends the scan with what is known.
  mutating func finish(at now: Moment) {
    phase = .finished
    statistics.duration = .nanoseconds(now - startedAt)
    collectStatistics()
    actions.append(.finish)
  }

  /// Brings the resolvers' numbers into the statistics.
  mutating func collectStatistics() {
    statistics.resolvers = resolvers.map { state in
      var seen = state.statistics
      seen.roundTrip = state.roundTrip.map { .nanoseconds($0) }
      seen.shortestRoundTrip = state.shortestRoundTrip.map { .nanoseconds($0) }
      return seen
    }
  }
}
