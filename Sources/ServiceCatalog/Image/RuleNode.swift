// SPDX-License-Identifier: Apache-2.0

/// The kinds of nodes that rule trees are stored as; the raw value is the first byte of a node's record.
///
/// Equal parts of trees, also of different services, are stored once; a node names others by their index, which is
/// always smaller than its own, so no cycle can be written down.
enum RuleNode: UInt8 {
  /// Parts of a template: 0 text, 1 name, 2 name and path.
  case template = 1
  /// `false`.
  case no = 2
  /// `true`.
  case yes = 3
  /// A whole number.
  case integer = 4
  /// Expressions.
  case array = 5
  /// A name.
  case reference = 6
  /// A function's name and its arguments.
  case call = 7
  /// Property values.
  case propertyList = 8
  /// Names and property values.
  case propertyMap = 9
  /// A function's name, what it assigns, and its arguments.
  case condition = 10
  /// A URL, headers and properties.
  case endpoint = 11
  /// A message.
  case error = 12
  /// Rules.
  case tree = 13
  /// Conditions and a body.
  case rule = 14
  /// Version, parameters and rules: a whole set.
  case ruleSet = 15

  /// How deep a tree may be; the deepest of botocore 1.44.5 is 40.
  static let maximumDepth = 128
  /// How many nodes a rule set may unfold to; the largest of botocore 1.44.5 is S3's with some 20,000.
  static let maximumUnfolded = 500_000

  /// Whether a node may be an expression.
  var isExpression: Bool { rawValue <= RuleNode.call.rawValue }
  /// Whether a node may be a property's value.
  var isProperty: Bool {
    switch self {
    case .template, .no, .yes, .integer, .propertyList, .propertyMap: true
    default: false
    }
  }
  /// Whether a node may be a rule's body.
  var isBody: Bool { self == .endpoint || self == .error || self == .tree }
}
