// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import EgressBase
import MapViews

/// A plan with its proof: a row for each service.
enum ConfigurationView {
  /// A service, and what the client does with the settings.
  struct Row: Sendable {
    var service: PlannedService
    var usesSwitch: Bool
    var proof: ProofRow?
  }

  /// Makes the view.
  static func view(
    _ plan: ConfigurationPlan, _ proof: ArtefactProof, metadata: [Value.Field]
  ) -> View<Row> {
    // Of several scopes, one that is not proven counts.
    let rows = Dictionary(proof.rows.map { ($0.service, $0) }) { first, second in
      first.problem == nil ? second : first
    }
    return View(
      schema: "egress6/configuration/v1",
      metadata: metadata + [
        .init("client", .text(plan.client.id)), .init("client_version", .text(plan.version?.description)),
        .init("region", .text(plan.region)), .init("dualstack_switch", .boolean(plan.usesDualStackSwitch)),
        .init("proven", .boolean(proof.isComplete)), .init("problems", .texts(proof.problems)),
      ],
      columns: columns,
      tableColumns: ["service", "decision", "host", "signing_region", "basis", "proven", "reason"],
      rows: plan.services.map {
        Row(service: $0, usesSwitch: plan.usesDualStackSwitch, proof: rows[$0.service])
      })
  }

  private static let columns: [Column<Row>] = [
    Column("service", .text) { .text($0.service.service) },
    Column("identifier", .text) { .text($0.service.identifier) },
    Column("decision", .text, value: { .text($0.word) }, emphasis: { $0.emphasis }),
    Column("endpoint_url", .text) { row in
      if case .endpoint(let url) = row.service.decision { .text(url) } else { .missing }
    },
    Column("host", .text) { .text($0.service.host.isEmpty ? nil : $0.service.host) },
    Column("signing_name", .text) { .text($0.service.signingName.isEmpty ? nil : $0.service.signingName) },
    Column("signing_region", .text) {
      .text($0.service.signingRegion.isEmpty ? nil : $0.service.signingRegion)
    },
    Column("support", .support) { row in row.service.known.map { .support($0.support) } ?? .missing },
    Column("evidence", .text) { .text($0.service.known?.evidence.rawValue) },
    Column("evidence_date", .text) { .text($0.service.known?.date.description) },
    Column("basis", .text) { .text($0.service.known?.text) },
    Column("found", .record(members: ["host", "scheme", "signing_name", "signing_region"])) { row in
      guard let found = row.proof?.found else { return .missing }
      return .record([
        .init("host", .text(found.host)), .init("scheme", .text(found.scheme)),
        .init("signing_name", .text(found.signingName)), .init("signing_region", .text(found.signingRegion)),
      ])
    },
    Column(
      "proven", .text,
      value: { row in row.proof.map { .boolean($0.problem == nil) } ?? .missing },
      emphasis: { $0.proof?.problem == nil ? nil : .bad }),
    Column("reason", .text) { .text($0.proof?.problem ?? $0.reason) },
    Column("ways_out", .list) { .texts($0.waysOut) },
  ]
}

extension ConfigurationView.Row {
  /// The decision as a word.
  fileprivate var word: String {
    switch service.decision {
    case .standard: "default"
    case .dualStackSwitch: "switch"
    case .endpoint: "endpoint"
    case .ipv4: "ipv4"
    case .refused: "refused"
    }
  }

  fileprivate var emphasis: Emphasis? {
    switch service.decision {
    case .standard, .dualStackSwitch, .endpoint: .good
    case .ipv4: .caution
    case .refused: .bad
    }
  }

  fileprivate var reason: String? {
    switch service.decision {
    case .ipv4(let reason, _), .refused(let reason, _): reason
    case .standard, .dualStackSwitch, .endpoint: nil
    }
  }

  fileprivate var waysOut: [String] {
    switch service.decision {
    case .ipv4(_, let ways), .refused(_, let ways): ways
    case .standard, .dualStackSwitch, .endpoint: []
    }
  }
}
