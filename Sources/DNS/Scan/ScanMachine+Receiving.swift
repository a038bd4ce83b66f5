// SPDX-License-Identifier: Apache-2.0

extension ScanMachine {
  /// Takes a datagram; what is no answer to an open query is counted and otherwise ignored.
  mutating func receive(_ bytes: Span<UInt8>, socket number: Int, at now: Moment) {
    guard phase != .finished, sockets.indices.contains(number), let resolver = sockets[number]?.resolver
    else { return }
    var offset = 0
    guard let header = try? Header(reading: bytes, at: &offset) else {
      resolvers[resolver].statistics.strays += 1
      return
    }
    guard let entry = sockets[number]?.slots[Int(header.id)], entry >= 0 else {
      resolvers[resolver].statistics.strays += 1
      return
    }
    let slot = Int(entry)
    let match = lookups[slot].query.match(bytes, header, end: &offset)
    if match == .none, !isFormatComplaint(header, slot) {
      resolvers[resolver].statistics.strays += 1
      return
    }
    if match == .folded, resolvers[resolver].exactAnswers > 0 {
      // It kept the case before: a stranger may have guessed, so TCP decides, which no stranger reaches.
      resolvers[resolver].statistics.foldsCase = true
      giveBackID(slot)
      lookups[slot].usesStream = true
      tryAgain(slot, at: now)
      return
    }
    if match == .folded { resolvers[resolver].statistics.foldsCase = true }
    if match == .exact, resolvers[resolver].exactAnswers > 0 || lookups[slot].query.hasUpperCase {
      resolvers[resolver].exactAnswers += 1
    }
    accept(bytes, header, end: offset, isComplaint: match == .none, slot: slot, resolver: resolver, at: now)
  }

  /// Takes a message from a TCP connection.
  mutating func streamReceived(_ bytes: Span<UInt8>, resolver: Int, at now: Moment) {
    guard phase != .finished, resolvers.indices.contains(resolver) else { return }
    var offset = 0
    guard let header = try? Header(reading: bytes, at: &offset), let reference = streams[resolver][header.id],
      isCurrent(reference)
    else {
      resolvers[resolver].statistics.strays += 1
      return
    }
    let match = lookups[reference.slot].query.match(bytes, header, end: &offset)
    guard match != .none || isFormatComplaint(header, reference.slot) else {
      resolvers[resolver].statistics.strays += 1
      return
    }
    streams[resolver][header.id] = nil
    accept(
      bytes, header, end: offset, isComplaint: match == .none, slot: reference.slot, resolver: resolver,
      at: now)
  }

  /// Takes the end of a TCP connection: what was open on it is tried again.
  mutating func streamFailed(resolver: Int, reason: String, at now: Moment) {
    guard phase != .finished, resolvers.indices.contains(resolver) else { return }
    let open = streams[resolver].values.sorted { $0.slot < $1.slot }
    streams[resolver] = [:]
    for reference in open where isCurrent(reference) {
      lookups[reference.slot].failures.add(.stream, reason)
      lookups[reference.slot].usesStream = false
      countTry(reference.slot, failed: true, at: now)
      pause(reference.slot, resolver, for: configuration.failurePause, at: now)
      tryAgain(reference.slot, at: now)
    }
  }

  /// FORMERR and its like may come without the question; they only lead to a query without EDNS.
  private func isFormatComplaint(_ header: Header, _ slot: Int) -> Bool {
    header.isResponse && header.counts.questions == 0 && (header.codeBits == 1 || header.codeBits == 4)
      && lookups[slot].query.usesEDNS
  }

  private mutating func accept(
    _ bytes: Span<UInt8>, _ header: Header, end: Int, isComplaint: Bool, slot: Int, resolver: Int,
    at now: Moment
  ) {
    let query = lookups[slot].query
    var reading: Reading?
    if !isComplaint {
      reading = try? Reading(bytes, header, end: end, name: query.name, type: query.type)
      if let cookie = reading?.cookie, !resolvers[resolver].clientCookie.isEmpty {
        guard takeCookie(cookie, resolver) else {
          resolvers[resolver].statistics.strays += 1
          return
        }
      }
    }
    lastAnswerAt = now
    if resolvers[resolver].standing == .untested { resolvers[resolver].standing = .usable }
    resolvers[resolver].statistics.answers += 1
    if !lookups[slot].usesStream {
      resolvers[resolver].measure(roundTrip: now - lookups[slot].sentAt, at: now)
    }
    giveBackID(slot)
    if isComplaint {
      askWithoutEDNS(slot, at: now)
    } else if let reading {
      judge(reading, slot: slot, resolver: resolver, at: now)
    } else {
      failTry(slot, .malformed, nil, at: now)
    }
  }

