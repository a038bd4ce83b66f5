// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// Decides which addresses of an answer can prove that a name is reachable over the public internet.
struct AddressCheck {
  /// What an address says about the name that has it.
  enum Value: Equatable {
    /// The public internet reaches it, and it is where the name's owner says that its addresses are.
    case proof
    /// The public internet reaches it, but it is outside the published ranges: two resolvers must give it.
    case outsideRanges
    /// It belongs to a private network: the answer is a private view.
    case privateView
    /// A NAT64 translator represents an IPv4 address with it.
    case translated
    /// Nobody reaches it over the public internet.
    case unreachable
  }

  /// Further prefixes of private addresses.
  let privatePrefixes: [IPPrefix]
  private let ranges: PublishedRanges?
  /// The resolvers' NAT64 prefixes.
  private let translators: [NAT64Prefix]

  /// Makes a check with the settings of a scan.
  init(_ configuration: ScanConfiguration) {
    privatePrefixes = configuration.privatePrefixes
    ranges = configuration.publishedRanges
    translators = []
  }

  private init(_ check: AddressCheck, translators: [NAT64Prefix]) {
    (privatePrefixes, ranges) = (check.privatePrefixes, check.ranges)
    self.translators = translators
  }

  /// The same check with the NAT64 prefixes that the resolvers have now.
  func knowing(_ resolvers: ResolverPool) -> AddressCheck {
    AddressCheck(self, translators: resolvers.prefixes)
  }

  /// What an address of a name says.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - isPublished: Whether the name's addresses must be in the published ranges.
  /// - Returns: Its value as proof.
  func value(of address: IPAddress, isPublished: Bool) -> Value {
    if case .ipv6(let ipv6) = address, translators.contains(where: { $0.extract(ipv6) != nil }) {
      return .translated
    }
    if PrivateView.contains(address, prefixes: privatePrefixes) { return .privateView }
    switch address.scope {
    case .global: break
    case .wellKnownNAT64, .localNAT64: return .translated
    default: return .unreachable
    }
    guard isPublished, let ranges, ranges.table.label(of: address) == nil else { return .proof }
    return .outsideRanges
  }

  /// Whether an answer has addresses, and none of them proves anything or shows a private view.
  ///
  /// - Parameters:
  ///   - result: The answer.
  ///   - a: The IPv4 addresses of the same name, to recognise DNS64.
  ///   - isPublished: Whether the name's addresses must be in the published ranges.
  /// - Returns: Whether a second resolver must be asked.
  func isDoubtful(_ result: LookupResult, beside a: [IPAddress], isPublished: Bool) -> Bool {
    guard result.answer == .yes, !result.addresses.isEmpty else { return false }
    let reachable = result.addresses.filter { value(of: $0, isPublished: false) != .unreachable }
    if reachable.isEmpty { return true }
    let native = Synthesis.native(in: reachable, beside: a, prefixes: translators)
    return !native.isEmpty
      && native.allSatisfy { value(of: $0, isPublished: isPublished) == .outsideRanges }
  }

  /// Recognises an answer that DNS64 made.
  func findSynthesis(in aaaa: inout FamilyObservation, beside a: [IPAddress]) {
    guard aaaa.answer == .yes else { return }
    let native = Synthesis.native(in: aaaa.addresses, beside: a, prefixes: translators)
    if native.isEmpty {
      aaaa.answer = .synthesised
      aaaa.addNote("made by DNS64 from the A records")
    } else if native.count < aaaa.addresses.count {
      aaaa.addresses = native
      aaaa.addNote("addresses made by DNS64 left out")
    }
  }

  /// Makes DNS64's answer unknown, for a name without a known A answer, unless the IPv4 addresses in it prove something by
  /// themselves.
  func withdrawSynthesis(in aaaa: inout FamilyObservation, isPublished: Bool) {
    guard aaaa.answer == .synthesised else { return }
    let embedded = Synthesis.embedded(in: aaaa.addresses, prefixes: translators)
    if embedded.contains(where: { value(of: $0, isPublished: isPublished) == .proof }) { return }
    aaaa.answer = .unknown
    aaaa.addNote("these prove nothing")
  }

  /// Leaves out addresses that nobody reaches; alone they make the answer `unknown`.
  func dropUnreachable(from observation: inout FamilyObservation) {
    guard observation.answer == .yes else { return }
    let unreachable = observation.addresses.filter { value(of: $0, isPublished: false) == .unreachable }
    if unreachable.isEmpty { return }
    if unreachable.count == observation.addresses.count {
      observation.answer = .unknown
      observation.addNote(Self.note(onlyUnreachable: unreachable))
    } else {
      observation.addresses.removeAll { unreachable.contains($0) }
      observation.addNote("left out: \(Self.kinds(unreachable))")
    }
  }

  /// Marks an answer with addresses outside the published ranges; without others they make it `unknown`, unless two
  /// resolvers gave them.
  ///
  /// - Parameters:
  ///   - observation: The answer, whose addresses can all be reached.
  ///   - confirmed: The addresses outside the ranges that two resolvers gave.
  func checkRanges(of observation: inout FamilyObservation, confirmed: Set<IPAddress>) {
    guard observation.answer == .yes, let ranges else { return }
    let outside = observation.addresses.filter { value(of: $0, isPublished: true) == .outsideRanges }
    if outside.isEmpty { return }
    observation.isOutsideRanges = true
    let words = "\(Self.list(outside)) outside the ranges that \(ranges.owner) published on \(ranges.date)"
    if !confirmed.isDisjoint(with: outside) {
      observation.addNote("\(words); two resolvers agree")
    } else if outside.count == observation.addresses.count {
      observation.answer = .unknown
      observation.addNote("\(words); needs a second resolver")
    } else {
      observation.addNote(words)
    }
  }

  /// What an answer of nothing but such addresses says in words.
  private static func note(onlyUnreachable addresses: [IPAddress]) -> String {
    let isBlocking = addresses.allSatisfy { $0.scope == .unspecified || $0.scope == .loopback }
    return (isBlocking ? "blocked: " : "not reachable over the public internet: ") + kinds(addresses)
  }

  private static func kinds(_ addresses: [IPAddress]) -> String {
    list(addresses) { "\($0) (\($0.scope.name))" }
  }

  /// The first of some addresses; a note has room for a few.
  private static func list(
    _ addresses: [IPAddress], _ text: (IPAddress) -> String = { "\($0)" }
  ) -> String {
    addresses.prefix(3).map(text).joined(separator: ", ")
      + (addresses.count > 3 ? " and \(addresses.count - 3) more" : "")
  }
}

extension FamilyObservation {
  /// Adds to the note.
  mutating func addNote(_ text: String) { note = note.map { "\($0); \(text)" } ?? text }
}
