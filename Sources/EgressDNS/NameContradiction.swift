// SPDX-License-Identifier: Apache-2.0

/// NXDOMAIN for one type of record, while the answer for the other type says that the name exists.
///
/// NXDOMAIN holds for all types (RFC 8020). But some servers answer it for AAAA where they have A records only, although
/// NODATA would be right (RFC 4074, section 4.2), and so do filters that hide AAAA. A scanner sees both answers at one time; a
/// store may hold answers of different times, between which the name appeared. This one rule serves both:
///
/// | NXDOMAIN, and the other type's answer | the answer |
/// | --- | --- |
/// | says nothing of the name's existence | `absent` |
/// | has records, or is NODATA | `unknown` |
/// | the same, and a second resolver or the zone's authority said NXDOMAIN again | `no`: the server confuses the two |
package enum NameContradiction {
  /// What an answer is worth beside that for the other type.
  ///
  /// - Parameters:
  ///   - answer: The answer.
  ///   - other: The answer for the other type.
  ///   - isConfirmed: Whether a second, independent server gave the same answer.
  /// - Returns: The answer, or what it becomes when the two contradict each other.
  package static func settle(_ answer: Answer, beside other: Answer, isConfirmed: Bool = false) -> Answer {
    guard answer == .absent else { return answer }
    switch other {
    case .yes, .no, .synthesised: return isConfirmed ? .no : .unknown
    case .absent, .unknown, .private: return answer
    }
  }
}
