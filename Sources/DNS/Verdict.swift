// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// What is known of one host and one address family; never two-valued.
package enum Answer: String, Sendable, Hashable, CaseIterable {
  /// Records exist at the end of the chain.
  case yes
  /// The name exists without records of the family (NODATA, RFC 2308).
  case no
  /// The name does not exist (NXDOMAIN).
  case absent
  /// The look failed; the last known value stands.
  case unknown
  /// The only AAAA records were made by DNS64 (RFC 6147): the name has no IPv6 of its own.
  case synthesised
  /// The answer is a private view, as an interface endpoint's private zone gives.
  case `private`
}

/// What one look at one host and one family found.
package struct Verdict: Sendable, Hashable {
  /// The answer.
  package var answer: Answer
  /// The addresses, sorted; empty unless records were found.
  package var addresses: [IPAddress]
  /// The smallest time to live along the chain, in seconds.
  package var timeToLive: UInt32?
  /// The resolver that gave the answer, as `127.0.0.1:5353`.
  package var resolver: String?
  /// Why the answer is `unknown`, or what else a reader should know (an extended DNS error, RFC 8914), in one line.
  package var note: String?

  /// Makes a verdict.
  package init(
    _ answer: Answer, addresses: [IPAddress] = [], timeToLive: UInt32? = nil, resolver: String? = nil,
    note: String? = nil
  ) {
    self.answer = answer
    self.addresses = addresses
    self.timeToLive = timeToLive
    self.resolver = resolver
    self.note = note
  }
}

/// What one look at one host found, for both families.
package struct HostAnswer: Sendable, Hashable {
  /// The host in lower case, without a final dot.
  package var host: String
  /// The verdict for IPv4.
  package var a: Verdict
  /// The verdict for IPv6.
  package var aaaa: Verdict
  /// The CNAME targets from the host on, each in lower case without a final dot.
  package var cname: [String]

  /// Makes an answer.
  package init(host: String, a: Verdict, aaaa: Verdict, cname: [String] = []) {
    self.host = host
    self.a = a
    self.aaaa = aaaa
    self.cname = cname
  }
}
