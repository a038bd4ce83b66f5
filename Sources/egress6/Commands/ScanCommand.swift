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
      The resolvers are judged before, during and after the scan ('egress6 help resolvers').
      """)

  @OptionGroup(title: "What to ask") var selection: SelectionOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Ask for the names in this file, too: one a line, '#' begins a comment.", valueName: "file"))
  var hosts: String?

  @OptionGroup(title: "Whom to ask") var resolvers: ResolverOptions

  @Flag(
    name: .customLong("trust-resolver"),
    help: "Do not judge the resolvers, for a test network that knows no public names; the run says so.")
  var trustsResolver = false

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
    var configuration = try resolvers.configuration(environment: environment)
    try configuration.validate()
    try configuration.requireOpenFiles()
    let path = try storeOptions.path()
    let chosen = try selection.selection(in: catalog)
    let extra = try hosts.map(HostFile.read) ?? []
    let judgements = try await judgements(configuration, catalog: catalog, selection: chosen, store: path)
    configuration.resolvers = judgements.map(\.resolver)

    let owner = StoreLock.Owner(
      process: ProcessInfo.processInfo.processIdentifier, machine: ProcessInfo.processInfo.hostName,
      since: .now)
    let lock = try StoreLock(store: path, owner: owner)
    defer { withExtendedLifetime(lock) {} }
    let store = try MapStore(path: path, access: .writing)
    let journal = try journal(
      store: store, catalog: catalog, extra: extra, selection: chosen, configuration: configuration)
    try journal.record(judgements, at: .now)
    try await scan(
      journal, configuration: configuration, catalog: catalog, extra: Set(extra.map(\.host)), store: store)
  }

  private func scan(
    _ journal: ScanJournal, configuration: ScanConfiguration, catalog: Catalog, extra: Set<String>,
    store: MapStore
  ) async throws {
    var paced = configuration
    var judge: ResolverJudge?
    if !trustsResolver {
      judge = ResolverJudge(
        configuration, suffixes: Self.suffixes(of: journal.pending, without: extra, in: catalog),
        lastKnown: journal.namesWithBothFamilies)
      if case .perSecond(let rate) = paced.rate {
        paced.rate = .perSecond(ResolverJudge.remainingRate(of: rate))
      }
    }
    let (client, watch) = (try ScanClient(configuration: paced), judge)
    let display = ProgressDisplay(choice: progress, messages: output.messages)
    let messages = output.messages
    let start = ContinuousClock.now
    let (outcome, _) = try await Interrupt.catching {
      display.clear()
      messages.note("stopping: saving what is complete (Ctrl-C again ends at once)")
    } _: {
      defer { display.clear() }
      return try await Scan(
        journal: journal, resolver: client, clock: ContinuousClock(), watch: watch
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

  /// Judges the resolvers before anything is written.
  ///
  /// - Returns: The judgements of the resolvers to ask; all of them when they are trusted.
  /// - Throws: `ScanError` when none can be believed.
  private func judgements(
    _ configuration: ScanConfiguration, catalog: Catalog, selection: EndpointSelection, store: String
  ) async throws -> [Judgement] {
    if trustsResolver {
      return configuration.resolvers.map {
        Judgement(resolver: $0, verdict: .notJudged, seen: "it is trusted, as the command says")
      }
    }
    let judge = ResolverJudge(
      configuration, suffixes: Self.suffixes(of: selection, in: catalog),
      lastKnown: Self.namesWithBothFamilies(in: store))
    let judgements = try await judge.judge(.start)
    let good = judgements.filter(\.verdict.isAcceptable)
    let bad = judgements.filter { !$0.verdict.isAcceptable }
    guard !good.isEmpty else { throw ScanError.resolversNotBelieved(bad, isUnderway: false) }
    for judgement in bad { output.messages.note("note: \(judgement); the others are asked instead") }
    return good
  }

  /// The suffixes of a selection's names, by what the rules know of its partitions.
  private static func suffixes(of selection: EndpointSelection, in catalog: Catalog) -> [String] {
    var suffixes: [String] = []
    for partition in catalog.partitions where selection.partitions.admit(partition.id) {
      for suffix in [partition.outputs.dnsSuffix, partition.outputs.dualStackDNSSuffix]
      where !suffix.isEmpty && !suffixes.contains(suffix) { suffixes.append(suffix) }
    }
    return suffixes
  }

  /// The suffixes of the catalog's names in a scan: those of the partitions that occur, and the zones of other names.
  private static func suffixes(
    of questions: [HostQuestion], without extra: Set<String>, in catalog: Catalog
  ) -> [String] {
    let known = suffixes(of: EndpointSelection(), in: catalog).sorted { $0.utf8.count > $1.utf8.count }
    var found: Set<String> = []
    for question in questions where !extra.contains(question.host) {
      if let suffix = known.first(where: { question.host.hasSuffix("." + $0) }) {
        found.insert(suffix)
      } else if let zone = ControlNames.zone(of: question.host) {
        found.insert(zone)
      }
    }
    return found.sorted()
  }

  /// Some names that had both families in the last scan; a store that cannot be read is reported when it is opened.
  private static func namesWithBothFamilies(in path: String) -> [String] {
    let store = try? MapStore(path: path, access: .reading)
    return (try? store?.namesWithBothFamilies(limit: 24)) ?? []
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
        store: store, catalog: release, hosts: all, named: named, roles: list.roles(of:in:))
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
      hosts: all, named: named, roles: list.roles(of:in:))
    output.messages.note(
      "asking \(resolvers.joined(separator: ", ")) for \(journal.pending.count) hosts"
        + (rate.map { rate in
          let seconds = Double(2 * journal.pending.count) / Double(rate * resolvers.count)
          return ", at most \(rate) queries a second each: some \(Duration.seconds(seconds).clock); "
            + "Ctrl-C saves what is complete"
        } ?? ""))
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
    if information.failedShare?.isTooLarge == true { throw ExitStatus.network }
  }
}

extension ScanJournal {
  /// The names whose last known answers are addresses of both families.
  fileprivate var namesWithBothFamilies: [String] {
    pending.filter { $0.lastKnown.a == .yes && $0.lastKnown.aaaa == .yes }.map(\.host)
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
