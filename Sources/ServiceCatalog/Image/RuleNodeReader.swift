// SPDX-License-Identifier: Apache-2.0

import EndpointRules

/// Builds a rule set from the nodes of an image.
///
/// The reader trusts nothing: indices must fall, kinds must fit, and the unfolded tree is bounded, so that equal parts
/// stored once cannot unfold without end.
struct RuleNodeReader {
  private let nodes: RecordTable
  private let strings: StringTable
  /// How many nodes were read, counted each time they are reached.
  private(set) var unfolded = 0
  private var depth = 0
  private var texts: [Int: String] = [:]

  /// Takes the tables to read from.
  init(nodes: RecordTable, strings: StringTable) {
    self.nodes = nodes
    self.strings = strings
  }

  /// Builds the rule set of a node.
  mutating func ruleSet(_ index: Int) throws(ImageError) -> RuleSet {
    var (kind, node) = try open(index, below: nodes.count)
    guard kind == .ruleSet else { throw wrong(index) }
    defer { depth -= 1 }
    let version = try text(node.number())
    var parameters: [RuleSet.Parameter] = []
    for _ in 0..<node.count() {
      let name = try text(node.number())
      guard let kind = Self.kind(node.byte()) else { throw wrong(index) }
      let isRequired = node.flag()
      let builtIn = try optionalText(node.number())
      let value = try value(&node, at: index)
      parameters.append(
        .init(name: name, kind: kind, builtIn: builtIn, defaultValue: value, isRequired: isRequired))
    }
    var rules: [RuleSet.Rule] = []
    for _ in 0..<node.count() { rules.append(try rule(node.number(), below: index)) }
    try finish(node, index)
    return RuleSet(version: version, parameters: parameters, rules: rules)
  }

  /// The type of a stored code.
  static func kind(_ code: UInt8) -> RuleSet.Parameter.Kind? {
    switch code {
    case 0: .string
    case 1: .boolean
    case 2: .stringArray
    default: nil
    }
  }

  private mutating func value(_ node: inout ImageCursor, at index: Int) throws(ImageError) -> RuleSet.Value? {
    switch node.byte() {
    case 0: return nil
    case 1: return .boolean(false)
    case 2: return .boolean(true)
    case 3: return .string(try text(node.number()))
    case 4:
      var list: [String] = []
      for _ in 0..<node.count() { list.append(try text(node.number())) }
      return .stringArray(list)
    default: throw wrong(index)
    }
  }

  private mutating func rule(_ index: Int, below limit: Int) throws(ImageError) -> RuleSet.Rule {
    var (kind, node) = try open(index, below: limit)
    guard kind == .rule else { throw wrong(index) }
    defer { depth -= 1 }
    var conditions: [RuleSet.Condition] = []
    for _ in 0..<node.count() { conditions.append(try condition(node.number(), below: index)) }
    let body = try body(node.number(), below: index)
    try finish(node, index)
    return RuleSet.Rule(conditions: conditions, body: body)
  }

  private mutating func body(_ index: Int, below limit: Int) throws(ImageError) -> RuleSet.Rule.Body {
    var (kind, node) = try open(index, below: limit)
    defer { depth -= 1 }
    let body: RuleSet.Rule.Body
    switch kind {
    case .endpoint: body = .endpoint(try endpoint(&node, at: index))
    case .error: body = .error(try expression(node.number(), below: index))
    case .tree:
      var rules: [RuleSet.Rule] = []
      for _ in 0..<node.count() { rules.append(try rule(node.number(), below: index)) }
      body = .tree(rules)
    default: throw wrong(index)
    }
    try finish(node, index)
    return body
  }

  private mutating func endpoint(
    _ node: inout ImageCursor, at index: Int
  ) throws(ImageError) -> RuleSet.EndpointTemplate {
    let url = try expression(node.number(), below: index)
    var headers: [RuleSet.Header] = []
    for _ in 0..<node.count() {
      let name = try text(node.number())
      headers.append(.init(name: name, values: try expressions(&node, below: index)))
    }
    let properties = try properties(&node, below: index)
    return .init(url: url, headers: headers, properties: properties)
  }

  private mutating func properties(
    _ node: inout ImageCursor, below index: Int
  ) throws(ImageError) -> [RuleSet.Property] {
    var properties: [RuleSet.Property] = []
    for _ in 0..<node.count() {
      let name = try text(node.number())
      properties.append(.init(name: name, value: try property(node.number(), below: index)))
    }
    return properties
  }

