// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import EgressDNS
package import EndpointMap
package import IPAddressing

/// What a scan did and found: for each address family, how many hosts have which answer.
package struct RunSummaryView: Sendable {
  /// The counts of a family.
  package struct Row: Sendable, Hashable {
    /// The family.
    package var family: AddressFamily
    /// The counts of both families.
    package var counts: AnswerCounts
    /// How many answers are held back.
    package var held: Int
  }

  private let run: RunInformation
  private let statistics: ScanStatistics
  private let elapsed: Duration
  private let store: String

  /// Makes the summary of a run.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - statistics: What the DNS client did.
  ///   - elapsed: The time of the whole run.
  ///   - store: The store's path.
  package init(run: RunInformation, statistics: ScanStatistics, elapsed: Duration, store: String) {
    self.run = run
    self.statistics = statistics
    self.elapsed = elapsed
    self.store = store
  }

  /// The counts.
  package var view: View<Row> {
    View(
      schema: "egress6/run/v1", metadata: metadata,
      columns: [Column("family", .text) { .text($0.family.rawValue) }]
        + Answer.allCases.map { answer in
          Column(answer.rawValue, .number) { .integer($0.counts[$0.family, answer]) }
        } + [Column("held", .number) { .integer($0.held) }],
      rows: AddressFamily.allCases.map { Row(family: $0, counts: run.counts, held: run.held[$0] ?? 0) })
  }

  private var metadata: [Value.Field] {
    [
      .init("run", .integer(run.id)), .init("store", .text(store)),
      .init("catalog", .text(run.description.catalog.release)),
      .init("started", .time(run.description.started)), .init("finished", .time(run.finished)),
      .init("hosts", .integer(run.hosts)), .init("resolvers", .texts(run.description.resolvers)),
      .init("failed_looks", .integer(run.failedShare?.failed)),
      .init("verdict", .text(run.verdict?.rawValue)),
      .init(
        "verdicts",
        .list(
          run.verdicts.map {
            .record([
              .init("resolver", .text($0.resolver)), .init("verdict", .text($0.verdict.rawValue)),
              .init("seen", .text($0.seen)), .init("judged_at", .time($0.time)),
            ])
          })),
      .init("queries", .integer(statistics.queries)), .init("retries", .integer(statistics.retries)),
      .init("seconds", .number((elapsed / .milliseconds(1)).rounded() / 1000)),
    ]
  }

  /// What a person should know beside the counts, a line each.
  package var notes: [String] {
    let seconds = max(statistics.duration / .seconds(1), 0.001)
    var lines = [
      "asked for \(statistics.hosts) hosts in \(Duration.seconds(seconds).clock): \(statistics.queries) "
        + "queries (\(Int(Double(statistics.queries) / seconds)) a second), \(statistics.retries) of them again"
    ]
    for resolver in statistics.resolvers where !resolver.dns64Prefixes.isEmpty {
      let prefixes = resolver.dns64Prefixes.map { "\($0)" }.joined(separator: ", ")
      lines.append("note: \(resolver.address) makes IPv6 answers itself (DNS64, \(prefixes)): 'synthesised'")
    }
    for resolver in statistics.resolvers where !resolver.dropped.isEmpty {
      let more = resolver.dropped.count > 3 ? " and \(resolver.dropped.count - 3) more" : ""
      lines.append(
        "note: \(resolver.address) was not asked everything: "
          + resolver.dropped.prefix(3).joined(separator: ", ") + more)
    }
    if run.verdict == .notJudged { lines.append("note: the resolvers were trusted, not judged") }
    if let share = run.failedShare, share.failed > 0 {
      let kind = share.isTooLarge ? "warning" : "note"
      lines.append(
        "\(kind): \(share.failed) looks failed (\(share.text)); for those the last known answer stands")
    }
    for family in AddressFamily.allCases {
      guard let held = run.held[family], held > 0 else { continue }
      let name = family == .ipv4 ? "IPv4" : "IPv6"
      lines.append(
        "note: \(held) names lost their \(name) addresses at once, which is held back: the map keeps what was known "
          + "until another resolver, or a scan a day later, says the same")
    }
    return lines
  }
}
