// SPDX-License-Identifier: Apache-2.0

import DNS
import EgressBase
import EndpointMap
import IPAddressing
import StrictJSON
import Terminal

/// What a scan prints at its end.
struct RunSummary {
  var information: RunInformation
  var statistics: ScanStatistics
  var elapsed: Duration
  var store: String

  /// A row a family with the number of hosts for each answer.
  var records: RecordSet {
    let rows = AddressFamily.allCases.map { family in
      [JSON.string(family.rawValue)] + Answer.allCases.map { .integer(Int64(information.counts[family, $0])) }
    }
    return RecordSet(
      schema: "egress6/run/v1", metadata: metadata, fields: ["family"] + Answer.allCases.map(\.rawValue),
      rows: rows)
  }

  private var metadata: [JSON.Member] {
    [
      .init("run", .integer(information.id)), .init("store", .string(store)),
      .init("catalog", .string(information.description.catalog.release)),
      .init("started", .string(information.description.started.description)),
      .init("finished", information.finished.map { .string($0.description) } ?? .null),
      .init("hosts", .integer(Int64(information.hosts))),
      .init("resolvers", .array(information.description.resolvers.map(JSON.string))),
      .init("queries", .integer(Int64(statistics.queries))),
      .init("retries", .integer(Int64(statistics.retries))),
      .init("seconds", .number((elapsed / .milliseconds(1)).rounded() / 1000)),
    ]
  }

  /// What a person should know beside the counts, one line each.
  var notes: [String] {
    let seconds = max(statistics.duration / .seconds(1), 0.001)
    var lines = [
      "asked for \(statistics.hosts) hosts in \(ProgressLine.clock(Int(seconds.rounded()))): \(statistics.queries) "
        + "queries (\(Int(Double(statistics.queries) / seconds)) a second), \(statistics.retries) of them again"
    ]
    for resolver in statistics.resolvers where !resolver.dns64Prefixes.isEmpty {
      let prefixes = resolver.dns64Prefixes.map { "\($0)" }.joined(separator: ", ")
      lines.append("note: \(resolver.address) makes IPv6 answers itself (DNS64, \(prefixes)): 'synthesised'")
    }
    for resolver in statistics.resolvers where !resolver.dropped.isEmpty {
      lines.append("note: \(resolver.address) refused to answer for \(resolver.dropped.count) zones")
    }
    let unknown = AddressFamily.allCases.reduce(0) { $0 + information.counts[$1, .unknown] }
    if unknown > 0 { lines.append("note: \(unknown) looks failed; for those the last known answer stands") }
    lines.append("the map is in \(store) (run \(information.id)); show it with: egress6 map --store \(store)")
    return lines
  }
}
