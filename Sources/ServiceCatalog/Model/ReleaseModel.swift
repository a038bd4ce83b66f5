// SPDX-License-Identifier: Apache-2.0

package import EndpointRules

/// All that a catalog holds of an SDK release, in memory; the importer makes it, the image writer packs it.
package struct ReleaseModel: Sendable {
  /// Where it came from.
  package var origin: ReleaseOrigin
  /// The partitions, in the order of the file: the order decides which one an unknown region belongs to.
  package var partitions: [PartitionModel]
  /// `endpoints.json`.
  package var endpointsFile: [EndpointsFilePartition]
  /// The services, sorted by folder.
  package var services: [ReleaseService]

  /// Makes a release.
  package init(
    origin: ReleaseOrigin, partitions: [PartitionModel], endpointsFile: [EndpointsFilePartition],
    services: [ReleaseService]
  ) {
    self.origin = origin
    self.partitions = partitions
    self.endpointsFile = endpointsFile
    self.services = services
  }
}

/// A service of a release in memory.
package struct ReleaseService: Sendable {
  /// The botocore folder, such as `logs`.
  package var folder: String
  /// The API versions, sorted; the last one is the current one.
  package var versions: [ReleaseServiceVersion]

  /// Makes a service.
  package init(folder: String, versions: [ReleaseServiceVersion]) {
    self.folder = folder
    self.versions = versions
  }
}

/// An API version of a service in memory.
package struct ReleaseServiceVersion: Sendable {
  /// The version, a day as `2014-03-28`.
  package var apiVersion: String
  /// The service's model; one old version has rules only.
  package var model: ServiceModel?
  /// The endpoint rules.
  package var rules: RuleSet?

  /// Makes a version.
  package init(apiVersion: String, model: ServiceModel?, rules: RuleSet?) {
    self.apiVersion = apiVersion
    self.model = model
    self.rules = rules
  }
}

/// Where a catalog's content came from.
package struct ReleaseOrigin: Sendable, Hashable {
  /// The form of the release that was read.
  package enum Form: UInt8, Sendable, Hashable, CaseIterable {
    /// A Python wheel.
    case wheel
    /// A Python source archive.
    case sourceArchive
    /// An unpacked folder.
    case folder
  }

  /// The release's version, such as `1.44.5`; `unknown` where the source does not say.
  package var release: String
  /// The SDK and its release, such as `botocore 1.44.5`.
  package var name: String { "botocore \(release)" }
  /// The form of the release that was read.
  package var form: Form
  /// The day of the release, such as `2026-11-17`, by the archive's own time stamps; `nil` for a folder.
  package var date: String?
  /// The SHA-256 of the archive, or of a folder's sorted names and contents, in hexadecimal.
  package var sourceHash: String

  /// Makes an origin.
  package init(release: String, form: Form, date: String?, sourceHash: String) {
    self.release = release
    self.form = form
    self.date = date
    self.sourceHash = sourceHash
  }
}
