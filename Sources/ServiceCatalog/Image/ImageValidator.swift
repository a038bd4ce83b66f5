// SPDX-License-Identifier: Apache-2.0

import EndpointRules

/// Checks all of an image once, so that nothing read from it later can be wrong: texts, records, references, order,
/// and that every rule tree is finite, well formed and correctly typed.
struct ImageValidator {
  /// The most nodes that all rule sets together may unfold to; botocore 1.44.5 has some 200,000.
  static let maximumUnfolded = 4_000_000

  private let image: CatalogImage
  private let reader: RecordReader

  /// Takes the image to check.
  init(_ image: CatalogImage) {
    self.image = image
    reader = RecordReader(strings: image.strings)
  }

  /// Runs all checks.
  func validate() throws(ImageError) {
    try image.strings.validate()
    try image.partitions.forEach(name: "partitions") { index, record throws(ImageError) in
      guard RegionPattern(reader.partition(&record).regionPattern) != nil else {
        throw .damaged("record \(index) of section partitions has a wrong region pattern")
      }
    }
    guard image.partitions.count > 0 else { throw .damaged("it has no partition") }
    try image.legacyPartitions.forEach(name: "legacyPartitions") { _, record in
      _ = reader.legacyPartition(&record)
    }
    try validateLegacyServices()
    try validateServices()
    try validateVersions()
    try image.operations.forEach(name: "operations") { _, record in _ = reader.operations(&record) }
    try validateNames()
  }

  private func validateLegacyServices() throws(ImageError) {
    var previous: (partition: Int, key: String)?
    try image.legacyServices.forEach(name: "legacyServices") { index, record throws(ImageError) in
      let (partition, service) = reader.legacyService(&record)
      guard partition < image.legacyPartitions.count else {
        throw .damaged("record \(index) of section legacyServices names a missing partition")
      }
      if let previous {
        let rises =
          previous.partition < partition
          || previous.partition == partition && previous.key.utf8.lexicographicallyPrecedes(service.key.utf8)
        guard rises else { throw .damaged("record \(index) of section legacyServices is out of order") }
      }
      previous = (partition, service.key)
    }
  }

  private func validateServices() throws(ImageError) {
    var (next, previous): (Int, String?) = (0, nil)
    try image.services.forEach(name: "services") { index, record throws(ImageError) in
      let (folder, versions) = reader.service(&record)
      guard versions.lowerBound == next, !versions.isEmpty, versions.upperBound <= image.versions.count else {
        throw .damaged("record \(index) of section services names wrong versions")
      }
      if let previous, !previous.utf8.lexicographicallyPrecedes(folder.utf8) {
        throw .damaged("record \(index) of section services is out of order")
      }
      (next, previous) = (versions.upperBound, folder)
    }
    guard next == image.versions.count, image.operations.count == image.versions.count else {
      throw .damaged("the numbers of services, versions and operations do not agree")
    }
  }

  private func validateVersions() throws(ImageError) {
    var known: Set<Int> = []
    var unfolded = 0
    try image.versions.forEach(name: "versions") { index, record throws(ImageError) in
      let version = reader.version(&record, index: index)
      // Sets that several versions share are checked once, and all together are bounded.
      guard let root = version.rules, known.insert(root).inserted else { return }
      var nodes = RuleNodeReader(nodes: image.nodes, strings: image.strings)
      let rules = try nodes.ruleSet(root)
      do throws(RuleSetError) {
        try rules.check()
      } catch {
        throw .damaged("the rules of version \(index) are wrong: \(error)")
      }
      unfolded += nodes.unfolded
      guard unfolded <= Self.maximumUnfolded else {
        throw .damaged("the rule sets unfold to more than \(Self.maximumUnfolded) nodes")
      }
    }
  }

  private func validateNames() throws(ImageError) {
    var previous: ServiceName?
    try image.names.forEach(name: "names") { index, record throws(ImageError) in
      guard let name = reader.name(&record), name.service < image.services.count else {
        throw .damaged("record \(index) of section names is malformed")
      }
      if let previous, !(previous < name) {
        throw .damaged("record \(index) of section names is out of order")
      }
      previous = name
    }
  }
}
