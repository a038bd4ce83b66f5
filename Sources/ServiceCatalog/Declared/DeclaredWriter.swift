// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Writes the declared map: texts, partitions and services, to be packed.
///
/// A partition is its id and its regions. A service is its folder; its patterns, each a list of groups, the main one first,
/// with their names and a template for every variant; and for each partition the runs of regions that share a pattern.
struct DeclaredWriter {
  /// A group with the template of each variant.
  private struct Group: Hashable {
    var name: String
    var templates: [String?]
  }

  private let rows: [DeclaredGroup]
  private let outputs: [String: PartitionModel.Outputs]
  private let partitions: [(id: PartitionID, regions: [RegionID])]

  /// Takes the rows, sorted, and the partitions of the release.
  init(_ rows: [DeclaredGroup], partitions models: [PartitionModel]) {
    self.rows = rows
    outputs = Dictionary(models.map { ($0.id, $0.outputs) }) { first, _ in first }
    var regions: [PartitionID: Set<RegionID>] = [:]
    for row in rows { regions[row.place.partition, default: []].insert(row.place.region) }
    partitions = regions.map { ($0, $1.sorted()) }.sorted { $0.id < $1.id }
  }

  /// The bytes of the section before it is packed.
  var bytes: [UInt8] {
    let collection = TextRanks.Collection()
    _ = records(TextRanks(collecting: collection))
    let texts = TextRanks(collection)
    return PackedTables.joined([StringTable.packed(texts.sorted)] + records(texts))
  }

  private func records(_ texts: TextRanks) -> [[UInt8]] {
    let partitionRecords = partitions.map { partition in
      var record = ImageBytes()
      record.number(texts.rank(partition.id.name))
      record.numbers(partition.regions.map { texts.rank($0.name) })
      return record.bytes
    }
    let services = Dictionary(grouping: rows, by: \.place.service).sorted { $0.key < $1.key }
    return [
      RecordTable.packed(partitionRecords),
      RecordTable.packed(services.map { service($0.key, $0.value, texts) }),
    ]
  }

  private func service(_ id: ServiceID, _ rows: [DeclaredGroup], _ texts: TextRanks) -> [UInt8] {
    let rows = Dictionary(grouping: rows, by: \.place)
    var patterns: [[Group]] = []
    var numbers: [[Group]: Int] = [:]
    var runs = ImageBytes()
    for partition in partitions {
      var list: [(pattern: Int, count: Int)] = []
      for region in partition.regions {
        var number = 0
        if let rows = rows[ServiceRegion(partition: partition.id, service: id, region: region)] {
          let pattern = rows.map(group)
          if numbers[pattern] == nil {
            patterns.append(pattern)
            numbers[pattern] = patterns.count
          }
          number = numbers[pattern] ?? 0
        }
        if list.last?.pattern == number { list[list.count - 1].count += 1 } else { list.append((number, 1)) }
      }
      for run in list {
        runs.number(run.pattern)
        runs.number(run.count)
      }
    }
    var record = ImageBytes()
    record.number(texts.rank(id.name))
    record.number(patterns.count)
    for pattern in patterns {
      record.number(pattern.count)
      for group in pattern {
        record.number(texts.rank(group.name))
        for template in group.templates { record.optional(template, texts) }
      }
    }
    record.append(runs.bytes)
    return record.bytes
  }

  private func group(_ row: DeclaredGroup) -> Group {
    let outputs = outputs[row.place.partition.name]
    let values = HostTemplate.Values(
      service: row.place.service.name, suffix: outputs?.dnsSuffix ?? "",
      dualStackSuffix: outputs?.dualStackDNSSuffix ?? "")
    return Group(
      name: row.group,
      templates: Variant.allCases.map { variant in
        row.hosts[variant].map { HostTemplate($0, region: row.place.region.name, values).text }
      })
  }
}
