// SPDX-License-Identifier: Apache-2.0

extension ScanMachine {
  /// Counts the end of a try for the pace.
  mutating func countTry(_ slot: Int, failed: Bool, at now: Moment) {
    lanes[lookups[slot].bucket][lookups[slot].resolver].control?.count(failed: failed, at: now)
  }

  /// Takes a useless answer: the resolver is left alone about this name for a while.
  mutating func failTry(
    _ slot: Int, _ kind: FailureLog.Kind, _ detail: String?, pauses: Bool = true, at now: Moment
  ) {
    lookups[slot].failures.add(kind, detail)
    countTry(slot, failed: kind == .serverFailure, at: now)
    if pauses {
      // A failure may be cached (RFC 9520); another useless answer is as likely to be right a moment later.
      let length =
        kind == .serverFailure
        ? configuration.failurePause : min(configuration.failurePause, configuration.firstTimeout)
      pause(slot, lookups[slot].resolver, for: length, at: now)
    }
    tryAgain(slot, at: now)
  }

  /// Leaves a resolver alone about a name.
  mutating func pause(_ slot: Int, _ resolver: Int, for length: Duration, at now: Moment) {
    lookups[slot].pauses.removeAll { $0.resolver == resolver }
    lookups[slot].pauses.append((resolver, now + jittered(length.nanoseconds)))
  }

  /// A time between the given one and a tenth more, in nanoseconds.
  private mutating func jittered(_ nanoseconds: Int64) -> Int64 {
    nanoseconds + Int64(random.next() % UInt64(max(1, nanoseconds / 10)))
  }

  /// Takes a refusal: the resolver is not asked about this zone again.
  mutating func refuse(_ slot: Int, _ resolver: Int, _ detail: String?, at now: Moment) {
    lookups[slot].failures.add(.refused, detail)
    countTry(slot, failed: false, at: now)
    if case .prefixes = lookups[slot].purpose {
      settle(slot, .unknown("REFUSED"), at: now)
      return
    }
    let zone = Self.zone(of: lookups[slot].query.name)
    if resolvers[resolver].refusedZones.count < 4096, resolvers[resolver].refusedZones.insert(zone).inserted {
      if resolvers[resolver].statistics.dropped.count < 64 {
        resolvers[resolver].statistics.dropped.append("REFUSED for \(zone)")
      }
    }
    tryAgain(slot, at: now)
  }

  /// The zone that a refusal is taken to be about: the last two labels, three under a two-letter country's `com`.
  static func zone(of name: DomainName) -> DomainName {
    let two = name.suffix(labels: 2)
    return two.wire.count == 8 && two.wire[0] == 3 && name.labelCount > 2 ? name.suffix(labels: 3) : two
  }

  /// Whether a resolver may be asked about a name at all.
  func accepts(_ resolver: Int, _ name: DomainName) -> Bool {
    guard resolvers[resolver].standing != .dropped else { return false }
    return resolvers[resolver].refusedZones.isEmpty
      || !resolvers[resolver].refusedZones.contains(Self.zone(of: name))
  }

  /// Sends a lookup again, to the next resolver that is not paused, or settles it when the tries are used up.
  mutating func tryAgain(_ slot: Int, at now: Moment) {
    giveBackID(slot)
    lookups[slot].generation &+= 1
    lookups[slot].isOverdue = false
    guard lookups[slot].tries < lookups[slot].mostTries else {
      settle(
        slot, .unknown("no answer after \(lookups[slot].tries) tries: \(lookups[slot].failures.text)"),
        at: now)
      return
    }
    let list = lookups[slot].resolvers
    var best: (turn: Int, moment: Moment)?
    for step in 1...list.count {
      let turn = (lookups[slot].turn + step) % list.count
      guard accepts(list[turn], lookups[slot].query.name) else { continue }
      let until = lookups[slot].pauses.first { $0.resolver == list[turn] }?.until ?? .start
      if best.map({ max(until, now) < $0.moment }) ?? true { best = (turn, max(until, now)) }
    }
    guard let best else {
      settle(slot, .unknown("no resolver left: \(lookups[slot].failures.text)"), at: now)
      return
    }
    if lookups[slot].turn != best.turn {
      lookups[slot].turn = best.turn
      lookups[slot].query.usesEDNS = true
    }
    if best.moment > now {
      lookups[slot].state = .waiting
      waiting.append(reference(slot), until: best.moment)
    } else {
      enqueue(slot, isRetry: true)
    }
  }

  /// How late a turn may be before the process counts as held up, in nanoseconds.
  private static let toleratedLateness: Int64 = 20_000_000
  /// The most time in which answers are read before any is called late, in nanoseconds.
  private static let longestGrace: Int64 = 200_000_000

  /// Takes it that a turn comes late: answers may wait in the sockets, so they are read before any is called late.
  ///
  /// There is one such grace per time-out at most, so a process that is always late still comes to an end.
  mutating func noteLateness(_ nanoseconds: Int64, at now: Moment) {
    guard nanoseconds > Self.toleratedLateness, now - graceEnd > configuration.firstTimeout.nanoseconds else {
      return
    }
    graceEnd = now + min(nanoseconds, Self.longestGrace)
  }

  /// Handles every lookup whose deadline or pause has passed.
  mutating func expire(at now: Moment) {
    guard now >= graceEnd else { return }
    for index in timeouts.indices {
      while let reference = timeouts[index].popExpired(at: now) {
        guard isCurrent(reference) else { continue }
        let slot = reference.slot
        // An answer within the jitter still counts: the id stays in use until the lookup is sent again.
        lookups[slot].isOverdue = true
        let extra = max(1, timeouts[index].delay / 2)
        waiting.append(reference, until: now + Int64(random.next() % UInt64(extra)))
      }
    }
    while let reference = waiting.popExpired(at: now) {
      guard isCurrent(reference) else { continue }
      let slot = reference.slot
      if lookups[slot].isOverdue {
        lookups[slot].isOverdue = false
        loseTry(slot, at: now)
      } else {
        enqueue(slot, isRetry: true)
      }
    }
  }

  private mutating func loseTry(_ slot: Int, at now: Moment) {
    let resolver = lookups[slot].resolver
    lookups[slot].failures.add(lookups[slot].usesStream ? .stream : .timeout)
    if lookups[slot].usesStream {
      streams[resolver][lookups[slot].query.id] = nil
      lookups[slot].usesStream = false
    }
    statistics.timeouts += 1
    resolvers[resolver].statistics.timeouts += 1
    resolvers[resolver].noteLoss()
    countTry(slot, failed: true, at: now)
    tryAgain(slot, at: now)
  }

  /// Ends the scan's questions when no resolver has said anything for long: the rest is unknown.
  mutating func giveUpWhenSilent(at now: Moment) {
    guard phase == .scanning || phase == .ending,
      now - lastAnswerAt >= configuration.silenceLimit.nanoseconds,
      openLookups > 0
    else { return }
    let note = "no resolver answered for \(configuration.silenceLimit.nanoseconds / 1_000_000_000) s"
    for slot in lookups.indices where lookups[slot].state != .free {
      settle(slot, .unknown("\(note): \(lookups[slot].failures.text)"), at: now)
    }
    isSilent = true
    lastAnswerAt = now
  }
}
