// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// A scan as a pure state machine: it takes events and returns actions; the clock and the random source are parameters.
///
/// The owner calls an event (`start`, `socketOpened`, `receive`, `streamReceived`, `streamFailed`, `advance`) and then
/// carries out what `output` holds.
struct ScanMachine {
  /// What the owner has to do.
  enum Action: Equatable {
    /// Open a UDP socket to the address and call `socketOpened` or `socketFailed`.
    case openSocket(Int, ResolverAddress)
    /// Close a UDP socket.
    case closeSocket(Int)
    /// Send a message to a resolver over TCP, on an open connection or a new one.
    case sendStream(resolver: Int, ResolverAddress, [UInt8])
    /// End the scan.
    case finish
  }

  /// What the last events led to.
  struct Output {
    /// A datagram to send: a range of `packetBytes`.
    struct Packet {
      var socket: Int
      var bytes: Range<Int>
    }

    var actions: [Action] = []
    var packets: [Packet] = []
    var packetBytes: [UInt8] = []
    var observations: [HostObservation] = []
  }

  private enum Phase {
    case starting, scanning, ending, finished
  }

  /// The most hosts that are under way at once; each takes well below a kilobyte.
  static let mostHosts = 16_384
  /// The most datagrams that one call makes, so that answers are read between calls.
  private static let mostPacketsPerTurn = 256
  /// The most observations that one call makes without a query.
  private static let mostObservationsPerTurn = 1024

  let configuration: ScanConfiguration
  var output = Output()
  private(set) var statistics = ScanStatistics()
  /// Why the scan failed.
  private(set) var error: ScanError?

  private var random: RandomSource
  private var questions: QuestionSource
  private var resolvers: ResolverPool
  private var sockets: SocketTable
  private var jobs: QueryJobs
  private var hosts: HostLookups
  private var lateness: Lateness
  private var phase = Phase.starting
  /// Whether the scan only finds out which resolvers answer.
  private let isProbe: Bool
  private let startedAt: Moment
  private var lastAnswerAt: Moment
  /// Whether the resolvers fell silent, so that no further question is asked.
  private var isSilent = false

  /// Makes a scan that has not begun.
  ///
  /// - Parameters:
  ///   - configuration: How to ask.
  ///   - isProbe: Whether only to find out which resolvers answer.
  ///   - random: The random numbers of ids, letter case, cookies and delays.
  ///   - now: The time.
  ///   - next: Gives the next host; `nil` after the last.
  init(
    configuration: ScanConfiguration, isProbe: Bool = false, random: RandomSource, at now: Moment,
    next: @escaping () -> HostQuestion?
  ) {
    let firstTimeout = configuration.firstTimeout.nanoseconds
    self.configuration = configuration
    self.isProbe = isProbe
    self.random = random
    questions = QuestionSource(next)
    resolvers = ResolverPool(configuration, random: &self.random, at: now)
    sockets = SocketTable(
      socketsPerResolver: configuration.socketsPerResolver, queriesPerSocket: configuration.queriesPerSocket)
    jobs = QueryJobs(firstTimeout: firstTimeout, tries: configuration.tries)
    hosts = HostLookups(configuration)
    lateness = Lateness(pause: firstTimeout)
    startedAt = now
    lastAnswerAt = now
    for _ in resolvers.own {
      sockets.addResolver()
      jobs.addResolver()
    }
  }

  // MARK: - Phases

  /// Begins: opens sockets and asks each resolver for its NAT64 prefixes.
  mutating func start(at now: Moment) {
    let tries = Int(
      max(2, min(64, configuration.startLimit.nanoseconds / configuration.firstTimeout.nanoseconds)))
    for resolver in resolvers.own {
      openSockets(of: resolver)
      askPrefixes(of: resolver, tries: tries)
    }
    advance(to: now)
  }

  /// Lets time pass: sends again what was not answered, draws hosts, sends what the pace allows.
  mutating func advance(to now: Moment) {
    guard phase != .finished else { return }
    expire(at: now)
    resolvers.adaptPaces(at: now)
    giveUpWhenSilent(at: now)
    send(at: now)
    changePhase(at: now)
    if phase != .finished, output.packets.isEmpty { send(at: now) }
  }

