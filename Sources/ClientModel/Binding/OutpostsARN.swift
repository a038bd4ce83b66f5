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
  /// - Returns: The input, with an `AccountId` if an ARN gives one.
  /// - Throws: ``QueryError/invalidInput(_:)`` for an ARN of something else, or of another account.
  static func split(_ input: JSON, of operation: Operation) throws(QueryError) -> JSON {
    var result = input
    for member in ["Name", "Bucket"] where !(member == "Name" && operation.name == "CreateAccessPoint") {
      guard let arn = result[member]?.string, arn.hasPrefix("arn:") else { continue }
      let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
      guard parts.count == 6, parts[2] == "s3-outposts" else {
        throw .invalidInput(
          "\(member) \"\(arn)\": not an ARN of S3 on Outposts, which alone can be given here")
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
