// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// Cuts what some parameters have decided out of a graph.
struct PartialEvaluator {
  private let graph: DecisionGraph
  /// Where the nodes are in the program.
  private let places: [Int]
  private let dependencies: Dependencies
  /// The parameters that are not bound.
  private let unbound: UInt64
  /// The texts that are known; an unset one is `nil` inside.
  private var known: [ValueID: [UInt8]?] = [:]

  /// The graph of a program in which all parameters but some have the values of arguments.
  static func residualGraph(
    of program: EndpointProgram, _ arguments: EndpointArguments, unbound: UInt64
  ) throws(ResolveError) -> DecisionGraph {
    let (graph, places) = DecisionGraph.decoded(program)
    return try program.withMachine(arguments, present: arguments.present, flags: arguments.flags) { machine in
      var evaluator = PartialEvaluator(graph, places, unbound: unbound)
      return evaluator.residualGraph(&machine)
    }
  }

  private init(_ graph: DecisionGraph, _ places: [Int], unbound: UInt64) {
    self.graph = graph
    self.places = places
    self.unbound = unbound
    dependencies = Dependencies(graph)
  }

  private mutating func residualGraph(_ machine: inout Machine) -> DecisionGraph {
    var residual = graph
    for value in graph.values.indices where dependencies.values[value] & unbound == 0 {
      let text = machine.text(value)?.bytes
      known[value] = .some(text)
      if let text { residual.values[value] = .literal(text) }
      machine.scratch.release()
    }
    residual.values = residual.values.map { value in
      if case .template(let segments) = value, let filled = fill(segments) {
        .template(filled)
      } else {
        value
      }
    }
    residual.leaves = graph.leaves.map(fill)

    // Nodes lead forward only, so from the end each knows what it leads to.
    var targets = graph.nodes.indices.map { DecisionGraph.Target.node($0) }
    func moved(_ target: DecisionGraph.Target) -> DecisionGraph.Target {
      if case .node(let node) = target { targets[node] } else { target }
    }
    for (number, node) in graph.nodes.enumerated().reversed() {
      let holds = moved(node.holds)
      let fails = moved(node.fails)
      residual.nodes[number].holds = holds
      residual.nodes[number].fails = fails
      if holds == fails {
        targets[number] = holds
      } else if dependencies.of(node.test) & unbound == 0 {
        targets[number] = machine.holds(node: places[number]) ? holds : fails
        machine.scratch.release()
      }
    }
    residual.entry = moved(graph.entry)
    return residual.pruned()
  }

  /// Segments with known texts filled in; `nil` when one is unset.
  private func fill(_ segments: [DecisionGraph.Segment]) -> [DecisionGraph.Segment]? {
    var result: [DecisionGraph.Segment] = []
    for segment in segments {
      var segment = segment
      if case .value(let value) = segment, let text = known[value] {
        guard let text else { return nil }
        segment = .literal(text)
      }
      if case .literal(let text) = segment, case .literal(let before)? = result.last {
        result[result.count - 1] = .literal(before + text)
      } else if segment != .literal([]) {
        result.append(segment)
      }
    }
    return result
  }

  private func fill(_ leaf: DecisionGraph.Leaf) -> DecisionGraph.Leaf {
    switch leaf {
    case .noMatch, .failure: return leaf
    case .error(let rule, let text): return fill(text).map { .error(rule: rule, $0) } ?? .failure
    case .endpoint(var endpoint):
      guard let url = fill(endpoint.url) else { return .failure }
      endpoint.url = url
      for (index, header) in endpoint.headers.enumerated() {
        for (place, value) in header.values.enumerated() {
          guard let filled = fill(value) else { return .failure }
          endpoint.headers[index].values[place] = filled
        }
      }
      guard let properties = fill(endpoint.properties) else { return .failure }
      endpoint.properties = properties
      return .endpoint(endpoint)
    }
  }

  private func fill(_ members: [DecisionGraph.Property.Member]) -> [DecisionGraph.Property.Member]? {
    var result: [DecisionGraph.Property.Member] = []
    for member in members {
      guard let value = fill(member.value) else { return nil }
      result.append(DecisionGraph.Property.Member(name: member.name, value: value))
    }
    return result
  }

  private func fill(_ property: DecisionGraph.Property) -> DecisionGraph.Property? {
    switch property {
    case .boolean, .integer: return property
    case .text(let text): return fill(text).map(DecisionGraph.Property.text)
    case .object(let members): return fill(members).map(DecisionGraph.Property.object)
    case .array(let items):
      var result: [DecisionGraph.Property] = []
      for item in items {
        guard let item = fill(item) else { return nil }
        result.append(item)
      }
      return .array(result)
    }
  }
}
