// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import ServiceCatalog

/// One change of a service's support in a region, or the date since when a public source knows a name.
package struct ChangeRecord: Sendable, Hashable {
  /// The end of the run that saw it; of a public source, the first day that its date can mean.
  package var date: Timestamp
  /// The service in its region.
  package var place: ServiceRegion
  /// The endpoint group; empty for changes that are older than groups.
  package var group: String
  /// Whether it is the main group.
  package var isMain: Bool
  /// The support before.
  package var from: Support
  /// The support after.
  package var to: Support
  /// Whether the support after may be more than that.
  package var isAtLeast: Bool
  /// Why it changed; `nil` where an older program did not record it.
  package var cause: ChangeCause?
  /// The name whose answer made the change.
  package var host: String
  /// How far the new support is proven.
  package var evidence: Evidence
  /// The public source and its date; `nil` for a change that two scans measured.
  package var published: FirstSeen?

  /// Makes a record.
  package init(
    date: Timestamp, place: ServiceRegion, group: String = "", isMain: Bool = true, from: Support,
    to: Support, isAtLeast: Bool = false, cause: ChangeCause? = nil, host: String, evidence: Evidence,
    published: FirstSeen? = nil
  ) {
    self.date = date
    self.place = place
    self.group = group
    self.isMain = isMain
    self.from = from
    self.to = to
    self.isAtLeast = isAtLeast
    self.cause = cause
    self.host = host
    self.evidence = evidence
    self.published = published
  }
}
