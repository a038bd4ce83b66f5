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
    /// How often they gave a URL whose host is no name that DNS can hold.
    package var invalid = 0
    /// How many endpoints (service, region, variant) have a name.
    package var endpoints = 0
  }

  /// The hosts, sorted by name.
  package internal(set) var hosts: [EndpointHost]
  /// What services are said to have, sorted by partition, service and region.
  package internal(set) var declared: [DeclaredSupport]
  /// What was looked at.
  package internal(set) var statistics: Statistics
  private let names: [EndpointKey: [String]]

  init(
    hosts: [EndpointHost], declared: [DeclaredSupport], statistics: Statistics, names: [EndpointKey: [String]]
  ) {
    self.hosts = hosts
    self.declared = declared
    self.statistics = statistics
    self.names = names
  }

  /// The names of an endpoint: first the one that most operations go to, then the others in alphabetical order; empty
  /// when it has none.
  package func names(of key: EndpointKey) -> [String] { names[key] ?? [] }

  /// The name of an endpoint that most operations go to, one without representative values where there is one.
  package func primaryName(of key: EndpointKey) -> String? { names[key]?.first }

  /// All endpoints that have a name, in no particular order.
  package var endpoints: some Sequence<EndpointKey> { names.keys }
}

/// What an SDK release claims about a service in a region, without any measurement.
package struct DeclaredSupport: Sendable, Hashable {
  /// The service in its region.
  package var place: ServiceRegion
  /// What the rules claim: `ipv6` when the default name is one of the dual-stack names, or is what dual-stack clients
  /// are given as well; `optIn` when the rules have a second name for dual-stack clients, whether or not it exists;
  /// `ipv4` when there is one name, and it is not a dual-stack one; `none` when there is no name.
  package var support: Support
  /// Whether the older list has the service in the region; none when it does not know the service at all.
  package var isListed: Bool?
  /// The name of each variant that most operations go to.
  package var hosts: [Variant: String]
}
