// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import ServiceCatalog

/// Which endpoints a scan looks up or a query shows; an empty list does not restrict anything.
package struct EndpointSelection: Sendable, Hashable {
  /// The partitions, such as `aws-cn`.
  package var partitions: [NamePattern]
  /// The regions, such as `eu-*`.
  package var regions: [NamePattern]
  /// The services by their botocore folders, such as `s3*`.
  package var services: [NamePattern]

  /// Makes a selection.
  package init(
    partitions: [NamePattern] = [], regions: [NamePattern] = [], services: [NamePattern] = []
  ) {
    self.partitions = partitions
    self.regions = regions
    self.services = services
  }

  /// Whether nothing is left out.
  package var isEverything: Bool { partitions.isEmpty && regions.isEmpty && services.isEmpty }

  /// Whether an endpoint is selected.
  package func admits(_ endpoint: EndpointKey) -> Bool {
    admits(endpoint.serviceRegion)
  }

  /// Whether a service in a region is selected.
  package func admits(_ place: ServiceRegion) -> Bool {
    partitions.admit(place.partition.name) && services.admit(place.service.name)
      && regions.admit(place.region.name)
  }

  /// Whether one of a host's endpoints is selected; a host without endpoints always is.
  package func admits(_ host: EndpointHost) -> Bool {
    isEverything || host.endpoints.isEmpty || host.endpoints.contains(where: admits)
  }
}

extension EndpointSelection {
  /// The selection as text: three lists of patterns, separated by semicolons.
  var stored: String {
    [partitions, regions, services].map { $0.map(\.description).joined(separator: ",") }
      .joined(separator: ";")
  }

  /// Reads what `stored` wrote.
  init(stored: String) {
    let lists = stored.split(separator: ";", omittingEmptySubsequences: false).map {
      NamePattern.list(String($0))
    }
    self.init(
      partitions: lists.first ?? [], regions: lists.dropFirst().first ?? [],
      services: lists.dropFirst(2).first ?? [])
  }
}

/// What a query shows: endpoints, and the support they have.
package struct MapFilter: Sendable, Hashable {
  /// Which endpoints.
  package var selection: EndpointSelection
  /// Which support; empty restricts nothing.
  package var support: Set<Support>
  /// Which causes of changes; `nil` restricts nothing.
  package var cause: ChangeCause?
  /// Whether to show all endpoint groups of a service, or only the one that ordinary calls lead to.
  package var includesGroups: Bool

  /// Makes a filter.
  package init(
    selection: EndpointSelection = EndpointSelection(), support: Set<Support> = [], cause: ChangeCause? = nil,
    includesGroups: Bool = false
  ) {
    self.selection = selection
    self.support = support
    self.cause = cause
    self.includesGroups = includesGroups
  }
}
