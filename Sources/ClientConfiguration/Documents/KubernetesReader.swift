// SPDX-License-Identifier: Apache-2.0

import Yams

/// Reads Kubernetes manifests: the data of ConfigMaps, and the environment of the containers of everything that makes pods.
///
/// `envFrom` counts where the ConfigMap stands in the same file. A value from a secret, a field or another file, and one
/// with `$(NAME)`, is dynamic.
struct KubernetesReader {
  private let yaml: LocatedYAML
  private var scopes: [SettingsScope] = []
  private var maps: [String: [LocatedSetting]] = [:]

  /// A scope for each ConfigMap and each container.
  static func scopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    var reader = KubernetesReader(yaml: try LocatedYAML(text))
    let objects = reader.yaml.documents.flatMap { document in
      document.at("kind")?.string == "List" ? document.at("items")?.elements ?? [] : [document]
    }
    for object in objects where object.at("kind")?.string == "ConfigMap" { reader.addMap(object) }
    for object in objects { reader.addContainers(of: object) }
    return reader.scopes
  }

  private init(yaml: LocatedYAML) { self.yaml = yaml }

  private mutating func addMap(_ object: Node) {
    let name = object.at("metadata", "name")?.string ?? ""
    let settings = (object.at("data")?.pairs ?? []).filter { VariableName.isValid($0.key.string ?? "") }
      .compactMap { yaml.setting($0.key, $0.value) }
    maps[name] = settings
    scopes.append(
      SettingsScope(
        kind: .environment, name: name.isEmpty ? "ConfigMap" : "ConfigMap \(name)", settings: settings))
  }

  private mutating func addContainers(of object: Node) {
    guard let kind = object.at("kind")?.string else { return }
    let pod: Node? =
      switch kind {
      case "Pod": object.at("spec")
      case "CronJob": object.at("spec", "jobTemplate", "spec", "template", "spec")
      default: object.at("spec", "template", "spec")
      }
    let name = object.at("metadata", "name")?.string ?? ""
    for list in ["initContainers", "containers"] {
      for container in pod?.at(list)?.elements ?? [] {
        add(container, of: name.isEmpty ? kind : "\(kind) \(name)")
      }
    }
  }

  private mutating func add(_ container: Node, of owner: String) {
    var scope = SettingsScope(
      kind: .environment, name: "\(owner), container \(container.at("name")?.string ?? "")")
    for source in container.at("envFrom")?.elements ?? [] {
      guard let name = source.at("configMapRef", "name")?.string else { continue }
      let prefix = source.at("prefix")?.string ?? ""
      scope.settings += (maps[name] ?? []).map { setting in
        var setting = setting.inherited
        setting.name = prefix + setting.name
        return setting
      }
    }
    for entry in container.at("env")?.elements ?? [] {
      guard let name = entry.at("name"), let variable = name.string else { continue }
      if let value = entry.at("value"), var setting = yaml.setting(name, value) {
        if setting.value.contains("$(") { setting.certainty = .dynamic }
        scope.settings.append(setting)
      } else {
        let isEmpty = entry.at("valueFrom") == nil
        scope.settings.append(
          LocatedSetting(
            name: variable, value: "", position: yaml.position(of: name),
            certainty: isEmpty ? .literal : .dynamic))
      }
    }
    if let image = container.pair("image"), let setting = yaml.setting(image.key, image.value) {
      scope.images = [setting]
    }
    scopes.append(scope)
  }
}
