// SPDX-License-Identifier: Apache-2.0

/// What is known of a name that a setting leads to.
package struct EndpointKnowledge: Sendable, Hashable {
  /// What was found.
  package enum Finding: Sendable, Hashable {
    /// The name does not exist.
    case absent
    /// The service has no IPv6 there, and its dual-stack name may not exist.
    case noIPv6
    /// The name has IPv4 only.
    case ipv4
    /// The name has IPv6.
    case ipv6
  }

  /// What was found.
  package var finding: Finding
  /// When, and by whom, such as `2025-11-12, reported`.
  package var basis: String
  /// The dual-stack name, where that has IPv6.
  package var betterHost: String?

  /// Makes a value.
  package init(finding: Finding, basis: String, betterHost: String? = nil) {
    self.finding = finding
    self.basis = basis
    self.betterHost = betterHost
  }
}

/// A name of a service in a region.
package struct EndpointPlace: Sendable, Hashable {
  /// The host.
  package var host: String
  /// The service's botocore folder.
  package var service: String
  /// The partition.
  package var partition: String
  /// The region.
  package var region: String

  /// Makes a place.
  package init(host: String, service: String, partition: String, region: String) {
    self.host = host
    self.service = service
    self.partition = partition
    self.region = region
  }
}
