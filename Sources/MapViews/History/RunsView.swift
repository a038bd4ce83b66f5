// SPDX-License-Identifier: Apache-2.0

internal import EgressDNS
package import EndpointMap

/// The scans of a store, one row a run.
package enum RunsView {
  /// Makes the view.
  package static func view(_ rows: [RunInformation]) -> View<RunInformation> {
    View(schema: "egress6/runs/v1", columns: columns, rows: rows)
  }

  private static let columns: [Column<RunInformation>] = [
    Column("run", .number) { .integer($0.id) },
    Column("state", .text) { .text($0.state.rawValue) },
    Column("started", .time) { .time($0.description.started) },
    Column("finished", .time) { .time($0.finished) },
    Column("catalog", .text) { .text($0.description.catalog.release) },
    Column("resolvers", .list) { .texts($0.description.resolvers) },
    Column("rate", .number) { .integer($0.description.rate) },
    Column("vantage", .text) { .text($0.description.vantage) },
    Column("hosts", .number) { .integer($0.hosts) },
    Column("failed", .number) {
      .integer($0.failedShare?.failed)
    } emphasis: {
      $0.failedShare?.isTooLarge == true ? .caution : nil
    },
    Column("verdict", .text) {
      .text($0.verdict?.rawValue)
    } emphasis: {
      $0.verdict?.isAcceptable == false ? .bad : nil
    },
    Column("seen", .text) { run in
      // What a good verdict rests on is in the document of the scan.
      let bad = run.verdicts.filter { !$0.verdict.isAcceptable }.map { "\($0.resolver): \($0.seen)" }
      return .text(bad.isEmpty ? nil : bad.joined(separator: "; "))
    },
  ]
}
