// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// Turns the flow of a rule set into a graph of tests in which no path has the same test twice.
///
/// A state of the walk is a point of the flow with the facts that can still matter there. Paths that arrive at the same
/// state share everything that follows, which keeps the graph of a rule set with tens of thousands of paths small.
struct GraphBuilder {
  private struct State: Hashable {
    var place: Int
    var facts: Facts
  }

  private let flow: RuleFlow
  private var evaluator: SymbolicEvaluator
  /// For each point of the flow, the tests that can follow.
  private var relevant: [Facts] = []
  /// Whether what one condition has shown is used at the next.
  private let isSpecialised: Bool
  private let stateLimit: Int

  private var known: [State: DecisionGraph.Target] = [:]
  private var nodeNumbers: [DecisionGraph.Node: Int] = [:]
  private var nodes: [DecisionGraph.Node] = []
  private var leafNumbers: [DecisionGraph.Leaf: Int] = [:]
  private var leaves: [DecisionGraph.Leaf] = []

  /// How many states a walk over one condition may have; expressions that choose between expressions multiply them.
  static let localStateLimit = 4096

  /// Turns a rule set into a graph.
  ///
  /// - Parameters:
  ///   - rules: A checked rule set.
  ///   - stateLimit: How many states the walk may have before it is given up for the plain chain of conditions.
  /// - Returns: The graph.
  /// - Throws: ``RuleCompilerError`` for a rule set that is too large.
  static func graph(
    of rules: RuleSet, stateLimit: Int = RuleCompiler.maximumStates
  ) throws(RuleCompilerError) -> DecisionGraph {
    let flow = try RuleFlow(rules)
    for isSpecialised in [true, false] {
      var builder = GraphBuilder(rules, flow, isSpecialised: isSpecialised, stateLimit: stateLimit)
      do {
        try builder.findRelevantTests()
        if let entry = try builder.walk() { return builder.graph(from: entry, rules.parameters) }
      } catch .refused(let error) {
        throw error
      } catch {
        throw RuleCompilerError(.unchecked, "an expression has no outcome; check the rule set first")
      }
    }
    throw RuleCompilerError(.tooLarge, "the conditions have too many outcomes; use the interpreter")
  }

  private init(_ rules: RuleSet, _ flow: RuleFlow, isSpecialised: Bool, stateLimit: Int) {
    self.flow = flow
    self.isSpecialised = isSpecialised
    self.stateLimit = isSpecialised ? stateLimit : .max
    evaluator = SymbolicEvaluator(parameters: rules.parameters, terms: flow.terms)
  }

  // MARK: What matters where

  private mutating func findRelevantTests() throws(Interruption) {
    var seen: [Int: Facts] = [:]
    for place in flow.places {
      var tests = Facts()
      switch place {
      case .noMatch: break
      case .condition(let term, let holds, let fails):
        if let before = seen[term] {
          tests = before
        } else {
          tests = try testsOfCondition(term)
          seen[term] = tests
        }
        if isSpecialised {
          tests.formUnion(relevant[holds])
          tests.formUnion(relevant[fails])
        }
      case .result: tests = try testsOfResult(relevant.count)
      }
      relevant.append(tests)
    }
    evaluator.symbols.findImplications()
  }

  /// Tries a condition with all answers to whatever it asks.
  private mutating func testsOfCondition(_ term: TermID) throws(Interruption) -> Facts {
    var tests = Facts()
    var open = [Facts()]
    var count = 0
    while let facts = open.popLast() {
      try countLocalState(&count)
      evaluator.facts = facts
      do {
        _ = try evaluator.holds(term)
      } catch .needs(let test) {
        branch(test, facts, &tests, &open)
      } catch .failure {
        continue
      }
    }
    return tests
  }

  private mutating func testsOfResult(_ place: Int) throws(Interruption) -> Facts {
    guard case .result(let result) = flow.places[place] else { return Facts() }
    var tests = Facts()
    var open = [Facts()]
    var count = 0
    while let facts = open.popLast() {
      try countLocalState(&count)
      evaluator.facts = facts
      do {
        _ = try leaf(of: result)
      } catch .needs(let test) {
        branch(test, facts, &tests, &open)
      } catch .failure {
        continue
      }
    }
    return tests
  }

  private func countLocalState(_ count: inout Int) throws(Interruption) {
    count += 1
    guard count <= Self.localStateLimit else {
      throw .refused(
        RuleCompilerError(
          .tooLarge, "a condition has more than \(Self.localStateLimit) outcomes; use the interpreter"))
    }
  }

  private func branch(_ test: Int, _ facts: Facts, _ tests: inout Facts, _ open: inout [Facts]) {
    tests.insert(test)
    for holds in [true, false] {
      var next = facts
      next.learn(test, holds)
      open.append(next)
    }
  }