  /// When `advance` is due at the latest; `nil` when the scan is over.
  mutating func nextMoment(at now: Moment) -> Moment? {
    guard phase != .finished else { return nil }
    var next = lastAnswerAt + configuration.silenceLimit.nanoseconds
    if let moment = jobs.nextMoment() { next = min(next, moment) }
    if isSilent, !questions.isExhausted { return now }
    if phase == .starting { next = min(next, startedAt + configuration.firstTimeout.nanoseconds) }
    for resolver in resolvers.indices where wantsToSend(to: resolver) && hasRoom(for: resolver) {
      next = min(next, resolvers[resolver].pacer.nextQuery ?? now)
    }
    return next
  }

  /// Allows for a late call of `advance`: answers that wait in the sockets are read before any query counts as lost.
  mutating func recordLateness(_ nanoseconds: Int64, at now: Moment) { lateness.record(nanoseconds, at: now) }

  private mutating func changePhase(at now: Moment) {
    switch phase {
    case .starting:
      let states = resolvers.own.map { resolvers[$0].health.state }
      let isSettled = !states.contains(.untested)
      if isProbe {
        if isSettled { finish(at: now) }
        return
      }
      if states.allSatisfy({ $0 == .dropped }) {
        error = .noResolverAnswered(configuration.resolvers)
        phase = .finished
        output.actions.append(.finish)
        return
      }
      let waited = now >= startedAt + configuration.firstTimeout.nanoseconds
      guard isSettled || (waited && states.contains(.usable)) else { return }
      phase = .scanning
    case .scanning:
      guard questions.isExhausted, hosts.activeCount == 0, jobs.openCount == 0 else { return }
      phase = .ending
      for resolver in resolvers.own where resolvers[resolver].health.state == .usable {
        askPrefixes(of: resolver, tries: 2)
      }
    case .ending:
      if jobs.openCount == 0 { finish(at: now) }
      return
    case .finished: return
    }
    send(at: now)
    changePhase(at: now)
  }

  /// Ends the scan with what is known.
  mutating func finish(at now: Moment) {
    phase = .finished
    statistics.duration = .nanoseconds(now - startedAt)
    statistics.resolvers = resolvers.statistics
    output.actions.append(.finish)
  }

  /// Gives the remaining hosts up as unknown when no resolver has said anything for long.
  private mutating func giveUpWhenSilent(at now: Moment) {
    let limit = configuration.silenceLimit.nanoseconds
    guard phase == .scanning || phase == .ending, now - lastAnswerAt >= limit, jobs.openCount > 0 else {
      return
    }
    let note = "no resolver answered for \(limit / 1_000_000_000) s"
    for slot in jobs.slotRange where jobs[slot].isOpen {
      settle(slot, .unknown("\(note): \(jobs[slot].failures.text)"), at: now)
    }
    isSilent = true
    lastAnswerAt = now
  }

  // MARK: - Sockets

  private mutating func openSockets(of resolver: Int) {
    for number in sockets.openAll(of: resolver) {
      output.actions.append(.openSocket(number, resolvers[resolver].address))
    }
  }

  /// Takes a socket into use.
  mutating func socketOpened(_ number: Int, at now: Moment) {
    sockets.opened(number)
    advance(to: now)
  }

  /// Drops a resolver for which the system makes no socket.
  mutating func socketFailed(_ number: Int, reason: String, at now: Moment) {
    guard let resolver = sockets.resolver(of: number) else { return }
    drop(resolver, "no socket: \(reason)")
    advance(to: now)
  }

  /// Drops a resolver at whose address nobody listens, as the system says.
  mutating func connectionRefused(_ number: Int, reason: String, at now: Moment) {
    guard phase == .starting, let resolver = sockets.resolver(of: number),
      resolvers[resolver].health.state == .untested
    else { return }
    drop(resolver, reason)
    advance(to: now)
  }

  private mutating func drop(_ resolver: Int, _ reason: String) {
    guard resolvers[resolver].health.drop(reason) else { return }
    for slot in jobs.slotRange where jobs[slot].isOpen {
      guard case .prefixes(resolver) = jobs[slot].purpose else { continue }
      release(slot)
    }
  }

  /// Ends the wait for an answer over UDP.
  private mutating func freeID(of slot: Int) {
    guard let (socket, id) = jobs.dropID(slot), sockets.freeID(id, on: socket) else { return }
    output.actions.append(.closeSocket(socket))
  }

  private mutating func release(_ slot: Int) {
    freeID(of: slot)
    jobs.release(slot)
  }

  // MARK: - Sending

