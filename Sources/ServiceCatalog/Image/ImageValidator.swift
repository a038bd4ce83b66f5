// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import EndpointRulesCompiled

/// Checks all of an image once, so that nothing read from it later can be wrong: texts, records, references, order,
/// and that every rule tree is finite, well formed and correctly typed.
struct ImageValidator {
  /// The most nodes that all rule sets together may unfold to; botocore 1.44.5 has some 200,000.
  static let maximumUnfolded = 4_000_000

  private let image: CatalogImage
  private let compiled: CompiledRules
  private let reader: RecordReader

  /// Takes the image to check, and its programs, which were checked when they were loaded.
  init(_ image: CatalogImage, _ compiled: CompiledRules) {
    self.image = image
    self.compiled = compiled
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
    try validateEndpointsFile()
    try validateServices()
    try validateVersions()
    try image.operations.forEach(name: "operations") { _, record in _ = reader.operations(&record) }
    try validateNames()
    try InputTables.validate(image)
    let declared = try image.declared.tables()
    try declared.strings.validate()
    _ = try DeclaredReader(declared, partitions: [])
  }

  private func validateEndpointsFile() throws(ImageError) {
    let tables = try image.endpointsFile.tables()
    try tables.strings.validate()
    let (partitions, services) = (tables.records[0], tables.records[1])
    let reader = RecordReader(strings: tables.strings)
    try partitions.forEach(name: "endpoints.json") { _, record in _ = reader.endpointsFilePartition(&record) }
    var previous: (partition: Int, key: String)?
    try services.forEach(name: "endpoints.json") { index, record throws(ImageError) in
      let (partition, service) = reader.endpointsFileService(&record)
      guard partition < partitions.count else {
        throw .damaged("service \(index) of section endpoints.json names a missing partition")
      }
      if let previous {
        let rises =
          previous.partition < partition
          || previous.partition == partition && previous.key.utf8.lexicographicallyPrecedes(service.key.utf8)
        guard rises else { throw .damaged("service \(index) of section endpoints.json is out of order") }
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
    let trees = try image.trees.tables()
    try trees.strings.validate()
    var known: Set<CatalogVersion.Rules> = []
    var unfolded = 0
    try image.versions.forEach(name: "versions") { index, record throws(ImageError) in
      let version = reader.version(&record, index: index)
      // Sets that several versions share are checked once, and all together are bounded.
      guard let found = version.rules, known.insert(found).inserted else { return }
      var nodes = RuleNodeReader(nodes: trees.records[0], strings: trees.strings)
      let rules = try nodes.ruleSet(found.tree)
      do throws(RuleSetError) {
        try rules.check()
      } catch {
        throw .damaged("the rules of version \(index) are wrong: \(error)")
      }
      unfolded += nodes.unfolded
      guard unfolded <= Self.maximumUnfolded else {
        throw .damaged("the rule sets unfold to more than \(Self.maximumUnfolded) nodes")
      }
      guard found.program < compiled.count, compiled.program(at: found.program).parameters == rules.parameters
      else { throw .damaged("the program of version \(index) is not that of its rules") }
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
