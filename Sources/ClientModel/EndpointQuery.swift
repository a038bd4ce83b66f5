// SPDX-License-Identifier: Apache-2.0

package import EndpointRules
package import ServiceCatalog
package import StrictJSON

/// What a client would be asked to call, and how it is set up.
package struct EndpointQuery: Sendable, Hashable {
  /// A service: botocore folder, service id or endpoint prefix.
  package var service: String
  /// The API version; the newest one when missing.
  package var apiVersion: String?
  /// The region or pseudo region; what a client does without one when missing.
  package var region: String?
  /// Whether the client is set to dual-stack names.
  package var useDualStack: Bool
  /// Whether the client is set to FIPS names.
  package var useFIPS: Bool
  /// The client's own endpoint URL.
  package var endpointURL: String?
  /// The operation to be called, as `GetObject`.
  package var operation: String?
  /// The operation's input, an object.
  package var input: JSON
  /// Built-in values by name, as `AWS::Auth::AccountId`, and client parameters by name, as `ForcePathStyle`; they stand
  /// in place of what a client without settings would use.
  package var settings: [String: RuleSet.Value]

  /// Makes a query.
  package init(
    service: String, apiVersion: String? = nil, region: String? = nil, useDualStack: Bool = false,
    useFIPS: Bool = false, endpointURL: String? = nil, operation: String? = nil, input: JSON = .object([]),
    settings: [String: RuleSet.Value] = [:]
  ) {
    self.service = service
    self.apiVersion = apiVersion
    self.region = region
    self.useDualStack = useDualStack
    self.useFIPS = useFIPS
    self.endpointURL = endpointURL
    self.operation = operation
    self.input = input
    self.settings = settings
  }

  /// Reads `NAME=VALUE` arguments as an operation's input.
  ///
  /// - Parameter arguments: each a member's name and its value; a value that is a JSON object, array, `true`, `false` or
  ///   `null` is taken as such, anything else as a string.
  /// - Returns: an object with one member for each argument.
  /// - Throws: ``QueryError/invalidInput(_:)`` for an argument without `=`, or a name given twice.
  package static func input(from arguments: [String]) throws(QueryError) -> JSON {
    var members: [JSON.Member] = []
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw .invalidInput("\"\(argument)\" is no parameter; write NAME=VALUE")
      }
      let name = String(parts[0])
      guard !members.contains(where: { $0.name == name }) else {
        throw .invalidInput("parameter \(name) is given twice; give it once")
      }
      members.append(JSON.Member(name, try value(String(parts[1]), of: name)))
    }
    return .object(members)
  }

  private static func value(_ text: String, of name: String) throws(QueryError) -> JSON {
    switch text {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    default:
      guard text.hasPrefix("{") || text.hasPrefix("[") else { return .string(text) }
      do throws(JSONError) {
        return try JSON(parsing: Array(text.utf8))
      } catch {
        throw .invalidInput("parameter \(name) begins like JSON, but: \(error)")
      }
    }
  }
}
