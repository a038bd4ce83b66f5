// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// A rule set as a flow of conditions: where to go when one holds, and where when it fails.
///
/// A condition that fails leads to the next rule, and from the last rule of a tree to what follows that tree (fall
/// through). Every point leads to points with smaller numbers only.
struct RuleFlow {
  /// A point in the flow.
  enum Place {
    case condition(TermID, holds: Int, fails: Int)
    case result(RuleResult)
    case noMatch
  }

  /// A rule that gives a result.
  struct RuleResult {
    var rule: RulePath
    var isError: Bool
    /// The URL or the error's text.
    var text: TermID
    var headers: [(name: [UInt8], values: [TermID])] = []
    var properties: [PropertyTerm.Member] = []
  }

  private(set) var terms = TermTable()
  private(set) var places: [Place] = [.noMatch]
  private(set) var start = 0

  /// Lays out the rules of a checked rule set.
  init(_ rules: RuleSet) throws(RuleCompilerError) {
    var scope: [String: TermID] = [:]
    for (index, parameter) in rules.parameters.enumerated() {
      scope[parameter.name] = terms.intern(.parameter(index))
    }
    start = try add(rules.rules, at: .root, scope, fails: 0)
  }

  private mutating func add(
    _ rules: [RuleSet.Rule], at path: RulePath, _ scope: [String: TermID], fails: Int
  ) throws(RuleCompilerError) -> Int {
    var next = fails
    for index in rules.indices.reversed() {
      next = try add(rules[index], at: path.appending(index), scope, fails: next)
    }
    return next
  }

  private mutating func add(
    _ rule: RuleSet.Rule, at path: RulePath, _ scope: [String: TermID], fails: Int
  ) throws(RuleCompilerError) -> Int {
    var scope = scope
    var conditions: [TermID] = []
    for condition in rule.conditions {
      let term = try checked(
        terms.intern(.call(condition.function, condition.arguments), scope), path)
      conditions.append(term)
      if let name = condition.assign { scope[name] = term }
    }
    var next: Int
    switch rule.body {
    case .tree(let children): next = try add(children, at: path, scope, fails: fails)
    case .error(let message):
      let text = try checked(terms.intern(message, scope), path)
      next = add(.result(RuleResult(rule: path, isError: true, text: text)))
    case .endpoint(let template): next = add(.result(try result(template, at: path, scope)))
    }
    for condition in conditions.reversed() {
      next = add(.condition(condition, holds: next, fails: fails))
    }
    guard places.count <= RuleCompiler.maximumConditions else {
      throw RuleCompilerError(
        .tooLarge, "\(path): more than \(RuleCompiler.maximumConditions) conditions; use the interpreter")
    }
    return next
  }

  private mutating func add(_ place: Place) -> Int {
    places.append(place)
    return places.count - 1
  }

  private func checked(_ term: TermID?, _ path: RulePath) throws(RuleCompilerError) -> TermID {
    guard let term else { throw RuleCompilerError(.unchecked, "\(path): the rule set has not been checked") }
    return term
  }

  private mutating func result(
    _ template: RuleSet.EndpointTemplate, at path: RulePath, _ scope: [String: TermID]
  ) throws(RuleCompilerError) -> RuleResult {
    var result = RuleResult(
      rule: path, isError: false, text: try checked(terms.intern(template.url, scope), path))
    for header in template.headers {
      var values: [TermID] = []
      for value in header.values { values.append(try checked(terms.intern(value, scope), path)) }
      result.headers.append((Array(header.name.utf8), values))
    }
    result.properties = try members(template.properties, at: path, scope)
    return result
  }

  private mutating func members(
    _ properties: [RuleSet.Property], at path: RulePath, _ scope: [String: TermID]
  ) throws(RuleCompilerError) -> [PropertyTerm.Member] {
    var members: [PropertyTerm.Member] = []
    for property in properties {
      members.append(
        PropertyTerm.Member(
          name: Array(property.name.utf8), value: try self.property(property.value, at: path, scope)))
    }
    return members
  }

  private mutating func property(
    _ template: RuleSet.PropertyTemplate, at path: RulePath, _ scope: [String: TermID]
  ) throws(RuleCompilerError) -> PropertyTerm {
    switch template {
    case .boolean(let flag): return .boolean(flag)
    case .integer(let number): return .integer(number)
    case .string(let template): return .text(try checked(terms.intern(template, scope), path))
    case .object(let properties): return .object(try members(properties, at: path, scope))
    case .array(let items):
      var result: [PropertyTerm] = []
      for item in items { result.append(try property(item, at: path, scope)) }
      return .array(result)
    }
  }
}

/// A property whose strings are terms.
indirect enum PropertyTerm {
  struct Member {
    var name: [UInt8]
    var value: PropertyTerm
  }

  case text(TermID)
  case boolean(Bool)
  case integer(Int64)
  case array([PropertyTerm])
  case object([Member])
}
