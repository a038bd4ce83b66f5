// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// The queries of a scan: what waits to be sent, what waits for an answer, and when each is tried again.
///
/// A job lives in a slot. Every use of a slot and every sending has a generation of its own, so a queue entry or a timer
/// that outlives its job is recognised.
struct QueryJobs {
  private var slots: [QueryJob] = []
  private var freeSlots: [Int] = []
  private var queues: [SendQueue] = []
  /// The ids that wait for an answer over TCP, by resolver.
  private var streams: [[UInt16: JobReference]] = []
  private var timers: QueryTimers
  private let tries: Int
  /// The jobs that are not settled.
  private(set) var openCount = 0

  /// Makes an empty table.
  ///
  /// - Parameters:
  ///   - firstTimeout: How long the first try waits, in nanoseconds.
  ///   - tries: The most tries of a request that names no number.
  init(firstTimeout: Int64, tries: Int) {
    timers = QueryTimers(firstTimeout: firstTimeout)
    self.tries = tries
  }

  /// Makes room for another resolver.
  mutating func addResolver() {
    queues.append(SendQueue())
    streams.append([:])
  }

  /// The job in a slot.
  subscript(slot: Int) -> QueryJob { _read { yield slots[slot] } }

  /// The slots, in use or not.
  var slotRange: Range<Int> { slots.indices }

  /// Puts a question into the queue of its first resolver.
  mutating func start(_ request: QueryRequest) {
    if let slot = freeSlots.popLast() {
      slots[slot] = QueryJob(request, generation: slots[slot].generation &+ 1, tries: tries)
      enqueue(slot, isRetry: false)
    } else {
      slots.append(QueryJob(request, generation: 1, tries: tries))
      enqueue(slots.count - 1, isRetry: false)
    }
    openCount += 1
  }

  /// Ends a job and frees its slot.
  mutating func release(_ slot: Int) {
    slots[slot].isOpen = false
    slots[slot].generation &+= 1
    slots[slot].resolvers = []
    slots[slot].query.name = .root
    freeSlots.append(slot)
    openCount -= 1
  }

  private func reference(_ slot: Int) -> JobReference {
    JobReference(slot: slot, generation: slots[slot].generation)
  }

  private func isCurrent(_ reference: JobReference) -> Bool {
    slots[reference.slot].generation == reference.generation && slots[reference.slot].isOpen
  }

  // MARK: - Queues

  /// The entries that wait to be sent to a resolver, stale ones included.
  func queueLength(of resolver: Int) -> Int { queues[resolver].count }

  /// Whether nothing waits to be sent to a resolver.
  func isQueueEmpty(of resolver: Int) -> Bool { queues[resolver].isEmpty }

  /// Puts a job into its resolver's queue again.
  mutating func enqueue(_ slot: Int, isRetry: Bool) {
    queues[slots[slot].resolver].append(reference(slot), isRetry: isRetry)
  }

  /// Removes the next job from a resolver's queue.
  mutating func popQueued(of resolver: Int) -> Int? {
    while let reference = queues[resolver].popFirst() {
      if isCurrent(reference) { return reference.slot }
    }
    return nil
  }

  // MARK: - Tries

  /// Begins a try.
  ///
  /// - Parameters:
  ///   - slot: The job.
  ///   - caseBits: Random bits for the case of the name's letters.
  ///   - cookie: The cookie for the resolver; `nil` for no change.
  ///   - allowsEDNS: Whether the resolver takes EDNS.
  ///   - now: The time.
  mutating func beginTry(_ slot: Int, caseBits: UInt64, cookie: [UInt8]?, allowsEDNS: Bool, at now: Moment) {
    slots[slot].generation &+= 1
    slots[slot].tries += 1
    slots[slot].sentAt = now
    slots[slot].query.caseBits = caseBits
    if let cookie { slots[slot].query.cookie = cookie }
    if !allowsEDNS { slots[slot].query.usesEDNS = false }
  }

  /// Starts the deadline of the try that was begun.
  mutating func armDeadline(of slot: Int, at now: Moment) {
    let job = slots[slot]
    let number = job.usesStream ? .max : job.isPatient ? job.tries : 1
    timers.arm(reference(slot), try: number, at: now)
  }

  /// Records the socket and the id of a query that is sent over UDP.
  mutating func holdID(_ slot: Int, _ id: UInt16, on socket: Int) {
    slots[slot].query.id = id
    slots[slot].socket = socket
  }

  /// Ends the wait for an answer over UDP.
  ///
  /// - Returns: The socket and the id that are free now; `nil` when the job held none.
  mutating func dropID(_ slot: Int) -> (socket: Int, id: UInt16)? {
    guard let socket = slots[slot].socket else { return nil }
    slots[slot].socket = nil
    return (socket, slots[slot].query.id)
  }

  /// Adds a failure to a job's log.
  mutating func addFailure(_ slot: Int, _ kind: FailureLog.Kind, _ detail: String? = nil) {
    slots[slot].failures.add(kind, detail)
  }

  /// Leaves a resolver alone about a job's name.
  mutating func pause(_ slot: Int, _ resolver: Int, until moment: Moment) {
    slots[slot].pauses.removeAll { $0.resolver == resolver }
    slots[slot].pauses.append((resolver, moment))
  }

