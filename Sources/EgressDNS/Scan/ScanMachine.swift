// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// A scan as a pure state machine: it takes events and returns actions; the clock and the random source are parameters.
///
/// The owner calls an event (`start`, `socketOpened`, `receive`, `streamReceived`, `streamFailed`, `advance`) and then
/// carries out what `output` holds.
struct ScanMachine {
  private enum Phase {
    case starting, scanning, ending, finished
  }

  /// The most hosts that are under way at once; each takes well below a kilobyte.
  static let mostHosts = 16_384
  /// The most datagrams that one call makes, so that answers are read between calls.
  private static let mostPacketsPerTurn = 256
  /// The most hosts that one call draws without a query.
  private static let mostHostsPerTurn = 1024

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
  /// The control questions that are not settled.
  private var openControls = 0

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
    for _ in resolvers.own {
      sockets.addResolver()
      jobs.addResolver()
    }
  }

  // MARK: - Phases

  /// Begins: opens sockets and asks each resolver for its NAT64 prefixes.
  mutating func start(at now: Moment) {
    // Until the round trip is known, a try waits for half of the first time-out.
    let tries = Int(
      max(4, min(128, 2 * configuration.startLimit.nanoseconds / configuration.firstTimeout.nanoseconds)))
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
    watchResolvers(at: now)
    guard phase != .finished else { return }
    send(at: now)
    changePhase(at: now)
    if phase != .finished, output.packets.isEmpty { send(at: now) }
  }

  /// When `advance` is due at the latest; `nil` when the scan is over.
  mutating func nextMoment(at now: Moment) -> Moment? {
    guard phase != .finished else { return nil }
    var next = now + 1_000_000_000
    if let moment = jobs.nextMoment() { next = min(next, moment) }
    let settled = startedAt + configuration.firstTimeout.nanoseconds
    if phase == .starting, settled > now { next = min(next, settled) }
    for resolver in resolvers.indices {
      if phase == .scanning, resolver < resolvers.own.count {
        next = min(next, resolvers[resolver].watch.nextCheck)
      }
      guard wantsToSend(to: resolver), hasRoom(for: resolver) || hasUrgent(for: resolver) else { continue }
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
      if resolvers.areAllDropped { return fail(.noResolverAnswered(configuration.resolvers)) }
      let waited = now >= startedAt + configuration.firstTimeout.nanoseconds
      guard isSettled || (waited && states.contains(.usable)) else { return }
      phase = .scanning
    case .scanning:
      guard questions.isExhausted, hosts.activeCount == 0, jobs.openCount == openControls else { return }
      phase = .ending
      for resolver in resolvers.own where resolvers[resolver].health.state == .usable {
        askPrefixes(of: resolver, tries: 2)
      }
    case .ending:
      if jobs.openCount == openControls { finish(at: now) }
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

  /// Ends the scan with an error; observations that were delivered stay valid.
  private mutating func fail(_ reason: ScanError) {
    guard phase != .finished else { return }
    error = reason
    phase = .finished
    output.actions.append(.finish)
  }

  /// Stops asking resolvers that no longer answer, and asks again those that do.
  private mutating func watchResolvers(at now: Moment) {
    guard phase == .scanning else { return }
    for resolver in resolvers.own where phase != .finished {
      switch resolvers.check(resolver, isWaiting: sockets.inFlight(of: resolver) > 0, at: now) {
      case .none: break
      case .ask:
        guard sockets.hasReadySocket(of: resolver), !jobs.hasUrgent(of: resolver) else { continue }
        openControls += 1
        jobs.start(QueryRequest(about: resolver, purpose: .control(resolver: resolver), tries: 1))
      case .stopped:
        let outage = resolvers.outage(of: resolver)
        drop(resolver, outage.description, error: outage, at: now)
      case .recovered: resolvers.resume(resolver, at: now)
      }
    }
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

  /// Goes on without a socket that the system does not make; a resolver that has no other is dropped.
  ///
  /// - Parameters:
  ///   - number: The socket.
  ///   - reason: What the system says.
  ///   - limit: The error to end with when too few files may be open.
  ///   - now: The time.
  mutating func socketFailed(_ number: Int, reason: String, limit: ScanError? = nil, at now: Moment) {
    guard let resolver = sockets.resolver(of: number) else { return }
    if sockets.failed(number) {
      if let limit { fail(limit) } else { drop(resolver, "no socket: \(reason)", at: now) }
    }
    advance(to: now)
  }

  /// Drops a resolver at whose address nobody listens, as the system says.
  mutating func connectionRefused(_ number: Int, reason: String, at now: Moment) {
    guard phase == .starting, let resolver = sockets.resolver(of: number),
      resolvers[resolver].health.state == .untested
    else { return }
    drop(resolver, reason, at: now)
    advance(to: now)
  }

  /// Stops asking a resolver; its questions go to the others, or the scan ends when there is no other.
  private mutating func drop(_ resolver: Int, _ reason: String, error: ScanError? = nil, at now: Moment) {
    guard resolvers[resolver].health.drop(reason) else { return }
    resolvers[resolver].watch.recordDrop(at: now)
    if resolvers.areAllDropped, phase != .starting {
      return fail(error ?? .noResolverAnswered(configuration.resolvers))
    }
    for slot in jobs.slotRange where jobs[slot].isOpen && jobs[slot].resolver == resolver {
      if jobs[slot].purpose.isAboutResolver { release(slot) } else { route(slot, step: 1, at: now) }
    }
  }

  /// Ends the wait for an answer over UDP.
  private mutating func freeID(of slot: Int) {
    guard let (socket, id) = jobs.dropID(slot), sockets.freeID(id, on: socket) else { return }
    output.actions.append(.closeSocket(socket))
  }

  private mutating func forget(_ late: LateTry) {
    guard sockets.freeID(late.query.id, on: late.socket, isLate: true) else { return }
    output.actions.append(.closeSocket(late.socket))
  }

  private mutating func release(_ slot: Int) {
    freeID(of: slot)
    for late in jobs.dropLateTries(slot) { forget(late) }
    if case .control = jobs[slot].purpose { openControls -= 1 }
    jobs.release(slot)
  }

  // MARK: - Sending

  private func hasRoom(for resolver: Int) -> Bool {
    sockets.inFlight(of: resolver) < resolvers[resolver].pacer.window && sockets.hasReadySocket(of: resolver)
  }

  /// Whether a question about the resolver itself could be sent, for which there is always room.
  private func hasUrgent(for resolver: Int) -> Bool {
    jobs.hasUrgent(of: resolver) && sockets.hasReadySocket(of: resolver)
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
    for resolver in resolvers.indices {
      while hasUrgent(for: resolver), resolvers[resolver].pacer.allowsQuery(at: now),
        let slot = jobs.popQueued(of: resolver, onlyUrgent: true)
      { sendQuery(slot, to: resolver, at: now) }
    }
    var isHungry = true
    var drawn = 0
    while isHungry, output.packets.count < Self.mostPacketsPerTurn, drawn < Self.mostHostsPerTurn {
      isHungry = false
      for resolver in resolvers.indices where wantsToSend(to: resolver) {
        while output.packets.count < Self.mostPacketsPerTurn, !jobs.isQueueEmpty(of: resolver),
          maySend(to: resolver, at: now)
        {
          if let slot = jobs.popQueued(of: resolver) { sendOrRoute(slot, to: resolver, at: now) }
        }
        if phase == .scanning, jobs.isQueueEmpty(of: resolver),
          output.packets.count < Self.mostPacketsPerTurn, maySend(to: resolver, at: now)
        {
          isHungry = true
        }
      }
      if isHungry { isHungry = drawHost(at: now) }
      drawn += 1
    }
  }

  /// Sends a query, unless the resolver has come to refuse its zone since it was queued.
  private mutating func sendOrRoute(_ slot: Int, to resolver: Int, at now: Moment) {
    let query = jobs[slot].query
    guard !jobs[slot].purpose.isAboutResolver,
      resolvers.admission(of: query.name, query.type, by: resolver, at: now) != .open
    else { return sendQuery(slot, to: resolver, at: now) }
    route(slot, at: now)
  }

  private mutating func sendQuery(_ slot: Int, to resolver: Int, at now: Moment) {
    let isAboutResolver = jobs[slot].purpose.isAboutResolver
    let isMeasured = resolvers[resolver].pacer.roundTrip != nil
    resolvers[resolver].pacer.countQuery(at: now)
    resolvers[resolver].health.recordQuery(
      about: isAboutResolver ? nil : (jobs[slot].query.name, jobs[slot].query.type), at: now)
    statistics.queries += 1
    let bits = random.next()
    jobs.beginTry(
      slot, caseBits: random.next(), cookie: resolvers[resolver].health.cookie,
      allowsEDNS: resolvers[resolver].health.allowsEDNS(), at: now)
    if jobs[slot].tries > 1 { statistics.retries += 1 }
    if jobs[slot].usesStream {
      sendStream(slot, to: resolver, bits: bits)
    } else {
      sendDatagram(slot, to: resolver, bits: bits)
    }
    jobs.armDeadline(of: slot, timeout: isMeasured ? resolvers[resolver].pacer.timeout : nil, at: now)
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

  /// Takes a datagram; what answers no open query is counted and otherwise ignored.
  mutating func receive(_ bytes: Span<UInt8>, socket number: Int, at now: Moment) {
    guard phase != .finished, let resolver = sockets.resolver(of: number) else { return }
    var offset = 0
    guard let header = try? Header(reading: bytes, at: &offset),
      let slot = sockets.job(waitingFor: header.id, on: number)
    else { return resolvers[resolver].health.recordStray() }
    let index = jobs.lateTry(slot, id: header.id, on: number)
    let late = index.map { jobs[slot].lateTries[$0] }
    let query = late?.query ?? jobs[slot].query
    let reply: Reply
    switch query.match(bytes, header, end: &offset) {
    case .none:
      guard query.isRejected(by: header) else { return resolvers[resolver].health.recordStray() }
      reply = .complaint
    case .folded:
      if resolvers[resolver].health.recordFoldedCase() {
        // The resolver kept the case before, so a stranger may have guessed: TCP decides, which no stranger reaches.
        jobs.useStream(slot)
        return tryAgain(slot, at: now)
      }
      reply = Reply(bytes, header, end: offset, to: query)
    case .exact:
      resolvers[resolver].health.recordExactCase(hasUpperCase: query.hasUpperCase)
      reply = Reply(bytes, header, end: offset, to: query)
    }
    guard resolvers[resolver].health.trusts(reply) else { return resolvers[resolver].health.recordStray() }
    if let index {
      if let (socket, id) = jobs.resumeLateTry(slot, index), sockets.freeID(id, on: socket) {
        output.actions.append(.closeSocket(socket))
      }
      sockets.setLate(false, on: number)
    }
    accept(reply, slot: slot, resolver: resolver, late: late, at: now)
  }

  /// Takes a message from a TCP connection.
  mutating func streamReceived(_ bytes: Span<UInt8>, resolver: Int, at now: Moment) {
    guard phase != .finished, resolvers.indices.contains(resolver) else { return }
    var offset = 0
    guard let header = try? Header(reading: bytes, at: &offset),
      let slot = jobs.streamJob(of: resolver, id: header.id)
    else { return resolvers[resolver].health.recordStray() }
    let matches = jobs[slot].query.match(bytes, header, end: &offset) != .none
    let query = jobs[slot].query
    guard matches || query.isRejected(by: header) else { return resolvers[resolver].health.recordStray() }
    jobs.closeStream(of: resolver, id: header.id)
    let reply = matches ? Reply(bytes, header, end: offset, to: query) : .complaint
    guard resolvers[resolver].health.trusts(reply) else { return resolvers[resolver].health.recordStray() }
    accept(reply, slot: slot, resolver: resolver, at: now)
  }

  /// Takes the end of a TCP connection: what was open on it is tried again.
  mutating func streamFailed(resolver: Int, reason: String, at now: Moment) {
    guard phase != .finished, resolvers.indices.contains(resolver) else { return }
    for slot in jobs.failStreams(of: resolver) {
      jobs.addFailure(slot, .stream, reason)
      resolvers[resolver].pacer.count(failed: true, sentAt: jobs[slot].sentAt)
      pause(slot, for: configuration.failurePause, at: now)
      tryAgain(slot, at: now)
    }
  }

  private mutating func accept(
    _ reply: Reply, slot: Int, resolver: Int, late: LateTry? = nil, at now: Moment
  ) {
    resolvers.recordAnswer(of: resolver, to: jobs[slot], late: late, at: now)
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
    let (name, type) = (jobs[slot].query.name, jobs[slot].query.type)
    if case .refused(let detail) = outcome { return endRefusedTry(slot, detail, at: now) }
    if !jobs[slot].purpose.isAboutResolver { resolvers[resolver].health.recordAcceptance(of: name, type) }
    if case .answered(let result) = outcome { return settle(slot, result, at: now) }
    var isServerFailure = false
    if case .failed(.serverFailure, _, pauses: _) = outcome { isServerFailure = true }
    resolvers[resolver].pacer.count(failed: isServerFailure, sentAt: jobs[slot].sentAt)
    switch outcome {
    case .answered, .refused: break
    case .failed(let kind, let detail, pauses: let pauses):
      jobs.addFailure(slot, kind, detail)
      if pauses {
        // A failure may be cached (RFC 9520); another useless answer is as likely to be right a moment later.
        let length = configuration.failurePause
        pause(slot, for: isServerFailure ? length : min(length, configuration.firstTimeout), at: now)
      }
      tryAgain(slot, at: now)
    case .truncated: jobs.continueOverStream(slot)
    case .withoutEDNS:
      if !jobs.retryWithoutEDNS(slot) { tryAgain(slot, at: now) }
    }
  }

  /// Ends a try that was refused: the zone is judged by all its refusals, and the question is asked again.
  private mutating func endRefusedTry(_ slot: Int, _ detail: String?, at now: Moment) {
    let (job, resolver) = (jobs[slot], jobs[slot].resolver)
    let (name, type) = (job.query.name, job.query.type)
    jobs.addFailure(slot, .refused, detail)
    // Refusals between answers may mean that the resolver is asked too fast.
    let share = resolvers[resolver].health.refusals.share(of: name, type)
    resolvers[resolver].pacer.count(failed: share > 0, sentAt: job.sentAt)
    var cost = LossRecord.weight(ofFailureAt: share)
    if !job.purpose.isAboutResolver, resolvers[resolver].health.recordRefusal(of: name, type, at: now) {
      cost = 0
    }
    let count = jobs.countRefusal(slot)
    if count > 1, cost > 0 {
      let pauses = configuration.firstTimeout / 8 * (1 << min(count - 2, 6))
      pause(slot, for: min(configuration.failurePause, pauses), at: now)
    }
    tryAgain(slot, cost: cost, at: now)
  }

  /// Leaves the resolver that is asked now alone about a job's name, for up to a tenth longer than the given time.
  private mutating func pause(_ slot: Int, for length: Duration, at now: Moment) {
    let jitter = Int64(random.next() % UInt64(max(1, length.nanoseconds / 10)))
    jobs.pause(slot, jobs[slot].resolver, until: now + (length.nanoseconds + jitter))
  }

  /// Sends a query again, or settles it when no try is left.
  private mutating func tryAgain(_ slot: Int, cost: Double = 1, at now: Moment) {
    freeID(of: slot)
    if let reason = jobs.retry(slot, among: resolvers, cost: cost, at: now) {
      settle(slot, .unknown(reason), at: now)
    }
  }

  /// Queues a query for a resolver that may be asked, or settles it when there is none.
  private mutating func route(_ slot: Int, step: Int = 0, at now: Moment) {
    freeID(of: slot)
    if let reason = jobs.route(slot, among: resolvers, step: step, at: now) {
      settle(slot, .unknown(reason), at: now)
    }
  }

  /// Handles every query whose deadline or pause has passed.
  private mutating func expire(at now: Moment) {
    guard !lateness.isGranted(at: now) else { return }
    jobs.extendDeadlines(at: now, random: &random)
    while let slot = jobs.nextLostTry(at: now) {
      statistics.timeouts += 1
      let cost = resolvers.recordLoss(of: jobs[slot].resolver, of: jobs[slot], at: now)
      if let (socket, oldest) = jobs.giveUpTry(slot) {
        sockets.setLate(true, on: socket)
        if let oldest { forget(oldest) }
      }
      tryAgain(slot, cost: cost, at: now)
    }
  }

  // MARK: - Lookups

  private mutating func start(_ request: QueryRequest?) {
    if let request { jobs.start(request) }
  }

  /// Draws the next host and queues its lookups.
  ///
  /// - Returns: Whether there was one.
  private mutating func drawHost(at now: Moment) -> Bool {
    guard hosts.activeCount < Self.mostHosts, let question = questions.next() else { return false }
    guard let name = DomainName(question.host)?.lowercased, name.labelCount > 0 else {
      let note = "not a DNS name: labels have 1 to 63 octets, names up to 255"
      deliver(HostObservation(host: question.host, both: FamilyObservation(.unknown, note: note)))
      return true
    }
    if let ancestor = hosts.missingAncestor(of: name, lastKnown: question.lastKnown) {
      statistics.nxdomainCacheHits += 1
      deliver(
        name, .absent, "not asked: \(ancestor) does not exist, so nothing beneath it does (RFC 8020)")
      return true
    }
    switch resolvers.beginning(of: name, jobs: jobs, at: now) {
    case .now(let resolver): look(at: name, question, first: resolver)
    case .later where !questions.isDrawn: questions.setAside(question)
    case .later: look(at: name, question, first: 0)
    case .never: deliver(name, .unknown, "no resolver left: all refused the zone or did not answer")
    }
    return true
  }

  private mutating func look(at name: DomainName, _ question: HostQuestion, first: Int) {
    for request in hosts.add(
      name, lastKnown: question.lastKnown, isPublished: question.isPublished, resolvers: resolvers.own,
      turn: first)
    { jobs.start(request) }
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
    if result.answer != .unknown {
      resolvers[resolver].pacer.count(failed: false, sentAt: jobs[slot].sentAt)
    }
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
    case .prefixes(let resolver): recordPrefixes(of: resolver, result, at: now)
    case .control: break
    case .ancestor(let name):
      switch hosts.recordAncestor(name, result) {
      case .none: break
      case .confirm: askAncestor(name, .aaaa, turn: 1)
      case .ask(let above): askAncestor(above)
      }
    }
  }

  private mutating func endLookup(of host: Int) {
    switch hosts.endLookup(of: host, among: resolvers) {
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
    guard !list.isEmpty else { return }
    jobs.start(
      QueryRequest(
        purpose: .ancestor(name), name: name, type: type, resolvers: list, turn: turn % list.count))
  }

  /// Asks a resolver for its NAT64 prefixes (RFC 7050); any answer also shows that it is there.
  private mutating func askPrefixes(of resolver: Int, tries: Int) {
    jobs.start(QueryRequest(about: resolver, purpose: .prefixes(resolver: resolver), tries: tries))
  }

  private mutating func recordPrefixes(of resolver: Int, _ result: LookupResult, at now: Moment) {
    let prefixes = result.answer == .yes ? Synthesis.prefixes(in: result.addresses) : []
    if resolvers[resolver].health.recordPrefixes(result.answer == .unknown ? nil : prefixes) {
      statistics.dns64Changed = true
    }
    if resolvers[resolver].health.state == .untested {
      drop(resolver, "did not answer: \(result.notes.joined(separator: "; "))", at: now)
    }
  }
}
