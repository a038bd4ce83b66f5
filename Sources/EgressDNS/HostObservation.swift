// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// Whether a host has addresses of one family, as far as is known.
package enum Answer: String, Sendable, Hashable, CaseIterable {
  /// Records exist at the end of the chain.
  case yes
  /// The name exists without records of the family (NODATA, RFC 2308).
  case no
  /// The name does not exist (NXDOMAIN).
  case absent
  /// The lookup failed, or its addresses prove nothing; the last known answer remains valid.
  case unknown
  /// All AAAA records were made by DNS64 (RFC 6147): the name has no IPv6 addresses of its own.
  case synthesised
  /// The answer is a private view, such as that of an interface endpoint's private zone.
  case `private`
}

/// What a scan found for one host and one address family.
package struct FamilyObservation: Sendable, Hashable {
  /// The answer.
  package var answer: Answer
  /// The addresses, sorted; empty unless records were found, and of an `unknown` answer those that prove nothing.
  package var addresses: [IPAddress]
  /// Whether some of the addresses are outside the ranges that the owner of the name publishes.
  package var isOutsideRanges: Bool
  /// Whether a second resolver or the zone's authority gave the same answer; nobody is asked but where it is needed.
  package var isConfirmed: Bool
  /// The smallest time to live along the chain, in seconds.
  package var timeToLive: UInt32?
  /// The resolver that gave the answer, such as `127.0.0.1:5353`.
  package var resolver: String?
  /// One line that says why the answer is `unknown`, or adds a fact such as an extended DNS error (RFC 8914).
  package var note: String?

  /// Makes an observation.
  package init(
    _ answer: Answer, addresses: [IPAddress] = [], isOutsideRanges: Bool = false, isConfirmed: Bool = false,
    timeToLive: UInt32? = nil, resolver: String? = nil, note: String? = nil
  ) {
    self.answer = answer
    self.addresses = addresses
    self.isOutsideRanges = isOutsideRanges
    self.isConfirmed = isConfirmed
    self.timeToLive = timeToLive
    self.resolver = resolver
    self.note = note
  }
}

/// What a scan found for one host.
package struct HostObservation: Sendable, Hashable {
  /// The host in lower case, without a final dot.
  package var host: String
  /// The observation for IPv4.
  package var a: FamilyObservation
  /// The observation for IPv6.
  package var aaaa: FamilyObservation
  /// The CNAME targets in order, each in lower case without a final dot.
  package var cname: [String]

  /// Makes an observation.
  package init(host: String, a: FamilyObservation, aaaa: FamilyObservation, cname: [String] = []) {
    self.host = host
    self.a = a
    self.aaaa = aaaa
    self.cname = cname
  }

  /// Makes an observation that is the same for both families.
  init(host: String, both: FamilyObservation) { self.init(host: host, a: both, aaaa: both) }
}
