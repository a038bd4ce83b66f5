// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Collects hosts, the endpoints that lead to them, and the groups of those endpoints.
///
/// A way through the rules is named by the stem of its default name; its other variants belong to the same group whatever
/// they look like. Names of lists join the group with the same host or the same stem.
struct HostCollector {
  private struct Found {
    var endpoints: Set<EndpointKey> = []
    var source: EndpointHost.Source
    var isRepresentative: Bool
  }

  private struct Use: Hashable {
    var host: String
    var stem: String
    /// Whether a way through the rules leads to it.
    var isWay: Bool
  }

  /// What is known of a service's stems.
  private struct Stems {
    /// Those of default names that ways lead to.
    var ways: Set<String> = []
    /// Stems of ways that a client takes by itself, with the stem of the ordinary way.
    var sameAs: [String: String] = [:]
    /// Stems of other variants, with that of their way; `nil` where several ways have one.
    var variants: [String: String?] = [:]
  }

  private var found: [String: Found] = [:]
  private var uses: [EndpointKey: [Use: NameRank]] = [:]
  private var stems: [ServiceID: Stems] = [:]
  /// The stem that a client without settings and input gets.
  private var plainStems: [ServiceRegion: String] = [:]
  private let naming: NameStems
  /// What was looked at.
  var statistics = HostList.Statistics()

  /// Makes an empty collector for the names of some partitions.
  init(_ partitions: [PartitionModel]) { naming = NameStems(partitions) }

  /// Takes a host of a list.
  ///
  /// - Parameters:
  ///   - name: the host, in any case.
  ///   - key: the endpoint that leads to it.
  ///   - source: where the name comes from.
  ///   - group: the group, where the list names it.
  ///   - isRepresentative: whether the name holds representative values.
  /// - Returns: whether DNS can hold the name.
  @discardableResult
  mutating func add(
    _ name: some StringProtocol, for key: EndpointKey, source: EndpointHost.Source, group: String? = nil,
    isRepresentative: Bool
  ) -> Bool {
    let host = Self.lowercase(name)
    let rank = NameRank(
      origin: source == .facts ? .facts : .endpointsFile, isRepresentative: isRepresentative)
    let stem = group ?? naming.stem(of: host, in: key.serviceRegion)
    return add(host, key, source, Use(host: host, stem: stem, isWay: group != nil), rank)
  }

  /// Takes the hosts of a way through the rules.
  ///
  /// - Parameters:
  ///   - hosts: the host of each variant that has one, with its rank.
  ///   - place: the service and region.
  ///   - isClientsOwn: whether a client takes this way by itself, in place of the ordinary one.
  mutating func addWay(
    _ hosts: [(variant: Variant, host: String, rank: NameRank)], in place: ServiceRegion, isClientsOwn: Bool
  ) {
    let hosts = hosts.map { (variant: $0.variant, host: Self.lowercase($0.host), rank: $0.rank) }
    guard let first = hosts.min(by: { $0.variant < $1.variant }) else { return }
    let stem = naming.stem(of: first.host, in: place)
    var known = stems[place.service] ?? Stems()
    if isClientsOwn, let plain = plainStems[place], plain != stem {
      known.sameAs[stem] = plain
    } else {
      known.ways.insert(stem)
    }
    for host in hosts where host.variant != first.variant {
      let other = naming.stem(of: host.host, in: place)
      if let way = known.variants[other], way != stem {
        known.variants[other] = .some(nil)
      } else {
        known.variants[other] = stem
      }
    }
    stems[place.service] = known
    for host in hosts {
      let use = Use(host: host.host, stem: stem, isWay: true)
      add(host.host, EndpointKey(place, host.variant), .rules, use, host.rank)
    }
  }

  /// Takes the default host that a client without settings and input gets in a region.
  mutating func notePlain(_ host: String, in place: ServiceRegion) {
    plainStems[place] = naming.stem(of: Self.lowercase(host), in: place)
  }

  @discardableResult
  private mutating func add(
    _ host: String, _ key: EndpointKey, _ source: EndpointHost.Source, _ use: Use, _ rank: NameRank
  ) -> Bool {
    guard URLHost.isName(host) else {
      statistics.invalid += 1
      return false
    }
    var entry = found[host] ?? Found(source: source, isRepresentative: rank.isRepresentative)
    entry.endpoints.insert(key)
    if Self.rank(source) < Self.rank(entry.source) { entry.source = source }
    found[host] = entry
    uses[key, default: [:]][use] = Self.joined(uses[key]?[use], rank)
    return true
  }

  /// The rank of a name that two ways lead to: the better one, with the operations of both.
  private static func joined(_ known: NameRank?, _ rank: NameRank) -> NameRank {
    guard let known else { return rank }
    var best = min(known, rank)
    best.operations = known.operations + rank.operations
    return best
  }

