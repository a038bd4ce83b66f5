// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Reads the declared map that ``DeclaredWriter`` wrote; nothing of it is trusted.
struct DeclaredReader {
  /// The most services in regions that an image may hold: 35 times those of botocore 1.44.5.
  static let maximumRows = 1_000_000

  private struct Partition {
    var id: PartitionID
    var suffix: String
    var dualStackSuffix: String
    var regions: [RegionID]
  }

  private struct Pattern {
    var support: Support
    var templates: [HostTemplate?]
  }

  private struct Service {
    var id: ServiceID
    var patterns: [Pattern]
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
    try tables.records[1].forEach(name: "declared") { index, record throws(ImageError) in
      let service = Self.service(&record, reader, partitions)
      guard services.last.map({ $0.id < service.id }) ?? true else {
        throw .damaged("service \(index) of section declared is out of order")
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
      guard let support = Support(imageCode: record.byte()) else {
        record.fail()
        return service
      }
      var templates: [HostTemplate?] = []
      for _ in Variant.allCases { templates.append(reader.optional(&record).map { HostTemplate(text: $0) }) }
      service.patterns.append(Pattern(support: support, templates: templates))
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

  /// The rows, sorted by partition, service and region.
  ///
  /// - Parameter isWanted: Which services in regions to return.
  /// - Returns: A row for each service and region that has a name.
  func rows(where isWanted: (ServiceRegion) -> Bool) -> [DeclaredSupport] {
    var rows: [DeclaredSupport] = []
    for (index, partition) in partitions.enumerated() {
      for service in services {
        let values = HostTemplate.Values(
          service: service.id.name, suffix: partition.suffix, dualStackSuffix: partition.dualStackSuffix)
        var pieces: [Int: [[String]?]] = [:]
        for (region, number) in zip(partition.regions, service.numbers[index]) where number > 0 {
          let place = ServiceRegion(partition: partition.id, service: service.id, region: region)
          guard isWanted(place) else { continue }
          let pattern = service.patterns[number - 1]
          if pieces[number] == nil { pieces[number] = pattern.templates.map { $0?.pieces(values) } }
          var hosts = VariantHosts()
          for (variant, pieces) in zip(Variant.allCases, pieces[number] ?? []) {
            hosts[variant] = pieces?.joined(separator: region.name)
          }
          rows.append(DeclaredSupport(place: place, support: pattern.support, hosts: hosts))
        }
      }
    }
    return rows
  }
}

extension Catalog {
  /// What the rules claim for services in regions: the map without any measurement, read from the image.
  ///
  /// - Parameter isWanted: Which services in regions to return; all by default.
  /// - Returns: A row for each service and region that has a name, sorted by partition, service and region.
  /// - Throws: ``ImageError`` when the image is damaged.
  package func declared(
    where isWanted: (ServiceRegion) -> Bool = { _ in true }
  ) throws(ImageError) -> [DeclaredSupport] {
    try DeclaredReader(image.declared.tables(), partitions: partitions).rows(where: isWanted)
  }
}