  private func hasRoom(for resolver: Int) -> Bool {
    let window = resolvers[resolver].pacer.window(timeout: configuration.firstTimeout.nanoseconds)
    return sockets.inFlight(of: resolver) < window && sockets.hasReadySocket(of: resolver)
  }

  /// Whether a query waits for a resolver, or a host could be drawn for it.
  private func wantsToSend(to resolver: Int) -> Bool {
    !jobs.isQueueEmpty(of: resolver)
      || (phase == .scanning && !questions.isExhausted && hosts.activeCount < Self.mostHosts
        && resolver < resolvers.own.count && resolvers[resolver].health.state == .usable)
  }

  private mutating func maySend(to resolver: Int, at now: Moment) -> Bool {
    hasRoom(for: resolver) && resolvers[resolver].pacer.allowsQuery(at: now)
  }

  /// Sends what waits and draws hosts, as far as pace and windows allow.
  private mutating func send(at now: Moment) {
    if isSilent {
      while output.observations.count < Self.mostObservationsPerTurn, drawHost() {}
      return
    }
    var isHungry = true
    while isHungry, output.packets.count < Self.mostPacketsPerTurn,
      output.observations.count < Self.mostObservationsPerTurn
    {
      isHungry = false
      for resolver in resolvers.indices where wantsToSend(to: resolver) {
        while output.packets.count < Self.mostPacketsPerTurn, !jobs.isQueueEmpty(of: resolver),
          maySend(to: resolver, at: now)
        {
          if let slot = jobs.popQueued(of: resolver) { sendQuery(slot, to: resolver, at: now) }
        }
        if phase == .scanning, jobs.isQueueEmpty(of: resolver),
          output.packets.count < Self.mostPacketsPerTurn, maySend(to: resolver, at: now)
        {
          isHungry = true
        }
      }
      if isHungry { isHungry = drawHost() }
    }
  }

  private mutating func sendQuery(_ slot: Int, to resolver: Int, at now: Moment) {
    resolvers[resolver].pacer.countQuery()
    resolvers[resolver].health.recordQuery()
    statistics.queries += 1
    let bits = random.next()
    jobs.beginTry(
      slot, caseBits: random.next(), cookie: resolvers[resolver].health.cookie,
      allowsEDNS: resolvers[resolver].health.allowsEDNS, at: now)
    if jobs[slot].tries > 1 { statistics.retries += 1 }
    if jobs[slot].usesStream {
      sendStream(slot, to: resolver, bits: bits)
    } else {
      sendDatagram(slot, to: resolver, bits: bits)
    }
    jobs.armDeadline(of: slot, at: now)
  }

  private mutating func sendDatagram(_ slot: Int, to resolver: Int, bits: UInt64) {
    guard let (socket, id) = sockets.takeID(of: resolver, for: slot, bits: bits) else { return }
    jobs.holdID(slot, id, on: socket)
    let start = output.packetBytes.count
    jobs[slot].query.append(to: &output.packetBytes)
    output.packets.append(Output.Packet(socket: socket, bytes: start..<output.packetBytes.count))
    if let number = sockets.replaceIfSpent(socket) {
      output.actions.append(.openSocket(number, resolvers[resolver].address))
    }
  }

  private mutating func sendStream(_ slot: Int, to resolver: Int, bits: UInt64) {
    statistics.streamQueries += 1
    jobs.openStream(slot, bits: bits)
    var bytes: [UInt8] = []
    jobs[slot].query.append(to: &bytes)
    output.actions.append(.sendStream(resolver: resolver, resolvers[resolver].address, bytes))
  }

  // MARK: - Receiving

  /// What a message that answers an open query holds.
  private enum Reply {
    /// FORMERR or NOTIMP without the question: the server does not understand EDNS.
    case complaint
    case malformed
    case response(ParsedResponse)
  }

  /// Takes a datagram; what answers no open query is counted and otherwise ignored.
  mutating func receive(_ bytes: Span<UInt8>, socket number: Int, at now: Moment) {
    guard phase != .finished, let resolver = sockets.resolver(of: number) else { return }
    var offset = 0
    guard let header = try? Header(reading: bytes, at: &offset),
      let slot = sockets.job(waitingFor: header.id, on: number)
    else { return resolvers[resolver].health.recordStray() }
    switch jobs[slot].query.match(bytes, header, end: &offset) {
    case .none:
      guard isComplaint(header, slot) else { return resolvers[resolver].health.recordStray() }
      return accept(.complaint, slot: slot, resolver: resolver, at: now)
    case .folded:
      if resolvers[resolver].health.recordFoldedCase() {
        // The resolver kept the case before, so a stranger may have guessed: TCP decides, which no stranger reaches.
        jobs.useStream(slot)
        return tryAgain(slot, at: now)
      }
    case .exact:
      resolvers[resolver].health.recordExactCase(hasUpperCase: jobs[slot].query.hasUpperCase)
    }
    accept(parse(bytes, header, end: offset, slot), slot: slot, resolver: resolver, at: now)
  }

