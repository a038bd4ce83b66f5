// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EndpointMap
import Foundation
import ServiceCatalog
import StrictJSON
import Terminal

/// `egress6 map`.
struct MapCommand: AsyncParsableCommand {
  /// How a person sees the map.
  enum View: String, CaseIterable, ExpressibleByArgument {
    /// A summary without filters, a grid for few regions, else rows.
    case auto
    /// A line a service and region.
    case rows
    /// Services down, regions across.
    case grid
    /// A line a region, with counts.
    case summary
  }

  static let configuration = CommandConfiguration(
    commandName: "map",
    abstract: "Show which services answer over IPv6 in which region.",
    usage: "egress6 map [options]",
    discussion: """
      Examples:
        egress6 map --regions eu-west-1,us-east-1
        egress6 map --services s3,ec2 --support opt-in -o jsonl
        egress6 map --at 2026-06-01 --view summary

      Without a scan, --declared shows what the SDK's rules say: which names exist on paper, not what answers.
      What the words mean: egress6 help support.
      """)

  @OptionGroup(title: "What to show") var selection: SelectionOptions

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Only this support: ipv6, opt-in, ipv4, none, unknown; a list with commas, or several times.",
      valueName: "support"),
    completion: .list(Support.allCases.map(\.rawValue)))
  var support: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The map as it was at the end of a day, or at a moment, in UTC.", valueName: "2026-06-01"))
  var at: String?

  @Flag(name: .long, help: "What the SDK's rules say, without any scan.")
  var declared = false

  @Option(name: .long, help: "How a table is laid out.")
  var view: View = .auto

  @OptionGroup(title: "Data") var storeOptions: StoreOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    try SelectionOptions.requireWords(support, of: "--support")
    if declared, at != nil {
      throw ValidationError("--declared and --at contradict each other: rules have no history here")
    }
  }

  func run() async throws {
    let catalog = try catalogOptions.open()
    let filter = MapFilter(
      selection: try selection.selection(in: catalog), support: try SupportWords.read(support))
    let source = try MapSource.open(
      declared: declared, catalog: catalog, store: storeOptions,
      at: try at.map { try Moment.read($0, endOfDay: true) })
    let records = try source.support(filter)
    output.messages.note(source.note)
    if records.isEmpty { output.messages.note("nothing matches these filters") }
    let regions = Set(catalog.partitions.flatMap { partition in partition.regions.map(\.name) })
    try layout(records, source: source, filter: filter, listed: regions).write(output.layout) {
      try StandardStream.output.write($0)
    }
  }

  private func layout(_ records: [SupportRecord], source: MapSource, filter: MapFilter, listed: Set<String>)
    -> RecordSet
  {
    guard output.format == .table || output.format == .md || view != .auto else {
      return rows(records, source: source)
    }
    switch view {
    case .rows: return rows(records, source: source)
    case .grid: return grid(records, source: source)
    case .summary: return summary(records, source: source, listed: listed)
    case .auto:
      if output.fields != nil || output.sort != nil { return rows(records, source: source) }
      if filter == MapFilter() { return summary(records, source: source, listed: listed) }
      let regions = Set(records.map(\.place.region))
      return !selection.regions.isEmpty && regions.count <= MapGrid.mostRegions
        ? grid(records, source: source) : rows(records, source: source)
    }
  }

  private func grid(_ records: [SupportRecord], source: MapSource) -> RecordSet {
    let isForPeople = output.format == .table || output.format == .md
    let grid = MapGrid(
      records: records, metadata: source.metadata, style: isForPeople ? output.layout.style : nil)
    if grid.hasGaps, isForPeople {
      let mark = RecordSet.text(of: MapGrid.missing(style: output.layout.style))
      output.messages.note("\(mark) nothing is known here: not looked at, or left out by a filter")
    }
    return grid.records
  }

  private func summary(_ records: [SupportRecord], source: MapSource, listed: Set<String>) -> RecordSet {
    MapSummary(records: records, metadata: source.metadata, listed: listed).records
  }

  private func rows(_ records: [SupportRecord], source: MapSource) -> RecordSet {
    RecordSet(
      schema: SupportRecord.schema, metadata: source.metadata, fields: SupportRecord.fields,
      rows: records.map(\.values), members: SupportRecord.members
    ) { field, value in
      field == "support" ? value.string.flatMap(Support.init)?.ink : nil
    }
  }
}

/// Kinds of support as people write them.
enum SupportWords {
  /// Reads words, each of which may be a list with commas.
  static func read(_ words: [String]) throws -> Set<Support> {
    var support: Set<Support> = []
    for word in SelectionOptions.words(words) {
      guard let known = Support(rawValue: word) else {
        throw CommandFailure(
          .usage, "'\(word)' is not a kind of support",
          help: "give some of: " + Support.allCases.map(\.rawValue).joined(separator: ", "))
      }
      support.insert(known)
    }
    return support
  }
}

extension Support {
  /// The colour that goes with the word.
  var ink: Style.Ink {
    switch self {
    case .ipv6: .good
    case .optIn: .caution
    case .ipv4: .bad
    case .none, .unknown: .faint
    }
  }

  /// The word with its mark, for a grid.
  func label(style: Style) -> String {
    switch self {
    case .ipv6: style.hasUnicode ? "IPv6 ✓" : "IPv6 +"
    case .optIn: style.hasUnicode ? "opt-in ◐" : "opt-in ~"
    case .ipv4: style.hasUnicode ? "IPv4 ✗" : "IPv4 x"
    case .none: style.hasUnicode ? "–" : "-"
    case .unknown: "?"
    }
  }
}

/// Moments as people write them.
enum Moment {
  /// Reads a day or a moment in UTC.
  static func read(_ text: String, endOfDay: Bool) throws -> Timestamp {
    guard let moment = Timestamp(text, endOfDay: endOfDay) else {
      throw CommandFailure(
        .usage, "'\(text)' is not a date",
        help: "write a day as 2026-06-01 or a moment as 2026-06-01T12:00:00Z, in UTC")
    }
    return moment
  }
}
