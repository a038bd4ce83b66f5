// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EgressTerminal
import EndpointMap
import MapViews
import StrictJSON

/// `egress6 changes`.
struct ChangesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changes",
    abstract: "Show what changed between two dates.",
    usage: "egress6 changes [options]",
    discussion: """
      Examples:
        egress6 changes --since 2026-06-01
        egress6 changes --services ec2 --since 2026-01-01 --until 2026-03-31 -o json

      A change is one service in one region whose support differs between two complete scans. A failed lookup
      is never a change. Without -o the result is written like a diff.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp("From the start of this day on, or from a moment, in UTC.", valueName: "2026-06-01"))
  var since: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Up to the end of this day, or a moment, in UTC.", valueName: "2026-06-30"))
  var until: String?

  @OptionGroup(title: "What to show") var selection: SelectionOptions
  @OptionGroup(title: "Data") var storeOptions: StoreOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let chosen = try selection.selection(in: catalogOptions.open())
    let first = try since.map { try Moment.read($0, endOfDay: false) }
    let last = try until.map { try Moment.read($0, endOfDay: true) }
    if let first, let last, last < first {
      throw CommandFailure(.usage, "--until \(last) is before --since \(first)", help: "swap the two dates")
    }
    let store = try storeOptions.openForReading()
    let source = try MapSource(store)
    let changes = try store.changes(since: first, until: last, filter: MapFilter(selection: chosen))
    let now = Timestamp.now
    output.messages.note(source.note(at: now))
    if changes.isEmpty { output.messages.note("nothing changed") }
    if output.output == nil, !output.json, output.fields == nil, output.sort == nil {
      try StandardStream.output.write(Self.difference(changes, style: output.layout.style))
    } else {
      try output.print(ChangesView.view(changes, metadata: source.metadata(at: now)))
    }
  }

  /// The changes in the style of a diff: a heading a run, then a removed and an added line a change.
  private static func difference(_ changes: [ChangeRecord], style: Style) -> String {
    var text = ""
    var last: Timestamp?
    for change in changes {
      if change.date != last {
        text += style.styled("@@ \(change.date) @@", .strong) + "\n"
        last = change.date
      }
      let place = "\(change.place.partition) \(change.place.region) \(change.place.service)".withoutControls
      text += style.styled("-\(place)  \(change.from.rawValue)", .bad) + "\n"
      let proof = "\(change.host) (\(change.evidence.rawValue))".withoutControls
      text += style.styled("+\(place)  \(change.to.rawValue)  \(proof)", .good) + "\n"
    }
    return text
  }
}
