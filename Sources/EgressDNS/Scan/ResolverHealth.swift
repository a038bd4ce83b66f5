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
  /// The most zones for which a refusal is remembered.
  private static let mostRefusedZones = 4096
  /// The most reasons that the statistics list.
  private static let mostReasons = 64
  /// The octets of a client's cookie (RFC 7873, section 4).
  private static let clientCookieLength = 8

  private(set) var state = State.untested
  private(set) var statistics: ScanStatistics.Resolver
  private let clientCookie: [UInt8]
  private var serverCookie: [UInt8] = []
  /// Whether it answered with upper-case letters as they were asked.
  private var keepsCase = false
  private var sendsSOA = false
  private var bareNegatives = 0
  private var refusedZones: Set<DomainName> = []
  private var firstPrefixes: [NAT64Prefix]?

  /// Makes the health of a resolver that was not asked yet.
  ///
  /// - Parameters:
  ///   - address: The resolver.
  ///   - cookieBits: The random bits of the client's cookie; `nil` for no cookies.
  init(address: ResolverAddress, cookieBits: UInt64?) {
    statistics = ScanStatistics.Resolver(address: address)
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
    statistics.dropped.append(reason)
    return true
  }

  /// Whether the resolver may be asked about a name.
  func accepts(_ name: DomainName) -> Bool {
    state != .dropped && (refusedZones.isEmpty || !refusedZones.contains(Self.zone(of: name)))
  }

  /// Records that the resolver refused a question: it is not asked about the zone again.
  mutating func recordRefusal(of name: DomainName) {
    let zone = Self.zone(of: name)
    guard refusedZones.count < Self.mostRefusedZones, refusedZones.insert(zone).inserted,
      statistics.dropped.count < Self.mostReasons
    else { return }
    statistics.dropped.append("REFUSED for \(zone)")
  }

  /// The zone that a refusal is about: the last two labels, or three beneath a name such as `com.cn`.
  static func zone(of name: DomainName) -> DomainName {
    let two = name.suffix(labels: 2)
    return two.wire.count == 8 && two.wire[0] == 3 && name.labelCount > 2 ? name.suffix(labels: 3) : two
  }

  // MARK: - Queries and answers

  /// Records a query.
  mutating func recordQuery() { statistics.queries += 1 }

  /// Records an answer to an open query.
  mutating func recordAnswer() {
    if state == .untested { state = .usable }
    statistics.answers += 1
  }

  /// Records a try that no answer came for.
  mutating func recordTimeout() { statistics.timeouts += 1 }

  /// Records a packet that answers no open query.
  mutating func recordStray() { statistics.strays += 1 }

  /// Records SERVFAIL.
  mutating func recordServerFailure() { statistics.failures += 1 }

  /// Whether queries may carry EDNS.
  var allowsEDNS: Bool { !statistics.withoutEDNS }

  /// Records an answer to a query without EDNS after the resolver complained about EDNS.
  mutating func recordPlainAnswer() { statistics.withoutEDNS = true }

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
    statistics.foldsCase = true
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
      statistics.dns64Prefixes = prefixes ?? []
      return false
    }
    guard let prefixes, prefixes != firstPrefixes else { return false }
    statistics.dns64Prefixes += prefixes.filter { !statistics.dns64Prefixes.contains($0) }
    return true
  }
}
