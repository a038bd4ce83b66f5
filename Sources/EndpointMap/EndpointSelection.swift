// SPDX-License-Identifier: Apache-2.0

package import ServiceCatalog

/// Which endpoints a scan asks about, or a query shows; an empty list restricts nothing.
package struct EndpointSelection: Sendable, Hashable {
  /// The partitions, as `aws-cn`.
  package var partitions: [NamePattern]
  /// The regions, as `eu-*`.
  package var regions: [NamePattern]
  /// The services by their botocore folders, as `s3*`.
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
    admits(partition: endpoint.partition, service: endpoint.service, region: endpoint.region)
  }

  /// Whether a service in a region is selected.
  package func admits(partition: String, service: String, region: String) -> Bool {
    partitions.admit(partition) && services.admit(service) && regions.admit(region)
  }

  /// Whether one of a host's endpoints is selected; a host without endpoints always is.
  package func admits(_ host: EndpointHost) -> Bool {
    isEverything || host.endpoints.isEmpty || host.endpoints.contains(where: admits)
  }
}

/// What a query shows: endpoints, and the support they have.
package struct MapFilter: Sendable, Hashable {
  /// Which endpoints.
  package var selection: EndpointSelection
  /// Which support; empty restricts nothing.
  package var support: Set<Support>

  /// Makes a filter.
  package init(selection: EndpointSelection = EndpointSelection(), support: Set<Support> = []) {
    self.selection = selection
    self.support = support
  }
}
