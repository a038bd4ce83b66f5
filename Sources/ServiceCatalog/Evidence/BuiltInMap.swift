// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// The map before the first scan: what public evidence says of services in regions, and since when names are known.
///
/// Nothing in it was measured by this program. The tables are in `Resources/evidence`; docs/evidence.md explains them.
///
/// ```swift
/// let map = try BuiltInMap.embedded()
/// let cell = map[ServiceRegion(partition: "aws", service: "s3", region: "eu-west-1")]
/// ```
package struct BuiltInMap: Sendable {
  /// The SDK release whose services and regions the map has.
  package let release: String
  /// The day on which the sources were read: nothing in the map was learned later.
  package let collected: CalendarDay
  /// The partition that the map is about.
  package let partition: PartitionID
  /// Since when names are known.
  package let firstSeen: [FirstSeen]
  /// Names that were looked for and not found.
  package let absentNames: [AbsentName]

  /// The number of each region in `values`.
  private let regions: [RegionID: Int]
  private let values: [BuiltInCell]
  /// For each service the number of its value in each region, from 1; 0 where the map has no such cell.
  private let services: [ServiceID: Service]

  /// A service's cells.
  struct Service: Sendable {
    /// Whether the release lists the service's regions.
    var isListed: Bool
    /// What sources that contradict each other say.
    var conflict: String?
    /// The number of its value in each region, from 1; 0 where there is none.
    var numbers: [Int]
  }

  /// Takes what was read; numbers are checked by the reader.
  init(
    release: String, collected: CalendarDay, partition: PartitionID, regions: [RegionID],
    values: [BuiltInCell], services: [ServiceID: Service], firstSeen: [FirstSeen], absentNames: [AbsentName]
  ) {
    self.release = release
    self.collected = collected
    self.partition = partition
    self.firstSeen = firstSeen
    self.absentNames = absentNames
    self.values = values
    self.services = services
    self.regions = Dictionary(regions.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  /// Reads a map.
  ///
  /// - Parameter bytes: What `scripts/build-evidence` wrote; nothing of it is trusted.
  /// - Throws: ``EvidenceError``.
  package init(_ bytes: [UInt8]) throws(EvidenceError) {
    self = try EvidenceReader.map(ImageMemory(bytes))
  }

  /// The map that is part of the program.
  ///
  /// - Throws: ``EvidenceError`` when it is damaged.
  package static func embedded() throws(EvidenceError) -> BuiltInMap {
    try EvidenceReader.map(EmbeddedFiles.evidence)
  }

  /// What is known of a service in a region; `nil` where the map has no such cell.
  package subscript(place: ServiceRegion) -> BuiltInCell? {
    guard place.partition == partition, let index = regions[place.region],
      let service = services[place.service], service.numbers[index] > 0
    else { return nil }
    var cell = values[service.numbers[index] - 1]
    cell.isListed = service.isListed
    cell.conflict = service.conflict
    return cell
  }

  /// What was known of a service in a region at the end of a day.
  ///
  /// A source that names a month or half a year counts from its last day, or from the day on which it was read.
  ///
  /// - Parameters:
  ///   - place: The service in its region.
  ///   - day: The day.
  /// - Returns: The cell; `nil` where nothing was known yet.
  package func cell(_ place: ServiceRegion, knownBy day: CalendarDay) -> BuiltInCell? {
    self[place].flatMap { isKnown($0.date, by: day) ? $0 : nil }
  }

  /// Whether evidence of a date was known at the end of a day.
  package func isKnown(_ date: EvidenceDate, by day: CalendarDay) -> Bool { min(date.last, collected) <= day }

  /// The day of the newest measurement that a third party made; `nil` when there is none.
  package var newestReport: CalendarDay? { values.filter { $0.evidence == .reported }.map(\.date.last).max() }

  /// The reports that a name does not exist.
  package func absences(of host: String) -> [AbsentName] { absentNames.filter { $0.host == host } }

  /// The places of all cells, sorted.
  package var places: [ServiceRegion] {
    services.flatMap { service, row in
      regions.filter { row.numbers[$0.value] > 0 }.map {
        ServiceRegion(partition: partition, service: service, region: $0.key)
      }
    }.sorted()
  }
}
