// SPDX-License-Identifier: Apache-2.0

package import StrictJSON

/// The values that a rule set is run with, by parameter name.
///
/// ```swift
/// let parameters: Parameters = ["Region": "eu-central-1", "UseDualStack": true]
/// ```
/// A name without a value is unset; an empty string is a value. Names that the rule set does not declare are ignored.
public struct Parameters: Sendable, Hashable {
  /// The values.
  public var values: [String: RuleSet.Value]

  /// Makes parameters.
  public init(_ values: [String: RuleSet.Value] = [:]) { self.values = values }

  /// The value of a parameter.
  public subscript(name: String) -> RuleSet.Value? {
    get { values[name] }
    set { values[name] = newValue }
  }
}

extension Parameters: ExpressibleByDictionaryLiteral {
  /// Makes parameters; the last value of a name stands.
  public init(dictionaryLiteral elements: (String, RuleSet.Value)...) {
    values = Dictionary(elements) { $1 }
  }
}

extension Parameters {
  /// Reads a JSON object of strings, booleans and lists of strings; `null` means unset.
  ///
  /// - Throws: ``ResolveError/engine(_:)`` for a value of another kind.
  package init(document: JSON) throws(ResolveError) {
    guard let members = document.object else {
      throw .engine("parameters must be an object, found \(document.kindText)")
    }
    self.init()
    for member in members {
      switch member.value {
      case .null: continue
      case .string(let text): values[member.name] = .string(text)
      case .bool(let flag): values[member.name] = .boolean(flag)
      case .array(let elements):
        var texts: [String] = []
        for element in elements {
          guard let text = element.string else {
            throw .engine("parameter \(member.name): a list must hold strings, found \(element.kindText)")
          }
          texts.append(text)
        }
        values[member.name] = .stringArray(texts)
      case .integer, .number, .object:
        throw .engine(
          "parameter \(member.name): expected a string, boolean or list of strings, found \(member.value.kindText)"
        )
      }
    }
  }
}

extension RuleSet.Value {
  /// The type of parameter that takes the value.
  public var kind: RuleSet.Parameter.Kind {
    switch self {
    case .string: .string
    case .boolean: .boolean
    case .stringArray: .stringArray
    }
  }
}

extension RuleSet.Value: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral {
  /// Makes a string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Makes a boolean.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  /// Makes a list of strings.
  public init(arrayLiteral elements: String...) { self = .stringArray(elements) }
}
