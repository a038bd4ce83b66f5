// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// The answers of one resolver to control questions: a pure function leads from them to a verdict.
///
/// One strange answer condemns nobody. Names come and go in years, so some of the names that must exist may be missing: a
/// verdict needs a tenth of them, at least two, or all that were asked about in one zone.
struct ControlResults {
  /// The verdict with what it rests on.
  typealias Finding = (verdict: ResolverVerdict, seen: String)

  let results: [ControlResult]
  private let existing: [ControlResult]
  private let prefixes: [NAT64Prefix]

  /// Makes the results of one judgement.
  init(_ results: [ControlResult]) {
    self.results = results
    existing = results.filter(\.kind.exists)
    prefixes = results.filter { $0.kind == .discovery }.flatMap {
      Synthesis.prefixes(in: $0.aaaa?.addresses ?? [])
    }
  }

  /// The verdict.
  var finding: Finding {
    hiddenBySilence ?? silence ?? failures ?? inventions ?? blocking ?? denials ?? hiding ?? nothingFound
      ?? praise
  }

  /// Whether any answer is not what a good resolver gives, so that a closer look is worth while.
  var isDoubtful: Bool {
    !finding.verdict.isAcceptable
      || existing.contains { $0.isDenied || $0.isNull || isHidden($0) }
      || results.contains { $0.kind == .impossible && !$0.allAddresses.isEmpty }
  }

  // MARK: - No answers

  /// The answers about names that exist: nobody may be there to deny names in the zones of isolated partitions.
  private var asked: [ControlAnswer] { existing.flatMap { [$0.a, $0.aaaa].compactMap(\.self) } }

  /// No answer about AAAA where A is answered.
  private var hiddenBySilence: Finding? {
    let both = existing.filter { $0.aaaa != nil }
    let found = both.filter { !($0.a?.addresses ?? []).isEmpty }
    guard found.count >= 3, found.count * 10 >= both.count * 7,
      both.allSatisfy({ $0.aaaa.map { $0 == .silence || $0.isFailure } ?? true })
    else { return nil }
    let failed = Self.kinds(of: both.compactMap(\.aaaa))
    return (
      .hidesAAAA,
      "it answers for A, but none of \(both.count) questions for AAAA"
        + (failed.isEmpty ? "" : " (\(failed))")
    )
  }

  private var silence: Finding? {
    let answered = asked.count { $0 != .silence }
    guard answered * 2 < asked.count || asked.isEmpty else { return nil }
    return (
      .silent,
      answered == 0
        ? "it answered none of \(asked.count) questions"
        : "it answered \(answered) of \(asked.count) questions"
    )
  }

  private var failures: Finding? {
    let answered = asked.filter { $0 != .silence }
    let failed = answered.filter(\.isFailure)
    guard failed.count * 2 > answered.count else { return nil }
    return (.fails, "\(failed.count) of \(answered.count) answers are errors (\(Self.kinds(of: failed)))")
  }

  private static func kinds(of answers: [ControlAnswer]) -> String {
    var names: [String] = []
    for case .failure(let name) in answers where !names.contains(name) { names.append(name) }
    return names.joined(separator: ", ")
  }

  // MARK: - Names that cannot exist

  private var inventions: Finding? {
    let impossible = results.filter { $0.kind == .impossible && ($0.a ?? .silence) != .silence }
    let invented = impossible.filter { !$0.allAddresses.isEmpty }
    guard let first = invented.first, invented.count >= min(2, impossible.count) else { return nil }
    let addresses = invented.map(\.allAddresses)
    let example = first.allAddresses[0]
    let seen =
      "\(invented.count) of \(impossible.count) names that cannot exist have an address, such as \(example) "
      + "for \(first.name)"
    if addresses.allSatisfy({ $0.allSatisfy(\.isNull) }) { return (.blocks, seen) }
    if addresses.count(where: { $0.contains(where: \.isFake) }) * 2 > invented.count {
      return (.inventsAddresses, seen)
    }
    var owners: [IPAddress: Int] = [:]
    for address in addresses.flatMap({ Set($0) }) { owners[address, default: 0] += 1 }
    let mostShared = owners.values.max() ?? 0
    let isShared = invented.count == 1 || mostShared >= 2 && mostShared * 4 >= invented.count
    return (isShared ? .rewritesNXDOMAIN : .inventsAddresses, seen)
  }

  // MARK: - Names that exist

  /// Whether so many of all are more than chance and age explain.
  private static func exceeds(_ count: Int, of all: Int) -> Bool {
    count * 10 > all && count >= min(2, all) && count > 0
  }

  private var blocking: Finding? {
    let answered = existing.filter { $0.a.map { $0 != .silence && !$0.isFailure } ?? false }
    let null = answered.filter(\.isNull)
    if let first = null.first, Self.exceeds(null.count, of: answered.count) {
      let how = first.allAddresses.first { $0.isNull }.map { "the address \($0)" } ?? "\"blocked\" as answer"
      return (
        .blocks, "\(null.count) of \(answered.count) names that exist have \(how), such as \(first.name)"
      )
    }
    let fake = answered.filter { $0.allAddresses.contains(where: \.isFake) }
    if let first = fake.first, Self.exceeds(fake.count, of: answered.count) {
      let address = first.allAddresses.first { $0.isFake }.map { "\($0)" } ?? ""
      return (
        .inventsAddresses,
        "\(fake.count) of \(answered.count) names that exist have addresses of no public network, such as \(address) "
          + "for \(first.name)"
      )
    }
    return nil
  }

