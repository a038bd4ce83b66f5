// SPDX-License-Identifier: Apache-2.0

/// A partition of AWS with its regions, from `partitions.json`.
package struct PartitionModel: Sendable, Hashable {
  /// The partition's id, such as `aws-us-gov`.
  package var id: String
  /// Which further region names belong to the partition.
  package var regionPattern: String
  /// What rules learn about the partition.
  package var outputs: Outputs
  /// The listed regions and pseudo regions, sorted by name.
  package var regions: [Region]

  /// Makes a partition.
  package init(id: String, regionPattern: String, outputs: Outputs, regions: [Region]) {
    self.id = id
    self.regionPattern = regionPattern
    self.outputs = outputs
    self.regions = regions
  }

  /// What rules learn about a partition.
  package struct Outputs: Sendable, Hashable {
    /// The name that rules see; the id in practice.
    package var name: String
    /// The DNS suffix, such as `amazonaws.com`.
    package var dnsSuffix: String
    /// The DNS suffix of dual-stack names, such as `api.aws`.
    package var dualStackDNSSuffix: String
    /// The region that global services sign for.
    package var implicitGlobalRegion: String
    /// Whether the partition has FIPS names.
    package var supportsFIPS: Bool
    /// Whether the partition has dual-stack names.
    package var supportsDualStack: Bool

    /// The DNS suffix of names that customers' resources have, such as `on.aws`: the one of dual-stack names with `on.` for
    /// `api.`, as the endpoint rules of Neptune Analytics and OpenSearch write it.
    package var onDNSSuffix: String {
      let label = "api."
      return dualStackDNSSuffix.hasPrefix(label)
        ? "on." + dualStackDNSSuffix.dropFirst(label.count) : dualStackDNSSuffix
    }

    /// Makes outputs.
    package init(
      name: String, dnsSuffix: String, dualStackDNSSuffix: String, implicitGlobalRegion: String,
      supportsFIPS: Bool, supportsDualStack: Bool
    ) {
      self.name = name
      self.dnsSuffix = dnsSuffix
      self.dualStackDNSSuffix = dualStackDNSSuffix
      self.implicitGlobalRegion = implicitGlobalRegion
      self.supportsFIPS = supportsFIPS
      self.supportsDualStack = supportsDualStack
    }
  }

  /// A region or pseudo region.
  package struct Region: Sendable, Hashable {
    /// The name, such as `eu-central-1` or `aws-global`.
    package var name: String
    /// What AWS calls it, such as `Europe (Frankfurt)`.
    package var description: String

    /// Whether the name represents all regions of a partition.
    package var isPseudo: Bool { name.utf8.suffix(7).elementsEqual("-global".utf8) }

    /// Makes a region.
    package init(name: String, description: String) {
      self.name = name
      self.description = description
    }
  }
}
