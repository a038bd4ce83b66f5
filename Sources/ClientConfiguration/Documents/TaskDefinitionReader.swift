// SPDX-License-Identifier: Apache-2.0

/// Reads an ECS task definition: as it is registered, or as `describe-task-definition` prints it.
enum TaskDefinitionReader {
  /// The environment and the options of the log driver of each container.
  static func scopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    let root = try LocatedJSON.read(text)
    let definition = root["taskDefinition"] ?? root
    guard let containers = definition["containerDefinitions"] else {
      throw text.error("a task definition needs containerDefinitions", at: definition.range.lowerBound)
    }
    var scopes: [SettingsScope] = []
    for (index, container) in containers.elements.enumerated() {
      let name = container["name"]?.string ?? "container \(index)"
      var scope = SettingsScope(kind: .environment, name: name)
      for pair in container["environment"]?.elements ?? [] {
        guard let setting = setting(pair, text) else {
          throw text.error(
            "an entry of environment needs name and value, both strings", at: pair.range.lowerBound)
        }
        scope.settings.append(setting)
      }
      for pair in container["secrets"]?.elements ?? [] {
        guard let name = pair["name"], let variable = name.string else { continue }
        scope.settings.append(
          LocatedSetting(
            name: variable, value: "", position: text.position(of: name.range.lowerBound), certainty: .dynamic
          ))
      }
      scope.images = container.members.filter { $0.name == "image" }.compactMap { $0.setting(text) }
      scopes.append(scope)
      if let options = logOptions(container, name, text) { scopes.append(options) }
    }
    return scopes
  }

  private static func setting(_ pair: LocatedJSON, _ text: DocumentText) -> LocatedSetting? {
    guard let name = pair["name"], let variable = name.string, let value = pair["value"],
      let content = value.string
    else { return nil }
    return LocatedSetting(
      name: variable, value: content, position: text.position(of: name.range.lowerBound),
      valueRange: value.range, nameRange: (name.range.lowerBound + 1)..<(name.range.upperBound - 1))
  }

  private static func logOptions(
    _ container: LocatedJSON, _ name: String, _ text: DocumentText
  ) -> SettingsScope? {
    guard let configuration = container["logConfiguration"], let driver = configuration["logDriver"]?.string,
      let options = configuration["options"]
    else { return nil }
    return SettingsScope(
      kind: .options(client: LogDriver.client(driver)), name: "\(name), log driver \(driver)",
      settings: options.members.compactMap { $0.setting(text) })
  }
}

/// Reads the variables of a Lambda function: `get-function`, `get-function-configuration`, their `Environment`, or its
/// `Variables`.
enum LambdaReader {
  /// The function's variables.
  static func scopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    let root = try LocatedJSON.read(text)
    let function = root["Configuration"] ?? root
    let environment = function["Environment"] ?? function
    let variables = environment["Variables"] ?? environment
    guard case .object(let members) = variables.content else {
      throw text.error("a function's variables are an object of strings", at: variables.range.lowerBound)
    }
    var scope = SettingsScope(kind: .environment, name: function["FunctionName"]?.string ?? "")
    // Without variables, get-function-configuration has no Environment at all.
    if function["Environment"] == nil, function["FunctionName"] != nil { return [scope] }
    for member in members {
      guard member.value.string != nil, let setting = member.setting(text) else {
        throw text.error("the value of \(member.name) is not a string", at: member.value.range.lowerBound)
      }
      scope.settings.append(setting)
    }
    return [scope]
  }
}

/// Reads the JSON of a program of its own: each scalar is a setting whose name is the path that leads to it.
enum OptionTreeReader {
  /// One scope with all options.
  static func scopes(_ text: DocumentText, client: String) throws(DocumentError) -> [SettingsScope] {
    let root = try LocatedJSON.read(text)
    guard case .object(let members) = root.content else {
      throw text.error("the configuration is an object", at: root.range.lowerBound)
    }
    var scope = SettingsScope(kind: .options(client: client))
    add(members, "", text, to: &scope)
    return [scope]
  }

  private static func add(
    _ members: [LocatedJSON.Member], _ prefix: String, _ text: DocumentText, to scope: inout SettingsScope
  ) {
    for member in members {
      let path = prefix + member.name
      if let setting = member.setting(text, name: path) { scope.settings.append(setting) }
      add(member.value.members, path + ".", text, to: &scope)
      for (index, element) in member.value.elements.enumerated() {
        add(element.members, "\(path).\(index).", text, to: &scope)
      }
    }
  }
}
