// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EgressTerminal
import EndpointMap
import Foundation
import MapViews
import ServiceCatalog
import StrictJSON

/// `egress6 export`.
struct ExportCommand: AsyncParsableCommand {
  /// What can be exported.
  enum What: String, CaseIterable, ExpressibleByArgument {
    /// A row a host.
    case hosts
    /// A row a service and region.
    case support
    /// A row a change of support.
    case changes
    /// A row a scan.
    case runs
  }

  /// The form of an export.
  enum Form: String, CaseIterable, ExpressibleByArgument {
    case json, jsonl, csv, text, sqlite
  }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the map as JSON, JSON Lines, CSV, text or SQLite.",
    usage: "egress6 export [options]",
    discussion: """
      Examples:
        egress6 export --what support -o jsonl
        egress6 export --what hosts -o csv --to hosts.csv
        egress6 export -o sqlite --to map-copy.sqlite
        egress6 export --salvage --to saved.sqlite

      Fields are described by the JSON Schemas in docs/schemas; tables, CSV and JSON carry the same ones.

      --salvage reports the rows of each table: saved; dropped, because they had no meaning or belonged to something
      lost; and lost, at least (empty: unknown), in stretches that could not be read. It exits with 0 when everything
      was saved, with 1 when rows were lost, and with 5, writing nothing, when nothing can be read.
      """)

  @Option(name: .long, help: "What to export; SQLite holds everything.")
  var what: What = .support

  @Option(name: [.short, .long], help: ArgumentHelp("The form.", valueName: "form"))
  var output: Form?

  @Option(
    name: .long,
    help: ArgumentHelp("The file to write, whole or not at all. Default: standard output.", valueName: "file")
  )
  var to: String?

  @Option(
    name: .long,
    help: ArgumentHelp("As it was at the end of a day, or at a moment, in UTC.", valueName: "2026-06-01"))
  var at: String?

  @Option(name: .long, help: ArgumentHelp("Changes from the start of this day on.", valueName: "2026-06-01"))
  var since: String?

  @Option(name: .long, help: ArgumentHelp("Changes up to the end of this day.", valueName: "2026-06-30"))
  var until: String?

  @Flag(
    name: .long,
    help: "Support and changes of all endpoint groups, not only of those that ordinary calls use.")
  var groups = false

  @Flag(
    name: .long,
    help:
      "Save what can be read of a damaged store into a new store, and report what was lost in the form of -o."
  )
  var salvage = false

  @OptionGroup(title: "What to show") var selection: SelectionOptions
  @OptionGroup(title: "Data") var storeOptions: StoreOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup var messages: MessageOptions

  func validate() throws {
    try OutputOptions.requireName(to, of: "--to")
    if salvage || output == .sqlite, to == nil {
      throw ValidationError("an SQLite file needs a name: --to FILE")
    }
    if what != .changes, since != nil || until != nil {
      throw ValidationError("--since and --until belong to --what changes")
    }
    if what == .changes, at != nil {
      throw ValidationError("--what changes takes --since and --until, not --at")
    }
  }

  func run() async throws {
    if let to {
      var sources = [(path: try storeOptions.path(), what: "store")]
      if let image = catalogOptions.path { sources.append((image, "catalog image")) }
      try Files.require(to, differsFrom: sources)
      try AtomicFile.requireReplaceable(to)
    }
    if salvage {
      try saveDamaged()
    } else if output == .sqlite, let to {
      let store = try storeOptions.openForReading()
      let filter = try filter()
      let date = try at.map { try Moment.read($0, endOfDay: true) }
      try SQLiteExport.write(store, to: to, at: date, filter: filter, generatedAt: .now)
      messages.note("wrote \(to)")
    } else {
      try writeView()
    }
  }

  private func filter() throws -> MapFilter {
    MapFilter(selection: try selection.selection(in: catalogOptions.open()), includesGroups: groups)
  }

  private func writeView() throws {
    let filter = try filter()
    let store = try storeOptions.openForReading()
    if what == .runs { return try write(RunsView.view(try store.runs())) }
    let date = try at.map { try Moment.read($0, endOfDay: true) }
    let source = try MapSource(store, at: date)
    let now = Timestamp.now
    messages.note(source.note(at: now))
    let metadata = source.metadata(at: now)
    switch what {
    case .hosts:
      try write(HostView.view(try store.hosts(at: date, selection: filter.selection), metadata: metadata))
    case .support, .runs:
      try write(SupportView.view(try store.support(at: date, filter: filter), metadata: metadata))
    case .changes:
      let changes = try store.changes(
        since: since.map { try Moment.read($0, endOfDay: false) },
        until: until.map { try Moment.read($0, endOfDay: true) }, filter: filter)
      try write(ChangesView.view(changes, metadata: metadata))
    }
  }

  private func write<Row>(_ view: View<Row>) throws {
    let layout = ViewLayout(format: format)
    guard let to else { return try view.sheet.write(layout) { try StandardStream.output.write($0) } }
    try AtomicFile.write(to) { try view.sheet.write(layout, to: $0) }
    messages.note("wrote \(view.rows.count) rows to \(to)")
  }

  private var format: OutputFormat {
    switch output {
    case .json: .json
    case .csv: .csv
    case .text: .table
    case .jsonl, .sqlite, nil: .jsonl
    }
  }

  private func saveDamaged() throws {
    guard let to else { return }
    let path = try storeOptions.path()
    let report = try Salvage.recover(from: path, to: to)
    messages.note("saved to \(to); read it with --store \(to)")
    let format = output == nil || output == .sqlite ? OutputFormat.table : format
    let view = SalvageView.view(report, store: path, saved: to)
    try view.sheet.write(ViewLayout(format: format)) { try StandardStream.output.write($0) }
    if !report.isComplete {
      messages.note("not everything could be saved: see the columns dropped, lost and restored")
      throw ExitStatus.findings
    }
  }
}