  private static func lowercase(_ name: some StringProtocol) -> String {
    let hasUpperCase = name.utf8.contains { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
    return hasUpperCase ? name.lowercased() : String(name)
  }

  private static func rank(_ source: EndpointHost.Source) -> Int {
    switch source {
    case .rules: 0
    case .legacy: 1
    case .facts: 2
    }
  }

  /// The hosts, sorted by name.
  func hosts() -> [EndpointHost] {
    found.map { host, entry in
      EndpointHost(
        host: host, endpoints: entry.endpoints.sorted(), source: entry.source,
        isRepresentative: entry.isRepresentative)
    }.sorted { $0.host < $1.host }
  }

  /// The groups of each endpoint, the main one first, then by name.
  func groups() -> [EndpointKey: [EndpointGroup]] {
    var groups: [EndpointKey: [String: [String: NameRank]]] = [:]
    for (key, uses) in uses { groups[key] = members(uses, key.service) }
    let mains = mainGroups(groups)
    return Dictionary(
      uniqueKeysWithValues: groups.map { key, groups in
        let main = mains[key.serviceRegion]
        let list = groups.map { name, hosts in
          Self.group(name, isMain: name == main, hosts)
        }
        return (key, list.sorted { ($0.isMain ? 0 : 1, $0.name) < ($1.isMain ? 0 : 1, $1.name) })
      })
  }

  /// The hosts of each group of an endpoint.
  private func members(_ uses: [Use: NameRank], _ service: ServiceID) -> [String: [String: NameRank]] {
    let known = stems[service] ?? Stems()
    var groups: [String: [String: NameRank]] = [:]
    let ofWays = Set(uses.keys.lazy.filter(\.isWay).map(\.host))
    for (use, rank) in uses where use.isWay || !ofWays.contains(use.host) {
      let group = use.isWay ? known.sameAs[use.stem] ?? use.stem : Self.group(ofListed: use.stem, known)
      var hosts = groups[group] ?? [:]
      hosts[use.host] = Self.joined(hosts[use.host], rank)
      groups[group] = hosts
    }
    return groups
  }

  private static func group(ofListed stem: String, _ known: Stems) -> String {
    if let same = known.sameAs[stem] { return same }
    if !known.ways.contains(stem), let way = known.variants[stem], let way { return known.sameAs[way] ?? way }
    return stem
  }

  private static func group(_ name: String, isMain: Bool, _ ranks: [String: NameRank]) -> EndpointGroup {
    guard ranks.count > 1, let best = ranks.min(by: isBetter) else {
      return EndpointGroup(name: name, isMain: isMain, hosts: Array(ranks.keys), decidingCount: 1)
    }
    let deciding = ranks.filter { $0.key == best.key || $0.value.isAlternative(to: best.value) }
    let rest = ranks.keys.filter { deciding[$0] == nil }.sorted()
    return EndpointGroup(
      name: name, isMain: isMain, hosts: deciding.sorted(by: isBetter).map(\.key) + rest,
      decidingCount: deciding.count)
  }

  /// Whether a name comes before another one: by rank, then by length and alphabet.
  private static func isBetter(
    _ left: (key: String, value: NameRank), _ right: (key: String, value: NameRank)
  )
    -> Bool
  {
    (left.value, left.key.utf8.count, left.key) < (right.value, right.key.utf8.count, right.key)
  }

  /// The main group of each service and region: the one that an ordinary call leads to.
  ///
  /// That is the group of the name that the rules give without any input, when an operation calls one of its names; else that
  /// of the best name. The default variant is asked first; a region with FIPS names only has a main group, too.
  private func mainGroups(_ groups: [EndpointKey: [String: [String: NameRank]]]) -> [ServiceRegion: String] {
    var best: [ServiceRegion: (group: String, order: Order)] = [:]
    for (key, groups) in groups {
      let place = key.serviceRegion
      let plain = plainStems[place].map { stems[place.service]?.sameAs[$0] ?? $0 }
      for (group, hosts) in groups {
        guard let host = hosts.min(by: Self.isBetter) else { continue }
        let isPlain = group == plain && host.value.origin == .called
        let order = Order(isPlain: isPlain, variant: key.variant, rank: host.value, group: group)
        if let known = best[place], known.order < order { continue }
        best[place] = (group, order)
      }
    }
    return best.mapValues(\.group)
  }

  /// How well a group fits as the main one, best first.
  private struct Order: Comparable {
    var isPlain: Bool
    var variant: Variant
    var rank: NameRank
    var group: String

    static func < (left: Order, right: Order) -> Bool {
      if left.isPlain != right.isPlain { return left.isPlain }
      if left.variant != right.variant { return left.variant < right.variant }
      return left.rank != right.rank ? left.rank < right.rank : left.group < right.group
    }
  }
}
