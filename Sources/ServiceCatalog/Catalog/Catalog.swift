// SPDX-License-Identifier: Apache-2.0

package import EndpointRules
@_spi(Performance) internal import EndpointRulesCompiled

/// Services, regions and endpoint rules of one SDK release, read from one image.
///
/// ```swift
/// let catalog = try Catalog.embedded()
/// let logs = catalog.service(folder: "logs")
/// ```
/// Opening an image reads its header and checks its programs; services and models are read when they are asked for, and
/// rule trees are unpacked when an answer is to be explained.
package struct Catalog: Sendable {
  let image: CatalogImage
  let compiled: CompiledRules
  let reader: RecordReader
  let cache = CatalogCache()
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
  /// - Parameter bytes: the bytes that ``ImageWriter`` wrote.
  /// - Throws: ``ImageError`` for anything that is not as it should be; an image that was altered can do no harm.
  package init(image bytes: [UInt8]) throws(ImageError) {
    let image = try CatalogImage(ImageMemory(bytes), isTrusted: false)
    let programs = image.memory[try image.range(.programs)]
    let compiled = try Self.programs { () throws(RuleImageError) in try CompiledRules(image: programs) }
    try ImageValidator(image, compiled).validate()
    try self.init(image, compiled)
  }

  /// The image that is part of the program; its content was checked when the program was built.
  ///
  /// - Throws: ``ImageError`` when the program was built with an image of another format, as happens while the format
  ///   is being changed.
  package static func embedded() throws(ImageError) -> Catalog {
    let memory = EmbeddedFiles.catalogImage
    let image = try CatalogImage(memory, isTrusted: true)
    let range = try image.range(.programs)
    // The engine follows the programs' own offsets, so even here they must be the bytes that a test has validated.
    let compiled = try programs { () throws(RuleImageError) in
      unsafe try CompiledRules(ownImage: UnsafeRawBufferPointer(rebasing: memory.buffer[range]))
    }
    return try Catalog(image, compiled)
  }

  private static func programs(
    _ load: () throws(RuleImageError) -> CompiledRules
  ) throws(ImageError) -> CompiledRules {
    do throws(RuleImageError) {
      return try load()
    } catch {
      throw .damaged("section programs: \(error)")
    }
  }

  /// Opens an image whose bytes this program has written itself.
  init(ownImage bytes: [UInt8], _ compiled: CompiledRules) throws(ImageError) {
    try self.init(CatalogImage(ImageMemory(bytes), isTrusted: true), compiled)
  }

  private init(_ image: CatalogImage, _ compiled: CompiledRules) throws(ImageError) {
    self.image = image
    self.compiled = compiled
    let reader = RecordReader(strings: image.strings)
    self.reader = reader
    (origin, contentHash) = try image.origin()
    var partitions: [PartitionModel] = []
    for index in 0..<image.partitions.count {
      var record = image.partitions[index]
      partitions.append(reader.partition(&record))
    }
    self.partitions = partitions
    guard let all = Partitions(models: partitions) else {
      throw .damaged("it has no partition, or one whose region pattern is wrong")
    }
    rulePartitions = all
  }

  /// How much the catalog holds.
  package var counts: Counts {
    Counts(
      services: image.services.count, versions: image.versions.count,
      operations: services.reduce(0) { $0 + operations(of: $1.current).count },
      regions: partitions.reduce(0) { $0 + $1.regions.count { !$0.isPseudo } }, partitions: partitions.count,
      bytes: image.memory.count)
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
  /// The botocore folder, such as `logs`.
  package var folder: String
  /// The API versions, sorted.
  package var versions: [CatalogVersion]

  /// The newest API version.
  package var current: CatalogVersion { versions[versions.count - 1] }
  /// The service id of the newest version, such as `CloudWatch Logs`.
  package var serviceID: String { current.model?.serviceID ?? folder }
  /// The endpoint prefix of the newest version, such as `logs`.
  package var endpointPrefix: String { current.model?.endpointPrefix ?? folder }
  /// The name that requests are signed with unless the rules say otherwise.
  package var signingName: String { current.model?.signingName ?? endpointPrefix }

  /// Whether the SDK has a client for the service; a service without one is only named in `endpoints.json`.
  package var hasClient: Bool { versions.contains { $0.model != nil || $0.hasRules } }

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
  /// The model without its operations; one old version has no model.
  package var model: ServiceModel?
  let index: Int
  var rules: Rules?

  /// Where the rules of a version are.
  struct Rules: Sendable, Hashable {
    /// The number of the program among all.
    var program: Int
    /// The node of the tree.
    var tree: Int
    /// The parameters that the rules read, a bit each.
    var reads: UInt64
  }

  init(apiVersion: String, index: Int = 0) {
    self.apiVersion = apiVersion
    self.index = index
  }

  /// Whether the version has endpoint rules.
  package var hasRules: Bool { rules != nil }
}
