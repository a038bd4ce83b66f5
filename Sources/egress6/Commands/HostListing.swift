// SPDX-License-Identifier: Apache-2.0

import EgressBase
import ServiceCatalog
import StrictJSON
import Terminal

/// The host list as records: in full for programs, shortened for people.
struct HostListing {
  var records: RecordSet

  /// How many endpoints a person sees for one host.
  private static let fewEndpoints = 2

  init(hosts: [EndpointHost], isForPeople: Bool) {
    guard !isForPeople else {
      records = RecordSet(
        schema: "egress6/catalog-hosts/v1", fields: ["host", "source", "endpoints"],
        rows: hosts.map {
          [.string($0.host), .string($0.source.rawValue), .string(Self.summary($0.endpoints))]
        })
      return
    }
    records = RecordSet(
      schema: "egress6/catalog-hosts/v1", fields: ["host", "endpoints", "source", "representative"],
      rows: hosts.map { host in
        [
          .string(host.host), .array(host.endpoints.map(Self.object)), .string(host.source.rawValue),
          .bool(host.isRepresentative),
        ]
      })
  }

  private static func object(_ endpoint: EndpointKey) -> JSON {
    .object([
      .init("partition", .string(endpoint.partition.name)), .init("service", .string(endpoint.service.name)),
      .init("region", .string(endpoint.region.name)), .init("variant", .string(endpoint.variant.rawValue)),
    ])
  }

  private static func summary(_ endpoints: [EndpointKey]) -> String {
    let shown = endpoints.prefix(fewEndpoints).map { "\($0.service)/\($0.region)/\($0.variant.rawValue)" }
    let rest = endpoints.count - shown.count
    return shown.joined(separator: " ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
