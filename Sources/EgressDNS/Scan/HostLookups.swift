// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// The hosts that are being looked up: what was found of each, what must be confirmed, and what follows.
struct HostLookups {
  /// A host on its way to an observation.
  private struct Host {
    let name: DomainName
    let lastKnown: HostQuestion.LastKnown
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
    /// Negative answers of these types must be confirmed.
    case confirm([RecordType])
    /// Everything is known.
    case conclude
  }

  private let privatePrefixes: [IPPrefix]
  private let usesNXDOMAINCache: Bool
  private var hosts: [Host?] = []
  private var freeNumbers: [Int] = []
  private var cache = NXDOMAINCache()
  /// The hosts that are under way.
  private(set) var activeCount = 0

  /// Makes an empty table.
  init(_ configuration: ScanConfiguration) {
    privatePrefixes = configuration.privatePrefixes
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
  ///   - resolvers: The resolvers to ask.
  ///   - turn: The index in `resolvers` of the first to ask.
  /// - Returns: The questions to ask.
  mutating func add(
    _ name: DomainName, lastKnown: HostQuestion.LastKnown, resolvers: [Int], turn: Int
  ) -> [QueryRequest] {
    let number: Int
    if let free = freeNumbers.popLast() {
      number = free
      hosts[free] = Host(name: name, lastKnown: lastKnown)
    } else {
      number = hosts.count
      hosts.append(Host(name: name, lastKnown: lastKnown))
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
  /// - Parameter number: The host.
  /// - Returns: What follows.
  mutating func endLookup(of number: Int) -> NextStep {
    hosts[number]?.pending -= 1
    guard hosts[number]?.pending == 0 else { return .wait }
    guard let host = hosts[number], !host.isConfirmed else { return .conclude }
    hosts[number]?.isConfirmed = true
    let types = [RecordType.a, .aaaa].filter { Self.needsConfirmation(host, $0) }
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

  // MARK: - Confirming

  /// The question that begins to confirm a negative answer: to a second resolver, else about the zone's authority.
  func confirmation(of number: Int, _ type: RecordType, among resolvers: ResolverPool) -> QueryRequest? {
    guard let host = hosts[number] else { return nil }
    let first = host[type]?.resolver
    let others = resolvers.own.filter { $0 != first && resolvers.accepts(host.name, by: $0) }
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
    guard var first = hosts[number]?[type] else { return }
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
      hosts[number]?[type] = first
    } else {
      let reason =
        second.answer == .unknown ? second.notes.joined(separator: "; ") : "\(second.answer.rawValue) \(how)"
      var result = LookupResult.unknown("\(first.answer.rawValue) is not confirmed: \(reason)")
      result.resolver = first.resolver
      hosts[number]?[type] = result
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
    var (a, aaaa) = (host.a ?? unasked, host.aaaa ?? unasked)
    Self.settleContradiction(&a, beside: aaaa)
    Self.settleContradiction(&aaaa, beside: a)
    let ancestor = recordExistence(of: host.name, a, aaaa)
    let chain = a.chain.count >= aaaa.chain.count ? a.chain : aaaa.chain
    var observation = HostObservation(
      host: host.name.description, a: Self.observation(a, resolvers), aaaa: Self.observation(aaaa, resolvers),
      cname: chain.map(\.description))
    Self.findSynthesis(in: &observation.aaaa, beside: a, resolvers)
    findPrivacy(in: &observation, a, aaaa)
    return (observation, ancestor)
  }

  /// Makes NXDOMAIN for one type only unknown: the other type's answer says that the name exists.
  private static func settleContradiction(_ result: inout LookupResult, beside other: LookupResult) {
    guard result.deniesName, other.answer == .yes || other.answer == .no else { return }
    result.answer = .unknown
    result.notes.append("NXDOMAIN, yet the other type's answer says that the name exists")
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

  private static func observation(_ result: LookupResult, _ resolvers: ResolverPool) -> FamilyObservation {
    let isKnown = result.answer != .unknown
    return FamilyObservation(
      result.answer, addresses: isKnown ? result.addresses.sorted() : [],
      timeToLive: isKnown ? result.timeToLive : nil,
      resolver: result.resolver.map { resolvers[$0].address.description },
      note: result.notes.isEmpty ? nil : result.notes.joined(separator: "; "))
  }

  private static func findSynthesis(
    in aaaa: inout FamilyObservation, beside a: LookupResult, _ resolvers: ResolverPool
  ) {
    guard aaaa.answer == .yes else { return }
    let native = Synthesis.native(in: aaaa.addresses, beside: a.addresses, prefixes: resolvers.prefixes)
    if native.isEmpty {
      aaaa.answer = .synthesised
      aaaa.addNote("made by DNS64 from the A records")
    } else if native.count < aaaa.addresses.count {
      aaaa.addresses = native
      aaaa.addNote("addresses made by DNS64 left out")
    }
  }

  /// A private zone answers for both families, so one private answer makes the other's private too.
  private func findPrivacy(in observation: inout HostObservation, _ a: LookupResult, _ aaaa: LookupResult) {
    func isPrivate(_ family: FamilyObservation, _ result: LookupResult) -> Bool {
      switch family.answer {
      case .yes: family.addresses.contains { PrivateView.contains($0, prefixes: privatePrefixes) }
      case .no, .absent: result.isPrivateZone
      default: false
      }
    }
    guard isPrivate(observation.a, a) || isPrivate(observation.aaaa, aaaa) else { return }
    for path in [\HostObservation.a, \.aaaa] {
      let answer = observation[keyPath: path].answer
      guard answer == .yes || answer == .no || answer == .absent else { continue }
      observation[keyPath: path].answer = .private
      observation[keyPath: path].addNote(
        "private view (\(answer.rawValue)): an interface endpoint or a private zone")
    }
  }
}

extension FamilyObservation {
  /// Adds to the note.
  fileprivate mutating func addNote(_ text: String) { note = note.map { "\($0); \(text)" } ?? text }
}
