// SPDX-License-Identifier: Apache-2.0

extension ScanMachine {
  // MARK: - Lookups

  /// Puts a lookup into its resolver's queue.
  mutating func startLookup(
    _ purpose: Lookup.Purpose, _ name: DomainName, _ type: RecordType, bucket: Int, resolvers list: [Int],
    turn: Int = 0, tries: Int? = nil, recursionDesired: Bool = true, isPatient: Bool = true
  ) {
    let slot: Int
    if let free = freeLookups.popLast() {
      slot = free
    } else {
      slot = lookups.count
      lookups.append(Lookup())
    }
    let generation = lookups[slot].generation
    var lookup = Lookup()
    lookup.generation = generation &+ 1
    lookup.purpose = purpose
    lookup.query = Query(name, type, id: 0, caseBits: 0)
    lookup.query.recursionDesired = recursionDesired
    lookup.bucket = bucket
    lookup.resolvers = list
    lookup.turn = turn
    lookup.mostTries = tries ?? configuration.tries
    lookup.isPatient = isPatient
    lookup.state = .ready
    lookups[slot] = lookup
    openLookups += 1
    enqueue(slot, isRetry: false)
  }

  func reference(_ slot: Int) -> LookupReference {
    LookupReference(slot: slot, generation: lookups[slot].generation)
  }

  /// Whether a reference still means what it meant.
  func isCurrent(_ reference: LookupReference) -> Bool {
    lookups[reference.slot].generation == reference.generation && lookups[reference.slot].state != .free
  }

  mutating func enqueue(_ slot: Int, isRetry: Bool) {
    lookups[slot].state = .ready
    let reference = reference(slot)
    let (bucket, resolver) = (lookups[slot].bucket, lookups[slot].resolver)
    if isRetry {
      lanes[bucket][resolver].retries.append(reference)
    } else {
      lanes[bucket][resolver].fresh.append(reference)
    }
  }

  /// Gives a lookup's slot back.
  mutating func release(_ slot: Int) {
    giveBackID(slot)
    lookups[slot].state = .free
    lookups[slot].generation &+= 1
    lookups[slot].resolvers = []
    lookups[slot].query.name = .root
    freeLookups.append(slot)
    openLookups -= 1
  }

  /// Ends the wait for an answer over UDP.
  mutating func giveBackID(_ slot: Int) {
    guard lookups[slot].holdsID else { return }
    lookups[slot].holdsID = false
    let number = lookups[slot].socket
    sockets[number]?.slots[Int(lookups[slot].query.id)] = -1
    sockets[number]?.open -= 1
    if let resolver = sockets[number]?.resolver { resolvers[resolver].inFlight -= 1 }
    closeIfDone(number)
  }

  // MARK: - Sockets

  mutating func openSockets(of resolver: Int) {
    while resolvers[resolver].sockets.count < configuration.socketsPerResolver { openSocket(of: resolver) }
  }

  private mutating func openSocket(of resolver: Int) {
    let state = SocketState(resolver: resolver, slots: Array(repeating: -1, count: 65_536))
    let number: Int
    if let free = freeSockets.popLast() {
      number = free
      sockets[number] = state
    } else {
      number = sockets.count
      sockets.append(state)
    }
    resolvers[resolver].sockets.append(number)
    actions.append(.openSocket(number, resolvers[resolver].address))
  }

  /// Takes a socket into use.
  mutating func socketOpened(_ number: Int, at now: Moment) {
    sockets[number]?.isReady = true
    advance(to: now)
  }

  /// Drops a resolver that no socket can be made for, when it never answered.
  mutating func socketFailed(_ number: Int, reason: String, at now: Moment) {
    guard let resolver = sockets[number]?.resolver else { return }
    drop(resolver, "no socket: \(reason)")
    advance(to: now)
  }

  /// Takes the word of the system that nobody listens at a resolver's address.
  mutating func connectionRefused(_ number: Int, reason: String, at now: Moment) {
    guard sockets.indices.contains(number), let resolver = sockets[number]?.resolver,
      resolvers[resolver].standing == .untested, phase == .starting
    else { return }
    drop(resolver, reason)
    advance(to: now)
  }

  /// Gives up a resolver before the scan begins.
  mutating func drop(_ resolver: Int, _ reason: String) {
    guard resolvers[resolver].standing != .dropped else { return }
    resolvers[resolver].standing = .dropped
    resolvers[resolver].statistics.dropped.append(reason)
    for slot in lookups.indices where lookups[slot].state != .free {
      guard case .prefixes(resolver) = lookups[slot].purpose else { continue }
      release(slot)
    }
  }

  private mutating func closeIfDone(_ number: Int) {
    guard let socket = sockets[number], socket.isRetired, socket.open == 0 else { return }
    sockets[number] = nil
    freeSockets.append(number)
    actions.append(.closeSocket(number))
  }

  /// A socket to send from; `nil` while none is open.
  private mutating func pickSocket(of resolver: Int) -> Int? {
    let list = resolvers[resolver].sockets
    guard !list.isEmpty else { return nil }
    for step in 0..<list.count {
      let place = (resolvers[resolver].nextSocket + step) % list.count
      let number = list[place]
      guard sockets[number]?.isReady == true else { continue }
      resolvers[resolver].nextSocket = place + 1
      return number
    }
    return nil
  }

  /// Replaces a socket that has sent enough.
  private mutating func retire(_ number: Int) {
    guard let resolver = sockets[number]?.resolver else { return }
    // The others go on sending while the new one opens; with a single socket it must be there first.
    resolvers[resolver].sockets.removeAll { $0 == number }
    sockets[number]?.isRetired = true
    openSocket(of: resolver)
    closeIfDone(number)
  }

