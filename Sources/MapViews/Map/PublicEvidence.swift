// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EndpointMap
package import ServiceCatalog

/// The map that public evidence gives: the names that a release declares, each with what the built-in map says of it.
package struct PublicEvidence: Sendable {
  private let map: BuiltInMap
  private let catalog: Catalog
  /// The day of the question.
  private let day: CalendarDay
  /// Whether only what was known on that day counts, as for a question to the past.
  private let isPast: Bool

  /// Makes a map.
  ///
  /// - Parameters:
  ///   - map: The built-in map.
  ///   - catalog: The release whose services, regions and names are shown.
  ///   - date: The moment that the map shows; `nil` for now.
  ///   - now: The present.
  package init(_ map: BuiltInMap, catalog: Catalog, at date: Timestamp?, now: Timestamp) {
    self.map = map
    self.catalog = catalog
    day = (date ?? now).day
    isPast = date != nil
  }

  /// The release whose names are shown.
  package var release: String { catalog.origin.name }
  /// The day on which the sources were read.
  package var collected: CalendarDay { map.collected }

  /// What the evidence is and how old, for a line of text.
  package func description(at now: Timestamp) -> String {
    let measured = map.newestReport.map { day in
      let age = Age.text(of: Timestamp(seconds: day.number * 86_400), at: now)
      return "DNS of others, \(day) at the latest (\(age)), and "
    }
    return "public evidence: \(measured ?? "")documents collected \(collected)"
  }

  /// A row for every service and region of the release, sorted; `unknown` where there is no evidence.
  ///
  /// - Parameters:
  ///   - filter: What to show.
  ///   - minimum: The weakest evidence to show.
  /// - Returns: The rows.
  /// - Throws: `ImageError`.
  package func records(_ filter: MapFilter, minimum: Evidence = .declared) throws(ImageError)
    -> [SupportRecord]
  {
    try catalog.declaredRecords(includingGroups: filter.includesGroups, where: filter.selection.admits).map(
      completed
    ).filter {
      $0.evidence >= minimum && filter.admits($0.support)
    }
  }

  /// A scan's rows with those of all cells that the built-in map has and the scan has not, sorted.
  ///
  /// - Parameters:
  ///   - scanned: The rows of a scan, whatever their support: a scanned cell stays what the scan said.
  ///   - filter: What to show.
  ///   - minimum: The weakest evidence to show.
  /// - Returns: The rows.
  /// - Throws: `ImageError`.
  package func filling(
    _ scanned: [SupportRecord], _ filter: MapFilter, minimum: Evidence
  ) throws(ImageError) -> [SupportRecord] {
    let known = Set(scanned.map(\.place))
    let names = try catalog.declaredRecords(includingGroups: filter.includesGroups) { place in
      filter.selection.admits(place) && !known.contains(place) && map[place] != nil
    }
    let others = names.map(completed).filter {
      $0.builtIn != nil && $0.evidence >= minimum && filter.admits($0.support)
    }
    let shown = scanned.filter { filter.admits($0.support) && $0.isMeasured(atLeast: minimum) }
    return (shown + others).sorted { left, right in
      if left.place != right.place { return left.place < right.place }
      return left.isMain != right.isMain ? left.isMain : left.group < right.group
    }
  }

  /// The row with what the evidence knows: it is about the names that ordinary calls lead to.
  private func completed(_ declared: SupportRecord) -> SupportRecord {
    guard declared.isMain else { return declared }
    let cell = isPast ? map.cell(declared.place, knownBy: day) : map[declared.place]
    guard let cell else { return declared }
    var record = declared
    record.support = cell.support
    record.evidence = cell.evidence
    record.builtIn = BuiltInDetail(cell, on: day)
    return record
  }
}

extension SupportRecord {
  /// Whether a scan's row has some evidence; a row that it left unknown claims nothing and stays.
  func isMeasured(atLeast minimum: Evidence) -> Bool {
    evidence >= minimum || support == .unknown && minimum <= .resolved
  }
}

extension MapFilter {
  /// Whether a support is shown.
  func admits(_ support: Support) -> Bool { self.support.isEmpty || self.support.contains(support) }
}

extension Catalog {
  /// The names on paper: a row for each service and region that has one, of which nothing is known.
  func declaredRecords(
    includingGroups: Bool = false, where isWanted: (ServiceRegion) -> Bool
  ) throws(ImageError) -> [SupportRecord] {
    try declared(includingGroups: includingGroups, where: isWanted).map { row in
      SupportRecord(
        place: row.place, group: row.group, isMain: row.isMain, support: .unknown, evidence: .declared,
        since: nil,
        hosts: SupportRecord.Hosts(
          standard: row.hosts[.default], dualstack: row.hosts[.dualstack], fips: row.hosts[.fips],
          fipsDualstack: row.hosts[.fipsDualstack]))
    }
  }
}
