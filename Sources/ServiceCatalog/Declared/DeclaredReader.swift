// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Reads the declared map that ``DeclaredWriter`` wrote; nothing of it is trusted.
struct DeclaredReader {
  /// The most groups of services in regions that an image may hold: some 30 times those of botocore 1.44.5.
  static let maximumRows = 1_000_000

  private struct Partition {
    var id: PartitionID
    var suffix: String
    var dualStackSuffix: String
    var regions: [RegionID]
  }

  private struct Group {
    var name: String
    var templates: [HostTemplate?]
  }

  private struct Service {
    var id: ServiceID
    /// The groups of regions, the main one first.
    var patterns: [[Group]]
    /// The pattern of each region by partition, from 1; 0 where the service has no name.
    var numbers: [[Int]]
  }

  private let partitions: [Partition]
  private let services: [Service]

  /// Reads the tables.
  ///
  /// - Parameters:
  ///   - tables: The unpacked section.
  ///   - models: The partitions of the release.
  /// - Throws: ``ImageError/damaged(_:)`` when the section contradicts itself.
  init(_ tables: PackedTables.Tables, partitions models: [PartitionModel]) throws(ImageError) {
    let reader = RecordReader(strings: tables.strings)
    let outputs = Dictionary(models.map { ($0.id, $0.outputs) }) { first, _ in first }
    var partitions: [Partition] = []
    try tables.records[0].forEach(name: "declared") { index, record throws(ImageError) in
      let id = reader.text(&record)
      let partition = Partition(
        id: PartitionID(id), suffix: outputs[id]?.dnsSuffix ?? "",
        dualStackSuffix: outputs[id]?.dualStackDNSSuffix ?? "",
        regions: reader.list(&record).map { RegionID($0) })
      guard partitions.last.map({ $0.id < partition.id }) ?? true, Self.rises(partition.regions) else {
        throw .damaged("partition \(index) of section declared is out of order")
      }
      partitions.append(partition)
    }
    let cells = partitions.reduce(0) { $0 + $1.regions.count } * tables.records[1].count
    guard cells <= Self.maximumRows else {
      throw .damaged("section declared has more than \(Self.maximumRows) services in regions")
    }
    var services: [Service] = []
    var rows = 0
    try tables.records[1].forEach(name: "declared") { index, record throws(ImageError) in
      let service = Self.service(&record, reader, partitions)
      guard services.last.map({ $0.id < service.id }) ?? true else {
        throw .damaged("service \(index) of section declared is out of order")
      }
      for number in service.numbers.joined() where number > 0 {
        rows += service.patterns[number - 1].count
        guard rows <= Self.maximumRows else {
          throw .damaged("section declared has more than \(Self.maximumRows) groups of services in regions")
        }
      }
      services.append(service)
    }
    self.partitions = partitions
    self.services = services
  }

  private static func rises(_ regions: [RegionID]) -> Bool {
    zip(regions, regions.dropFirst()).allSatisfy { $0 < $1 }
  }

  private static func service(
    _ record: inout ImageCursor, _ reader: RecordReader, _ partitions: [Partition]
  ) -> Service {
    var service = Service(id: ServiceID(reader.text(&record)), patterns: [], numbers: [])
    for _ in 0..<record.count() {
      var groups: [Group] = []
      for _ in 0..<record.count() {
        var group = Group(name: reader.text(&record), templates: [])
        for _ in Variant.allCases {
          group.templates.append(reader.optional(&record).map { HostTemplate(text: $0) })
        }
        groups.append(group)
      }
      // The main group comes first, then the others by name.
      let others = groups.dropFirst().map(\.name)
      guard !groups.isEmpty, zip(others, others.dropFirst()).allSatisfy({ $0 < $1 }),
        !others.contains(groups[0].name)
      else {
        record.fail()
        return service
      }
      service.patterns.append(groups)
    }
    for partition in partitions {
      var numbers: [Int] = []
      while numbers.count < partition.regions.count {
        let (pattern, count) = (record.number(), record.number())
        guard record.isValid, count > 0, count <= partition.regions.count - numbers.count,
          pattern <= service.patterns.count
        else {
          record.fail()
          return service
        }
        numbers += repeatElement(pattern, count: count)
      }
      service.numbers.append(numbers)
    }
    return service
  }

  /// The rows, sorted by partition, service and region, the main group first.
  ///
  /// - Parameters:
  ///   - includingGroups: Whether to return all groups, or the main ones only.
  ///   - isWanted: Which services in regions to return.
  /// - Returns: A row for each group of each service and region that has a name.
  func rows(includingGroups: Bool, where isWanted: (ServiceRegion) -> Bool) -> [DeclaredGroup] {
    var rows: [DeclaredGroup] = []
    for (index, partition) in partitions.enumerated() {
      for service in services {
        let values = HostTemplate.Values(
          service: service.id.name, suffix: partition.suffix, dualStackSuffix: partition.dualStackSuffix)
        var pieces: [Int: [[[String]?]]] = [:]
        for (region, number) in zip(partition.regions, service.numbers[index]) where number > 0 {
          let place = ServiceRegion(partition: partition.id, service: service.id, region: region)
          guard isWanted(place) else { continue }
          let groups = service.patterns[number - 1].prefix(includingGroups ? .max : 1)
          if pieces[number] == nil {
            pieces[number] = groups.map { group in group.templates.map { $0?.pieces(values) } }
          }
          for (position, (group, pieces)) in zip(groups, pieces[number] ?? []).enumerated() {
            var hosts = VariantHosts()
            for (variant, pieces) in zip(Variant.allCases, pieces) {
              hosts[variant] = pieces?.joined(separator: region.name)
            }
            rows.append(
              DeclaredGroup(place: place, group: group.name, isMain: position == 0, hosts: hosts))
          }
        }
      }
    }
    return rows
  }
}

extension Catalog {
  /// The names that the release has for services in regions, read from the image: names on paper, without any measurement.
  ///
  /// - Parameters:
  ///   - includingGroups: Whether to return all groups; by default those that ordinary calls lead to.
  ///   - isWanted: Which services in regions to return; all by default.
  /// - Returns: A row for each group of each service and region that has a name, sorted by partition, service and region, the
  ///   main group first.
  /// - Throws: ``ImageError`` when the image is damaged.
  package func declared(
    includingGroups: Bool = false, where isWanted: (ServiceRegion) -> Bool = { _ in true }
  ) throws(ImageError) -> [DeclaredGroup] {
    try DeclaredReader(image.declared.tables(), partitions: partitions).rows(
      includingGroups: includingGroups, where: isWanted)
  }
}
