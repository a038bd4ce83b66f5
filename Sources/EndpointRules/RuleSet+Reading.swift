// SPDX-License-Identifier: Apache-2.0

package import StrictJSON

extension RuleSet {
  /// The largest rule set text that is read; the largest of AWS (s3) has 0.9 MB.
  public static let maximumTextSize = 8 << 20

  /// Reads and checks a rule set in the language versions 1.0 and 1.1.
  ///
  /// Unknown top-level keys are ignored, as AWS demands; functions of version 1.1 are taken in every version.
  ///
  /// - Parameter json: The text of an `endpoint-rule-set-1.json`, at most ``maximumTextSize`` bytes.
  /// - Throws: ``RuleSetError`` for the first thing that is wrong.
  public init(json: [UInt8]) throws(RuleSetError) {
    let document: JSON
    do {
      document = try JSON(parsing: json, options: .init(maximumSize: Self.maximumTextSize))
    } catch {
      throw RuleSetError(error)
    }
    try self.init(document: document)
  }

  /// Reads and checks a rule set that is already parsed.
  package init(document: JSON) throws(RuleSetError) {
    let reader = RuleReader()
    let version = try reader.string(document, "version", .root)
    guard version.hasPrefix("1."), let minor = version.utf8.dropFirst(2).first, isDigit(minor) else {
      throw RuleSetError(
        .root.appending("version"), "version \"\(version)\" is not supported; supported: 1.0, 1.1")
    }
    let parametersPath = JSONPath.root.appending("parameters")
    var parameters: [Parameter] = []
    for member in try reader.members(document, "parameters", .root) {
      parameters.append(try reader.parameter(member, parametersPath.appending(member.name)))
    }
    self.init(
      version: version, parameters: parameters, rules: try reader.rules(document, "rules", .root))
    try check()
  }
}

/// Turns JSON into the parts of a rule set; names and types are checked afterwards by ``RuleChecker``.
private struct RuleReader {
  func parameter(_ member: JSON.Member, _ path: JSONPath) throws(RuleSetError) -> RuleSet.Parameter {
    let typeText = try string(member.value, "type", path)
    // The letter case of types varies in AWS's own files.
    guard
      let kind = RuleSet.Parameter.Kind.allCases.first(where: {
        $0.rawValue.lowercased() == typeText.lowercased()
      })
    else {
      throw RuleSetError(
        path.appending("type"), "unknown parameter type \"\(typeText)\"; use string, boolean or stringArray")
    }
    var parameter = RuleSet.Parameter(name: member.name, kind: kind)
    if let value = member.value["builtIn"], value != .null {
      parameter.builtIn = try text(value, path.appending("builtIn"))
    }
    if let value = member.value["required"], value != .null {
      parameter.isRequired = try boolean(value, path.appending("required"))
    }
    if let value = member.value["default"], value != .null {
      parameter.defaultValue = try parameterValue(value, path.appending("default"))
    }
    return parameter
  }

  private func parameterValue(_ value: JSON, _ path: JSONPath) throws(RuleSetError) -> RuleSet.Value {
    switch value {
    case .string(let text): return .string(text)
    case .bool(let flag): return .boolean(flag)
    case .array(let elements):
      var texts: [String] = []
      for (index, element) in elements.enumerated() { texts.append(try text(element, path.appending(index))) }
      return .stringArray(texts)
    default:
      throw RuleSetError(
        path, "\(value.kindText) cannot be a default; use a string, boolean or list of strings")
    }
  }

  func rules(_ object: JSON, _ name: String, _ path: JSONPath) throws(RuleSetError) -> [RuleSet.Rule] {
    let path = path.appending(name)
    var rules: [RuleSet.Rule] = []
    for (index, element) in try array(object[name], path).enumerated() {
      rules.append(try rule(element, path.appending(index)))
    }
    return rules
  }

  private func rule(_ json: JSON, _ path: JSONPath) throws(RuleSetError) -> RuleSet.Rule {
    let type = try string(json, "type", path)
    let conditionsPath = path.appending("conditions")
    var conditions: [RuleSet.Condition] = []
    for (index, element) in try array(json["conditions"], conditionsPath).enumerated() {
      conditions.append(try condition(element, conditionsPath.appending(index)))
    }
    let body: RuleSet.Rule.Body
    switch type {
    case "tree": body = .tree(try rules(json, "rules", path))
    case "error": body = .error(try expression(json["error"], path.appending("error")))
    case "endpoint": body = .endpoint(try endpoint(json, path))
    default:
      throw RuleSetError(path.appending("type"), "unknown rule type \"\(type)\"; use tree, endpoint or error")
    }
    return RuleSet.Rule(conditions: conditions, body: body)
  }

  private func condition(_ json: JSON, _ path: JSONPath) throws(RuleSetError) -> RuleSet.Condition {
    let (function, arguments) = try call(json, path)
    let assign = try json["assign"].map { value throws(RuleSetError) in
      try text(value, path.appending("assign"))
    }
    return RuleSet.Condition(function: function, arguments: arguments, assign: assign)
  }

