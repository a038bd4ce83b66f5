// SPDX-License-Identifier: Apache-2.0

/// Finds paths through a graph backwards from its results and tests.
struct PathFinder {
  struct Step {
    var test: DecisionGraph.Test
    var holds: Bool
  }

  private let graph: DecisionGraph
  /// For each result and each node, the nodes that lead there and with which answer.
  private var toLeaves: [[(node: Int, holds: Bool)]]
  private var toNodes: [[(node: Int, holds: Bool)]]

  init(_ graph: DecisionGraph) {
    self.graph = graph
    toLeaves = Array(repeating: [], count: graph.leaves.count)
    toNodes = Array(repeating: [], count: graph.nodes.count)
    for (number, node) in graph.nodes.enumerated() {
      for (target, holds) in [(node.holds, true), (node.fails, false)] {
        switch target {
        case .node(let next): toNodes[next].append((number, holds))
        case .leaf(let leaf): toLeaves[leaf].append((number, holds))
        }
      }
    }
  }

  /// A random path from the entry to a result.
  func path(to leaf: Int, _ random: inout ProofGenerator) -> [Step] {
    path(over: toLeaves[leaf], &random).reversed()
  }

  /// A random path from the entry to an outcome of a test.
  func path(to node: Int, _ holds: Bool, _ random: inout ProofGenerator) -> [Step] {
    path(over: toNodes[node], &random).reversed() + [Step(test: graph.nodes[node].test, holds: holds)]
  }

  /// A random path over one of some edges, from there back to the entry.
  private func path(over edges: [(node: Int, holds: Bool)], _ random: inout ProofGenerator) -> [Step] {
    var steps: [Step] = []
    var edges = edges
    // Nodes lead forward only, so this ends at the start.
    while !edges.isEmpty {
      let edge = random.pick(edges)
      steps.append(Step(test: graph.nodes[edge.node].test, holds: edge.holds))
      edges = toNodes[edge.node]
    }
    return steps
  }
}
