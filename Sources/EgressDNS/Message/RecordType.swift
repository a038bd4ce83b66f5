// SPDX-License-Identifier: Apache-2.0

/// The type of a record or of a question (RFC 1035, section 3.2.2).
package struct RecordType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The number on the wire.
  package var rawValue: UInt16

  /// Makes a type from its number.
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// IPv4 address.
  package static let a = RecordType(rawValue: 1)
  /// Name server.
  package static let ns = RecordType(rawValue: 2)
  /// Canonical name.
  package static let cname = RecordType(rawValue: 5)
  /// Start of authority.
  package static let soa = RecordType(rawValue: 6)
  /// Text.
  package static let txt = RecordType(rawValue: 16)
  /// IPv6 address (RFC 3596).
  package static let aaaa = RecordType(rawValue: 28)
  /// The pseudo-record of EDNS (RFC 6891).
  package static let opt = RecordType(rawValue: 41)

  /// The mnemonic, or a form such as `TYPE65` (RFC 3597).
  package var description: String {
    switch self {
    case .a: "A"
    case .ns: "NS"
    case .cname: "CNAME"
    case .soa: "SOA"
    case .txt: "TXT"
    case .aaaa: "AAAA"
    case .opt: "OPT"
    default: "TYPE\(rawValue)"
    }
  }
}

/// The class of a record (RFC 1035, section 3.2.4).
package enum RecordClass {
  /// The Internet.
  package static let internet: UInt16 = 1
}