  private var denials: Finding? {
    let answered = existing.filter { $0.a.map { $0 != .silence && !$0.isFailure } ?? false }
    let denied = answered.filter(\.isDenied)
    guard let first = denied.first else { return nil }
    let seen = "\(denied.count) of \(answered.count) names that exist are denied, such as \(first.name)"
    if denied.count == answered.count, denied.count >= 2 || existing.count == 1 {
      return (.deniesEverything, seen)
    }
    if let zone = Self.zone(whollyIn: denied, of: answered) {
      return (.deniesSome, "\(seen); nothing is left of \(zone)")
    }
    return isMany(denied, of: answered) ? (.deniesSome, seen) : nil
  }

  private var hiding: Finding? {
    let both = existing.filter {
      $0.kind != .withIPv4 && $0.hasGenuineA && $0.aaaa.map { $0 != .silence && !$0.isFailure } ?? false
    }
    let hidden = both.filter(isHidden)
    guard let first = hidden.first else { return nil }
    let seen =
      "\(hidden.count) of \(both.count) names that have A and AAAA records are without AAAA, such as \(first.name)"
    if let zone = Self.zone(whollyIn: hidden, of: both) {
      return (.hidesAAAA, "\(seen); none is left of \(zone)")
    }
    return isMany(hidden, of: both) ? (.hidesAAAA, seen) : nil
  }

  /// Whether a name that has AAAA records seems to have none, or only those that DNS64 made.
  private func isHidden(_ result: ControlResult) -> Bool {
    guard result.kind == .withBoth || result.kind == .lastKnownBoth, result.hasGenuineA else { return false }
    switch result.aaaa {
    case .addresses(let addresses):
      return Synthesis.native(in: addresses, beside: result.a?.addresses ?? [], prefixes: prefixes).isEmpty
    case .noData?, .nameError?, .policy?: return true
    default: return false
    }
  }

  /// Whether faults are many among the lasting names, and the names of the last scan do not contradict that.
  ///
  /// The lasting names age with the program, and a map may hold what a false resolver said: both must agree.
  private func isMany(_ faulty: [ControlResult], of all: [ControlResult]) -> Bool {
    let (faultyKnown, known) = (
      faulty.filter { $0.kind == .lastKnownBoth }, all.filter { $0.kind == .lastKnownBoth }
    )
    if !known.isEmpty, faultyKnown.isEmpty { return false }
    let (lasting, allLasting) = (faulty.count - faultyKnown.count, all.count - known.count)
    return allLasting == 0
      ? Self.exceeds(faultyKnown.count, of: known.count) : Self.exceeds(lasting, of: allLasting)
  }

  /// A zone of which at least three names were asked about and all are faulty.
  private static func zone(whollyIn faulty: [ControlResult], of all: [ControlResult]) -> String? {
    func counts(_ results: [ControlResult]) -> [String: Int] {
      var counts: [String: Int] = [:]
      for result in results where result.kind != .lastKnownBoth {
        if let zone = ControlNames.zone(of: result.name) { counts[zone, default: 0] += 1 }
      }
      return counts
    }
    let totals = counts(all)
    return counts(faulty).filter { $0.value >= 3 && $0.value == totals[$0.key] }.keys.min()
  }

  // MARK: - Good

  private var found: [ControlResult] { existing.filter { !($0.a?.addresses ?? []).isEmpty } }

  private var nothingFound: Finding? {
    guard found.isEmpty else { return nil }
    return (.fails, "it found none of \(existing.count) names that exist")
  }

  private var praise: Finding {
    let both = existing.filter { $0.kind != .withIPv4 && $0.aaaa != nil }
    let native = both.filter { !($0.aaaa?.addresses ?? []).isEmpty && !isHidden($0) }
    let impossible = results.filter { $0.kind == .impossible }
    let denied = impossible.filter { $0.a == .nameError || $0.a == .noData }
    let seen =
      "\(found.count) of \(existing.count) names that exist were found, \(native.count) of \(both.count) with IPv6; "
      + "\(denied.count) of \(impossible.count) that cannot exist were denied"
    if prefixes.isEmpty { return (.good, seen) }
    return (.dns64, "\(seen); IPv6 answers are made in \(prefixes.map { "\($0)" }.joined(separator: ", "))")
  }
}

extension ControlAnswer {
  /// The addresses; none for any other answer.
  var addresses: [IPAddress] { if case .addresses(let addresses) = self { addresses } else { [] } }

  /// Whether it is an error.
  var isFailure: Bool { if case .failure = self { true } else { false } }

  /// Whether it says that there are no records.
  fileprivate var isNegative: Bool { self == .noData || self == .nameError }
}

extension ControlResult {
  fileprivate var allAddresses: [IPAddress] { (a?.addresses ?? []) + (aaaa?.addresses ?? []) }

  /// Whether the resolver says that the name has no A records.
  fileprivate var isDenied: Bool { a?.isNegative ?? false }

  /// Whether a null address or a policy keeps the name from being found.
  fileprivate var isNull: Bool { a == .policy || a?.addresses.contains(where: \.isNull) ?? false }

  /// Whether it has A records that are not null.
  fileprivate var hasGenuineA: Bool { !(a?.addresses ?? []).isEmpty && !isNull }
}

extension IPAddress {
  /// The benchmark network of RFC 2544, from which proxies draw invented addresses.
  private static let benchmarking = IPPrefix("198.18.0.0/15")

  /// Whether the address leads nowhere or to the host itself, as blockers answer.
  fileprivate var isNull: Bool { scope == .unspecified || scope == .loopback }

  /// Whether neither the public internet nor a private network of the usual kind has the address.
  fileprivate var isFake: Bool {
    switch scope {
    case .reserved, .multicast, .linkLocal: true
    case .uniqueLocal: if case .ipv6(let address) = self { address.high >> 56 == 0xFC } else { false }
    default: Self.benchmarking?.contains(self) ?? false
    }
  }
}
