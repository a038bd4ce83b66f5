// SPDX-License-Identifier: Apache-2.0

import EndpointRules

/// What older SDK releases say otherwise than a catalog: rules, models, partitions and `endpoints.json`, each of them only where
/// endpoints or signing differ.
package struct OlderRules: Sendable {
  /// The ``Catalog/contentHash`` of the catalog that the rest is the same as.
  package let base: String
  /// The releases, oldest first.
  package let releases: [OlderRelease]

  /// The file that is part of the program.
  ///
  /// - Throws: ``ImageError`` when the program was built with a file of another format.
  package static func embedded() throws(ImageError) -> OlderRules { try shared.get() }

  private static let shared = Result { () throws(ImageError) in
    try OlderRules(EmbeddedFiles.olderRules, isTrusted: true)
  }

  /// Opens a file from elsewhere, checking all of it.
  ///
  /// - Parameter bytes: The bytes that ``OlderRulesWriter`` wrote.
  /// - Throws: ``ImageError`` for anything that is not as it should be; a file that was altered can do no harm.
  package init(bytes: [UInt8]) throws(ImageError) {
    try self.init(ImageMemory(bytes), isTrusted: false)
  }

  private init(_ memory: ImageMemory, isTrusted: Bool) throws(ImageError) {
    let start = OlderRulesLayout.headerBytes
    guard memory.starts(with: OlderRulesLayout.magic), let version = memory.littleEndian32(at: 8) else {
      throw .notAnImage
    }
    guard version == OlderRulesLayout.formatVersion else {
      throw .formatVersion(found: Int(version), supported: OlderRulesLayout.formatVersion)
    }
    guard memory.count <= OlderRulesLayout.maximumBytes else {
      throw .damaged("it is longer than \(OlderRulesLayout.maximumBytes) bytes")
    }
    guard let length = memory.littleEndian32(at: 12), Int(length) == memory.count, memory.count >= start,
      let sum = memory.littleEndian32(at: 16),
      isTrusted || crc32(memory, in: start..<memory.count) == sum
    else { throw .checksum }
    let packed = PackedTables(
      memory, start..<memory.count, name: "older rules", count: OlderRulesLayout.Table.allCases.count)
    let tables = OlderRulesTables(try packed.tables())
    if !isTrusted { try tables.validate() }
    var (releases, base): ([OlderRelease], String?) = ([], nil)
    for index in 0..<tables[.releases].count {
      let found = try OlderRelease(tables, index)
      guard base == nil || base == found.base else {
        throw .damaged("its releases belong to different catalogs")
      }
      base = found.base
      releases.append(found)
    }
    guard let base else { throw .damaged("it holds no release") }
    self.base = base
    self.releases = releases
  }
}

/// The tables of a file of older rules.
struct OlderRulesTables: Sendable {
  /// The reader of the records.
  let reader: RecordReader
  private let tables: PackedTables.Tables

  init(_ tables: PackedTables.Tables) {
    self.tables = tables
    reader = RecordReader(strings: tables.strings)
  }

  subscript(table: OlderRulesLayout.Table) -> RecordTable { tables.records[table.rawValue] }

  /// A rule set.
  func rules(_ root: Int) throws(ImageError) -> RuleSet {
    var nodes = RuleNodeReader(nodes: self[.nodes], strings: tables.strings)
    return try nodes.ruleSet(root)
  }

  /// Checks every record, so that nothing read later can be wrong.
  func validate() throws(ImageError) {
    try tables.strings.validate()
    try self[.partitions].forEach(name: "partitions") { index, record throws(ImageError) in
      guard RegionPattern(reader.partition(&record).regionPattern) != nil else {
        throw .damaged("record \(index) of section partitions has a wrong region pattern")
      }
    }
    try self[.listed].forEach(name: "listed") { _, record in _ = reader.endpointsFilePartition(&record) }
    try self[.listedServices].forEach(name: "listed services") { _, record in
      _ = reader.endpointsFileService(&record)
    }
    try self[.operations].forEach(name: "operations") { _, record in _ = reader.operations(&record) }
    // Roots that several versions share are checked once, and all together are bounded.
    var (known, unfolded): (Set<Int>, Int) = ([], 0)
    try self[.versions].forEach(name: "versions") { index, record throws(ImageError) in
      let version = reader.version(&record, index: 0)
      guard let root = version.rules?.tree, known.insert(root).inserted else { return }
      var nodes = RuleNodeReader(nodes: self[.nodes], strings: tables.strings)
      let rules = try nodes.ruleSet(root)
      do throws(RuleSetError) {
        try rules.check()
      } catch {
        throw .damaged("the rules of version \(index) are wrong: \(error)")
      }
      unfolded += nodes.unfolded
      guard unfolded <= ImageValidator.maximumUnfolded else {
        throw .damaged("the rule sets unfold to more than \(ImageValidator.maximumUnfolded) nodes")
      }
    }
    guard self[.releases].count <= OlderRulesLayout.maximumReleases else {
      throw .damaged("it holds more than \(OlderRulesLayout.maximumReleases) releases")
    }
    for index in 0..<self[.releases].count { _ = try OlderRelease(self, index) }
    try self[.releases].forEach(name: "releases") { _, record in
      record.skip(record.end - record.position)
    }
  }
}
