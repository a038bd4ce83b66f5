// SPDX-License-Identifier: Apache-2.0

import ClientModel
import StrictJSON

/// Writes variables into a task definition or a function's environment.
enum ContainerWriter {
  /// The most bytes of a Lambda function's variables.
  static let lambdaLimit = 4096
  /// The most bytes of a task definition.
  private static let taskDefinitionLimit = 64 << 10

  /// The environment list, or a task definition in which every container has it.
  static func taskDefinition(_ plan: ConfigurationPlan, _ document: JSON?) throws(ArtefactError) -> String {
    let variables = plan.variables.map { variable in
      JSON.object([.init("name", .string(variable.name)), .init("value", .string(variable.value))])
    }
    guard let document else {
      return JSON.object([.init("environment", .array(variables))]).text(.pretty) + "\n"
    }
    let names = Set(plan.variables.map(\.name))
    let text =
      JSON.replacing(document, at: ["taskDefinition", "containerDefinitions"]) { containers in
        guard case .array(let containers) = containers else { return containers }
        return .array(
          containers.map { container in
            let others = (container["environment"]?.array ?? []).filter {
              !names.contains($0["name"]?.string ?? "")
            }
            return container.setting("environment", .array(others + variables))
          })
      }.text(.pretty) + "\n"
    guard text.utf8.count <= taskDefinitionLimit else {
      throw .tooLarge(
        "a task definition holds 64 KiB, and this one would take \(text.utf8.count) bytes",
        services: plan.endpoints.map(\.service.service))
    }
    return text
  }

  /// The variables of a function, those that it has included: an update replaces all.
  static func function(_ plan: ConfigurationPlan, _ document: JSON?) throws(ArtefactError) -> String {
    let names = Set(plan.variables.map(\.name))
    let own = (variables(document) ?? []).filter { !names.contains($0.name) }
    let all = own + plan.variables.map { JSON.Member($0.name, .string($0.value)) }
    // Lambda measures the variables as one JSON text, which is more than names and values alone.
    let measured = JSON.object(all).text().utf8.count
    guard measured <= lambdaLimit else {
      let mine = plan.variables.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
      throw .tooLarge(
        "Lambda holds \(lambdaLimit) bytes of variables, and these would take \(measured): "
          + "\(own.count) of the function's own, and \(plan.variables.count) settings with \(mine) bytes",
        services: plan.endpoints.map(\.service.service))
    }
    return JSON.object([.init("Variables", .object(all))]).text(.pretty) + "\n"
  }

  /// The variables of a function: of what the service prints, of its `Environment`, or a plain map.
  static func variables(_ document: JSON?) -> [JSON.Member]? {
    guard let document else { return nil }
    let environment = (document["Configuration"] ?? document)["Environment"] ?? document
    if let members = environment["Variables"]?.object { return members }
    guard let members = environment.object, members.allSatisfy({ $0.value.string != nil }) else { return nil }
    return members
  }
}

extension JSON {
  /// The object with a member set, in its old place where it has one.
  func setting(_ name: String, _ value: JSON) -> JSON {
    guard case .object(var members) = self else { return self }
    if let index = members.firstIndex(where: { $0.name == name }) {
      members[index].value = value
    } else {
      members.append(Member(name, value))
    }
    return .object(members)
  }

  /// The value with the member at a path changed; the first name of the path may be missing.
  static func replacing(_ value: JSON, at path: [String], _ change: (JSON) -> JSON) -> JSON {
    guard let name = path.first else { return change(value) }
    let rest = Array(path.dropFirst())
    guard let member = value[name] else {
      return rest.isEmpty ? value : replacing(value, at: rest, change)
    }
    return value.setting(name, replacing(member, at: rest, change))
  }
}
