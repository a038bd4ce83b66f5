// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// The hosts that are being looked up: what was found of each, what must be confirmed, and what follows.
struct HostLookups {
  /// A host on its way to an observation.
  private struct Host {
    let name: DomainName
    let lastKnown: HostQuestion.LastKnown
    let isPublished: Bool
    var a: LookupResult?
    var aaaa: LookupResult?
    /// Lookups that have not come back.
    var pending = 2
    var isConfirmed = false

    subscript(type: RecordType) -> LookupResult? {
      get { type == .a ? a : aaaa }
      set { if type == .a { a = newValue } else { aaaa = newValue } }
    }
  }

  /// What follows when a lookup of a host has ended.
  enum NextStep {
    /// Other lookups of the host are under way.
    case wait
    /// Answers of these types must be confirmed.
    case confirm([RecordType])
    /// Everything is known.
    case conclude
  }

  private let check: AddressCheck
  private let usesNXDOMAINCache: Bool
  private var hosts: [Host?] = []
  private var freeNumbers: [Int] = []
  private var cache = NXDOMAINCache()
  /// The hosts that are under way.
  private(set) var activeCount = 0

  /// Makes an empty table.
  init(_ configuration: ScanConfiguration) {
    check = AddressCheck(configuration)
    usesNXDOMAINCache = configuration.usesNXDOMAINCache
  }

  // MARK: - Lookups

  /// The parent of a host that is known not to exist, unless the host existed at the last look.
  func missingAncestor(of name: DomainName, lastKnown: HostQuestion.LastKnown) -> DomainName? {
    guard usesNXDOMAINCache, lastKnown.a != .yes, lastKnown.aaaa != .yes else { return nil }
    return cache.missingAncestor(of: name)
  }

  /// Adds a host.
  ///
  /// - Parameters:
  ///   - name: The host in lower case.
  ///   - lastKnown: What the last look found.
  ///   - isPublished: Whether its addresses must be in the published ranges.
  ///   - resolvers: The resolvers to ask.
  ///   - turn: The index in `resolvers` of the first to ask.
  /// - Returns: The questions to ask.
  mutating func add(
    _ name: DomainName, lastKnown: HostQuestion.LastKnown, isPublished: Bool = true, resolvers: [Int],
    turn: Int
  ) -> [QueryRequest] {
    let host = Host(name: name, lastKnown: lastKnown, isPublished: isPublished)
    let number: Int
    if let free = freeNumbers.popLast() {
      number = free
      hosts[free] = host
    } else {
      number = hosts.count
      hosts.append(host)
    }
    activeCount += 1
    return [RecordType.a, .aaaa].map { type in
      QueryRequest(
        purpose: .host(host: number, type: type), name: name, type: type, resolvers: resolvers, turn: turn)
    }
  }

  /// Records what the first look at a host found.
  mutating func record(_ result: LookupResult, of number: Int, _ type: RecordType) {
    hosts[number]?[type] = result
  }

  /// Counts the end of a host's lookup.
  ///
  /// - Parameters:
  ///   - number: The host.
  ///   - resolvers: All resolvers.
  /// - Returns: What follows.
  mutating func endLookup(of number: Int, among resolvers: ResolverPool) -> NextStep {
    hosts[number]?.pending -= 1
    guard hosts[number]?.pending == 0 else { return .wait }
    guard let host = hosts[number], !host.isConfirmed else { return .conclude }
    hosts[number]?.isConfirmed = true
    let types = [RecordType.a, .aaaa].filter { type in
      Self.needsConfirmation(host, type)
        || isDoubtful(host, host[type], resolvers) && !others(than: host[type], for: host, resolvers).isEmpty
    }
    hosts[number]?.pending = types.count
    return types.isEmpty ? .conclude : .confirm(types)
  }

  /// Whether a negative answer contradicts the last look, or the answer for the other family.
  private static func needsConfirmation(_ host: Host, _ type: RecordType) -> Bool {
    guard let result = host[type], result.isNegative else { return false }
    switch (type == .a ? host.lastKnown.a : host.lastKnown.aaaa, result.answer) {
    case (.yes, _), (.no, .absent): return true
    default: break
    }
    let other = host[type == .a ? .aaaa : .a]?.answer
    return result.deniesName && (other == .yes || other == .no)
  }

  /// Whether the addresses of an answer prove nothing.
  private func isDoubtful(_ host: Host, _ result: LookupResult?, _ resolvers: ResolverPool) -> Bool {
    guard let result else { return false }
    return check.knowing(resolvers).isDoubtful(
      result, beside: host.a?.addresses ?? [], isPublished: host.isPublished)
  }

  /// The resolvers that can give a second answer.
  private func others(than first: LookupResult?, for host: Host, _ resolvers: ResolverPool) -> [Int] {
    resolvers.own.filter { $0 != first?.resolver && resolvers.accepts(host.name, by: $0) }
  }

  // MARK: - Confirming

  /// The question that begins to confirm an answer: to a second resolver, else about the zone's authority.
  func confirmation(of number: Int, _ type: RecordType, among resolvers: ResolverPool) -> QueryRequest? {
    guard let host = hosts[number] else { return nil }
    let first = host[type]?.resolver
    let others = others(than: host[type], for: host, resolvers)
    if !others.isEmpty {
      return QueryRequest(
        purpose: .confirmation(host: number, type: type), name: host.name, type: type, resolvers: others,
        turn: resolvers.turn(of: others.count))
    }
    guard let zone = host[type]?.zone, host[type]?.isAuthoritative == false, let first else {
      return sameAgain(number, type, among: resolvers)
    }
    return QueryRequest(
      purpose: .authority(host: number, type: type, step: .nameServers), name: zone, type: .ns,
      resolvers: [first], tries: 3)
  }

