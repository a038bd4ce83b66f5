// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// An expression in which every assigned name is replaced by its expression.
///
/// Functions of the rules language have no effects, so a name is nothing but a short form (static single assignment), and
/// equal expressions may share one number wherever they stand.
enum Term: Hashable {
  case parameter(Int)
  case literal([UInt8])
  case flag(Bool)
  case integer(Int64)
  case list([TermID])
  /// Parts that stand one after the other; each is a string.
  case template([TermID])
  case attribute(TermID, AttributePath)
  case call(RuleSet.Function, [TermID])
}

/// The number of a term in its table.
typealias TermID = Int

/// The distinct terms of a rule set.
struct TermTable {
  private(set) var terms: [Term] = []
  private var numbers: [Term: TermID] = [:]

  subscript(id: TermID) -> Term { terms[id] }

  mutating func intern(_ term: Term) -> TermID {
    if let id = numbers[term] { return id }
    terms.append(term)
    numbers[term] = terms.count - 1
    return terms.count - 1
  }

  /// The term of an expression; `nil` when it names something that is not in scope.
  mutating func intern(_ expression: RuleSet.Expression, _ scope: [String: TermID]) -> TermID? {
    switch expression {
    case .boolean(let flag): return intern(.flag(flag))
    case .integer(let number): return intern(.integer(number))
    case .reference(let name): return scope[name]
    case .template(let template): return intern(template, scope)
    case .array(let items): return intern(items, scope).map { intern(.list($0)) }
    case .call(.getAttr, let arguments):
      guard arguments.count == 2, case .template(let text) = arguments[1], let text = text.literal,
        let path = AttributePath(text), let container = intern(arguments[0], scope)
      else { return nil }
      return intern(.attribute(container, path))
    case .call(let function, let arguments):
      return intern(arguments, scope).map { intern(.call(function, $0)) }
    }
  }

  mutating func intern(_ template: RuleSet.Template, _ scope: [String: TermID]) -> TermID? {
    var parts: [TermID] = []
    for part in template.parts {
      switch part {
      case .literal(let text): parts.append(intern(.literal(Array(text.utf8))))
      case .reference(let name, let attribute):
        guard var part = scope[name] else { return nil }
        if let attribute {
          guard let path = AttributePath(attribute) else { return nil }
          part = intern(.attribute(part, path))
        }
        parts.append(part)
      }
    }
    if parts.isEmpty { return intern(.literal([])) }
    if parts.count == 1, case .literal = terms[parts[0]] { return parts[0] }
    // One reference alone still differs from the bare name: filling in an unset value is an error.
    return intern(.template(parts))
  }

  private mutating func intern(_ items: [RuleSet.Expression], _ scope: [String: TermID]) -> [TermID]? {
    var result: [TermID] = []
    for item in items {
      guard let id = intern(item, scope) else { return nil }
      result.append(id)
    }
    return result
  }
}
