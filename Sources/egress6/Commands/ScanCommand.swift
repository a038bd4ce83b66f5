// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EgressDNS
import EgressTerminal
import EndpointMap
import Foundation
import MapViews
import ServiceCatalog

/// `egress6 scan`.
struct ScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Ask DNS for every endpoint name and keep what it answers.",
    usage: "egress6 scan [options]",
    discussion: """
      Examples:
        egress6 scan --partitions aws
        egress6 scan --regions 'eu-*' --resolver 10.0.0.2 --rate 300

      Each name is asked for A and AAAA records. A lookup that fails leaves the last known answer in place; an
      answer that takes IPv6 away is confirmed before it counts. Ctrl-C saves what is complete; --resume continues.
      """)

  @OptionGroup(title: "What to ask") var selection: SelectionOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Ask for the names in this file, too: one a line, '#' begins a comment.", valueName: "file"))
  var hosts: String?

  @OptionGroup(title: "Whom to ask") var resolvers: ResolverOptions

  @Flag(name: .long, help: "Continue the scan that was interrupted.")
  var resume = false

  @Option(
    name: .long,
    help: ArgumentHelp("Where the scan looks from, in your words; kept with the run.", valueName: "text"))
  var vantage: String?

  @Option(name: .long, help: ArgumentHelp("Progress: auto (on a terminal) or never.", valueName: "when"))
  var progress: ProgressChoice = .auto

  @OptionGroup(title: "Data") var storeOptions: StoreOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws { try OutputOptions.requireName(hosts, of: "--hosts") }

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let catalog = try catalogOptions.open()
    let configuration = try resolvers.configuration(environment: environment)
    let client = try ScanClient(configuration: configuration)
    let path = try storeOptions.path()
    let chosen = try selection.selection(in: catalog)
    let extra = try hosts.map(HostFile.read) ?? []
    try await requireResolver(client)

    let owner = StoreLock.Owner(
      process: ProcessInfo.processInfo.processIdentifier, machine: ProcessInfo.processInfo.hostName,
      since: .now)
    let lock = try StoreLock(store: path, owner: owner)
    defer { withExtendedLifetime(lock) {} }
    let store = try MapStore(path: path, access: .writing)
    let journal = try journal(
      store: store, catalog: catalog, extra: extra, selection: chosen, configuration: configuration)
    try await scan(journal, client: client, store: store)
  }

  /// Names that AWS has kept since before IPv6 endpoints.
  private static let controls = ["sts.amazonaws.com", "s3.amazonaws.com", "iam.amazonaws.com"]

  private func scan(_ journal: ScanJournal, client: ScanClient, store: MapStore) async throws {
    let display = ProgressDisplay(choice: progress, messages: output.messages)
    let messages = output.messages
    let start = ContinuousClock.now
    let (outcome, _) = try await Interrupt.catching {
      display.clear()
      messages.note("stopping: saving what is complete (Ctrl-C again ends at once)")
    } _: {
      defer { display.clear() }
      return try await Scan(
        journal: journal, resolver: client, clock: ContinuousClock(), controls: Self.controls
      ).run(now: { .now }) { display.update(done: $0.done, total: $0.total, unit: "hosts") }
    }
    switch outcome {
    case .interrupted(let done, let total):
      messages.note("interrupted: \(done) of \(total) hosts are saved in \(store.path)")
      messages.note("go on with: the same command and --resume")
      throw ExitStatus.interrupted
    case .complete(let statistics):
      try report(store: store, run: journal.run, statistics: statistics, elapsed: ContinuousClock.now - start)
    }
  }

  private func requireResolver(_ client: ScanClient) async throws {
    let answering = try await client.probe(within: .seconds(4))
    let asked = client.configuration.resolvers
    if answering.isEmpty {
      throw CommandFailure(
        .network, "no resolver answers: asked \(asked.map(\.description).joined(separator: ", "))",
        help: "name one that does with --resolver; 'egress6 map' shows public evidence without a scan")
    }
    for resolver in asked where !answering.contains(resolver) {
      output.messages.note("note: \(resolver) does not answer; the others are asked instead")
    }
  }

  private func journal(
    store: MapStore, catalog: Catalog, extra: [EndpointHost], selection: EndpointSelection,
    configuration: ScanConfiguration
  ) throws -> ScanJournal {
    let list = try catalog.hosts()
    let all = Self.hosts(list.hosts, adding: extra)
    let named = Set(extra.map(\.host))
    let release = CatalogRelease(catalog)
    let resolvers = configuration.resolvers.map(\.description)
    if resume {
      let interrupted = try store.resumable()
      try requireSame(selection, as: interrupted)
      if let asked = interrupted?.description.resolvers, asked != resolvers {
        output.messages.note(
          "note: the run was started with \(asked.joined(separator: ", ")), which is what its record says")
      }
      let journal = try ScanJournal.resume(
        store: store, catalog: release, hosts: all, named: named, primaryName: list.primaryName(of:))
      output.messages.note(
        "continuing run \(journal.run): \(journal.done) hosts have an answer, \(journal.pending.count) are left"
      )
      return journal
    }
    if let left = try store.resumable() {
      output.messages.note(
        "note: run \(left.id) of \(left.description.started) was not finished and is given up (--resume would go on)"
      )
    }
    let rate: Int? = if case .perSecond(let rate) = configuration.rate { rate } else { nil }
    let journal = try ScanJournal.begin(
      store: store,
      description: RunDescription(
        started: .now, catalog: release, selection: selection, resolvers: resolvers, rate: rate,
        vantage: vantage,
        version: Egress6.version),
      hosts: all, named: named, primaryName: list.primaryName(of:))
    output.messages.note(
      "asking \(resolvers.joined(separator: ", ")) for \(journal.pending.count) hosts"
        + (rate.map { ", at most \($0) queries a second each" } ?? ""))
    return journal
  }

  /// A run goes on with what it was started for.
  private func requireSame(_ selection: EndpointSelection, as run: RunInformation?) throws {
    guard let run, !selection.isEverything, run.description.selection != selection else { return }
    throw CommandFailure(
      .usage, "run \(run.id) was started with another selection than this one",
      help: "leave out --partitions, --regions and --services, or start a new scan without --resume")
  }

  /// The list with names of the user's added; it is large, so nothing is copied unless there is something to add.
  private static func hosts(_ listed: [EndpointHost], adding extra: [EndpointHost]) -> [EndpointHost] {
    if extra.isEmpty { return listed }
    let known = Set(listed.map(\.host))
    return listed + extra.filter { !known.contains($0.host) }
  }

  private func report(
    store: MapStore, run: Int64, statistics: ScanStatistics, elapsed: Duration
  ) throws {
    guard let information = try store.runs().first(where: { $0.id == run }) else { return }
    let summary = RunSummaryView(
      run: information, statistics: statistics, elapsed: elapsed, store: store.path)
    for line in summary.notes { output.messages.note(line) }
    output.messages.note(
      "the map is in \(store.path) (run \(information.id)); show it with: egress6 map --store \(store.path)")
    try output.print(summary.view)
  }
}

extension Timestamp {
  /// The moment, by the system's clock.
  static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}

extension CatalogRelease {
  /// The release of a catalog.
  init(_ catalog: Catalog) {
    self.init(release: catalog.origin.name, hash: catalog.contentHash)
  }
}
