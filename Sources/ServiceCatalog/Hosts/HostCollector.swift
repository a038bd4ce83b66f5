// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Collects hosts and the endpoints that lead to them.
struct HostCollector {
  private struct Found {
    var endpoints: Set<EndpointKey> = []
    var source: EndpointHost.Source
    var isRepresentative: Bool
  }

  private struct Use {
    var host: String
    var operations: Int
    var rank: Int
  }

  private var found: [String: Found] = [:]
  private var uses: [EndpointKey: [Use]] = [:]
  /// What was looked at.
  var statistics = HostList.Statistics()

  /// Takes a host.
  ///
  /// - Parameters:
  ///   - name: the host, in any case.
  ///   - key: the endpoint that leads to it.
  ///   - source: where the name comes from.
  ///   - operations: how many operations go there.
  ///   - isRepresentative: whether the name holds representative values.
  /// - Returns: whether DNS can hold the name.
  @discardableResult
  mutating func add(
    _ name: some StringProtocol, for key: EndpointKey, source: EndpointHost.Source, operations: Int,
    isRepresentative: Bool
  ) -> Bool {
    let hasUpperCase = name.utf8.contains { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
    let host = hasUpperCase ? name.lowercased() : String(name)
    guard URLHost.isName(host) else {
      statistics.invalid += 1
      return false
    }
    var entry = found[host] ?? Found(source: source, isRepresentative: isRepresentative)
    entry.endpoints.insert(key)
    if Self.rank(source) < Self.rank(entry.source) { entry.source = source }
    found[host] = entry
    // Rules before lists, real names before representative ones, then by the number of operations.
    let rank = Self.rank(source) * 2 + (isRepresentative ? 1 : 0)
    var list = uses[key] ?? []
    if let index = list.firstIndex(where: { $0.host == host }) {
      list[index].operations += operations
      list[index].rank = min(list[index].rank, rank)
    } else {
      list.append(Use(host: host, operations: operations, rank: rank))
    }
    uses[key] = list
    return true
  }

  /// Whether a name is known from any source.
  func contains(_ host: String) -> Bool { found[host] != nil }

  private static func rank(_ source: EndpointHost.Source) -> Int {
    switch source {
    case .rules: 0
    case .legacy: 1
    case .facts: 2
    }
  }

  /// The names of each endpoint, the most used one first.
  func names() -> [EndpointKey: [String]] {
    uses.mapValues { uses in
      guard uses.count > 1 else { return uses.map(\.host) }
      let first = uses.min { left, right in
        (left.rank, -left.operations, left.host) < (right.rank, -right.operations, right.host)
      }
      let rest = uses.map(\.host).filter { $0 != first?.host }.sorted()
      return (first.map { [$0.host] } ?? []) + rest
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
}
