// SPDX-License-Identifier: Apache-2.0

/// How a rule set came to its result: every condition that was tried, and the rule that decided.
public struct Explanation: Sendable, Hashable {
  /// A parameter and its value after defaults; `nil` when it is unset.
  public struct Parameter: Sendable, Hashable {
    /// The parameter's name.
    public var name: String
    /// Its value.
    public var value: Endpoint.PropertyValue?
    /// Whether the value is the declared default.
    public var isDefault: Bool

    /// Makes a parameter.
    package init(name: String, value: Endpoint.PropertyValue?, isDefault: Bool) {
      self.name = name
      self.value = value
      self.isDefault = isDefault
    }
  }

  /// An argument of a condition.
  public struct Argument: Sendable, Hashable {
    /// The argument as written, in the short form of ``Condition/text``.
    public var text: String
    /// Its value; `nil` when it is unset.
    public var value: Endpoint.PropertyValue?

    /// Makes an argument.
    package init(text: String, value: Endpoint.PropertyValue?) {
      self.text = text
      self.value = value
    }
  }

  /// What became of a condition.
  public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The result is a value other than `false`.
    case holds
    /// The result is `false`.
    case fails
    /// There is no result; the condition fails.
    case unset
  }

  /// A condition that was tried.
  public struct Condition: Sendable, Hashable {
    /// The condition's index in its rule, or in a compiled program.
    public var index: Int
    /// The condition in short form, such as `isSet(Region)`.
    public var text: String
    /// The name that the result is assigned to.
    public var assign: String?
    /// The arguments with their values.
    public var arguments: [Argument]
    /// The result; `nil` when it is unset.
    public var result: Endpoint.PropertyValue?
    /// What became of it.
    public var outcome: Outcome

    /// Makes a condition.
    package init(
      index: Int, text: String, assign: String?, arguments: [Argument], result: Endpoint.PropertyValue?,
      outcome: Outcome
    ) {
      self.index = index
      self.text = text
      self.assign = assign
      self.arguments = arguments
      self.result = result
      self.outcome = outcome
    }
  }

  /// Something that happened while rules ran.
  public struct Step: Sendable, Hashable {
    /// What happened.
    public enum Event: Sendable, Hashable {
      /// A condition was tried.
      case condition(Condition)
      /// All conditions held, and the rule gives the result; the value is its URL or message before it is filled in.
      case decided(template: String)
    }

    /// The rule; `nil` for a condition of a compiled program, which asks for all rules at once.
    public var rule: RulePath?
    /// What happened.
    public var event: Event

    /// Makes a step.
    package init(rule: RulePath?, event: Event) {
      self.rule = rule
      self.event = event
    }
  }

  /// The parameters that the rule set declares.
  public var parameters: [Parameter]
  /// What happened, in order.
  public var steps: [Step]
  /// The result.
  public var result: Result<Resolution, ResolveError>

  /// Makes an explanation.
  package init(parameters: [Parameter], steps: [Step], result: Result<Resolution, ResolveError>) {
    self.parameters = parameters
    self.steps = steps
    self.result = result
  }

  /// The rule that gave the result; `nil` when none did.
  public var decidingRule: RulePath? {
    steps.last { if case .decided = $0.event { true } else { false } }?.rule
  }
}

/// The path to a rule in a rule set: an index per level.
public struct RulePath: Sendable, Hashable {
  /// The indices, top level first.
  public var indices: [Int]

  /// Makes a path.
  package init(indices: [Int]) { self.indices = indices }

  /// The path of the whole rule set.
  package static let root = RulePath(indices: [])

  /// The path of a child rule.
  package func appending(_ index: Int) -> RulePath { RulePath(indices: indices + [index]) }
}

extension RulePath: CustomStringConvertible {
  /// The JSON path, such as `$.rules[0].rules[2]`.
  public var description: String { indices.reduce("$") { "\($0).rules[\($1)]" } }
}

extension RuleSet {
  /// Runs the rules and tells how they came to their result.
  ///
  /// - Parameters:
  ///   - parameters: The values of the rule set's parameters.
  ///   - partitions: What `aws.partition` looks regions up in.
  /// - Returns: Every step, and the same result as ``resolve(_:partitions:)``, also when that is an error.
  public func explain(_ parameters: Parameters, partitions: Partitions) -> Explanation {
    var interpreter = Interpreter(partitions: partitions, isRecording: true)
    let result: Result<Resolution, ResolveError>
    do {
      result = .success(try interpreter.run(self, parameters))
    } catch {
      result = .failure(error)
    }
    return Explanation(
      parameters: self.parameters.map { parameter in
        let given = parameters[parameter.name]
        return Explanation.Parameter(
          name: parameter.name, value: (given ?? parameter.defaultValue).map { RuntimeValue($0).tree },
          isDefault: given == nil && parameter.defaultValue != nil)
      }, steps: interpreter.steps, result: result)
  }

  /// The rule at a path; `nil` when the path leads nowhere.
  public func rule(at path: RulePath) -> Rule? {
    var rules = rules
    var found: Rule?
    for index in path.indices {
      guard rules.indices.contains(index) else { return nil }
      found = rules[index]
      if case .tree(let children) = rules[index].body { rules = children } else { rules = [] }
    }
    return found
  }
}

extension Explanation {
  /// A condition in short form.
  static func text(_ condition: RuleSet.Condition) -> String {
    text(.call(condition.function, condition.arguments))
  }

  /// An expression in short form: references bare, strings in quotes, calls with parentheses.
  static func text(_ expression: RuleSet.Expression) -> String {
    switch expression {
    case .template(let template): "\"\(template)\""
    case .boolean(let flag): flag ? "true" : "false"
    case .integer(let number): "\(number)"
    case .array(let items): "[\(items.map(text).joined(separator: ", "))]"
    case .reference(let name): name
    case .call(let function, let arguments):
      "\(function.rawValue)(\(arguments.map(text).joined(separator: ", ")))"
    }
  }
}
