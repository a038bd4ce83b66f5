// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointMap
import StrictJSON
import Terminal

/// Services down, regions across.
struct MapGrid {
  /// More columns than this do not fit a terminal.
  static let mostRegions = 8

  /// What stands for a service in a region of which nothing is shown: not looked at, or left out by a filter.
  static func missing(style: Style?) -> JSON {
    style.map { .string($0.hasUnicode ? "·" : ".") } ?? .null
  }

  var records: RecordSet
  /// Whether some cells are missing.
  var hasGaps: Bool

  /// Makes the grid.
  ///
  /// - Parameters:
  ///   - rows: What is shown.
  ///   - metadata: What a document says beside its rows.
  ///   - style: How cells are marked for people; `nil` for the plain words, for programs.
  init(records rows: [SupportRecord], metadata: [JSON.Member], style: Style?) {
    var regions: [String] = []
    var services: [String] = []
    var cells: [String: [String: Support]] = [:]
    for row in rows {
      if !regions.contains(row.place.region.name) { regions.append(row.place.region.name) }
      if cells[row.place.service.name] == nil { services.append(row.place.service.name) }
      cells[row.place.service.name, default: [:]][row.place.region.name] = row.support
    }
    regions.sort()
    services.sort()
    let values = services.map { service in
      [JSON.string(service)]
        + regions.map { region in
          cells[service]?[region].map { .string(Self.cell($0, style)) } ?? Self.missing(style: style)
        }
    }
    hasGaps = cells.values.contains { $0.count < regions.count }
    let inks = Dictionary(Support.allCases.map { (Self.cell($0, style), $0.ink) }) { first, _ in first }
    records = RecordSet(
      schema: "egress6/map-grid/v1", metadata: metadata, fields: ["service"] + regions, rows: values
    ) { field, value in
      field == "service" ? nil : value.string.flatMap { inks[$0] }
    }
  }

  private static func cell(_ support: Support, _ style: Style?) -> String {
    style.map(support.label(style:)) ?? support.rawValue
  }
}

/// A line a region: how many services have which support.
struct MapSummary {
  /// What stands for all the names that no partition lists as a region, as those of one service's own places.
  static let otherRegions = "(other)"

  var records: RecordSet

  init(records rows: [SupportRecord], metadata: [JSON.Member], listed: Set<String>) {
    struct Line {
      var counts: [Support: Int] = [:]
    }
    var lines: [[String]: Line] = [:]
    for row in rows {
      let region = listed.contains(row.place.region.name) ? row.place.region.name : Self.otherRegions
      lines[[row.place.partition.name, region], default: Line()].counts[row.support, default: 0] += 1
    }
    let sorted = lines.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let values = sorted.map { place, line in
      let named = line.counts.reduce(0) { $0 + ($1.key == .none ? 0 : $1.value) }
      let reachable = line.counts[.ipv6, default: 0] + line.counts[.optIn, default: 0]
      return place.map(JSON.string)
        + [Support.ipv6, .optIn, .ipv4, .none, .unknown].map { .integer(Int64(line.counts[$0, default: 0])) }
        + [named == 0 ? .null : .integer(Int64((Double(reachable) / Double(named) * 100).rounded()))]
    }
    records = RecordSet(
      schema: "egress6/map-summary/v1", metadata: metadata,
      fields: ["partition", "region", "ipv6", "opt_in", "ipv4", "none", "unknown", "reachable_percent"],
      rows: values)
  }
}
