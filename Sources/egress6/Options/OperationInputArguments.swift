// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog
import StrictJSON

/// The operation's input from `NAME=VALUE` arguments.
enum OperationInputArguments {
  /// Reads the arguments.
  ///
  /// - Parameter arguments: Each a member's name and its value; a JSON object, a JSON array, `true`, `false` and `null`
  ///   are read as JSON, any other value as a string.
  /// - Returns: An object with one member for each argument.
  /// - Throws: ``QueryError/invalidInput(_:)`` for an argument without `=`, or a name given twice.
  static func input(_ arguments: [String]) throws(QueryError) -> JSON {
    var members: [JSON.Member] = []
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw .invalidInput("\"\(argument)\" is not a parameter; write NAME=VALUE")
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
