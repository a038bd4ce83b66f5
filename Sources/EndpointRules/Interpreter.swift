// SPDX-License-Identifier: Apache-2.0

extension RuleSet {
  /// How many bytes of text one run of the rules may build.
  ///
  /// Templates that feed each other would otherwise double without end.
  public static let maximumTextBuilt = 4 << 20

  /// Runs the rules.
  ///
  /// - Parameters:
  ///   - parameters: The values of the rule set's parameters.
  ///   - partitions: What `aws.partition` looks regions up in.
  /// - Returns: An endpoint, an error of the rule set, or that no rule matched.
  /// - Throws: ``ResolveError`` for an undeclared, missing or mistyped parameter, or a rule that uses an unset value.
  public func resolve(_ parameters: Parameters, partitions: Partitions) throws(ResolveError) -> Resolution {
    var interpreter = Interpreter(partitions: partitions)
    return try interpreter.run(self, parameters)
  }
}

/// Walks the tree of rules.
///
/// It is the reference that every compiled program is compared with.
package struct Interpreter {
  let partitions: Partitions
  /// The visible names with their values, innermost last.
  package var scope: [(name: String, value: RuntimeValue?)] = []
  /// How much text the run may still build.
  let budget: TextBudget
  /// What happened, when it is recorded.
  var steps: [Explanation.Step] = []
  /// The rule that gave the result.
  package private(set) var decidingRule: RulePath?
  private let isRecording: Bool
  /// The limit of what is only recorded; one of its own, so that recording does not change the result.
  private let recordingBudget = TextBudget()

  /// Makes an interpreter for one run.
  package init(partitions: Partitions) { self.init(partitions: partitions, isRecording: false) }

  init(partitions: Partitions, isRecording: Bool, budget: TextBudget = TextBudget()) {
    self.partitions = partitions
    self.isRecording = isRecording
    self.budget = budget
  }

  /// Runs a rule set.
  package mutating func run(_ rules: RuleSet, _ parameters: Parameters) throws(ResolveError) -> Resolution {
    try parameters.check(
      { name in rules.parameters.contains { $0.name == name } }, among: rules.parameters.map(\.name))
    for parameter in rules.parameters {
      let value = try Self.value(of: parameter, in: parameters)
      scope.append((parameter.name, value.map(RuntimeValue.init)))
    }
    return try run(rules.rules, at: .root) ?? .noMatch
  }

  private static func value(
    of parameter: RuleSet.Parameter, in parameters: Parameters
  ) throws(ResolveError) -> RuleSet.Value? {
    guard let value = parameters[parameter.name] else {
      if parameter.isRequired, parameter.defaultValue == nil { throw .missingParameter(parameter.name) }
      return parameter.defaultValue
    }
    guard value.kind == parameter.kind else {
      throw .engine(
        "parameter \(parameter.name): expected \(ValueType(parameter.kind)), found \(ValueType(value.kind))")
    }
    return value
  }

  /// Tries rules in order; `nil` when none matches, and the caller goes on with the rules after its own (fall through).
  private mutating func run(_ rules: [RuleSet.Rule], at place: RulePath) throws(ResolveError) -> Resolution? {
    for (index, rule) in rules.enumerated() {
      let visible = scope.count
      if let resolution = try run(rule, at: place.appending(index)) { return resolution }
      // What a rule assigns is not visible to its siblings.
      scope.removeLast(scope.count - visible)
    }
    return nil
  }

  private mutating func run(_ rule: RuleSet.Rule, at place: RulePath) throws(ResolveError) -> Resolution? {
    for (index, condition) in rule.conditions.enumerated() {
      guard try holds(condition, index, at: place) else { return nil }
    }
    switch rule.body {
    case .tree(let rules): return try run(rules, at: place)
    case .error(let message):
      recordDecision(message, at: place)
      return .ruleError(try string(message))
    case .endpoint(let template):
      recordDecision(template.url, at: place)
      return .endpoint(try endpoint(template))
    }
  }

  private mutating func holds(
    _ condition: RuleSet.Condition, _ index: Int, at place: RulePath
  ) throws(ResolveError) -> Bool {
    if isRecording { try recordArguments(condition, index, at: place) }
    let value = try call(condition.function, condition.arguments)
    let holds = value != nil && value != .boolean(false)
    if isRecording, case .condition(var condition) = steps.last?.event {
      condition.result = value?.tree
      condition.outcome = value == nil ? .unset : holds ? .holds : .fails
      steps[steps.count - 1].event = .condition(condition)
    }
    if let name = condition.assign { scope.append((name, value)) }
    return holds
  }

  private mutating func recordDecision(_ template: RuleSet.Expression, at place: RulePath) {
    decidingRule = place
    guard isRecording else { return }
    steps.append(.init(rule: place, event: .decided(template: Explanation.text(template))))
  }

  /// Notes a condition with the values of its arguments, before the call, which may throw.
  private mutating func recordArguments(
    _ condition: RuleSet.Condition, _ index: Int, at place: RulePath
  ) throws(ResolveError) {
    var event = Explanation.Condition(
      index: index, text: Explanation.text(condition), assign: condition.assign, arguments: [], result: nil,
      outcome: .unset)
    var recorder = Interpreter(partitions: partitions, isRecording: false, budget: recordingBudget)
    recorder.scope = scope
    for argument in condition.arguments {
      // An argument that cannot be evaluated may never be asked for (`ite`); if it is, the call says so.
      let value = (try? recorder.value(argument)) ?? nil
      event.arguments.append(.init(text: Explanation.text(argument), value: value?.tree))
    }
    steps.append(.init(rule: place, event: .condition(event)))
  }
}

extension Interpreter {
  private func endpoint(_ template: RuleSet.EndpointTemplate) throws(ResolveError) -> Endpoint {
    var endpoint = Endpoint(url: try string(template.url))
    for header in template.headers {
      var values: [String] = []
      for value in header.values { values.append(try string(value)) }
      endpoint.headers.append(Endpoint.Header(name: header.name, values: values))
    }
    endpoint.properties = try properties(template.properties)
    return endpoint
  }

  private func properties(_ templates: [RuleSet.Property]) throws(ResolveError) -> [Endpoint.Property] {
    var result: [Endpoint.Property] = []
    for template in templates {
      result.append(Endpoint.Property(name: template.name, value: try property(template.value)))
    }
    return result
  }

  private func property(_ template: RuleSet.PropertyTemplate) throws(ResolveError) -> Endpoint.PropertyValue {
    switch template {
    case .boolean(let flag): return .boolean(flag)
    case .integer(let number): return .integer(number)
    case .string(let template): return .string(try fill(template))
    case .object(let members): return .object(try properties(members))
    case .array(let items):
      var values: [Endpoint.PropertyValue] = []
      for item in items { values.append(try property(item)) }
      return .array(values)
    }
  }
}
