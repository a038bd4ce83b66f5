// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EgressDNS
package import IPAddressing

/// What is known of a host at a date.
package struct HostRecord: Sendable, Hashable {
  /// The host.
  package var host: String
  /// The last known answer for IPv4.
  package var a: Answer
  /// The last known answer for IPv6.
  package var aaaa: Answer
  /// The CNAME targets seen last, in order.
  package var cname: [String]
  /// When the older of both answers was last confirmed: the end of the last complete run that looked up the host and
  /// got an answer; `nil` when there was none yet.
  package var observedAt: Timestamp?
  /// How far the answers are proven.
  package var evidence: Evidence
  /// The families with addresses outside the ranges that AWS publishes, as seen last.
  package var outsideRanges: [AddressFamily]
  /// The families whose addresses a newer answer takes away, which is held back until it is confirmed.
  package var held: [AddressFamily]

  /// Makes a record.
  package init(
    host: String, a: Answer, aaaa: Answer, cname: [String], observedAt: Timestamp?, evidence: Evidence,
    outsideRanges: [AddressFamily] = [], held: [AddressFamily] = []
  ) {
    self.host = host
    self.a = a
    self.aaaa = aaaa
    self.cname = cname
    self.observedAt = observedAt
    self.evidence = evidence
    self.outsideRanges = outsideRanges
    self.held = held
  }
}
