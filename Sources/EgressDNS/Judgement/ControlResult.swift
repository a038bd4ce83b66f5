// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// What a resolver answered to one control question.
enum ControlAnswer: Sendable, Hashable {
  /// Addresses.
  case addresses([IPAddress])
  /// The name exists without records of the type (NODATA).
  case noData
  /// The name does not exist (NXDOMAIN).
  case nameError
  /// The resolver says that a policy withholds the answer (RFC 8914, codes 15 to 18).
  case policy
  /// An error: its name, such as `SERVFAIL`.
  case failure(String)
  /// Nothing came in time.
  case silence
}

/// A name with a known answer, and what a resolver answered.
struct ControlResult: Sendable, Hashable {
  /// What is known of a name.
  enum Kind: Sendable, Hashable {
    /// It has A records, for years.
    case withIPv4
    /// It has A and AAAA records, for years.
    case withBoth
    /// It had A and AAAA records in the last scan.
    case lastKnownBoth
    /// It cannot exist.
    case impossible
    /// It reveals DNS64 (RFC 7050).
    case discovery

    /// Whether the name exists.
    var exists: Bool { self != .impossible && self != .discovery }
  }

  var kind: Kind
  var name: String
  /// The answers; `nil` for a type that was not asked for.
  var a: ControlAnswer?
  var aaaa: ControlAnswer?
}
