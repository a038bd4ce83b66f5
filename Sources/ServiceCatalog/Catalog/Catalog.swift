// SPDX-License-Identifier: Apache-2.0

package import EndpointRules

/// Services, regions and endpoint rules of one SDK release, read from one image.
///
/// ```swift
/// let catalog = try Catalog.embedded()
/// let logs = catalog.service(folder: "logs")
/// ```
/// Opening an image reads its header only; services, models and rules are read when they are asked for.
package struct Catalog: Sendable {
  let image: CatalogImage
  let reader: RecordReader
  /// Where the content came from.
  package let origin: ReleaseOrigin
  /// The SHA-256 of the content without its origin: equal for the same release in another form.
  package let contentHash: String
  /// The partitions, in the order that decides which one an unknown region belongs to.
  package let partitions: [PartitionModel]
  /// The partitions as endpoint rules read them.
  package let rulePartitions: Partitions

  /// Opens an image from elsewhere, checking all of it.
  ///
  /// - Parameter bytes: the bytes, as ``ImageWriter`` wrote them.
  /// - Throws: ``ImageError`` for anything that is not as it should be; an image that was altered can do no harm.
  package init(image bytes: [UInt8]) throws(ImageError) {
    let image = try CatalogImage(bytes)
    try ImageValidator(image).validate()
    try self.init(image)
  }

  /// The image that is part of the program; its content was checked when the program was built.
  ///
  /// - Throws: ``ImageError`` when the program was built with an image of another format, as happens while the format
  ///   is being changed.
  package static func embedded() throws(ImageError) -> Catalog {
    try Catalog(CatalogImage(EmbeddedFiles.catalogImage))
  }

  private init(_ image: CatalogImage) throws(ImageError) {
    self.image = image
    let reader = RecordReader(strings: image.strings)
    self.reader = reader
    (origin, contentHash) = try image.origin()
    var partitions: [PartitionModel] = []
    for index in 0..<image.partitions.count {
      var record = image.partitions[index]
      partitions.append(reader.partition(&record))
    }
    self.partitions = partitions
    var rulePartitions: [Partitions.Partition] = []
    for partition in partitions {
      guard let pattern = RegionPattern(partition.regionPattern) else {
        throw .damaged("the region pattern of partition \(partition.id) is wrong")
      }
      rulePartitions.append(
        Partitions.Partition(
          id: partition.id, regionPattern: pattern,
          regions: partition.regions.map { .init(name: $0.name, description: $0.description) },
          dnsSuffix: partition.outputs.dnsSuffix, dualStackDnsSuffix: partition.outputs.dualStackDNSSuffix,
          supportsFIPS: partition.outputs.supportsFIPS,
          supportsDualStack: partition.outputs.supportsDualStack,
          implicitGlobalRegion: partition.outputs.implicitGlobalRegion))
    }
    guard let all = Partitions(rulePartitions) else { throw .damaged("it has no partition") }
    self.rulePartitions = all
  }

  /// How much the catalog holds.
  package var counts: Counts {
    Counts(
      services: image.services.count, versions: image.versions.count,
      operations: services.reduce(0) { $0 + operations(of: $1.current).count },
      regions: partitions.reduce(0) { $0 + $1.regions.count { !$0.isPseudo } }, partitions: partitions.count,
      bytes: image.bytes.count)
  }

  /// How much a catalog holds.
  package struct Counts: Sendable, Hashable {
    /// Services.
    package var services: Int
    /// API versions of all services.
    package var versions: Int
    /// Operations of the current API versions.
    package var operations: Int
    /// Regions, without pseudo regions.
    package var regions: Int
    /// Partitions.
    package var partitions: Int
    /// Bytes of the image.
    package var bytes: Int
  }
}

/// A service of a catalog.
package struct CatalogService: Sendable, Hashable {
  /// The botocore folder, as `logs`.
  package var folder: String
  /// The API versions, sorted.
  package var versions: [CatalogVersion]

  /// The newest API version.
  package var current: CatalogVersion { versions[versions.count - 1] }
  /// The service id of the newest version, as `CloudWatch Logs`.
  package var serviceID: String { current.model?.serviceID ?? folder }
  /// The endpoint prefix of the newest version, as `logs`.
  package var endpointPrefix: String { current.model?.endpointPrefix ?? folder }
  /// The name that requests are signed with unless the rules say otherwise.
  package var signingName: String { current.model?.signingName ?? endpointPrefix }

  /// The version of a name, or the newest one.
  package func version(_ apiVersion: String?) -> CatalogVersion? {
    guard let apiVersion else { return current }
    return versions.first { $0.apiVersion == apiVersion }
  }
}

/// An API version of a service of a catalog.
package struct CatalogVersion: Sendable, Hashable {
  /// The version, a day as `2014-03-28`.
  package var apiVersion: String
  /// The model, its operations left out; one old version has none.
  package var model: ServiceModel?
  let index: Int
  let rules: Int?

  init(apiVersion: String, model: ServiceModel?, index: Int, rules: Int?) {
    self.apiVersion = apiVersion
    self.model = model
    self.index = index
    self.rules = rules
  }

  init(apiVersion: String, model: ServiceModel?, rules: Int?) {
    self.init(apiVersion: apiVersion, model: model, index: 0, rules: rules)
  }

  /// Whether the version has endpoint rules.
  package var hasRules: Bool { rules != nil }
}
