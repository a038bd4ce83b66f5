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
  private let names: [EndpointKey: [String]]
  private let claims: DeclaredRule

  init(
    hosts: [EndpointHost], statistics: Statistics, names: [EndpointKey: [String]], claims: DeclaredRule
  ) {
    self.hosts = hosts
    self.claims = claims
    self.statistics = statistics
    self.names = names
  }

  /// The names of an endpoint: first the one that most operations go to, then the others in alphabetical order; empty
  /// when it has none.
  package func names(of key: EndpointKey) -> [String] { names[key] ?? [] }

  /// The name of an endpoint that most operations go to, one without representative values where there is one.
  package func primaryName(of key: EndpointKey) -> String? { names[key]?.first }

  /// What the rules claim for each service and region that has a name, sorted by partition, service and region.
  ///
  /// ``Catalog/declared(where:)`` reads the same from the image, without an enumeration.
  package var declared: [DeclaredSupport] {
    var hosts: [ServiceRegion: VariantHosts] = [:]
    for (key, names) in names { hosts[key.serviceRegion, default: VariantHosts()][key.variant] = names.first }
    return hosts.map { place, hosts in
      DeclaredSupport(place: place, support: claims.support(place, hosts), hosts: hosts)
    }.sorted { $0.place < $1.place }
  }

  /// All endpoints that have a name, in no particular order.
  package var endpoints: some Sequence<EndpointKey> { names.keys }
}
