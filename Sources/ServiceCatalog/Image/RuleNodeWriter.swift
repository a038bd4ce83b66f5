// SPDX-License-Identifier: Apache-2.0

import EndpointRules

/// Writes rule sets as nodes, each distinct one once.
struct RuleNodeWriter {
  /// The records written so far.
  private(set) var records: [[UInt8]] = []
  private var known: [[UInt8]: Int] = [:]
  private var texts: TextRanks

  /// Makes a writer without nodes.
  init(texts: TextRanks) { self.texts = texts }

  /// Writes a rule set and gives the index of its node.
  mutating func write(_ set: RuleSet) -> Int {
    var node = begin(.ruleSet)
    node.number(texts.rank(set.version))
    node.number(set.parameters.count)
    for parameter in set.parameters {
      node.number(texts.rank(parameter.name))
      node.byte(Self.code(parameter.kind))
      node.flag(parameter.isRequired)
      node.optional(parameter.builtIn, texts)
      write(parameter.defaultValue, &node)
    }
    let rules = set.rules.map { write($0) }
    node.numbers(rules)
    return intern(node)
  }

  private func write(_ value: RuleSet.Value?, _ node: inout ImageBytes) { node.value(value, texts) }

  /// The stored code of a parameter's type.
  static func code(_ kind: RuleSet.Parameter.Kind) -> UInt8 {
    switch kind {
    case .string: 0
    case .boolean: 1
    case .stringArray: 2
    }
  }

  private mutating func write(_ rule: RuleSet.Rule) -> Int {
    let conditions = rule.conditions.map { write($0) }
    let body: Int
    switch rule.body {
    case .endpoint(let template): body = write(template)
    case .error(let message):
      let text = write(message)
      var node = begin(.error)
      node.number(text)
      body = intern(node)
    case .tree(let rules):
      let children = rules.map { write($0) }
      var node = begin(.tree)
      node.numbers(children)
      body = intern(node)
    }
    var node = begin(.rule)
    node.numbers(conditions)
    node.number(body)
    return intern(node)
  }

  private mutating func write(_ condition: RuleSet.Condition) -> Int {
    let arguments = condition.arguments.map { write($0) }
    var node = begin(.condition)
    node.number(texts.rank(condition.function.rawValue))
    node.optional(condition.assign, texts)
    node.numbers(arguments)
    return intern(node)
  }

  private mutating func write(_ template: RuleSet.EndpointTemplate) -> Int {
    let url = write(template.url)
    let headers = template.headers.map { header in (header.name, header.values.map { write($0) }) }
    let properties = template.properties.map { property in (property.name, write(property.value)) }
    var node = begin(.endpoint)
    node.number(url)
    node.number(headers.count)
    for (name, values) in headers {
      node.number(texts.rank(name))
      node.numbers(values)
    }
    node.number(properties.count)
    for (name, value) in properties {
      node.number(texts.rank(name))
      node.number(value)
    }
    return intern(node)
  }

  private mutating func write(_ value: RuleSet.PropertyTemplate) -> Int {
    switch value {
    case .string(let template): return write(template)
    case .boolean(let flag): return intern(begin(flag ? .yes : .no))
    case .integer(let number): return write(number)
    case .array(let elements):
      let children = elements.map { write($0) }
      var node = begin(.propertyList)
      node.numbers(children)
      return intern(node)
    case .object(let members):
      let children = members.map { member in (member.name, write(member.value)) }
      var node = begin(.propertyMap)
      node.number(children.count)
      for (name, child) in children {
        node.number(texts.rank(name))
        node.number(child)
      }
      return intern(node)
    }
  }

  private mutating func write(_ expression: RuleSet.Expression) -> Int {
    switch expression {
    case .template(let template): return write(template)
    case .boolean(let flag): return intern(begin(flag ? .yes : .no))
    case .integer(let number): return write(number)
    case .array(let elements):
      let children = elements.map { write($0) }
      var node = begin(.array)
      node.numbers(children)
      return intern(node)
    case .reference(let name):
      var node = begin(.reference)
      node.number(texts.rank(name))
      return intern(node)
    case .call(let function, let arguments):
      let children = arguments.map { write($0) }
      var node = begin(.call)
      node.number(texts.rank(function.rawValue))
      node.numbers(children)
      return intern(node)
    }
  }

  private mutating func write(_ number: Int64) -> Int {
    var node = begin(.integer)
    node.integer(number)
    return intern(node)
  }

  private mutating func write(_ template: RuleSet.Template) -> Int {
    var node = begin(.template)
    node.number(template.parts.count)
    for part in template.parts {
      switch part {
      case .literal(let text):
        node.byte(0)
        node.number(texts.rank(text))
      case .reference(let name, path: nil):
        node.byte(1)
        node.number(texts.rank(name))
      case .reference(let name, path: let path?):
        node.byte(2)
        node.number(texts.rank(name))
        node.number(texts.rank(path))
      }
    }
    return intern(node)
  }

  private func begin(_ kind: RuleNode) -> ImageBytes {
    var node = ImageBytes()
    node.byte(kind.rawValue)
    return node
  }

  private mutating func intern(_ node: ImageBytes) -> Int {
    if let index = known[node.bytes] { return index }
    let index = records.count
    known[node.bytes] = index
    records.append(node.bytes)
    return index
  }
}

extension ImageBytes {
  /// Writes a count and so many numbers.
  mutating func numbers(_ values: [Int]) {
    number(values.count)
    for value in values { number(value) }
  }

  /// Writes a text that may be missing: 0, or its rank plus 1.
  mutating func optional(_ text: String?, _ texts: TextRanks) { number(text.map { texts.rank($0) + 1 } ?? 0) }

  /// Writes a parameter's value that may be missing.
  mutating func value(_ value: RuleSet.Value?, _ texts: TextRanks) {
    switch value {
    case nil: byte(0)
    case .boolean(let flag): byte(flag ? 2 : 1)
    case .string(let text):
      byte(3)
      number(texts.rank(text))
    case .stringArray(let list):
      byte(4)
      numbers(list.map { texts.rank($0) })
    }
  }
}
