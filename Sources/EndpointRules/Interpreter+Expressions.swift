// SPDX-License-Identifier: Apache-2.0

extension Interpreter {
  /// The value of an expression; `nil` when it is unset.
  package func value(_ expression: RuleSet.Expression) throws(ResolveError) -> RuntimeValue? {
    switch expression {
    case .template(let template): return .string(try fill(template))
    case .boolean(let flag): return .boolean(flag)
    case .integer(let number): return .integer(number)
    case .reference(let name): return try value(of: name)
    case .call(let function, let arguments): return try call(function, arguments)
    case .array(let items):
      var texts: [String] = []
      for item in items { texts.append(try string(item)) }
      return .strings(texts)
    }
  }

  /// The text of a template with its references filled in.
  func fill(_ template: RuleSet.Template) throws(ResolveError) -> String {
    var result = ""
    for part in template.parts {
      switch part {
      case .literal(let text):
        try budget.spend(text.utf8.count)
        result += text
      case .reference(let name, let attribute):
        var value = try value(of: name)
        if let attribute { value = try self.attribute(attribute, of: value, name) }
        guard case .string(let text) = value else {
          let reference = attribute.map { "\(name)#\($0)" } ?? name
          throw .engine("{\(reference)} in a template: expected a string, found \(Self.text(value))")
        }
        try budget.spend(text.utf8.count)
        result += text
      }
    }
    return result
  }

  func string(_ expression: RuleSet.Expression) throws(ResolveError) -> String {
    let value = try value(expression)
    guard case .string(let text) = value else {
      throw .engine("\(Explanation.text(expression)): expected a string, found \(Self.text(value))")
    }
    return text
  }

  /// The value of a parameter or an assigned name.
  private func value(of name: String) throws(ResolveError) -> RuntimeValue? {
    guard let entry = scope.last(where: { $0.name == name }) else { throw .engine("\(name) is not defined") }
    return entry.value
  }

  /// What a path takes out of a value.
  func attribute(
    _ text: String, of value: RuntimeValue?, _ container: @autoclosure () -> String
  ) throws(ResolveError) -> RuntimeValue? {
    guard let path = AttributePath(text) else { throw .engine("\"\(text)\" is not an attribute path") }
    var value = value
    for name in path.names {
      guard let next = value?.attribute(name) else {
        throw .engine("\(container()): \(Self.text(value)) has no attribute \"\(name)\"")
      }
      value = next
    }
    guard let index = path.index else { return value }
    switch value {
    case nil: return nil
    case .strings(let list): return AttributePath.element(index, of: list).map(RuntimeValue.string)
    default: throw .engine("\(container()): an index needs a list, found \(Self.text(value))")
    }
  }

  /// The type of a value for error texts.
  static func text(_ value: RuntimeValue?) -> String { value.map { "\($0.type)" } ?? "nothing (it is unset)" }
}

/// The bytes of ``RuleSet/maximumTextBuilt`` that one run has left.
final class TextBudget {
  private var left = RuleSet.maximumTextBuilt

  /// Takes some bytes away, before they are built.
  func spend(_ bytes: Int) throws(ResolveError) {
    left -= bytes
    guard left >= 0 else {
      throw .engine(
        "the rules build more than \(RuleSet.maximumTextBuilt) bytes of text; shorten the parameters")
    }
  }
}
