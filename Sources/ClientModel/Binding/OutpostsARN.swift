// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog
import StrictJSON

/// ARNs of S3 on Outposts in the input of S3 Control's operations.
enum OutpostsARN {
  /// Takes the account from an ARN in the input, as the `AccountId` that the operation needs.
  ///
  /// - Parameters:
  ///   - input: The operation's input.
  ///   - operation: The operation.
  ///   - isAccelerated: Whether the client is set to accelerated names.
  /// - Returns: The input, with an `AccountId` if an ARN gives one.
  /// - Throws: ``QueryError/invalidInput(_:)`` for an ARN of something else, or of another account, and for settings or
  ///   regions that the client refuses with an ARN.
  static func split(
    _ input: JSON, of operation: Operation, isAccelerated: Bool
  ) throws(QueryError) -> JSON {
    var result = input
    for member in ["Name", "Bucket"] where !(member == "Name" && operation.name == "CreateAccessPoint") {
      guard let arn = result[member]?.string, arn.hasPrefix("arn:") else { continue }
      let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
      guard parts.count == 6, parts[2] == "s3-outposts" else {
        throw .invalidInput(
          "\(member) \"\(arn)\": not an ARN of S3 on Outposts, which alone can be given here")
      }
      guard !parts[3].hasPrefix("fips-"), !parts[3].hasSuffix("fips-") else {
        throw .invalidInput("\(member) \"\(arn)\": its region is not the name of a region")
      }
      guard !isAccelerated else {
        throw .invalidInput("\(member) \"\(arn)\": S3 Control has no accelerated endpoints")
      }
      let account = String(parts[4])
      guard case .object(var members) = result else { continue }
      if let given = result["AccountId"]?.string {
        guard given == account else {
          throw .invalidInput("AccountId \(given) is not the account of \(arn); leave it out or correct it")
        }
      } else {
        members.append(JSON.Member("AccountId", .string(account)))
        result = .object(members)
      }
    }
    return result
  }
}
