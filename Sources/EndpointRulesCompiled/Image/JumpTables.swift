// SPDX-License-Identifier: Apache-2.0

/// Tables that answer several tests of single bits at once.
///
/// Most services ask only whether there is a region or an endpoint, and for two flags. Wherever at least three such tests
/// can follow one another, a table in front of the first has where all combinations of up to six bits lead.
struct JumpTables {
  struct Table {
    var present: BitGather
    var flags: BitGather
    /// Where each combination leads, by the number that the gathered bits make.
    var targets: [DecisionGraph.Target]

    func bytes(_ number: (DecisionGraph.Target) -> Int) -> [UInt8] {
      var writer = ByteWriter()
      for gather in [present, flags] {
        writer.u64(gather.mask)
        writer.u64(gather.factor)
      }
      for target in targets { writer.u16(number(target)) }
      return writer.bytes
    }
  }

  /// A bit that a test asks for.
  private struct Bit: Equatable {
    var isFlag: Bool
    var slot: Int
  }

  private let graph: DecisionGraph
  private let regionSlot: Int?
  private(set) var tables: [Int: Table] = [:]
  /// The number of each node, or of its table, when tables are counted, too.
  private var numbers: [Int] = []

  init(_ graph: DecisionGraph, regionSlot: Int?) {
    self.graph = graph
    self.regionSlot = regionSlot
    var roots = Set<Int>()
    func add(_ target: DecisionGraph.Target) { if case .node(let node) = target { roots.insert(node) } }
    add(graph.entry)
    // Nodes lead forward only, so every edge into a node has been seen before it.
    for (number, node) in graph.nodes.enumerated() {
      if bit(of: node.test) == nil {
        add(node.holds)
        add(node.fails)
      } else if roots.contains(number) {
        if let table = table(number) {
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

  private func bit(of test: DecisionGraph.Test) -> Bit? {
    switch test {
    case .isPresent(let slot): Bit(isFlag: false, slot: slot)
    case .flag(let slot): Bit(isFlag: true, slot: slot)
    case .supportsFIPS(let register) where graph.isRegion(register, regionSlot):
      Bit(isFlag: true, slot: graph.regionFlags.fips)
    case .supportsDualStack(let register) where graph.isRegion(register, regionSlot):
      Bit(isFlag: true, slot: graph.regionFlags.dualStack)
    default: nil
    }
  }

  private func table(_ root: Int) -> Table? {
    var bits: [Bit] = []
    var open = [root]
    var next = 0
    // The bits nearest to the root first.
    while next < open.count, bits.count < TableLayout.maximumBits {
      let node = graph.nodes[open[next]]
      next += 1
      guard let bit = bit(of: node.test) else { continue }
      if !bits.contains(bit) { bits.append(bit) }
      for case .node(let child) in [node.holds, node.fails] where !open.contains(child) { open.append(child) }
    }
    guard bits.count >= 3 else { return nil }
    let present = bits.filter { !$0.isFlag }.map(\.slot).sorted()
    let flags = bits.filter(\.isFlag).map(\.slot).sorted()
    guard let first = BitGather(present, from: 0), let second = BitGather(flags, from: present.count) else {
      return nil
    }
    let targets = (0..<1 << TableLayout.maximumBits).map { number in
      var target = DecisionGraph.Target.node(root)
      while case .node(let node) = target, let bit = bit(of: graph.nodes[node].test) {
        guard let place = bit.isFlag ? second.place(of: bit.slot) : first.place(of: bit.slot) else { break }
        target = number >> place & 1 == 1 ? graph.nodes[node].holds : graph.nodes[node].fails
      }
      return target
    }
    return Table(present: first, flags: second, targets: targets)
  }
}

/// A multiplication that moves some bits of a word to given positions among the top bits.
struct BitGather {
  private(set) var mask: UInt64 = 0
  private(set) var factor: UInt64 = 0
  private var places: [Int: Int] = [:]

  /// Finds a factor by trying the orders in which the bits can arrive; `nil` when they disturb one another in all.
  ///
  /// - Parameters:
  ///   - slots: The bits.
  ///   - first: The first of the positions that they go to, counted from the lowest of the top bits.
  init?(_ slots: [Int], from first: Int) {
    for slot in slots { mask |= 1 << UInt64(slot) }
    var order = slots
    var found = false
    func tryOrders(_ fixed: Int) {
      if found { return }
      if fixed == order.count {
        found = fits(order, first)
        return
      }
      for index in fixed..<order.count {
        order.swapAt(fixed, index)
        tryOrders(fixed + 1)
        if found { return }
        order.swapAt(fixed, index)
      }
    }
    tryOrders(0)
    guard found else { return nil }
    for (index, slot) in order.enumerated() { places[slot] = first + index }
    factor = Self.factor(order, first)
  }

  /// Where a bit arrives.
  func place(of slot: Int) -> Int? { places[slot] }

  private static func factor(_ order: [Int], _ first: Int) -> UInt64 {
    order.enumerated().reduce(0) { sum, bit in
      let shift = Int(TableLayout.shift) + first + bit.offset - bit.element
      // Bits that keep their distance share a shift.
      return shift < 0 ? sum : sum | 1 << UInt64(shift)
    }
  }

  private func fits(_ order: [Int], _ first: Int) -> Bool {
    let factor = Self.factor(order, first)
    return (0..<1 << order.count).allSatisfy { number in
      var word: UInt64 = 0
      for (index, slot) in order.enumerated() where number >> index & 1 == 1 { word |= 1 << UInt64(slot) }
      return Int((word &* factor) >> TableLayout.shift) == number << first
    }
  }
}
