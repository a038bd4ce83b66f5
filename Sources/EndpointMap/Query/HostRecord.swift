// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EgressDNS

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

  /// Makes a record.
  package init(
    host: String, a: Answer, aaaa: Answer, cname: [String], observedAt: Timestamp?, evidence: Evidence
  ) {
    self.host = host
    self.a = a
    self.aaaa = aaaa
    self.cname = cname
    self.observedAt = observedAt
    self.evidence = evidence
  }
}
