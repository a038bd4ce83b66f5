// SPDX-License-Identifier: Apache-2.0

package import JSON

/// One change of a service's support in a region.
package struct ChangeRecord: MapRecord {
  /// The end of the run that saw it.
  package var date: Timestamp
  /// The partition, as `aws`.
  package var partition: String
  /// The service's botocore folder, as `logs`.
  package var service: String
  /// The region or pseudo region.
  package var region: String
  /// The support before.
  package var from: Support
  /// The support after.
  package var to: Support
  /// The name whose answer made the change.
  package var host: String
  /// How far the new support is proven.
  package var evidence: Evidence

  /// Makes a record.
  package init(
    date: Timestamp, partition: String, service: String, region: String, from: Support, to: Support,
    host: String, evidence: Evidence
  ) {
    self.date = date
    self.partition = partition
    self.service = service
    self.region = region
    self.from = from
    self.to = to
    self.host = host
    self.evidence = evidence
  }

  /// The schema of the row.
  package static let schema = "egress6/changes/v1"
  /// The fields of the row, in order.
  package static let fields = [
    "date", "partition", "service", "region", "from", "to", "host", "evidence",
  ]

  /// The values of the fields.
  package var values: [JSON] {
    [
      .string(date.description), .string(partition), .string(service), .string(region),
      .string(from.rawValue), .string(to.rawValue), .string(host), .string(evidence.rawValue),
    ]
  }
}