  /// Takes a message from a TCP connection.
  mutating func streamReceived(_ bytes: Span<UInt8>, resolver: Int, at now: Moment) {
    guard phase != .finished, resolvers.indices.contains(resolver) else { return }
    var offset = 0
    guard let header = try? Header(reading: bytes, at: &offset),
      let slot = jobs.streamJob(of: resolver, id: header.id)
    else { return resolvers[resolver].health.recordStray() }
    let matches = jobs[slot].query.match(bytes, header, end: &offset) != .none
    guard matches || isComplaint(header, slot) else { return resolvers[resolver].health.recordStray() }
    jobs.closeStream(of: resolver, id: header.id)
    accept(
      matches ? parse(bytes, header, end: offset, slot) : .complaint, slot: slot, resolver: resolver, at: now)
  }

  /// Takes the end of a TCP connection: what was open on it is tried again.
  mutating func streamFailed(resolver: Int, reason: String, at now: Moment) {
    guard phase != .finished, resolvers.indices.contains(resolver) else { return }
    for slot in jobs.failStreams(of: resolver) {
      jobs.addFailure(slot, .stream, reason)
      resolvers[resolver].pacer.count(failed: true, at: now)
      pause(slot, for: configuration.failurePause, at: now)
      tryAgain(slot, at: now)
    }
  }

  private func isComplaint(_ header: Header, _ slot: Int) -> Bool {
    header.isResponse && header.counts.questions == 0 && (header.codeBits == 1 || header.codeBits == 4)
      && jobs[slot].query.usesEDNS
  }

  private func parse(_ bytes: Span<UInt8>, _ header: Header, end: Int, _ slot: Int) -> Reply {
    let (name, type) = (jobs[slot].query.name, jobs[slot].query.type)
    return (try? ParsedResponse(bytes, header, end: end, name: name, type: type)).map { .response($0) }
      ?? .malformed
  }

  private mutating func accept(_ reply: Reply, slot: Int, resolver: Int, at now: Moment) {
    if case .response(let response) = reply, let cookie = response.cookie,
      !resolvers[resolver].health.takeCookie(cookie)
    {
      return resolvers[resolver].health.recordStray()
    }
    lastAnswerAt = now
    resolvers[resolver].health.recordAnswer()
    if !jobs[slot].usesStream {
      resolvers[resolver].pacer.measure(roundTrip: now - jobs[slot].sentAt, at: now)
    }
    freeID(of: slot)
    let outcome: TryOutcome =
      switch reply {
      case .complaint: .withoutEDNS
      case .malformed: .failed(.malformed, nil)
      case .response(let response):
        TryOutcome(response, to: jobs[slot], health: &resolvers[resolver].health)
      }
    endTry(slot, outcome, at: now)
  }

  // MARK: - Tries

  private mutating func endTry(_ slot: Int, _ outcome: TryOutcome, at now: Moment) {
    let resolver = jobs[slot].resolver
    if case .answered(let result) = outcome { return settle(slot, result, at: now) }
    var isServerFailure = false
    if case .failed(.serverFailure, _, pauses: _) = outcome { isServerFailure = true }
    resolvers[resolver].pacer.count(failed: isServerFailure, at: now)
    switch outcome {
    case .answered: break
    case .failed(let kind, let detail, pauses: let pauses):
      jobs.addFailure(slot, kind, detail)
      if pauses {
        // A failure may be cached (RFC 9520); another useless answer is as likely to be right a moment later.
        let length = configuration.failurePause
        pause(slot, for: isServerFailure ? length : min(length, configuration.firstTimeout), at: now)
      }
      tryAgain(slot, at: now)
    case .refused(let detail):
      jobs.addFailure(slot, .refused, detail)
      if case .prefixes = jobs[slot].purpose { return settle(slot, .unknown("REFUSED"), at: now) }
      resolvers[resolver].health.recordRefusal(of: jobs[slot].query.name)
      tryAgain(slot, at: now)
    case .truncated: jobs.continueOverStream(slot)
    case .withoutEDNS:
      if !jobs.retryWithoutEDNS(slot) { tryAgain(slot, at: now) }
    }
  }

