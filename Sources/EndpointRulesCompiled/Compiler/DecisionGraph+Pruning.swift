// SPDX-License-Identifier: Apache-2.0

extension DecisionGraph {
  /// The same graph with nodes in the other order, and without anything that cannot be reached.
  func reversedAndPruned() -> DecisionGraph {
    var graph = self
    graph.nodes = nodes.reversed().map { node in
      Node(test: node.test, holds: reversed(node.holds), fails: reversed(node.fails))
    }
    graph.entry = reversed(entry)
    return graph.pruned()
  }

  private func reversed(_ target: Target) -> Target {
    if case .node(let node) = target { .node(nodes.count - 1 - node) } else { target }
  }

  /// The same graph without the nodes, leaves, values and registers that no path reaches.
  func pruned() -> DecisionGraph {
    var usedNodes = Numbering(count: nodes.count)
    var usedLeaves = Numbering(count: leaves.count)
    func mark(_ target: Target) {
      switch target {
      case .node(let node): usedNodes.mark(node)
      case .leaf(let leaf): usedLeaves.mark(leaf)
      }
    }
    mark(entry)
    for (number, node) in nodes.enumerated() where usedNodes.isUsed(number) {
      mark(node.holds)
      mark(node.fails)
    }
    usedNodes.number()
    usedLeaves.number()

    var uses = Uses(values: Numbering(count: values.count), registers: Numbering(count: registers.count))
    for (number, node) in nodes.enumerated() where usedNodes.isUsed(number) { uses.mark(node.test) }
    for (number, leaf) in leaves.enumerated() where usedLeaves.isUsed(number) { uses.mark(leaf) }
    for number in registers.indices where uses.registers.isUsed(number) {
      uses.mark(sourceOf: registers[number])
    }
    // A value's operands have smaller numbers, so one pass from the end finds them all.
    for number in values.indices.reversed() where uses.values.isUsed(number) {
      uses.markOperands(of: values[number], registers)
    }
    uses.values.number()
    uses.registers.number()

    func moved(_ target: Target) -> Target {
      switch target {
      case .node(let node): .node(usedNodes[node])
      case .leaf(let leaf): .leaf(usedLeaves[leaf])
      }
    }
    var graph = DecisionGraph(parameters: parameters)
    graph.values = values.indices.filter(uses.values.isUsed).map { uses.moved(values[$0]) }
    graph.registers = registers.indices.filter(uses.registers.isUsed).map { uses.moved(registers[$0]) }
    graph.nodes = nodes.indices.filter(usedNodes.isUsed).map { number in
      let node = nodes[number]
      return Node(test: uses.moved(node.test), holds: moved(node.holds), fails: moved(node.fails))
    }
    graph.leaves = leaves.indices.filter(usedLeaves.isUsed).map { uses.moved(leaves[$0]) }
    graph.entry = moved(entry)
    return graph
  }
}

/// Which of some numbered things are used, and their numbers when the others are gone.
private struct Numbering {
  private var used: [Bool]
  private var numbers: [Int] = []

  init(count: Int) { used = Array(repeating: false, count: count) }

  func isUsed(_ number: Int) -> Bool { used[number] }
  mutating func mark(_ number: Int) { used[number] = true }

  mutating func number() {
    var next = 0
    numbers = used.map { isUsed in
      defer { if isUsed { next += 1 } }
      return next
    }
  }

  subscript(number: Int) -> Int { numbers[number] }
}

/// Which values and registers are used.
private struct Uses {
  var values: Numbering
  var registers: Numbering

  mutating func mark(_ test: DecisionGraph.Test) {
    switch test {
    case .isPresent, .flag: break
    case .isSet(let value), .equals(let value, _), .hostLabel(let value, _), .bucketLabel(let value, _),
      .isLong(let value, _):
      values.mark(value)
    case .same(let left, let right):
      values.mark(left)
      values.mark(right)
    case .isRecord(let register), .supportsFIPS(let register), .supportsDualStack(let register),
      .isIP(let register):
      registers.mark(register)
    }
  }

  mutating func mark(_ segments: [DecisionGraph.Segment]) {
    for case .value(let value) in segments { values.mark(value) }
  }

  mutating func mark(_ leaf: DecisionGraph.Leaf) {
    switch leaf {
    case .noMatch, .failure: break
    case .error(_, let text): mark(text)
    case .endpoint(let endpoint):
      mark(endpoint.url)
      for header in endpoint.headers { header.values.forEach { mark($0) } }
      endpoint.properties.forEach { mark($0.value) }
    }
  }

