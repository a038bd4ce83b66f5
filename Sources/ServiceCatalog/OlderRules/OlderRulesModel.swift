// SPDX-License-Identifier: Apache-2.0

package import EndpointRules

/// What older releases say otherwise than a catalog, in memory; ``OlderRulesComparison`` makes it, ``OlderRulesWriter``
/// packs it.
package struct OlderRulesModel: Sendable, Hashable {
  /// The ``Catalog/contentHash`` of the catalog that the releases were compared with.
  package var base: String
  /// The releases, oldest first.
  package var releases: [Release]

  /// Makes a model.
  package init(base: String, releases: [Release]) {
    self.base = base
    self.releases = releases
  }

  /// One older release.
  package struct Release: Sendable, Hashable {
    /// Where it came from.
    package var origin: ReleaseOrigin
    /// Its partitions, in the order of its file; regions have no description.
    package var partitions: [PartitionModel]
    /// The partitions of its `endpoints.json`, without services.
    package var listed: [EndpointsFilePartition]
    /// The services of the catalog that it does not have, sorted.
    package var missingServices: [String]
    /// What its `endpoints.json` says otherwise about a service, in each of the partitions, by endpoint prefix, sorted.
    package var listedServices: [ListedService]
    /// The API versions that differ, sorted by service and version.
    package var versions: [Version]

    /// Makes a release.
    package init(
      origin: ReleaseOrigin, partitions: [PartitionModel], listed: [EndpointsFilePartition],
      missingServices: [String], listedServices: [ListedService], versions: [Version]
    ) {
      self.origin = origin
      self.partitions = partitions
      self.listed = listed
      self.missingServices = missingServices
      self.listedServices = listedServices
      self.versions = versions
    }
  }

  /// A service of `endpoints.json` in all partitions; where a partition does not have it, the element is `nil`.
  package struct ListedService: Sendable, Hashable {
    /// The endpoint prefix.
    package var key: String
    /// The service in each partition.
    package var services: [EndpointsFileService?]

    /// Makes a service.
    package init(key: String, services: [EndpointsFileService?]) {
      self.key = key
      self.services = services
    }
  }

  /// An API version of a service that differs.
  package struct Version: Sendable, Hashable {
    /// The botocore folder.
    package var folder: String
    /// The API version.
    package var apiVersion: String
    /// The rules, where they give other answers than the catalog's.
    package var rules: RuleSet?
    /// The model, where something that endpoints depend on differs from the catalog's; its operations are those that
    /// differ, or all where the catalog does not have the service.
    package var model: ServiceModel?

    /// Makes a version.
    package init(folder: String, apiVersion: String, rules: RuleSet?, model: ServiceModel?) {
      self.folder = folder
      self.apiVersion = apiVersion
      self.rules = rules
      self.model = model
    }
  }
}