  /// Leaves the resolver that is asked now alone about a job's name, for up to a tenth longer than the given time.
  private mutating func pause(_ slot: Int, for length: Duration, at now: Moment) {
    let jitter = Int64(random.next() % UInt64(max(1, length.nanoseconds / 10)))
    jobs.pause(slot, jobs[slot].resolver, until: now + (length.nanoseconds + jitter))
  }

  /// Sends a query again, or settles it when no try is left.
  private mutating func tryAgain(_ slot: Int, at now: Moment) {
    freeID(of: slot)
    if let reason = jobs.retry(slot, among: resolvers, at: now) { settle(slot, .unknown(reason), at: now) }
  }

  /// Handles every query whose deadline or pause has passed.
  private mutating func expire(at now: Moment) {
    guard !lateness.isGranted(at: now) else { return }
    jobs.extendDeadlines(at: now, random: &random)
    while let slot = jobs.nextLostTry(at: now) {
      let resolver = jobs[slot].resolver
      statistics.timeouts += 1
      resolvers[resolver].health.recordTimeout()
      resolvers[resolver].pacer.recordLoss()
      resolvers[resolver].pacer.count(failed: true, at: now)
      tryAgain(slot, at: now)
    }
  }

  // MARK: - Lookups

  private mutating func start(_ request: QueryRequest?) {
    if let request { jobs.start(request) }
  }

  /// Draws the next host and queues its lookups.
  ///
  /// - Returns: Whether there was one.
  private mutating func drawHost() -> Bool {
    guard hosts.activeCount < Self.mostHosts, let question = questions.next() else { return false }
    guard let name = DomainName(question.host)?.lowercased, name.labelCount > 0 else {
      let note = "not a DNS name: labels have 1 to 63 octets, names up to 255"
      deliver(HostObservation(host: question.host, both: FamilyObservation(.unknown, note: note)))
      return true
    }
    if isSilent {
      deliver(name, .unknown, "not asked: no resolver answered any more")
    } else if let ancestor = hosts.missingAncestor(of: name, lastKnown: question.lastKnown) {
      statistics.nxdomainCacheHits += 1
      deliver(
        name, .absent, "not asked: \(ancestor) does not exist, so nothing beneath it does (RFC 8020)")
    } else {
      let list = resolvers.accepting(name)
      guard !list.isEmpty else {
        deliver(name, .unknown, "no resolver left: all refused the zone or did not answer")
        return true
      }
      let turn = resolvers.leastBusy(of: list, jobs: jobs)
      for request in hosts.add(name, lastKnown: question.lastKnown, resolvers: list, turn: turn) {
        jobs.start(request)
      }
    }
    return true
  }

  private mutating func deliver(_ name: DomainName, _ answer: Answer, _ note: String) {
    deliver(HostObservation(host: name.description, both: FamilyObservation(answer, note: note)))
  }

  private mutating func deliver(_ observation: HostObservation) {
    statistics.hosts += 1
    statistics.a[observation.a.answer, default: 0] += 1
    statistics.aaaa[observation.aaaa.answer, default: 0] += 1
    output.observations.append(observation)
  }

  /// Ends a job, and goes on with what it was for.
  private mutating func settle(_ slot: Int, _ result: LookupResult, at now: Moment) {
    let (purpose, resolver) = (jobs[slot].purpose, jobs[slot].resolver)
    if result.answer != .unknown { resolvers[resolver].pacer.count(failed: false, at: now) }
    release(slot)
    switch purpose {
    case .host(let host, let type):
      hosts.record(result, of: host, type)
      endLookup(of: host)
    case .confirmation(let host, let type):
      hosts.confirm(host, type, with: result, by: resolver, among: resolvers)
      endLookup(of: host)
    case .authority(let host, let type, let step):
      advanceAuthority(host, type, step, result, resolver: resolver, at: now)
    case .prefixes(let resolver): recordPrefixes(of: resolver, result)
    case .ancestor(let name):
      switch hosts.recordAncestor(name, result) {
      case .none: break
      case .confirm: askAncestor(name, .aaaa, turn: 1)
      case .ask(let above): askAncestor(above)
      }
    }
  }

