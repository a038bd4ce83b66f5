// SPDX-License-Identifier: Apache-2.0

import Yams

/// Reads a CloudFormation or SAM template, YAML or JSON: the environment and the log options of the containers of task
/// definitions, and the variables of Lambda functions.
///
/// A value from a function (`!Ref`, `Fn::Sub`) is dynamic.
enum CloudFormationReader {
  /// A scope for each container, log driver and function.
  static func scopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    let yaml = try LocatedYAML(text)
    return yaml.documents.flatMap { document in
      (document.at("Resources")?.pairs ?? []).flatMap { pair -> [SettingsScope] in
        let name = pair.key.string ?? ""
        guard let properties = pair.value.at("Properties") else { return [] }
        switch pair.value.at("Type")?.string {
        case "AWS::ECS::TaskDefinition":
          return (properties.at("ContainerDefinitions")?.elements ?? []).flatMap { container(name, $0, yaml) }
        case "AWS::Lambda::Function", "AWS::Serverless::Function":
          let variables = properties.at("Environment", "Variables")?.pairs ?? []
          return [
            SettingsScope(
              kind: .environment, name: name,
              settings: variables.compactMap { setting($0.key, $0.value, yaml) })
          ]
        default: return []
        }
      }
    }
  }

  private static func container(_ owner: String, _ node: Node, _ yaml: LocatedYAML) -> [SettingsScope] {
    let name = "\(owner), container \(node.at("Name")?.string ?? "")"
    var scope = SettingsScope(kind: .environment, name: name)
    scope.settings = (node.at("Environment")?.elements ?? []).compactMap { pair in
      guard let name = pair.at("Name"), let value = pair.at("Value") else { return nil }
      return setting(name, value, yaml)
    }
    if let image = node.pair("Image"), let setting = setting(image.key, image.value, yaml) {
      scope.images = [setting]
    }
    guard let driver = node.at("LogConfiguration", "LogDriver")?.string,
      let options = node.at("LogConfiguration", "Options")?.pairs
    else { return [scope] }
    return [
      scope,
      SettingsScope(
        kind: .options(client: LogDriver.client(driver)), name: "\(name), log driver \(driver)",
        settings: options.compactMap { setting($0.key, $0.value, yaml) }),
    ]
  }

  private static func setting(_ name: Node, _ value: Node, _ yaml: LocatedYAML) -> LocatedSetting? {
    guard let variable = name.string else { return nil }
    // A tag of the template's own makes the scalar an expression.
    let isTagged = value.tag.description.hasPrefix("!") && !value.tag.description.hasPrefix("!!")
    guard !isTagged, let setting = yaml.setting(name, value, as: variable) else {
      return LocatedSetting(
        name: variable, value: "", position: yaml.position(of: name), certainty: .dynamic)
    }
    return setting
  }
}

/// Log drivers of containers.
enum LogDriver {
  /// The client that a log driver is.
  static func client(_ driver: String) -> String {
    switch driver {
    case "awslogs": "ecs-awslogs"
    case "awsfirelens": "fluent-bit"
    default: driver
    }
  }
}
