// SPDX-License-Identifier: Apache-2.0

/// The type of an expression.
package enum ValueType: Sendable, Hashable {
  /// A string.
  case string
  /// A boolean.
  case boolean
  /// A whole number.
  case integer
  /// A list of strings.
  case stringArray
  /// The result of `aws.partition`.
  case partition
  /// The result of `parseURL`.
  case url
  /// The result of `aws.parseArn`.
  case arn

  /// The type of a parameter's values.
  package init(_ kind: RuleSet.Parameter.Kind) {
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
  package var description: String {
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
