// SPDX-License-Identifier: Apache-2.0

extension RuleChecker {
  func require(
    _ expected: ValueType, _ expression: RuleSet.Expression, _ path: JSONPath
  ) throws(RuleSetError) {
    let found = try type(of: expression, path)
    guard found == expected else { throw RuleSetError(path, "expected \(expected), found \(found)") }
  }

  func check(_ template: RuleSet.Template, _ path: JSONPath) throws(RuleSetError) {
    for case .reference(let name, let attribute) in template.parts {
      var found = try type(of: name, path)
      if let attribute { found = try type(of: attribute, in: found, path) }
      guard found == .string else {
        throw RuleSetError(
          path, "\"\(name)\(attribute.map { "#" + $0 } ?? "")\" is \(found); only strings can be filled in")
      }
    }
  }

  private func type(of expression: RuleSet.Expression, _ path: JSONPath) throws(RuleSetError) -> ValueType {
    switch expression {
    case .boolean: return .boolean
    case .integer: return .integer
    case .reference(let name): return try type(of: name, path)
    case .call(let function, let arguments): return try type(of: function, arguments, path)
    case .template(let template):
      try check(template, path)
      return .string
    case .array(let items):
      for (index, item) in items.enumerated() { try require(.string, item, path.appending(index)) }
      return .stringArray
    }
  }

  func type(
    of function: RuleSet.Function, _ arguments: [RuleSet.Expression], _ path: JSONPath
  ) throws(RuleSetError) -> ValueType {
    let path = path.appending("argv")
    switch function {
    case .isSet:
      try count(1, function, arguments, path)
      _ = try type(of: arguments[0], path.appending(0))
      return .boolean
    case .not: return try signature([.boolean], .boolean, function, arguments, path)
    case .booleanEquals: return try signature([.boolean, .boolean], .boolean, function, arguments, path)
    case .stringEquals: return try signature([.string, .string], .boolean, function, arguments, path)
    case .substring:
      return try signature([.string, .integer, .integer, .boolean], .string, function, arguments, path)
    case .isValidHostLabel, .isVirtualHostableS3Bucket:
      return try signature([.string, .boolean], .boolean, function, arguments, path)
    case .parseURL: return try signature([.string], .url, function, arguments, path)
    case .uriEncode: return try signature([.string], .string, function, arguments, path)
    case .partition: return try signature([.string], .partition, function, arguments, path)
    case .parseArn: return try signature([.string], .arn, function, arguments, path)
    case .split:
      let result = try signature([.string, .string, .integer], .stringArray, function, arguments, path)
      if case .template(let template) = arguments[1], template.literal == "" {
        throw RuleSetError(path.appending(1), "the delimiter is empty; give at least one character")
      }
      if case .integer(let limit) = arguments[2], limit < 0 {
        throw RuleSetError(path.appending(2), "the limit is negative; use 0 for no limit")
      }
      return result
    case .getAttr:
      try count(2, function, arguments, path)
      guard case .template(let template) = arguments[1], let attribute = template.literal else {
        throw RuleSetError(path.appending(1), "the attribute must be a plain string")
      }
      return try type(of: attribute, in: try type(of: arguments[0], path.appending(0)), path.appending(1))
    case .ite:
      try count(3, function, arguments, path)
      try require(.boolean, arguments[0], path.appending(0))
      return try sameType(arguments, from: 1, path)
    case .coalesce:
      guard arguments.count >= 2 else {
        throw RuleSetError(path, "coalesce takes at least 2 arguments, found \(arguments.count)")
      }
      return try sameType(arguments, from: 0, path)
    }
  }

  private func count(
    _ count: Int, _ function: RuleSet.Function, _ arguments: [RuleSet.Expression], _ path: JSONPath
  ) throws(RuleSetError) {
    guard arguments.count == count else {
      throw RuleSetError(
        path, "\(function.rawValue) takes \(count) argument\(count == 1 ? "" : "s"), found \(arguments.count)"
      )
    }
  }

  private func signature(
    _ types: [ValueType], _ result: ValueType, _ function: RuleSet.Function,
    _ arguments: [RuleSet.Expression],
    _ path: JSONPath
  ) throws(RuleSetError) -> ValueType {
    try count(types.count, function, arguments, path)
    for (index, type) in types.enumerated() { try require(type, arguments[index], path.appending(index)) }
    return result
  }

  private func sameType(
    _ arguments: [RuleSet.Expression], from first: Int, _ path: JSONPath
  ) throws(RuleSetError) -> ValueType {
    let type = try type(of: arguments[first], path.appending(first))
    for index in arguments.indices.dropFirst(first + 1) {
      try require(type, arguments[index], path.appending(index))
    }
    return type
  }

  /// The type of what an attribute path takes out of a value.
  private func type(
    of attribute: String, in container: ValueType, _ path: JSONPath
  ) throws(RuleSetError) -> ValueType {
    guard let steps = AttributePath(attribute) else {
      throw RuleSetError(path, "\"\(attribute)\" is not an attribute path; write name, name[0] or [0]")
    }
    var type = container
    for name in steps.names {
      guard let next = type.attributes.first(where: { $0.name == name }) else {
        let known = type.attributes.map(\.name).joined(separator: ", ")
        throw RuleSetError(
          path, "\(type) has no attribute \"\(name)\"\(known.isEmpty ? "" : "; it has \(known)")")
      }
      type = next.type
    }
    guard steps.index != nil else { return type }
    guard type == .stringArray else { throw RuleSetError(path, "an index needs a list, but this is \(type)") }
    return .string
  }
}
