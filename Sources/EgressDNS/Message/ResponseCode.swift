// SPDX-License-Identifier: Apache-2.0

/// The result of a question (RFC 1035, section 4.1.1, and RFC 6891, section 6.1.3).
package struct ResponseCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The twelve bits; the upper eight are in the OPT record.
  package var rawValue: UInt16

  /// Makes a code from its number.
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// No error.
  package static let noError = ResponseCode(rawValue: 0)
  /// The server could not interpret the query.
  package static let formatError = ResponseCode(rawValue: 1)
  /// The server failed.
  package static let serverFailure = ResponseCode(rawValue: 2)
  /// The name does not exist.
  package static let nameError = ResponseCode(rawValue: 3)
  /// The server does not support this kind of query.
  package static let notImplemented = ResponseCode(rawValue: 4)
  /// The server refuses to answer.
  package static let refused = ResponseCode(rawValue: 5)
  /// The server does not support the EDNS version.
  package static let badVersion = ResponseCode(rawValue: 16)
  /// The server requires a correct cookie (RFC 7873).
  package static let badCookie = ResponseCode(rawValue: 23)

  /// The mnemonic, or a form such as `RCODE11`.
  package var description: String {
    switch self {
    case .noError: "NOERROR"
    case .formatError: "FORMERR"
    case .serverFailure: "SERVFAIL"
    case .nameError: "NXDOMAIN"
    case .notImplemented: "NOTIMP"
    case .refused: "REFUSED"
    case .badVersion: "BADVERS"
    case .badCookie: "BADCOOKIE"
    default: "RCODE\(rawValue)"
    }
  }
}
