// SPDX-License-Identifier: Apache-2.0

extension RuleSet {
  /// How many parameters and assigned names may be visible at once, because each is looked up by going through them;
  /// AWS's largest rule set (s3) has 25.
  public static let maximumNames = 128

  /// Checks names and types.
  ///
  /// - Throws: ``RuleSetError`` for the first reference to nothing, second assignment of a visible name, wrong number or
  ///   type of arguments, unknown attribute, or default that can never be used.
  public func check() throws(RuleSetError) {
    var checker = RuleChecker()
    let path = JSONPath.root
    for parameter in parameters {
      try checker.declare(parameter, path.appending("parameters").appending(parameter.name))
    }
    try checker.check(rules, path.appending("rules"))
  }
}

/// The walk over a rule set that knows which names are visible, and their types.
struct RuleChecker {
  /// Visible names, innermost last.
  private(set) var names: [(name: String, type: ValueType)] = []

  mutating func declare(_ parameter: RuleSet.Parameter, _ path: JSONPath) throws(RuleSetError) {
    try declare(parameter.name, ValueType(parameter.kind), path)
    guard let value = parameter.defaultValue else { return }
    guard parameter.isRequired else {
      throw RuleSetError(
        path.appending("default"),
        "the default is unreachable because the parameter is not required; add \"required\": true or remove it"
      )
    }
    guard value.kind == parameter.kind else {
      throw RuleSetError(
        path.appending("default"),
        "the default is \(ValueType(value.kind)), the parameter \(ValueType(parameter.kind))")
    }
  }

  private mutating func declare(_ name: String, _ type: ValueType, _ path: JSONPath) throws(RuleSetError) {
    guard isIdentifier(name) else {
      throw RuleSetError(
        path, "\"\(name)\" is not a name; use letters, digits and _, and no digit at the start")
    }
    guard names.count < RuleSet.maximumNames else {
      throw RuleSetError(path, "more than \(RuleSet.maximumNames) names are visible here; split the rule")
    }
    guard self.type(of: name) == nil else {
      throw RuleSetError(path, "\"\(name)\" is already assigned here; choose another name")
    }
    names.append((name, type))
  }

  private func type(of name: String) -> ValueType? { names.last { $0.name == name }?.type }

  func type(of name: String, _ path: JSONPath) throws(RuleSetError) -> ValueType {
    if let type = type(of: name) { return type }
    let visible = names.map(\.name).joined(separator: ", ")
    throw RuleSetError(
      path, "\"\(name)\" is not defined here; visible: \(visible.isEmpty ? "nothing" : visible)")
  }

  mutating func check(_ rules: [RuleSet.Rule], _ path: JSONPath) throws(RuleSetError) {
    for (index, rule) in rules.enumerated() {
      let visible = names.count
      try check(rule, path.appending(index))
      names.removeLast(names.count - visible)
    }
  }

  private mutating func check(_ rule: RuleSet.Rule, _ path: JSONPath) throws(RuleSetError) {
    for (index, condition) in rule.conditions.enumerated() {
      let path = path.appending("conditions").appending(index)
      let type = try type(of: condition.function, condition.arguments, path)
      if let assign = condition.assign { try declare(assign, type, path.appending("assign")) }
    }
    switch rule.body {
    case .tree(let rules): try check(rules, path.appending("rules"))
    case .error(let message): try require(.string, message, path.appending("error"))
    case .endpoint(let endpoint):
      let path = path.appending("endpoint")
      try require(.string, endpoint.url, path.appending("url"))
      for header in endpoint.headers {
        let path = path.appending("headers").appending(header.name)
        for (index, value) in header.values.enumerated() {
          try require(.string, value, path.appending(index))
        }
      }
      try check(endpoint.properties, path.appending("properties"))
      for property in endpoint.properties where property.name == "authSchemes" {
        try checkAuthSchemes(property.value, path.appending("properties").appending("authSchemes"))
      }
    }
  }

  private func check(_ properties: [RuleSet.Property], _ path: JSONPath) throws(RuleSetError) {
    for property in properties { try check(property.value, path.appending(property.name)) }
  }

  private func check(_ property: RuleSet.PropertyTemplate, _ path: JSONPath) throws(RuleSetError) {
    switch property {
    case .boolean, .integer: return
    case .string(let template): try check(template, path)
    case .object(let members): try check(members, path)
    case .array(let items):
      for (index, item) in items.enumerated() { try check(item, path.appending(index)) }
    }
  }

  /// The property that clients act upon must have the shape that ``AuthScheme`` reads.
  private func checkAuthSchemes(_ value: RuleSet.PropertyTemplate, _ path: JSONPath) throws(RuleSetError) {
    guard case .array(let schemes) = value else { throw RuleSetError(path, "expected a list of objects") }
    for (index, scheme) in schemes.enumerated() {
      let path = path.appending(index)
      guard case .object(let members) = scheme else { throw RuleSetError(path, "expected an object") }
      guard members.contains(where: { $0.name == "name" }) else {
        throw RuleSetError(path, "\"name\" is missing")
      }
      for member in members {
        let path = path.appending(member.name)
        switch (member.name, member.value) {
        case ("name", .string), ("signingName", .string), ("signingRegion", .string),
          ("disableDoubleEncoding", .boolean), ("disableNormalizePath", .boolean):
          continue
        case ("signingRegionSet", .array(let regions)):
          for (index, region) in regions.enumerated() {
            guard case .string = region else {
              throw RuleSetError(path.appending(index), "expected a string")
            }
          }
        case ("name", _), ("signingName", _), ("signingRegion", _):
          throw RuleSetError(path, "expected a string")
        case ("signingRegionSet", _): throw RuleSetError(path, "expected a list of strings")
        case ("disableDoubleEncoding", _), ("disableNormalizePath", _):
          throw RuleSetError(path, "expected true or false")
        default: continue
        }
      }
    }
  }
}
