// SPDX-License-Identifier: Apache-2.0

/// The parts of an Amazon Resource Name (`aws.parseArn` of the rules language).
package struct ParsedARN: Sendable, Hashable {
  /// The partition.
  package var partition: String
  /// The service.
  package var service: String
  /// The region, which may be empty.
  package var region: String
  /// The account, which may be empty.
  package var accountID: String
  /// The resource, cut at every `:` and `/`; empty pieces stay.
  package var resourceID: [String]

  /// Parses `arn:partition:service:region:account:resource`.
  ///
  /// Fewer than six parts, or an empty partition, service or resource, give `nil`.
  package init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard parts.count == 6, parts[0] == "arn", !parts[1].isEmpty, !parts[2].isEmpty, !parts[5].isEmpty else {
      return nil
    }
    partition = parts[1]
    service = parts[2]
    region = parts[3]
    accountID = parts[4]
    resourceID = parts[5].utf8
      .split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
      .map { String(Substring($0)) }
  }
}
