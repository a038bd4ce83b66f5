// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Writes what older releases say otherwise; the same content always gives the same bytes.
package enum OlderRulesWriter {
  /// Writes a model.
  ///
  /// - Parameter model: The content; its lists are sorted as their documentation says.
  /// - Returns: The bytes, to be opened with ``OlderRules/init(bytes:)``.
  package static func write(_ model: OlderRulesModel) -> [UInt8] {
    let collection = TextRanks.Collection()
    _ = Tables(model, TextRanks(collecting: collection))
    let texts = TextRanks(collection)
    let tables = Tables(model, texts)
    let packed = PackedTables.packed(
      PackedTables.joined([StringTable.packed(texts.sorted)] + tables.records.map { RecordTable.packed($0) }))
    var file = ImageBytes()
    file.append(OlderRulesLayout.magic)
    file.fixed(OlderRulesLayout.formatVersion)
    file.fixed(OlderRulesLayout.headerBytes + packed.count)
    file.fixed(Int(crc32(packed, in: 0..<packed.count)))
    file.append(packed)
    return file.bytes
  }

  /// The records of all tables.
  private struct Tables {
    var records = [[[UInt8]]](repeating: [], count: OlderRulesLayout.Table.allCases.count)
    private var known = [[[UInt8]: Int]](repeating: [:], count: OlderRulesLayout.Table.allCases.count)
    private var nodes: RuleNodeWriter

    init(_ model: OlderRulesModel, _ texts: TextRanks) {
      nodes = RuleNodeWriter(texts: texts)
      let writer = RecordWriter(texts: texts)
      for release in model.releases {
        var record = ImageBytes()
        record.number(texts.rank(model.base))
        record.number(texts.rank(release.origin.release))
        record.number(texts.rank(release.origin.date ?? ""))
        record.number(texts.rank(release.origin.sourceHash))
        record.numbers(release.partitions.map { add(writer.partition($0), to: .partitions) })
        record.numbers(release.listed.map { add(writer.endpointsFilePartition($0), to: .listed) })
        record.numbers(release.missingServices.map { texts.rank($0) })
        record.number(release.listedServices.count)
        for service in release.listedServices {
          record.number(texts.rank(service.key))
          record.numbers(
            service.services.map { service in
              service.map { add(writer.endpointsFileService($0, partition: 0), to: .listedServices) + 1 } ?? 0
            })
        }
        record.number(release.versions.count)
        for version in release.versions {
          let rules = version.rules.map {
            CatalogVersion.Rules(program: 0, tree: nodes.write($0), reads: 0)
          }
          let stored = ReleaseServiceVersion(apiVersion: version.apiVersion, model: version.model, rules: nil)
          record.number(texts.rank(version.folder))
          record.number(add(writer.version(stored, rules: rules), to: .versions))
          record.number(add(writer.operations(version.model?.operations ?? []), to: .operations))
        }
        _ = add(record.bytes, to: .releases)
      }
      records[OlderRulesLayout.Table.nodes.rawValue] = nodes.records
    }

    private mutating func add(_ record: [UInt8], to table: OlderRulesLayout.Table) -> Int {
      let table = table.rawValue
      if let index = known[table][record] { return index }
      known[table][record] = records[table].count
      records[table].append(record)
      return records[table].count - 1
    }
  }
}
