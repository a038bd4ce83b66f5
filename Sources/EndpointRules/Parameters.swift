// SPDX-License-Identifier: Apache-2.0

internal import EgressBase
package import StrictJSON

/// The values that a rule set is run with, by parameter name.
///
/// ```swift
/// let parameters: Parameters = ["Region": "eu-central-1", "UseDualStack": true]
/// ```
/// A name without a value is unset; an empty string is a value. A name that the rule set does not declare is an error,
/// unless ``undeclared`` says otherwise.
public struct Parameters: Sendable, Hashable {
  /// What happens to a value whose name the rule set does not declare.
  public enum Undeclared: Sendable, Hashable {
    /// Resolving fails with ``ResolveError/undeclaredParameter(_:nearest:)``.
    case refused
    /// The value has no effect: for a caller that gives the same values to the rule sets of many services.
    case ignored
  }

  /// The values.
  public var values: [String: RuleSet.Value]
  /// What happens to a value whose name the rule set does not declare.
  public var undeclared: Undeclared

  /// Makes parameters without values.
  public init() { self.init([:]) }

  /// Makes parameters.
  ///
  /// - Parameters:
  ///   - values: The values by parameter name.
  ///   - undeclared: What happens to a value whose name the rule set does not declare.
  public init(_ values: [String: RuleSet.Value], undeclared: Undeclared = .refused) {
    self.values = values
    self.undeclared = undeclared
  }

  /// The value of a parameter.
  public subscript(name: String) -> RuleSet.Value? {
    get { values[name] }
    set { values[name] = newValue }
  }
}

extension Parameters: ExpressibleByDictionaryLiteral {
  /// Makes parameters; of several values for a name the last one counts.
  public init(dictionaryLiteral elements: (String, RuleSet.Value)...) {
    values = Dictionary(elements) { $1 }
    undeclared = .refused
  }
}

extension Parameters {
  /// Refuses names that are not declared, when that is asked for.
  ///
  /// - Parameters:
  ///   - isDeclared: Whether the rules declare a name.
  ///   - declared: All names that they declare.
  /// - Throws: ``ResolveError/undeclaredParameter(_:nearest:)`` for the first such name in alphabetical order.
  package func check(
    _ isDeclared: (String) -> Bool, among declared: @autoclosure () -> [String]
  ) throws(ResolveError) {
    guard undeclared == .refused, let name = values.keys.filter({ !isDeclared($0) }).min() else { return }
    throw .undeclaredParameter(name, nearest: NearestNames.of(name, among: declared()))
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