  private mutating func endLookup(of host: Int) {
    switch hosts.endLookup(of: host, mayConfirm: !isSilent) {
    case .wait: break
    case .confirm(let types):
      for type in types {
        statistics.confirmations += 1
        start(hosts.confirmation(of: host, type, among: resolvers))
      }
    case .conclude:
      guard let (observation, ancestor) = hosts.conclude(host, among: resolvers) else { return }
      if let ancestor { askAncestor(ancestor) }
      deliver(observation)
    }
  }

  /// Goes the next step towards the authority, or falls back to the same resolver.
  private mutating func advanceAuthority(
    _ host: Int, _ type: RecordType, _ step: QueryRequest.AuthorityStep, _ result: LookupResult,
    resolver: Int, at now: Moment
  ) {
    guard !isSilent else { return endLookup(of: host) }
    switch step {
    case .nameServers:
      if let server = result.nameServers.first {
        return jobs.start(
          QueryRequest(
            purpose: .authority(host: host, type: type, step: .address), name: server, type: .a,
            resolvers: [resolver], tries: 3))
      }
    case .address:
      if let address = result.addresses.first,
        let (authority, isNew) = resolvers.authority(at: address, random: &random, now: now)
      {
        if isNew {
          sockets.addResolver()
          jobs.addResolver()
          openSockets(of: authority)
        }
        return start(hosts.authorityQuestion(host, type, to: authority))
      }
    case .question:
      if result.answer != .unknown, result.isAuthoritative {
        hosts.confirm(host, type, with: result, by: resolver, isAuthority: true, among: resolvers)
        return endLookup(of: host)
      }
    }
    start(hosts.sameAgain(host, type, among: resolvers))
  }

  /// Asks whether a parent of missing hosts exists: the first time one resolver for A, then another one for AAAA.
  private mutating func askAncestor(_ name: DomainName, _ type: RecordType = .a, turn: Int = 0) {
    let list = resolvers.own.filter {
      resolvers[$0].health.state == .usable && resolvers.accepts(name, by: $0)
    }
    guard !list.isEmpty, !isSilent else { return }
    jobs.start(
      QueryRequest(
        purpose: .ancestor(name), name: name, type: type, resolvers: list, turn: turn % list.count))
  }

  /// Asks a resolver for its NAT64 prefixes (RFC 7050); any answer also shows that it is there.
  private mutating func askPrefixes(of resolver: Int, tries: Int) {
    jobs.start(
      QueryRequest(
        purpose: .prefixes(resolver: resolver), name: Synthesis.discoveryName, type: .aaaa,
        resolvers: [resolver], tries: tries, isPatient: false))
  }

  private mutating func recordPrefixes(of resolver: Int, _ result: LookupResult) {
    let prefixes = result.answer == .yes ? Synthesis.prefixes(in: result.addresses) : []
    if resolvers[resolver].health.recordPrefixes(result.answer == .unknown ? nil : prefixes) {
      statistics.dns64Changed = true
    }
    if resolvers[resolver].health.state == .untested {
      drop(resolver, "did not answer: \(result.notes.joined(separator: "; "))")
    }
  }
}

/// The hosts to ask about, drawn one by one.
private struct QuestionSource {
  private let draw: () -> HostQuestion?
  private(set) var isExhausted = false

  init(_ draw: @escaping () -> HostQuestion?) { self.draw = draw }

  mutating func next() -> HostQuestion? {
    guard !isExhausted, let question = draw() else {
      isExhausted = true
      return nil
    }
    return question
  }
}

/// The grace after a late turn, in which answers are read before any query counts as lost.
///
/// There is one grace per pause at most, so a process that is always late still comes to an end.
private struct Lateness {
  /// How late a turn may be before the process counts as held up, in nanoseconds.
  private static let tolerated: Int64 = 20_000_000
  /// The longest grace, in nanoseconds.
  private static let longestGrace: Int64 = 200_000_000

  /// The shortest time between two graces, in nanoseconds.
  let pause: Int64
  private var graceEnd = Moment(nanoseconds: .min / 2)

  init(pause: Int64) { self.pause = pause }

  mutating func record(_ nanoseconds: Int64, at now: Moment) {
    guard nanoseconds > Self.tolerated, now - graceEnd > pause else { return }
    graceEnd = now + min(nanoseconds, Self.longestGrace)
  }

  func isGranted(at now: Moment) -> Bool { now < graceEnd }
}
