// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
package import EndpointMap
import IPAddressing

/// What is known of each host.
package enum HostView {
  /// Makes the view.
  package static func view(_ rows: [HostRecord], metadata: [Value.Field] = []) -> View<HostRecord> {
    View(schema: "egress6/hosts/v1", metadata: metadata, columns: columns, rows: rows)
  }

  private static let columns: [Column<HostRecord>] = [
    Column("host", .text) { .text($0.host) },
    Column("a", .text) { .text($0.a.rawValue) },
    Column("aaaa", .text) { .text($0.aaaa.rawValue) },
    Column("cname", .list) { .texts($0.cname) },
    Column("observed_at", .time) { .time($0.observedAt) },
    Column("evidence", .text) { .text($0.evidence.rawValue) },
    Column("outside_aws_ranges", .list) { .texts($0.outsideRanges.map(\.rawValue)) },
    Column("held", .list) { .texts($0.held.map(\.rawValue)) },
  ]
}