  /// Queues a job again, for the next resolver that accepts its name and is not paused.
  ///
  /// - Returns: `nil`, or why the job cannot be tried again.
  mutating func retry(_ slot: Int, among resolvers: ResolverPool, at now: Moment) -> String? {
    slots[slot].generation &+= 1
    slots[slot].isOverdue = false
    let job = slots[slot]
    guard job.tries < job.mostTries else {
      return "no answer after \(job.tries) tries: \(job.failures.text)"
    }
    var best: (turn: Int, moment: Moment)?
    for step in 1...job.resolvers.count {
      let turn = (job.turn + step) % job.resolvers.count
      guard resolvers.accepts(job.query.name, by: job.resolvers[turn]) else { continue }
      let until = max(now, job.pauses.first { $0.resolver == job.resolvers[turn] }?.until ?? .start)
      if best.map({ until < $0.moment }) ?? true { best = (turn, until) }
    }
    guard let best else { return "no resolver left: \(job.failures.text)" }
    if job.turn != best.turn {
      slots[slot].turn = best.turn
      slots[slot].query.usesEDNS = true
    }
    if best.moment > now {
      timers.wait(reference(slot), until: best.moment)
    } else {
      enqueue(slot, isRetry: true)
    }
    return nil
  }

  /// Drops EDNS from a job's query and queues it again.
  ///
  /// - Returns: Whether a try was left.
  mutating func retryWithoutEDNS(_ slot: Int) -> Bool {
    slots[slot].query.usesEDNS = false
    guard slots[slot].tries < slots[slot].mostTries else { return false }
    enqueue(slot, isRetry: true)
    return true
  }

  // MARK: - TCP

  /// Lets a job's next queries go over TCP.
  mutating func useStream(_ slot: Int) { slots[slot].usesStream = true }

  /// Queues a job whose answer was truncated for TCP, as part of the same try.
  mutating func continueOverStream(_ slot: Int) {
    slots[slot].usesStream = true
    slots[slot].tries -= 1
    enqueue(slot, isRetry: true)
  }

  /// Gives the query an id on its resolver's TCP connection.
  mutating func openStream(_ slot: Int, bits: UInt64) {
    let resolver = slots[slot].resolver
    var id = UInt16(truncatingIfNeeded: bits)
    while streams[resolver][id] != nil { id &+= 1 }
    slots[slot].query.id = id
    streams[resolver][id] = reference(slot)
  }

  /// The job that waits for an id on a resolver's TCP connection.
  func streamJob(of resolver: Int, id: UInt16) -> Int? {
    guard let reference = streams[resolver][id], isCurrent(reference) else { return nil }
    return reference.slot
  }

  /// Ends the wait for an answer over TCP.
  mutating func closeStream(of resolver: Int, id: UInt16) { streams[resolver][id] = nil }

  /// Ends all waits for answers on a resolver's TCP connection, which failed.
  ///
  /// - Returns: The jobs that waited.
  mutating func failStreams(of resolver: Int) -> [Int] {
    let waiting = streams[resolver].values.filter(isCurrent).map(\.slot).sorted()
    streams[resolver] = [:]
    for slot in waiting { slots[slot].usesStream = false }
    return waiting
  }

  // MARK: - Time

  /// Gives every query whose deadline has passed a random time more.
  ///
  /// An answer within that time still counts: the id stays in use until the query is sent again.
  mutating func extendDeadlines(at now: Moment, random: inout RandomSource) {
    while let (reference, delay) = timers.popTimeout(at: now) {
      guard isCurrent(reference) else { continue }
      slots[reference.slot].isOverdue = true
      let extra = UInt64(max(1, delay / 2))
      timers.wait(reference, until: now + Int64(random.next() % extra))
    }
  }

  /// Queues the jobs whose pause is over, up to the next job that has lost its try.
  ///
  /// - Returns: The job that lost its try; `nil` when there is no further one.
  mutating func nextLostTry(at now: Moment) -> Int? {
    while let reference = timers.popWait(at: now) {
      guard isCurrent(reference) else { continue }
      let slot = reference.slot
      guard slots[slot].isOverdue else {
        enqueue(slot, isRetry: true)
        continue
      }
      slots[slot].isOverdue = false
      slots[slot].failures.add(slots[slot].usesStream ? .stream : .timeout)
      if slots[slot].usesStream {
        closeStream(of: slots[slot].resolver, id: slots[slot].query.id)
        slots[slot].usesStream = false
      }
      return slot
    }
    return nil
  }

  /// The next moment at which a deadline or a pause ends.
  mutating func nextMoment() -> Moment? {
    let slots = slots
    return timers.nextMoment { slots[$0.slot].generation != $0.generation }
  }
}

/// The queries that wait to be sent to one resolver; retries go first.
struct SendQueue {
  private var fresh = Deque<JobReference>()
  private var retries = Deque<JobReference>()

  var isEmpty: Bool { fresh.isEmpty && retries.isEmpty }
  var count: Int { fresh.count + retries.count }

  mutating func append(_ job: JobReference, isRetry: Bool) {
    if isRetry { retries.append(job) } else { fresh.append(job) }
  }

  mutating func popFirst() -> JobReference? { retries.popFirst() ?? fresh.popFirst() }
}