  private mutating func mark(_ property: DecisionGraph.Property) {
    switch property {
    case .boolean, .integer: break
    case .text(let text): mark(text)
    case .array(let items): items.forEach { mark($0) }
    case .object(let members): members.forEach { mark($0.value) }
    }
  }

  /// Marks what a used value is made of; the same for registers, whose sources come before the values that use them.
  mutating func markOperands(of value: DecisionGraph.Value, _ all: [DecisionGraph.Register]) {
    switch value {
    case .parameter, .literal, .listElement: break
    case .partition(let register, _), .arn(let register, _), .resource(let register, _),
      .url(let register, _):
      registers.mark(register)
      mark(sourceOf: all[register])
    case .substring(let source, _, _, _), .encoded(let source): values.mark(source)
    case .template(let segments): mark(segments)
    case .splitElement(let text, let delimiter, _, _):
      values.mark(text)
      values.mark(delimiter)
    }
  }

  mutating func mark(sourceOf register: DecisionGraph.Register) {
    switch register {
    case .partition(let source): if let source { values.mark(source) }
    case .arn(let source), .url(let source): values.mark(source)
    }
  }

  // MARK: Moving

  func moved(_ value: DecisionGraph.Value) -> DecisionGraph.Value {
    switch value {
    case .parameter, .literal, .listElement: value
    case .partition(let register, let attribute): .partition(registers[register], attribute)
    case .arn(let register, let attribute): .arn(registers[register], attribute)
    case .resource(let register, let index): .resource(registers[register], index)
    case .url(let register, let attribute): .url(registers[register], attribute)
    case .substring(let source, let start, let stop, let isReversed):
      .substring(values[source], start: start, stop: stop, isReversed: isReversed)
    case .encoded(let source): .encoded(values[source])
    case .template(let segments): .template(moved(segments))
    case .splitElement(let text, let delimiter, let limit, let index):
      .splitElement(values[text], delimiter: values[delimiter], limit: limit, index: index)
    }
  }

  func moved(_ register: DecisionGraph.Register) -> DecisionGraph.Register {
    switch register {
    case .partition(let source): .partition(source.map { values[$0] })
    case .arn(let source): .arn(values[source])
    case .url(let source): .url(values[source])
    }
  }

  func moved(_ segments: [DecisionGraph.Segment]) -> [DecisionGraph.Segment] {
    segments.map { if case .value(let value) = $0 { .value(values[value]) } else { $0 } }
  }

  func moved(_ test: DecisionGraph.Test) -> DecisionGraph.Test {
    switch test {
    case .isPresent, .flag: test
    case .isSet(let value): .isSet(values[value])
    case .equals(let value, let text): .equals(values[value], text)
    case .same(let left, let right): .same(values[left], values[right])
    case .hostLabel(let value, let allow): .hostLabel(values[value], allowSubdomains: allow)
    case .bucketLabel(let value, let allow): .bucketLabel(values[value], allowSubdomains: allow)
    case .isLong(let value, let count): .isLong(values[value], count)
    case .isRecord(let register): .isRecord(registers[register])
    case .supportsFIPS(let register): .supportsFIPS(registers[register])
    case .supportsDualStack(let register): .supportsDualStack(registers[register])
    case .isIP(let register): .isIP(registers[register])
    }
  }

  func moved(_ leaf: DecisionGraph.Leaf) -> DecisionGraph.Leaf {
    switch leaf {
    case .noMatch, .failure: return leaf
    case .error(let rule, let text): return .error(rule: rule, moved(text))
    case .endpoint(var endpoint):
      endpoint.url = moved(endpoint.url)
      for index in endpoint.headers.indices {
        endpoint.headers[index].values = endpoint.headers[index].values.map(moved)
      }
      endpoint.properties = endpoint.properties.map(moved)
      return .endpoint(endpoint)
    }
  }

  private func moved(_ member: DecisionGraph.Property.Member) -> DecisionGraph.Property.Member {
    DecisionGraph.Property.Member(name: member.name, value: moved(member.value))
  }

  private func moved(_ property: DecisionGraph.Property) -> DecisionGraph.Property {
    switch property {
    case .boolean, .integer: property
    case .text(let text): .text(moved(text))
    case .array(let items): .array(items.map(moved))
    case .object(let members): .object(members.map(moved))
    }
  }
}
