// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EndpointRules
package import EndpointRulesCompiled

/// Writes a release as a catalog image; the same release always gives the same bytes.
package enum ImageWriter {
  /// Compiles and writes a release.
  ///
  /// - Parameter release: the content; its lists must be sorted as their documentation says.
  /// - Returns: the image, to be opened with ``Catalog/init(image:)``.
  /// - Throws: ``RuleCompilerError`` for rules that are too large, or whose program gives another answer than the
  ///   interpreter: every program is proved before anything is written.
  package static func write(_ release: ReleaseModel) throws(RuleCompilerError) -> [UInt8] {
    let trees = RuleTreeTables(release)
    return try write(release, trees, try trees.compiled(release))
  }

  /// Writes a release with programs that were made elsewhere.
  static func write(
    _ release: ReleaseModel, _ trees: RuleTreeTables, _ programs: CompiledRules
  ) throws(RuleCompilerError) -> [UInt8] {
    let numbers = Dictionary(programs.names.enumerated().map { ($1, $0) }) { first, _ in first }
    let collection = TextRanks.Collection()
    _ = sections(release, trees, numbers, TextRanks(collecting: collection))
    let texts = TextRanks(collection)
    var sections = sections(release, trees, numbers, texts)
    sections.append((.strings, StringTable.packed(texts.sorted)))
    let packed: [(ImageLayout.Section, [UInt8])] = [
      (.endpointsFile, endpointsFile(release)), (.trees, trees.packed),
      (.inputs, InputTables.packed(release)),
    ]
    // Packing, programs and the declared map follow from the content, so they are not part of its hash.
    let hash = contentHash(sections + packed)
    sections += packed.map { ($0, PackedTables.packed($1)) }
    sections.append((.programs, programs.image))
    sections.append((.origin, RecordWriter.origin(release.origin, contentHash: hash)))
    // The declared map is read from the other sections, in an image that has none yet.
    let empty = DeclaredWriter([], partitions: []).bytes
    let image = assemble(sections + [(.declared, PackedTables.packed(empty))])
    let rows: [DeclaredGroup]
    do throws(ImageError) {
      rows = try Catalog(ownImage: image, programs).hosts().declared
    } catch {
      throw RuleCompilerError(.tooLarge, "\(error)")
    }
    let declared = DeclaredWriter(rows, partitions: release.partitions).bytes
    return assemble(sections + [(.declared, PackedTables.packed(declared))])
  }

  private static func contentHash(_ sections: [(ImageLayout.Section, [UInt8])]) -> [UInt8] {
    var hash = SHA256()
    for (tag, bytes) in sections.sorted(by: { $0.0.rawValue < $1.0.rawValue }) {
      var head = ImageBytes()
      head.fixed(Int(tag.rawValue))
      head.fixed(bytes.count)
      hash.update(head.bytes[...])
      hash.update(bytes[...])
    }
    return hash.finish()
  }

  private static func sections(
    _ release: ReleaseModel, _ trees: RuleTreeTables, _ programs: [String: Int], _ texts: TextRanks
  ) -> [(ImageLayout.Section, [UInt8])] {
    let writer = RecordWriter(texts: texts)
    var (services, versions, operations): ([[UInt8]], [[UInt8]], [[UInt8]]) = ([], [], [])
    var names: Set<ServiceName> = []
    for (index, service) in release.services.enumerated() {
      services.append(writer.service(service, firstVersion: versions.count))
      names.insert(ServiceName(key: ServiceName.key(service.folder), kind: .folder, service: index))
      for version in service.versions {
        let root = trees.roots[versions.count]
        let rules = root.flatMap { root in
          programs[trees.names[root] ?? ""].map { program in
            CatalogVersion.Rules(program: program, tree: root, reads: trees.reads[root] ?? 0)
          }
        }
        versions.append(writer.version(version, rules: rules))
        operations.append(writer.operations(version.model?.operations ?? []))
        guard let model = version.model else { continue }
        names.insert(ServiceName(key: ServiceName.key(model.serviceID), kind: .serviceID, service: index))
        names.insert(
          ServiceName(key: ServiceName.key(model.endpointPrefix), kind: .endpointPrefix, service: index))
      }
    }
    let nameRecords = names.sorted().map { name in
      var record = ImageBytes()
      record.number(texts.rank(name.key))
      record.byte(name.kind.rawValue)
      record.number(name.service)
      return record.bytes
    }
    return [
      (.partitions, RecordTable.packed(release.partitions.map { writer.partition($0) })),
      (.services, RecordTable.packed(services)),
      (.versions, RecordTable.packed(versions)),
      (.operations, RecordTable.packed(operations)),
      (.names, RecordTable.packed(nameRecords)),
    ]
  }

  /// The tables of `endpoints.json`.
  private static func endpointsFile(_ release: ReleaseModel) -> [UInt8] {
    func records(_ texts: TextRanks) -> [[UInt8]] {
      let writer = RecordWriter(texts: texts)
      var services: [[UInt8]] = []
      for (index, partition) in release.endpointsFile.enumerated() {
        services += partition.services.map { writer.endpointsFileService($0, partition: index) }
      }
      return [
        RecordTable.packed(release.endpointsFile.map { writer.endpointsFilePartition($0) }),
        RecordTable.packed(services),
      ]
    }
    let collection = TextRanks.Collection()
    _ = records(TextRanks(collecting: collection))
    let texts = TextRanks(collection)
    return PackedTables.joined([StringTable.packed(texts.sorted)] + records(texts))
  }

  private static func assemble(_ unsorted: [(ImageLayout.Section, [UInt8])]) -> [UInt8] {
    let sections = unsorted.sorted { $0.0.rawValue < $1.0.rawValue }
    var (table, body) = (ImageBytes(), ImageBytes())
    let start = (ImageLayout.headerBytes + 12 * sections.count + 7) & ~7
    table.fixed(sections.count)
    for (tag, bytes) in sections {
      table.fixed(Int(tag.rawValue))
      table.fixed(start + body.bytes.count)
      table.fixed(bytes.count)
      body.append(bytes)
      body.align()
    }
    while table.bytes.count < start - 20 { table.byte(0) }
    table.append(body.bytes)
    var image = ImageBytes()
    image.append(ImageLayout.magic)
    image.fixed(ImageLayout.formatVersion)
    image.fixed(20 + table.bytes.count)
    image.fixed(Int(crc32(table.bytes, in: 0..<table.bytes.count)))
    image.append(table.bytes)
    return image.bytes
  }
}
