// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EgressTerminal
import EndpointMap
import MapViews
import ServiceCatalog
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
        egress6 changes --cause network

      A change is one service in one region whose support differs between two complete scans. A failed lookup
      is never a change. Its cause is the network when the names that decided before answer otherwise, and the
      release when a newer SDK release uses other names. Without -o the result is written like a diff.
      Without a scan, and with --evidence documented, lines with '=' say since when a public source knows a name.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp("From the start of this day on, or from a moment, in UTC.", valueName: "2026-06-01"))
  var since: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Up to the end of this day, or a moment, in UTC.", valueName: "2026-06-30"))
  var until: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Changes of one cause: network (the names answer otherwise) or release (the SDK uses other names).",
      valueName: "cause"))
  var cause: ChangeCause?

  @Flag(name: .long, help: "Changes of all endpoint groups, not only of those that ordinary calls use.")
  var groups = false

  @OptionGroup(title: "What to show") var selection: SelectionOptions
  @OptionGroup(title: "What to show") var evidenceOptions: EvidenceOptions
  @OptionGroup(title: "Data") var storeOptions: StoreOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let catalog = try catalogOptions.open()
    let chosen = try selection.selection(in: catalog)
    let first = try since.map { try Moment.read($0, endOfDay: false) }
    let last = try until.map { try Moment.read($0, endOfDay: true) }
    if let first, let last, last < first {
      throw CommandFailure(.usage, "--until \(last) is before --since \(first)", help: "swap the two dates")
    }
    let now = Timestamp.now
    let map = evidenceOptions.admitsPublicEvidence ? try BuiltInMap.embedded() : nil
    let source = try storeOptions.source(
      at: nil, filledFrom: map.map { PublicEvidence($0, catalog: catalog, at: nil, now: now) })
    var changes: [ChangeRecord] = []
    // Without a scan the dates of public sources are all there is; beside one they are shown when they are asked for.
    var minimum = evidenceOptions.evidence ?? .declared
    switch source {
    case .store(let store, _, _), .filledStore(let store, _, _, _):
      minimum = evidenceOptions.evidence ?? .resolved
      changes = try store.changes(
        since: first, until: last, filter: MapFilter(selection: chosen, cause: cause, includesGroups: groups))
    case .builtIn, .declared: break
    }
    // Such dates are not changes that a scan saw, so they have no cause.
    if minimum < .resolved, cause == nil, let map {
      changes = try FirstDates.rows(map, catalog, chosen, since: first, until: last) + changes
    }
    changes = changes.filter { $0.evidence >= minimum }
    output.messages.note(source.note(at: now))
    if changes.isEmpty { output.messages.note("nothing changed") }
    if output.output == nil, !output.json, output.fields == nil, output.sort == nil {
      try StandardStream.output.write(Self.difference(changes, style: output.layout.style))
    } else {
      try output.print(ChangesView.view(changes, metadata: source.metadata(at: now)))
    }
  }

  /// The changes in the style of a diff: the public dates, then a heading a run and two lines a change.
  private static func difference(_ changes: [ChangeRecord], style: Style) -> String {
    var text = publicDates(changes).map { style.styled($0.withoutControls, .faint) + "\n" }.joined()
    var last: Timestamp?
    for change in changes where change.published == nil {
      if change.date != last {
        text += style.styled("@@ \(change.date) @@", .strong) + "\n"
        last = change.date
      }
      let group = change.isMain ? "" : "/\(change.group)"
      let place = "\(change.place.partition) \(change.place.region) \(change.place.service)\(group)"
        .withoutControls
      text += style.styled("-\(place)  \(change.from.rawValue)", .bad) + "\n"
      let facts = [change.evidence.rawValue, change.cause?.rawValue].compactMap(\.self)
      let proof = "\(change.host) (\(facts.joined(separator: ", ")))".withoutControls
      let support = change.to.rawValue + (change.isAtLeast ? "+" : "")
      text += style.styled("+\(place)  \(support)  \(proof)", .good) + "\n"
    }
    return text
  }

  /// The dates of public sources: a line for each service, date and source, with the regions or their number.
  private static func publicDates(_ changes: [ChangeRecord]) -> [String] {
    struct Key: Hashable {
      var partition: PartitionID
      var service: ServiceID
      var source: String
      var statement: String
    }
    var keys: [Key] = []
    var regions: [Key: [String]] = [:]
    for change in changes {
      guard let published = change.published else { continue }
      let key = Key(
        partition: change.place.partition, service: change.place.service, source: published.source,
        statement: "\(published.statement) (\(change.evidence.rawValue))")
      if regions[key] == nil { keys.append(key) }
      regions[key, default: []].append(change.place.region.name)
    }
    return keys.map { key in
      let names = regions[key] ?? []
      let shown = names.count > 3 ? "\(names.count) regions" : names.joined(separator: ",")
      return "=\(key.partition) \(shown) \(key.service)  \(key.statement)"
    }
  }
}

extension FirstSeen {
  /// What the date says, for a line of text.
  fileprivate var statement: String {
    switch basis {
    case .firstSeen: "appeared in DNS \(date)"
    case .notLaterThan: "listed by AWS \(date) or earlier"
    case .announced: "IPv6 announced \(date)"
    }
  }
}

extension ChangeCause: ExpressibleByArgument {}
