// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// What a resolver has shown of itself: whether it answers, and which of its answers can be believed.
struct ResolverHealth {
  /// Whether a resolver is asked.
  enum State {
    /// Nothing came back yet.
    case untested
    /// It answered.
    case usable
    /// It is no longer asked.
    case dropped
  }

  /// Negative answers without SOA that are not believed before they count as the resolver's habit.
  static let doubtedBareNegatives = 16
  /// The most reasons that the statistics list.
  private static let mostReasons = 64
  /// The octets of a client's cookie (RFC 7873, section 4).
  private static let clientCookieLength = 8

  private(set) var state = State.untested
  /// Which zones it refuses.
  private(set) var refusals: ZoneRefusals
  private var numbers: ScanStatistics.Resolver
  private var edns = EDNSSupport()
  private let clientCookie: [UInt8]
  private var serverCookie: [UInt8] = []
  /// Whether it answered with upper-case letters as they were asked.
  private var keepsCase = false
  private var sendsSOA = false
  private var bareNegatives = 0
  private var firstPrefixes: [NAT64Prefix]?

  /// Makes the health of a resolver that was not asked yet.
  ///
  /// - Parameters:
  ///   - address: The resolver.
  ///   - cookieBits: The random bits of the client's cookie; `nil` for no cookies.
  ///   - refusalPause: The first pause of a zone that it refuses, in nanoseconds.
  init(address: ResolverAddress, cookieBits: UInt64?, refusalPause: Int64 = 1_000_000_000) {
    refusals = ZoneRefusals(firstPause: refusalPause)
    numbers = ScanStatistics.Resolver(address: address)
    clientCookie =
      cookieBits.map { bits in
        (0..<Self.clientCookieLength).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
      } ?? []
  }

  // MARK: - Whether it is asked

  /// Trusts an authority to answer.
  mutating func trust() { state = .usable }

  /// Stops asking the resolver.
  ///
  /// - Returns: Whether it was asked until now.
  mutating func drop(_ reason: String) -> Bool {
    guard state != .dropped else { return false }
    state = .dropped
    if numbers.dropped.count < Self.mostReasons { numbers.dropped.append(reason) }
    return true
  }

  /// Asks the resolver again, because it answers again.
  mutating func resume() {
    guard state == .dropped else { return }
    state = .usable
    if let reason = numbers.dropped.popLast() { numbers.dropped.append("\(reason); it answered again later") }
  }

  /// Whether the resolver may be asked about a name.
  func admission(of name: DomainName, _ type: RecordType, at now: Moment) -> ZoneRefusals.Admission {
    state == .dropped ? .never : refusals.admission(of: name, type, at: now)
  }

  /// Whether the resolver is asked about a name's zone as about any other.
  func accepts(_ name: DomainName) -> Bool { state != .dropped && refusals.accepts(name) }

  /// Records a refusal.
  ///
  /// - Returns: Whether the name's zone is barred, so that the refusal says nothing about the name.
  mutating func recordRefusal(of name: DomainName, _ type: RecordType, at now: Moment) -> Bool {
    refusals.recordRefusal(of: name, type, at: now)
  }

  /// Records that a question about a name was not refused.
  mutating func recordAcceptance(of name: DomainName, _ type: RecordType) {
    refusals.recordAnswer(about: name, type)
  }

  // MARK: - Queries and answers

  /// The numbers of the resolver.
  var statistics: ScanStatistics.Resolver {
    var numbers = numbers
    numbers.withoutEDNS = edns.isOff
    numbers.dropped += refusals.barred.prefix(max(0, Self.mostReasons - numbers.dropped.count))
    return numbers
  }

  /// Records a query about a name, or about the resolver itself.
  mutating func recordQuery(about name: (DomainName, RecordType)?, at now: Moment) {
    numbers.queries += 1
    if let (name, type) = name { refusals.recordQuery(name, type, at: now) }
  }

  /// Records an answer to an open query.
  mutating func recordAnswer() {
    if state == .untested { state = .usable }
    numbers.answers += 1
  }

  /// Records a try that no answer came for.
  mutating func recordTimeout() { numbers.timeouts += 1 }

  /// Records a packet that answers no open query.
  mutating func recordStray() { numbers.strays += 1 }

  /// Records SERVFAIL.
  mutating func recordServerFailure() { numbers.failures += 1 }

  /// Whether the next query may carry EDNS.
  mutating func allowsEDNS() -> Bool { edns.allowsEDNS() }

  /// Records what an answer says about EDNS: one without it, after a complaint, shows that EDNS was the reason.
  mutating func recordAnswer(withEDNS: Bool, afterComplaint: Bool) {
    if withEDNS { edns.recordAnswer() } else if afterComplaint { edns.recordComplaint() }
  }

  /// Records an answer whose name has the case of the question.
  ///
  /// - Parameter hasUpperCase: Whether the question had an upper-case letter.
  mutating func recordExactCase(hasUpperCase: @autoclosure () -> Bool) {
    if !keepsCase, hasUpperCase() { keepsCase = true }
  }

  /// Records an answer whose name has another case than the question.
  ///
  /// - Returns: Whether the resolver kept the case before, so that a stranger may have sent this answer.
  mutating func recordFoldedCase() -> Bool {
    numbers.foldsCase = true
    return keepsCase
  }

  /// The cookies to send (RFC 7873); `nil` for none.
  var cookie: [UInt8]? { clientCookie.isEmpty ? nil : clientCookie + serverCookie }

  /// Checks an answer's cookie and keeps the server's part (RFC 7873, section 5.3).
  ///
  /// - Returns: Whether the answer may be believed.
  mutating func takeCookie(_ cookie: [UInt8]) -> Bool {
    guard !clientCookie.isEmpty else { return true }
    let length = Self.clientCookieLength
    guard cookie.count == length || (16...40).contains(cookie.count), cookie.starts(with: clientCookie) else {
      return false
    }
    if cookie.count > length { serverCookie = Array(cookie.dropFirst(length)) }
    return true
  }

  /// Whether a reply has the right cookie, which is kept, or none.
  mutating func trusts(_ reply: Reply) -> Bool {
    guard case .response(let response) = reply, let cookie = response.cookie else { return true }
    return takeCookie(cookie)
  }

  /// Records a negative answer with SOA.
  mutating func recordNegative() { sendsSOA = true }

  /// Records a negative answer without SOA.
  ///
  /// - Returns: Whether it may be believed, because the resolver always leaves the SOA out.
  mutating func believesBareNegative() -> Bool {
    bareNegatives += 1
    return !sendsSOA && bareNegatives > Self.doubtedBareNegatives
  }

  // MARK: - NAT64 prefixes

  /// Records the resolver's NAT64 prefixes.
  ///
  /// - Parameter prefixes: The prefixes; `nil` when the look failed.
  /// - Returns: Whether they differ from those of an earlier look.
  mutating func recordPrefixes(_ prefixes: [NAT64Prefix]?) -> Bool {
    guard let firstPrefixes else {
      firstPrefixes = prefixes ?? []
      numbers.dns64Prefixes = prefixes ?? []
      return false
    }
    guard let prefixes, prefixes != firstPrefixes else { return false }
    numbers.dns64Prefixes += prefixes.filter { !numbers.dns64Prefixes.contains($0) }
    return true
  }
}
