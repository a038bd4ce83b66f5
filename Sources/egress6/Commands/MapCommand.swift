// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EgressTerminal
import EndpointMap
import Foundation
import MapViews
import ServiceCatalog
import StrictJSON

/// `egress6 map`.
struct MapCommand: AsyncParsableCommand {
  /// How a person sees the map.
  enum Layout: String, CaseIterable, ExpressibleByArgument {
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
        egress6 map --services s3 --regions us-east-1 --groups

      What a scan of yours found is shown first. Cells that were never scanned come from a built-in map of public
      evidence, with its date; --evidence resolved leaves them out. --at DATE takes public evidence of that date, too.
      --declared lists the names that exist on paper. What the words and signs mean: egress6 help support.
      """)

  /// More columns than this do not fit a terminal.
  private static let mostRegions = 8

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

  @Flag(name: .long, help: "All endpoint groups of each service, not only the one that ordinary calls use.")
  var groups = false

  @OptionGroup(title: "What to show") var evidenceOptions: EvidenceOptions

  @Flag(name: .long, help: "The names that the SDK's rules build, whether or not they exist.")
  var declared = false

  @Option(name: .long, help: "How a table is laid out.")
  var view: Layout = .auto

  @OptionGroup(title: "Data") var storeOptions: StoreOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    try SelectionOptions.requireWords(support, of: "--support")
    if declared, at != nil {
      throw ValidationError("--declared and --at contradict each other: rules have no history here")
    }
    if declared, let evidence = evidenceOptions.evidence, evidence > .declared {
      throw ValidationError("--declared and --evidence contradict each other: names on paper are no evidence")
    }
  }

  func run() async throws {
    let catalog = try catalogOptions.open()
    let filter = MapFilter(
      selection: try selection.selection(in: catalog), support: try SupportWords.read(support),
      includesGroups: groups)
    let date = try at.map { try Moment.read($0, endOfDay: true) }
    let now = Timestamp.now
    let source = try source(catalog, at: date, now: now)
    let records = try source.support(filter, minimum: evidenceOptions.evidence ?? .declared)
    output.messages.note(source.note(at: now))
    for line in EvidenceLegend.summary(records) { output.messages.note(line) }
    if case .builtIn = source, !output.showsNextStep {
      output.messages.note("to measure from here: egress6 scan")
    }
    if records.isEmpty { output.messages.note("nothing matches these filters") }
    let metadata = source.metadata(at: now)
    switch layout(of: records, filter) {
    case .rows, .auto: try printRows(records, metadata)
    case .summary:
      let regions = Set(catalog.partitions.flatMap { partition in partition.regions.map(\.name) })
      try output.print(RegionSummaryView.view(records, metadata: metadata, listed: regions))
    case .grid:
      let grid = GridView(records, byGroup: groups, metadata: metadata)
      if isForPeople {
        for line in EvidenceLegend.signs(records) { output.messages.note(line) }
        if grid.hasGaps {
          output.messages.note(
            "\(output.layout.style.missingMark) nothing is known here: not looked at, or left out by a filter"
          )
        }
      }
      try output.print(grid.view)
    }
    output.nextStep(Self.nextStep(after: records, source, isSummary: layout(of: records, filter) == .summary))
  }

  /// The command that a reader of the map may want next: a measurement, the map in detail, or what a client does.
  private static func nextStep(
    after records: [SupportRecord], _ source: MapSource, isSummary: Bool
  ) -> String {
    if case .builtIn = source { return "egress6 scan (measures from here)" }
    guard let record = records.first(where: { $0.support == .optIn }) ?? records.first else {
      return "egress6 map"
    }
    let place = record.place
    if isSummary { return "egress6 map --regions \(place.region) (a line a service)" }
    return "egress6 resolve \(place.service) --region \(place.region) --dualstack --explain"
  }

  private func source(_ catalog: Catalog, at date: Timestamp?, now: Timestamp) throws -> MapSource {
    if declared { return .declared(catalog) }
    guard evidenceOptions.admitsPublicEvidence else {
      return try storeOptions.source(at: date, filledFrom: nil)
    }
    let evidence = PublicEvidence(try BuiltInMap.embedded(), catalog: catalog, at: date, now: now)
    return try storeOptions.source(at: date, filledFrom: evidence)
  }

  private var isForPeople: Bool { output.format == .table || output.format == .md }

  /// Prints a line a row; a table has the columns of public evidence only where a row fills them.
  private func printRows(_ records: [SupportRecord], _ metadata: [Value.Field]) throws {
    var view = SupportView.view(records, metadata: metadata)
    if isForPeople, output.fields == nil, output.sort == nil, records.allSatisfy({ $0.builtIn == nil }) {
      view.columns.removeAll { SupportView.evidenceColumns.contains($0.name) }
    }
    try output.print(view)
  }

  /// How the records are laid out where that was left to the program.
  private func layout(of records: [SupportRecord], _ filter: MapFilter) -> Layout {
    guard view == .auto else { return view }
    guard isForPeople, output.fields == nil, output.sort == nil else {
      return .rows
    }
    if filter == MapFilter() { return .summary }
    let regions = Set(records.map(\.place.region))
    return !selection.regions.isEmpty && regions.count <= Self.mostRegions ? .grid : .rows
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
