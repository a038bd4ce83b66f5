// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// One change of a service's support in a region.
package struct ChangeRecord: Sendable, Hashable {
  /// The end of the run that saw it.
  package var date: Timestamp
  /// The service in its region.
  package var place: ServiceRegion
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
    date: Timestamp, place: ServiceRegion, from: Support, to: Support,
    host: String, evidence: Evidence
  ) {
    self.date = date
    self.place = place
    self.from = from
    self.to = to
    self.host = host
    self.evidence = evidence
  }
}
