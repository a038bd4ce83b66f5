// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// All names to measure, each once, with the endpoints that lead to it.
package struct HostList: Sendable {
  /// What was looked at to make the list.
  package struct Statistics: Sendable, Hashable {
    /// How often rules were run.
    package var resolutions = 0
    /// How often they gave an error or no endpoint: the combination has no name.
    package var withoutName = 0
    /// How often they gave a URL whose host DNS cannot hold.
    package var invalid = 0
    /// How many endpoints (service, region, variant) have a name.
    package var endpoints = 0
  }

  /// The hosts, sorted by name.
  package internal(set) var hosts: [EndpointHost]
  /// What was looked at.
  package internal(set) var statistics: Statistics
  private let groups: [EndpointKey: [EndpointGroup]]

  init(hosts: [EndpointHost], statistics: Statistics, groups: [EndpointKey: [EndpointGroup]]) {
    self.hosts = hosts
    self.statistics = statistics
    self.groups = groups
  }

  /// The names of an endpoint, each once: first those of the main group, and of each group the deciding one first; empty when
  /// it has none.
  package func names(of key: EndpointKey) -> [String] {
    var seen: Set<String> = []
    return (groups[key] ?? []).flatMap(\.hosts).filter { seen.insert($0).inserted }
  }

  /// What a host is to an endpoint that leads to it: a role for each group, the main group's first.
  package func roles(of host: String, in key: EndpointKey) -> [EndpointRole] {
    (groups[key] ?? []).filter { $0.hosts.contains(host) }.map { group in
      EndpointRole(group: group.name, isMain: group.isMain, isDeciding: group.deciding.contains(host))
    }
  }

  /// The deciding names of each group of each service and region, sorted by partition, service and region, the main group
  /// first, then by the group's name.
  ///
  /// ``Catalog/declared(includingGroups:where:)`` reads the same from the image, without an enumeration.
  package var declared: [DeclaredGroup] {
    var rows: [ServiceRegion: [String: DeclaredGroup]] = [:]
    for (key, groups) in groups {
      for group in groups {
        let place = key.serviceRegion
        var row =
          rows[place]?[group.name]
          ?? DeclaredGroup(place: place, group: group.name, isMain: group.isMain, hosts: VariantHosts())
        row.hosts[key.variant] = group.hosts.first
        rows[place, default: [:]][group.name] = row
      }
    }
    return rows.values.flatMap(\.values).sorted()
  }

  /// All endpoints that have a name, in no particular order.
  package var endpoints: some Sequence<EndpointKey> { groups.keys }
}