  /// The question to the same resolver once more, which confirms least.
  func sameAgain(_ number: Int, _ type: RecordType, among resolvers: ResolverPool) -> QueryRequest? {
    guard let host = hosts[number] else { return nil }
    return QueryRequest(
      purpose: .confirmation(host: number, type: type), name: host.name, type: type,
      resolvers: host[type]?.resolver.map { [$0] } ?? resolvers.own)
  }

  /// The question to an authority.
  func authorityQuestion(_ number: Int, _ type: RecordType, to authority: Int) -> QueryRequest? {
    guard let host = hosts[number] else { return nil }
    return QueryRequest(
      purpose: .authority(host: number, type: type, step: .question),
      name: host[type]?.chain.last ?? host.name,
      type: type, resolvers: [authority], tries: 3, recursionDesired: false)
  }

  /// Weighs a second answer against the first: a positive one holds, equal ones confirm, and the rest is unknown.
  ///
  /// - Parameters:
  ///   - number: The host.
  ///   - type: The type that was asked for.
  ///   - second: The second answer.
  ///   - resolver: Who gave it.
  ///   - isAuthority: Whether that was the zone's authority.
  ///   - resolvers: All resolvers.
  mutating func confirm(
    _ number: Int, _ type: RecordType, with second: LookupResult, by resolver: Int, isAuthority: Bool = false,
    among resolvers: ResolverPool
  ) {
    guard let host = hosts[number], var first = host[type] else { return }
    if first.answer == .yes {
      let result = weighed(second, against: first, of: host, by: resolver, among: resolvers)
      hosts[number]?[type] = result
      return
    }
    let how =
      isAuthority
      ? "by the authority \(resolvers[resolver].address)"
      : first.resolver == resolver
        ? "by the same resolver, the only one" : "by \(resolvers[resolver].address)"
    if second.answer == .yes {
      var result = second
      let denier = first.resolver.map { resolvers[$0].address.description } ?? "another"
      result.notes.append("\(denier) said \(first.answer.rawValue)")
      hosts[number]?[type] = result
    } else if second.answer == first.answer {
      first.notes.append("confirmed \(how)")
      first.isConfirmedElsewhere = isAuthority || first.resolver != resolver
      hosts[number]?[type] = first
    } else {
      hosts[number]?[type] = Self.unconfirmed(first, second, how)
    }
  }

  private static func unconfirmed(
    _ first: LookupResult, _ second: LookupResult, _ how: String
  ) -> LookupResult {
    let reason =
      second.answer == .unknown ? second.notes.joined(separator: "; ") : "\(second.answer.rawValue) \(how)"
    var result = LookupResult.unknown("\(first.answer.rawValue) is not confirmed: \(reason)")
    result.resolver = first.resolver
    return result
  }

  /// Weighs a second answer against addresses that prove nothing: addresses that prove something hold, and the same
  /// addresses again confirm those outside the published ranges.
  private func weighed(
    _ second: LookupResult, against first: LookupResult, of host: Host, by resolver: Int,
    among resolvers: ResolverPool
  ) -> LookupResult {
    let address = resolvers[resolver].address
    switch second.answer {
    case .yes where !isDoubtful(host, second, resolvers):
      var result = second
      let (giver, given) = (first.resolver.map { resolvers[$0].address.description }, first.addresses.first)
      result.notes.append("\(giver ?? "another") gave \(given.map { "\($0)" } ?? "others")")
      return result
    case .yes:
      var result = first
      result.confirmedAddresses = Set(first.addresses).intersection(second.addresses)
      if result.confirmedAddresses.isEmpty { result.notes.append("\(address) gave others") }
      return result
    case .unknown:
      var result = first
      result.notes.append("\(address) did not say: \(second.notes.joined(separator: "; "))")
      return result
    default: return Self.unconfirmed(first, second, "by \(address)")
    }
  }

  // MARK: - Ending

  /// Removes a host of which everything is known.
  ///
  /// - Returns: The observation, and the name above the host when it is to be asked about now.
  mutating func conclude(
    _ number: Int, among resolvers: ResolverPool
  ) -> (observation: HostObservation, ancestor: DomainName?)? {
    guard let host = hosts[number] else { return nil }
    hosts[number] = nil
    freeNumbers.append(number)
    activeCount -= 1
    let unasked = LookupResult.unknown("not asked")
    let (a, aaaa) = (host.a ?? unasked, host.aaaa ?? unasked)
    let ancestor = recordExistence(of: host.name, a, aaaa)
    let conclusion = Conclusion(check: check.knowing(resolvers), resolvers: resolvers)
    return (conclusion.observation(of: host.name, a, aaaa, isPublished: host.isPublished), ancestor)
  }

  private mutating func recordExistence(
    of name: DomainName, _ a: LookupResult, _ aaaa: LookupResult
  ) -> DomainName? {
    guard usesNXDOMAINCache else { return nil }
    if a.deniesName, aaaa.deniesName { return cache.recordMissing(name) }
    if a.answer != .unknown || aaaa.answer != .unknown { cache.recordExisting(name) }
    return nil
  }

  /// Records an answer about a parent of hosts that do not exist.
  mutating func recordAncestor(_ name: DomainName, _ result: LookupResult) -> NXDOMAINCache.NextStep {
    cache.recordAnswer(about: name, exists: result.answer == .unknown ? nil : !result.deniesName)
  }
}