  // MARK: - Sending

  /// Whether a resolver may have another open query.
  func hasRoom(_ resolver: Int) -> Bool {
    resolvers[resolver].inFlight < resolvers[resolver].window(timeout: configuration.firstTimeout.nanoseconds)
      && resolvers[resolver].sockets.contains { sockets[$0]?.isReady == true }
  }

  /// Whether a lane has a lookup to send, or could be given one.
  func wantsToSend(_ bucket: Int, _ resolver: Int) -> Bool {
    !lanes[bucket][resolver].isEmpty
      || (phase == .scanning && !isExhausted && activeJobs < Self.mostJobs && resolver < ownResolvers
        && resolvers[resolver].standing == .usable)
  }

  private mutating func maySend(_ bucket: Int, _ resolver: Int, at now: Moment) -> Bool {
    guard hasRoom(resolver) else { return false }
    if lanes[bucket][resolver].bucket != nil {
      guard lanes[bucket][resolver].bucket?.hasToken(at: now) == true else { return false }
    }
    guard resolvers[resolver].bucket != nil else { return true }
    return resolvers[resolver].bucket?.hasToken(at: now) == true
  }

  /// Sends what waits and draws hosts, as far as pace and windows allow.
  mutating func send(at now: Moment) {
    var isHungry = true
    if isSilent {
      while deliveries.count < Self.mostDeliveriesPerTurn, drawHost(at: now) {}
      return
    }
    while isHungry, packets.count < Self.mostPacketsPerTurn, deliveries.count < Self.mostDeliveriesPerTurn {
      isHungry = false
      for bucket in lanes.indices {
        for resolver in bucketLanes(bucket) where wantsToSend(bucket, resolver) {
          while packets.count < Self.mostPacketsPerTurn, !lanes[bucket][resolver].isEmpty,
            maySend(bucket, resolver, at: now)
          {
            guard let reference = lanes[bucket][resolver].popFirst() else { break }
            if isCurrent(reference) { sendQuery(reference.slot, at: now) }
          }
          if lanes[bucket][resolver].isEmpty, phase == .scanning, packets.count < Self.mostPacketsPerTurn,
            maySend(bucket, resolver, at: now)
          {
            isHungry = true
          }
        }
      }
      if isHungry { isHungry = drawHost(at: now) }
    }
  }

  private mutating func sendQuery(_ slot: Int, at now: Moment) {
    let resolver = lookups[slot].resolver
    lookups[slot].generation &+= 1
    lookups[slot].tries += 1
    lookups[slot].sentAt = now
    lanes[lookups[slot].bucket][resolver].bucket?.take()
    resolvers[resolver].bucket?.take()
    resolvers[resolver].statistics.queries += 1
    statistics.queries += 1
    if lookups[slot].tries > 1 { statistics.retries += 1 }
    let bits = random.next()
    lookups[slot].query.caseBits = random.next()
    if !resolvers[resolver].clientCookie.isEmpty {
      lookups[slot].query.cookie = resolvers[resolver].clientCookie + resolvers[resolver].serverCookie
    }
    if resolvers[resolver].statistics.withoutEDNS { lookups[slot].query.usesEDNS = false }
    if lookups[slot].usesStream {
      sendStream(slot, bits: bits)
    } else {
      sendDatagram(slot, bits: bits, at: now)
    }
    let place = lookups[slot].isPatient ? min(lookups[slot].tries, timeouts.count) - 1 : 0
    timeouts[lookups[slot].usesStream ? timeouts.count - 1 : place].append(reference(slot), at: now)
  }

  private mutating func sendDatagram(_ slot: Int, bits: UInt64, at now: Moment) {
    let resolver = lookups[slot].resolver
    lookups[slot].state = .inFlight
    guard let number = pickSocket(of: resolver), var id = freeID(of: number, bits: bits) else { return }
    swap(&id, &lookups[slot].query.id)
    lookups[slot].socket = number
    lookups[slot].holdsID = true
    sockets[number]?.slots[Int(lookups[slot].query.id)] = Int32(slot)
    sockets[number]?.open += 1
    sockets[number]?.sent += 1
    resolvers[resolver].inFlight += 1
    let start = packetBytes.count
    lookups[slot].query.append(to: &packetBytes)
    packets.append(Packet(socket: number, bytes: start..<packetBytes.count))
    if let sent = sockets[number]?.sent, sent >= configuration.queriesPerSocket { retire(number) }
  }

  private func freeID(of number: Int, bits: UInt64) -> UInt16? {
    guard let open = sockets[number]?.open, open < 60_000 else { return nil }
    var id = UInt16(truncatingIfNeeded: bits)
    while let slot = sockets[number]?.slots[Int(id)], slot >= 0 {
      id &+= UInt16(truncatingIfNeeded: bits >> 16) | 1
    }
    return id
  }

  private mutating func sendStream(_ slot: Int, bits: UInt64) {
    let resolver = lookups[slot].resolver
    statistics.streamQueries += 1
    lookups[slot].state = .inStream
    var id = UInt16(truncatingIfNeeded: bits)
    while streams[resolver][id] != nil { id &+= 1 }
    lookups[slot].query.id = id
    streams[resolver][id] = reference(slot)
    var bytes: [UInt8] = []
    lookups[slot].query.append(to: &bytes)
    actions.append(.sendStream(resolver: resolver, resolvers[resolver].address, bytes))
  }
}
