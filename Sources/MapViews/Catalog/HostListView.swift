// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import ServiceCatalog

/// Every host of a catalog: in full for programs, shortened for people.
package enum HostListView {
  /// How many endpoints a person sees for one host.
  private static let fewEndpoints = 2
  private static let schema = "egress6/catalog-hosts/v1"

  /// Makes the view for programs.
  package static func view(_ hosts: [EndpointHost]) -> View<EndpointHost> {
    View(
      schema: schema,
      columns: [
        Column("host", .text) { .text($0.host) },
        Column("endpoints", .list) { .list($0.endpoints.map(record)) },
        Column("source", .text) { .text($0.source.rawValue) },
        Column("representative", .text) { .boolean($0.isRepresentative) },
      ], rows: hosts)
  }

  /// Makes the view for people.
  package static func summary(_ hosts: [EndpointHost]) -> View<EndpointHost> {
    View(
      schema: schema,
      columns: [
        Column("host", .text) { .text($0.host) },
        Column("source", .text) { .text($0.source.rawValue) },
        Column("endpoints", .text) { .text(summary($0.endpoints)) },
      ], rows: hosts)
  }

  @Sendable private static func record(_ endpoint: EndpointKey) -> Value {
    .record([
      .init("partition", .text(endpoint.partition.name)), .init("service", .text(endpoint.service.name)),
      .init("region", .text(endpoint.region.name)), .init("variant", .text(endpoint.variant.rawValue)),
    ])
  }

  private static func summary(_ endpoints: [EndpointKey]) -> String {
    let shown = endpoints.prefix(fewEndpoints).map { "\($0.service)/\($0.region)/\($0.variant.rawValue)" }
    let rest = endpoints.count - shown.count
    return shown.joined(separator: " ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