  private mutating func property(_ index: Int, below limit: Int) throws(ImageError)
    -> RuleSet.PropertyTemplate
  {
    var (kind, node) = try open(index, below: limit)
    defer { depth -= 1 }
    let value: RuleSet.PropertyTemplate
    switch kind {
    case .template: value = .string(try template(&node, at: index))
    case .no: value = .boolean(false)
    case .yes: value = .boolean(true)
    case .integer: value = .integer(node.integer())
    case .propertyList:
      var elements: [RuleSet.PropertyTemplate] = []
      for _ in 0..<node.count() { elements.append(try property(node.number(), below: index)) }
      value = .array(elements)
    case .propertyMap: value = .object(try properties(&node, below: index))
    default: throw wrong(index)
    }
    try finish(node, index)
    return value
  }

  private mutating func condition(_ index: Int, below limit: Int) throws(ImageError) -> RuleSet.Condition {
    var (kind, node) = try open(index, below: limit)
    guard kind == .condition else { throw wrong(index) }
    defer { depth -= 1 }
    let function = try function(&node, at: index)
    let assign = try optionalText(node.number())
    let arguments = try expressions(&node, below: index)
    try finish(node, index)
    return RuleSet.Condition(function: function, arguments: arguments, assign: assign)
  }

  private mutating func expression(_ index: Int, below limit: Int) throws(ImageError) -> RuleSet.Expression {
    var (kind, node) = try open(index, below: limit)
    defer { depth -= 1 }
    let expression: RuleSet.Expression
    switch kind {
    case .template: expression = .template(try template(&node, at: index))
    case .no: expression = .boolean(false)
    case .yes: expression = .boolean(true)
    case .integer: expression = .integer(node.integer())
    case .array: expression = .array(try expressions(&node, below: index))
    case .reference: expression = .reference(try text(node.number()))
    case .call:
      let function = try function(&node, at: index)
      expression = .call(function, try expressions(&node, below: index))
    default: throw wrong(index)
    }
    try finish(node, index)
    return expression
  }

  private mutating func expressions(
    _ node: inout ImageCursor, below index: Int
  ) throws(ImageError) -> [RuleSet.Expression] {
    var expressions: [RuleSet.Expression] = []
    for _ in 0..<node.count() { expressions.append(try expression(node.number(), below: index)) }
    return expressions
  }

  private mutating func function(_ node: inout ImageCursor, at index: Int) throws(ImageError)
    -> RuleSet.Function
  {
    guard let function = RuleSet.Function(rawValue: try text(node.number())) else { throw wrong(index) }
    return function
  }

  private mutating func template(_ node: inout ImageCursor, at index: Int) throws(ImageError)
    -> RuleSet.Template
  {
    var parts: [RuleSet.Template.Part] = []
    for _ in 0..<node.count() {
      switch node.byte() {
      case 0: parts.append(.literal(try text(node.number())))
      case 1: parts.append(.reference(try text(node.number()), path: nil))
      case 2:
        let name = try text(node.number())
        parts.append(.reference(name, path: try text(node.number())))
      default: throw wrong(index)
      }
    }
    return RuleSet.Template(parts: parts)
  }

  private mutating func open(_ index: Int, below limit: Int) throws(ImageError) -> (RuleNode, ImageCursor) {
    guard index < limit else { throw .damaged("rule node \(index) stands where an earlier one must") }
    unfolded += 1
    depth += 1
    guard unfolded <= RuleNode.maximumUnfolded else {
      throw .damaged("a rule set unfolds to more than \(RuleNode.maximumUnfolded) nodes")
    }
    guard depth <= RuleNode.maximumDepth else {
      throw .damaged("a rule set is deeper than \(RuleNode.maximumDepth) nodes")
    }
    var node = nodes[index]
    guard let kind = RuleNode(rawValue: node.byte()) else { throw wrong(index) }
    return (kind, node)
  }

  private func finish(_ node: ImageCursor, _ index: Int) throws(ImageError) {
    guard node.isValid, node.isAtEnd else { throw wrong(index) }
  }

  private func wrong(_ index: Int) -> ImageError { .damaged("rule node \(index) is malformed") }

  private mutating func text(_ rank: Int) throws(ImageError) -> String {
    if let text = texts[rank] { return text }
    guard let text = strings[rank] else { throw .damaged("a rule node names a text that does not exist") }
    texts[rank] = text
    return text
  }

  private mutating func optionalText(_ stored: Int) throws(ImageError) -> String? {
    stored == 0 ? nil : try text(stored - 1)
  }
}
