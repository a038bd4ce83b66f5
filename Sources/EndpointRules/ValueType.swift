// SPDX-License-Identifier: Apache-2.0

/// The type of an expression.
enum ValueType: Sendable, Hashable {
  case string, boolean, integer, stringArray
  case partition, url, arn

  init(_ kind: RuleSet.Parameter.Kind) {
    switch kind {
    case .string: self = .string
    case .boolean: self = .boolean
    case .stringArray: self = .stringArray
    }
  }

  /// The attributes of a record type.
  var attributes: [(name: String, type: ValueType)] {
    switch self {
    case .partition:
      [
        ("name", .string), ("dnsSuffix", .string), ("dualStackDnsSuffix", .string),
        ("supportsFIPS", .boolean),
        ("supportsDualStack", .boolean), ("implicitGlobalRegion", .string),
      ]
    case .url:
      [
        ("scheme", .string), ("authority", .string), ("path", .string), ("normalizedPath", .string),
        ("isIp", .boolean),
      ]
    case .arn:
      [
        ("partition", .string), ("service", .string), ("region", .string), ("accountId", .string),
        ("resourceId", .stringArray),
      ]
    default: []
    }
  }
}

extension ValueType: CustomStringConvertible {
  /// The type with its article.
  var description: String {
    switch self {
    case .string: "a string"
    case .boolean: "a boolean"
    case .integer: "a whole number"
    case .stringArray: "a list of strings"
    case .partition: "a partition"
    case .url: "a parsed URL"
    case .arn: "a parsed ARN"
    }
  }
}
