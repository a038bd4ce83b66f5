// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// A partition in `endpoints.json` (version 3), the SDK's list of endpoints from before there were rules.
///
/// Protocols and signature versions are left out: nothing here reads them.
package struct EndpointsFilePartition: Sendable, Hashable {
  /// The partition's id.
  package var id: String
  /// The DNS suffix.
  package var dnsSuffix: String
  /// Which region names belong to the partition.
  package var regionPattern: String
  /// The regions, sorted.
  package var regions: [String]
  /// What holds where a service says nothing.
  package var defaults: EndpointsFileEntry
  /// The services, sorted by key.
  package var services: [EndpointsFileService]

  /// Makes a partition.
  package init(
    id: String, dnsSuffix: String, regionPattern: String, regions: [String], defaults: EndpointsFileEntry,
    services: [EndpointsFileService]
  ) {
    self.id = id
    self.dnsSuffix = dnsSuffix
    self.regionPattern = regionPattern
    self.regions = regions
    self.defaults = defaults
    self.services = services
  }
}

/// A service in a partition of `endpoints.json`; its key is an endpoint prefix.
package struct EndpointsFileService: Sendable, Hashable {
  /// The endpoint prefix, such as `logs`.
  package var key: String
  /// The pseudo region for requests without a region, such as `aws-global`.
  package var partitionEndpoint: String?
  /// Whether each region has its own endpoint.
  package var isRegionalized: Bool
  /// What holds where an endpoint says nothing.
  package var defaults: EndpointsFileEntry
  /// The endpoints, sorted by region or pseudo region.
  package var endpoints: [EndpointsFileRegion]

  /// Makes a service.
  package init(
    key: String, partitionEndpoint: String?, isRegionalized: Bool, defaults: EndpointsFileEntry,
    endpoints: [EndpointsFileRegion]
  ) {
    self.key = key
    self.partitionEndpoint = partitionEndpoint
    self.isRegionalized = isRegionalized
    self.defaults = defaults
    self.endpoints = endpoints
  }

  /// The entry of a region, if the file has it.
  package func endpoint(_ region: String) -> EndpointsFileEntry? {
    endpoints.first { $0.region == region }?.endpoint
  }
}

/// A region's entry in `endpoints.json`.
package struct EndpointsFileRegion: Sendable, Hashable {
  /// The region or pseudo region, such as `eu-west-1`, `aws-global` or `fips-us-east-1`.
  package var region: String
  /// What the entry says.
  package var endpoint: EndpointsFileEntry

  /// Makes an entry.
  package init(region: String, endpoint: EndpointsFileEntry) {
    self.region = region
    self.endpoint = endpoint
  }
}

/// What one level of `endpoints.json` says about an endpoint; the level above provides what is not set.
package struct EndpointsFileEntry: Sendable, Hashable {
  /// Names under variants.
  package struct Alternative: Sendable, Hashable {
    /// Which variant.
    package var variant: Variant
    /// The host, with `{service}`, `{region}` and `{dnsSuffix}` to be filled in.
    package var hostname: String?
    /// The DNS suffix.
    package var dnsSuffix: String?

    /// Makes a variant's names.
    package init(variant: Variant, hostname: String? = nil, dnsSuffix: String? = nil) {
      self.variant = variant
      self.hostname = hostname
      self.dnsSuffix = dnsSuffix
    }
  }

  /// The host, with `{service}`, `{region}` and `{dnsSuffix}` to be filled in.
  package var hostname: String?
  /// The DNS suffix.
  package var dnsSuffix: String?
  /// Another name that the server's certificate has.
  package var certificateName: String?
  /// The region to sign for.
  package var signingRegion: String?
  /// The name to sign with.
  package var signingName: String?
  /// Whether AWS marks the entry as deprecated.
  package var isDeprecated = false
  /// Names under variants.
  package var alternatives: [Alternative] = []

  /// Makes an endpoint that says nothing.
  package init() {}
}
