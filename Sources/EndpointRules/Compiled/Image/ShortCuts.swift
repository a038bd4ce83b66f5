// SPDX-License-Identifier: Apache-2.0

/// Tables that answer several tests of single bits at once.
///
/// Most services ask only whether there is a region or an endpoint, and for two flags. Wherever at least three such tests
/// can follow one another, a table in front of the first has where all combinations of up to six bits lead.
struct ShortCuts {
  struct Table {
    /// The bits, as ``TableLayout`` has them.
    var positions: [UInt8]
    /// Where each combination leads.
    var targets: [DecisionGraph.Target]

    func bytes(_ number: (DecisionGraph.Target) -> Int) -> [UInt8] {
      var writer = ByteWriter()
      writer.append(positions)
      writer.append(repeatElement(0, count: TableLayout.entries - positions.count))
      for target in targets { writer.u16(number(target)) }
      return writer.bytes
    }
  }

  private(set) var tables: [Int: Table] = [:]
  /// The number of each node, or of its table, when tables are counted, too.
  private var numbers: [Int] = []

  init(_ graph: DecisionGraph) {
    var roots = Set<Int>()
    func add(_ target: DecisionGraph.Target) { if case .node(let node) = target { roots.insert(node) } }
    add(graph.entry)
    // Nodes lead forward only, so every way into a node has been seen before it.
    for (number, node) in graph.nodes.enumerated() {
      if Self.position(of: node.test) == nil {
        add(node.holds)
        add(node.fails)
      } else if roots.contains(number) {
        if let table = Self.table(graph, number) {
          tables[number] = table
          table.targets.forEach(add)
        } else {
          add(node.holds)
          add(node.fails)
        }
      }
    }
    var next = 0
    numbers = graph.nodes.indices.map { number in
      defer { next += tables[number] == nil ? 1 : 2 }
      return next
    }
  }

  /// A target as it is written: a node's table comes before it.
  func number(of target: DecisionGraph.Target) -> Int {
    switch target {
    case .node(let node): numbers[node]
    case .leaf(let leaf): ~leaf
    }
  }

  /// The bit that a test asks for, if it asks for one.
  private static func position(of test: DecisionGraph.Test) -> UInt8? {
    switch test {
    case .isPresent(let slot): TableLayout.used | UInt8(slot)
    case .flag(let slot): TableLayout.used | TableLayout.flag | UInt8(slot)
    default: nil
    }
  }

  private static func table(_ graph: DecisionGraph, _ root: Int) -> Table? {
    var positions: [UInt8] = []
    var open = [root]
    var next = 0
    // The bits nearest to the root first.
    while next < open.count, positions.count < TableLayout.maximumBits {
      let node = graph.nodes[open[next]]
      next += 1
      guard let position = position(of: node.test) else { continue }
      if !positions.contains(position) { positions.append(position) }
      for case .node(let child) in [node.holds, node.fails] where !open.contains(child) { open.append(child) }
    }
    guard positions.count >= 3 else { return nil }
    let targets = (0..<1 << positions.count).map { bits in
      var target = DecisionGraph.Target.node(root)
      while case .node(let number) = target, let position = position(of: graph.nodes[number].test),
        let bit = positions.firstIndex(of: position)
      {
        target = bits >> bit & 1 == 1 ? graph.nodes[number].holds : graph.nodes[number].fails
      }
      return target
    }
    return Table(positions: positions, targets: targets)
  }
}
