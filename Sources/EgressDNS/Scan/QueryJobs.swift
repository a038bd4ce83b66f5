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
  private let firstTimeout: Int64
  private let tries: Int
  /// The most lost tries of one job whose answers still count.
  private static let mostLateTries = 8
  /// The jobs that are not settled.
  private(set) var openCount = 0

  /// Makes an empty table.
  ///
  /// - Parameters:
  ///   - firstTimeout: How long the first try waits, in nanoseconds.
  ///   - tries: The most tries of a request that names no number.
  init(firstTimeout: Int64, tries: Int) {
    timers = QueryTimers(firstTimeout: firstTimeout)
    self.firstTimeout = firstTimeout
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
    let priority: SendQueue.Priority = request.purpose.isAboutResolver ? .urgent : .fresh
    openCount += 1
    guard let slot = freeSlots.popLast() else {
      slots.append(QueryJob(request, generation: 1, tries: tries))
      return enqueue(slots.count - 1, priority)
    }
    slots[slot] = QueryJob(request, generation: slots[slot].generation &+ 1, tries: tries)
    enqueue(slot, priority)
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

  /// Whether questions about the resolver itself wait to be sent, which go before all others.
  func hasUrgent(of resolver: Int) -> Bool { queues[resolver].hasUrgent }

  private mutating func enqueue(_ slot: Int, _ priority: SendQueue.Priority) {
    queues[slots[slot].resolver].append(reference(slot), priority)
  }

  /// Puts a job into its resolver's queue again.
  mutating func enqueueAgain(_ slot: Int) {
    enqueue(slot, slots[slot].purpose.isAboutResolver ? .urgent : .retry)
  }

  /// Removes the next job from a resolver's queue.
  mutating func popQueued(of resolver: Int, onlyUrgent: Bool = false) -> Int? {
    while !onlyUrgent || queues[resolver].hasUrgent, let reference = queues[resolver].popFirst() {
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

  /// Starts the deadline of the try that was begun: the second waits twice as long as the first, later ones four times.
  ///
  /// - Parameters:
  ///   - slot: The job.
  ///   - timeout: How long a first try waits for its resolver, in nanoseconds; `nil` while its round trip is not known.
  ///   - now: The time.
  mutating func armDeadline(of slot: Int, timeout: Int64?, at now: Moment) {
    let job = slots[slot]
    let steps: Int64 = job.usesStream ? 4 : job.isPatient ? 1 << Int64(min(max(job.tries, 1), 3) - 1) : 1
    // At the start, when nothing is known of the resolver, several packets show sooner that it is there.
    let first = timeout ?? (job.isPatient ? firstTimeout : firstTimeout / 2)
    timers.arm(reference(slot), for: first * steps, at: now)
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

  /// Gives the current try up as lost, but keeps its id, so that a late answer still counts.
  ///
  /// - Returns: The socket of the try that was given up, and an older try whose id is free now.
  mutating func giveUpTry(_ slot: Int) -> (socket: Int, oldest: LateTry?)? {
    guard let socket = slots[slot].socket else { return nil }
    let job = slots[slot]
    slots[slot].socket = nil
    slots[slot].lateTries.append(
      LateTry(socket: socket, query: job.query, turn: job.turn, sentAt: job.sentAt, isFirst: job.tries == 1))
    let isFull = slots[slot].lateTries.count > Self.mostLateTries
    return (socket, isFull ? slots[slot].lateTries.removeFirst() : nil)
  }

  /// The index of the lost try that an answer may belong to.
  func lateTry(_ slot: Int, id: UInt16, on socket: Int) -> Int? {
    slots[slot].lateTries.firstIndex { $0.socket == socket && $0.query.id == id }
  }

  /// Makes a lost try the current one, because its answer came.
  ///
  /// - Returns: The socket and the id of the try that was current until now; `nil` when it held none.
  mutating func resumeLateTry(_ slot: Int, _ index: Int) -> (socket: Int, id: UInt16)? {
    let replaced = dropID(slot)
    let late = slots[slot].lateTries.remove(at: index)
    slots[slot].generation &+= 1
    slots[slot].isOverdue = false
    slots[slot].usesStream = false
    slots[slot].query = late.query
    slots[slot].turn = late.turn
    slots[slot].sentAt = late.sentAt
    slots[slot].socket = late.socket
    return replaced
  }

  /// Forgets the lost tries of a job.
  ///
  /// - Returns: The tries, whose ids are to be freed.
  mutating func dropLateTries(_ slot: Int) -> [LateTry] {
    guard !slots[slot].lateTries.isEmpty else { return [] }
    defer { slots[slot].lateTries = [] }
    return slots[slot].lateTries
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

  /// Counts a refusal of a job.
  ///
  /// - Returns: How many there were.
  mutating func countRefusal(_ slot: Int) -> Int {
    slots[slot].refusals += 1
    return slots[slot].refusals
  }

  /// Queues a job again, for the next resolver that accepts its name and is not paused.
  ///
  /// - Parameters:
  ///   - slot: The job.
  ///   - resolvers: The resolvers.
  ///   - cost: What the try that ended counts towards the most tries.
  ///   - now: The time.
  /// - Returns: `nil`, or why the job cannot be tried again.
  mutating func retry(_ slot: Int, among resolvers: ResolverPool, cost: Double = 1, at now: Moment) -> String?
  {
    slots[slot].cost += cost
    guard slots[slot].cost < Double(slots[slot].mostTries) - 0.001 else {
      return "no answer after \(slots[slot].tries) tries: \(slots[slot].failures.text)"
    }
    return route(slot, among: resolvers, step: 1, at: now)
  }

  /// Queues a job for the resolver that may be asked about its name first.
  ///
  /// - Parameters:
  ///   - slot: The job.
  ///   - resolvers: The resolvers.
  ///   - step: The resolver to prefer: 0 for the present one, 1 for the next.
  ///   - now: The time.
  /// - Returns: `nil`, or why the job cannot be asked.
  mutating func route(_ slot: Int, among resolvers: ResolverPool, step: Int = 0, at now: Moment) -> String? {
    slots[slot].generation &+= 1
    slots[slot].isOverdue = false
    let job = slots[slot]
    var best: (turn: Int, moment: Moment)?
    for index in 0..<job.resolvers.count {
      let turn = (job.turn + step + index) % job.resolvers.count
      var until = max(now, job.pauses.first { $0.resolver == job.resolvers[turn] }?.until ?? .start)
      if !job.purpose.isAboutResolver {
        switch resolvers.admission(of: job.query.name, job.query.type, by: job.resolvers[turn], at: now) {
        case .open: break
        case .after(let moment): until = max(until, moment)
        case .never: continue
        }
      }
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
      enqueueAgain(slot)
    }
    return nil
  }

  /// Drops EDNS from a job's query and queues it again.
  ///
  /// - Returns: Whether a try was left.
  mutating func retryWithoutEDNS(_ slot: Int) -> Bool {
    slots[slot].query.usesEDNS = false
    slots[slot].complainedAboutEDNS = true
    slots[slot].cost += 1
    guard slots[slot].cost < Double(slots[slot].mostTries) - 0.001 else { return false }
    enqueueAgain(slot)
    return true
  }

  // MARK: - TCP

  /// Lets a job's next queries go over TCP.
  mutating func useStream(_ slot: Int) { slots[slot].usesStream = true }

  /// Queues a job whose answer was truncated for TCP, as part of the same try.
  mutating func continueOverStream(_ slot: Int) {
    slots[slot].usesStream = true
    slots[slot].tries -= 1
    enqueueAgain(slot)
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
        enqueueAgain(slot)
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

/// The queries that wait to be sent to one resolver: questions about the resolver itself first, then retries.
struct SendQueue {
  /// What goes first.
  enum Priority {
    case urgent, retry, fresh
  }

  private var urgent = Deque<JobReference>()
  private var retries = Deque<JobReference>()
  private var fresh = Deque<JobReference>()

  var isEmpty: Bool { fresh.isEmpty && retries.isEmpty && urgent.isEmpty }
  var count: Int { fresh.count + retries.count + urgent.count }
  var hasUrgent: Bool { !urgent.isEmpty }

  mutating func append(_ job: JobReference, _ priority: Priority) {
    switch priority {
    case .urgent: urgent.append(job)
    case .retry: retries.append(job)
    case .fresh: fresh.append(job)
    }
  }

  mutating func popFirst() -> JobReference? { urgent.popFirst() ?? retries.popFirst() ?? fresh.popFirst() }
}