  private func call(
    _ json: JSON, _ path: JSONPath
  ) throws(RuleSetError) -> (RuleSet.Function, [RuleSet.Expression]) {
    let name = try string(json, "fn", path)
    guard let function = RuleSet.Function(rawValue: name) else {
      let known = RuleSet.Function.allCases.map(\.rawValue).sorted().joined(separator: ", ")
      throw RuleSetError(path.appending("fn"), "unknown function \"\(name)\"; supported: \(known)")
    }
    let path = path.appending("argv")
    var arguments: [RuleSet.Expression] = []
    for (index, element) in try array(json["argv"], path).enumerated() {
      arguments.append(try expression(element, path.appending(index)))
    }
    return (function, arguments)
  }

  private func expression(_ json: JSON?, _ path: JSONPath) throws(RuleSetError) -> RuleSet.Expression {
    switch json {
    case .string(let text): return .template(try RuleSet.Template(parsing: text, path))
    case .bool(let flag): return .boolean(flag)
    case .integer(let number): return .integer(number)
    case .array(let elements):
      var items: [RuleSet.Expression] = []
      for (index, element) in elements.enumerated() {
        items.append(try expression(element, path.appending(index)))
      }
      return .array(items)
    case .object(let members):
      if let reference = members.first(where: { $0.name == "ref" }) {
        return .reference(try text(reference.value, path.appending("ref")))
      }
      guard let json, json["fn"] != nil else {
        throw RuleSetError(path, "the object is neither {\"ref\": …} nor {\"fn\": …, \"argv\": […]}")
      }
      guard json["assign"] == nil else {
        throw RuleSetError(
          path.appending("assign"), "only a condition can assign; move the call into a condition of its own")
      }
      let (function, arguments) = try call(json, path)
      return .call(function, arguments)
    default:
      throw RuleSetError(
        path, "expected a string, boolean, whole number, list, reference or call\(found(json))")
    }
  }

  private func endpoint(_ rule: JSON, _ path: JSONPath) throws(RuleSetError) -> RuleSet.EndpointTemplate {
    let path = path.appending("endpoint")
    guard let json = rule["endpoint"], json.object != nil else {
      throw RuleSetError(path, "expected an object\(found(rule["endpoint"]))")
    }
    var template = RuleSet.EndpointTemplate(url: try expression(json["url"], path.appending("url")))
    if json["headers"] != nil {
      for member in try members(json, "headers", path) {
        let path = path.appending("headers").appending(member.name)
        var values: [RuleSet.Expression] = []
        for (index, element) in try array(member.value, path).enumerated() {
          values.append(try expression(element, path.appending(index)))
        }
        template.headers.append(RuleSet.Header(name: member.name, values: values))
      }
    }
    if json["properties"] != nil {
      template.properties = try properties(
        try members(json, "properties", path), path.appending("properties"))
    }
    return template
  }

  private func properties(
    _ members: [JSON.Member], _ path: JSONPath
  ) throws(RuleSetError) -> [RuleSet.Property] {
    var properties: [RuleSet.Property] = []
    for member in members {
      let value = try property(member.value, path.appending(member.name))
      properties.append(RuleSet.Property(name: member.name, value: value))
    }
    return properties
  }

  private func property(_ json: JSON, _ path: JSONPath) throws(RuleSetError) -> RuleSet.PropertyTemplate {
    switch json {
    case .string(let text): return .string(try RuleSet.Template(parsing: text, path))
    case .bool(let flag): return .boolean(flag)
    case .integer(let number): return .integer(number)
    case .object(let members): return .object(try properties(members, path))
    case .array(let elements):
      var items: [RuleSet.PropertyTemplate] = []
      for (index, element) in elements.enumerated() {
        items.append(try property(element, path.appending(index)))
      }
      return .array(items)
    case .null, .number:
      throw RuleSetError(
        path, "\(json.kindText) cannot be a property; use a string, boolean, whole number, list or object")
    }
  }
}

extension RuleReader {
  func string(_ object: JSON, _ name: String, _ path: JSONPath) throws(RuleSetError) -> String {
    guard object.object != nil else { throw RuleSetError(path, "expected an object\(found(object))") }
    guard let value = object[name] else { throw RuleSetError(path, "\"\(name)\" is missing") }
    return try text(value, path.appending(name))
  }

  func members(_ object: JSON, _ name: String, _ path: JSONPath) throws(RuleSetError) -> [JSON.Member] {
    guard let members = object[name]?.object else {
      throw RuleSetError(path.appending(name), "expected an object\(found(object[name]))")
    }
    return members
  }

  private func text(_ value: JSON, _ path: JSONPath) throws(RuleSetError) -> String {
    guard let text = value.string else { throw RuleSetError(path, "expected a string\(found(value))") }
    return text
  }

  private func boolean(_ value: JSON, _ path: JSONPath) throws(RuleSetError) -> Bool {
    guard let flag = value.bool else { throw RuleSetError(path, "expected true or false\(found(value))") }
    return flag
  }

  private func array(_ value: JSON?, _ path: JSONPath) throws(RuleSetError) -> [JSON] {
    guard let elements = value?.array else { throw RuleSetError(path, "expected an array\(found(value))") }
    return elements
  }

  private func found(_ value: JSON?) -> String { value.map { ", found \($0.kindText)" } ?? ", found nothing" }
}