  // MARK: The walk

  /// Where the graph starts; `nil` when there are too many states.
  private mutating func walk() throws(Interruption) -> DecisionGraph.Target? {
    if !isSpecialised {
      // Later points have smaller numbers, so each finds its successors finished, and the walk needs no recursion.
      for place in flow.places.indices { _ = try target(place, Facts()) }
    }
    return try target(flow.start, Facts())
  }

  private mutating func target(
    _ start: Int, _ startFacts: Facts
  ) throws(Interruption) -> DecisionGraph.Target? {
    var place = start
    var facts = startFacts
    while true {
      facts = facts.only(relevant[place])
      let state = State(place: place, facts: facts)
      if let target = known[state] { return target }
      evaluator.facts = facts
      do {
        switch flow.places[place] {
        case .noMatch: return leaf(.noMatch)
        case .result(let result):
          let target = leaf(try leaf(of: result))
          known[state] = target
          return target
        case .condition(let term, let holds, let fails):
          place = try evaluator.holds(term) ? holds : fails
          if !isSpecialised { facts = Facts() }
        }
      } catch .failure {
        return leaf(.failure)
      } catch .needs(let test) {
        guard known.count < stateLimit,
          let holds = try target(place, evaluator.symbols.facts(facts, and: test, true)),
          let fails = try target(place, evaluator.symbols.facts(facts, and: test, false))
        else { return nil }
        let target = node(test, holds, fails)
        known[state] = target
        return target
      }
    }
  }

  private mutating func node(
    _ test: Int, _ holds: DecisionGraph.Target, _ fails: DecisionGraph.Target
  ) -> DecisionGraph.Target {
    if holds == fails { return holds }
    let node = DecisionGraph.Node(test: evaluator.symbols.tests[test], holds: holds, fails: fails)
    // A comparison of a substring fails for texts that are too short, so their length need not be asked before.
    if case .isLong(let value, let count) = node.test, case .node(let next) = holds,
      case .equals(let part, _) = nodes[next].test, nodes[next].fails == fails,
      case .substring(value, _, count, _) = evaluator.symbols.values[part]
    {
      return holds
    }
    if let number = nodeNumbers[node] { return .node(number) }
    nodes.append(node)
    nodeNumbers[node] = nodes.count - 1
    return .node(nodes.count - 1)
  }

  private mutating func leaf(_ leaf: DecisionGraph.Leaf) -> DecisionGraph.Target {
    if let number = leafNumbers[leaf] { return .leaf(number) }
    leaves.append(leaf)
    leafNumbers[leaf] = leaves.count - 1
    return .leaf(leaves.count - 1)
  }

  // MARK: Results

  private mutating func leaf(of result: RuleFlow.RuleResult) throws(Interruption) -> DecisionGraph.Leaf {
    let text = try evaluator.text(ofResult: result.text)
    if result.isError { return .error(rule: result.rule, text) }
    var endpoint = DecisionGraph.EndpointLeaf(rule: result.rule, url: text)
    for (name, values) in result.headers {
      var header = DecisionGraph.Header(name: name, values: [])
      for value in values { header.values.append(try evaluator.text(ofResult: value)) }
      endpoint.headers.append(header)
    }
    endpoint.properties = try members(result.properties)
    return .endpoint(endpoint)
  }

  private mutating func members(
    _ terms: [PropertyTerm.Member]
  ) throws(Interruption) -> [DecisionGraph.Property.Member] {
    var members: [DecisionGraph.Property.Member] = []
    for term in terms {
      members.append(DecisionGraph.Property.Member(name: term.name, value: try property(term.value)))
    }
    return members
  }

  private mutating func property(_ term: PropertyTerm) throws(Interruption) -> DecisionGraph.Property {
    switch term {
    case .boolean(let flag): return .boolean(flag)
    case .integer(let number): return .integer(number)
    case .text(let text): return .text(try evaluator.text(ofResult: text))
    case .object(let members): return .object(try self.members(members))
    case .array(let items):
      var result: [DecisionGraph.Property] = []
      for item in items { result.append(try property(item)) }
      return .array(result)
    }
  }

  // MARK: The graph

  private func graph(
    from entry: DecisionGraph.Target, _ parameters: [RuleSet.Parameter]
  ) -> DecisionGraph {
    // Nodes were made after the nodes that they lead to; reversed, every edge leads forward.
    DecisionGraph(
      parameters: parameters, values: evaluator.symbols.values, registers: evaluator.symbols.registers,
      nodes: nodes, leaves: leaves, entry: entry
    ).reversedAndPruned()
  }
}