  /// Checks a cookie against ours and keeps the server's part (RFC 7873, section 5.3).
  private mutating func takeCookie(_ cookie: [UInt8], _ resolver: Int) -> Bool {
    guard cookie.count == 8 || (16...40).contains(cookie.count),
      Array(cookie.prefix(8)) == resolvers[resolver].clientCookie
    else { return false }
    if cookie.count > 8 { resolvers[resolver].serverCookie = Array(cookie.dropFirst(8)) }
    return true
  }

  private mutating func judge(_ reading: Reading, slot: Int, resolver: Int, at now: Moment) {
    let detail = reading.extendedErrors.first?.description
    let policy = reading.extendedErrors.first(where: \.isPolicy)
    switch reading.gist {
    case .addresses:
      settle(slot, finding(reading, .yes, slot, resolver), at: now)
    case .noData, .nameError:
      resolvers[resolver].negativesWithSOA += 1
      if let policy {
        failTry(slot, .policy, policy.description, at: now)
      } else {
        let answer: Answer = reading.gist == .noData ? .no : .absent
        settle(slot, finding(reading, answer, slot, resolver), at: now)
      }
    case .lame(let isReferral):
      judgeBare(reading, isReferral: isReferral, slot: slot, resolver: resolver, at: now)
    case .brokenChain(let fault): failTry(slot, .chain, fault.description, at: now)
    case .truncated:
      if lookups[slot].usesStream {
        failTry(slot, .stream, "truncated over TCP", at: now)
      } else {
        lookups[slot].usesStream = true
        countTry(slot, failed: false, at: now)
        // Going over to TCP is the same try.
        lookups[slot].tries -= 1
        enqueue(slot, isRetry: true)
      }
    case .failure:
      judgeFailure(reading, detail: detail, slot: slot, resolver: resolver, at: now)
    }
  }

  /// An answer with neither records nor SOA: a referral, a lame server, or a forwarder that always leaves the SOA out.
  private mutating func judgeBare(
    _ reading: Reading, isReferral: Bool, slot: Int, resolver: Int, at now: Moment
  ) {
    guard !isReferral, reading.addresses.isEmpty, reading.zone == nil else {
      failTry(slot, isReferral ? .referral : .lame, nil, at: now)
      return
    }
    resolvers[resolver].bareNegatives += 1
    guard resolvers[resolver].negativesWithSOA == 0,
      resolvers[resolver].bareNegatives > ResolverState.mistrustedBareNegatives
    else {
      failTry(slot, .lame, "no SOA in a negative answer", at: now)
      return
    }
    var finding = finding(reading, reading.responseCode == .nameError ? .absent : .no, slot, resolver)
    finding.notes.append("the resolver leaves the SOA out")
    settle(slot, finding, at: now)
  }

  private mutating func judgeFailure(
    _ reading: Reading, detail: String?, slot: Int, resolver: Int, at now: Moment
  ) {
    switch reading.responseCode {
    case .formatError, .notImplemented, .badVersion:
      if lookups[slot].query.usesEDNS {
        askWithoutEDNS(slot, at: now)
      } else {
        failTry(slot, .other, reading.responseCode.description, at: now)
      }
    case .badCookie:
      // The server's new cookie is kept already.
      failTry(slot, .other, "BADCOOKIE", pauses: false, at: now)
    case .refused:
      refuse(slot, resolver, detail, at: now)
    case .serverFailure:
      resolvers[resolver].statistics.failures += 1
      failTry(slot, .serverFailure, detail, at: now)
    default: failTry(slot, .other, reading.responseCode.description, at: now)
    }
  }

  private mutating func askWithoutEDNS(_ slot: Int, at now: Moment) {
    guard lookups[slot].query.usesEDNS else {
      failTry(slot, .other, "FORMERR", at: now)
      return
    }
    lookups[slot].query.usesEDNS = false
    countTry(slot, failed: false, at: now)
    if lookups[slot].tries < lookups[slot].mostTries {
      enqueue(slot, isRetry: true)
    } else {
      tryAgain(slot, at: now)
    }
  }

  private mutating func finding(_ reading: Reading, _ answer: Answer, _ slot: Int, _ resolver: Int) -> Finding
  {
    if !lookups[slot].query.usesEDNS { resolvers[resolver].statistics.withoutEDNS = true }
    var finding = Finding(answer: answer)
    finding.addresses = reading.addresses
    finding.nameServers = reading.nameServers
    finding.chain = reading.chain
    finding.timeToLive = reading.timeToLive
    finding.resolver = resolver
    finding.zone = reading.zone
    finding.isPrivateZone = reading.primary.map(PrivateView.isPrivateZone) ?? false
    finding.isAuthoritative = reading.isAuthoritative
    if !reading.extendedErrors.isEmpty { finding.notes = reading.extendedErrors.prefix(4).map(\.description) }
    if answer == .absent, let target = reading.chain.last {
      finding.notes.append("the CNAME target \(target) does not exist")
    }
    return finding
  }
}
