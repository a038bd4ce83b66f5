// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

extension Explanation: CustomStringConvertible {
  /// The explanation for people: parameters, every condition with its values, and the result.
  ///
  /// ```text
  /// parameters
  ///   Region        "eu-central-1"
  ///   UseDualStack  true
  ///   UseFIPS       false (default)
  ///
  /// $.rules[1]
  ///   holds  isSet(Region)  [Region = "eu-central-1"]
  /// ```
  public var description: String {
    var lines = ["parameters"]
    let width = parameters.map(\.name.count).max() ?? 0
    for parameter in parameters {
      let padding = String(repeating: " ", count: width - parameter.name.count)
      let value = Self.text(parameter.value) + (parameter.isDefault ? " (default)" : "")
      lines.append("  \(parameter.name)\(padding)  \(value)")
    }
    var heading = ""
    for step in steps {
      // A program has no rules to go into: those that decide stand at the edge.
      let depth = isOfProgram ? 1 : step.rule?.indices.count ?? 1
      let indent = String(repeating: "  ", count: max(0, depth - 1))
      let place = step.rule?.description ?? "program"
      if place != heading {
        if depth == 1 { lines.append("") }
        lines.append("\(indent)\(place)")
        heading = place
      }
      switch step.event {
      case .decided(let template): lines.append("\(indent)  gives  \(readable(template))")
      case .condition(let condition): lines.append("\(indent)  \(Self.line(condition))")
      }
    }
    return (lines + [""] + resultLines).joined(separator: "\n")
  }

  private static func line(_ condition: Condition) -> String {
    var line = "\(condition.outcome.rawValue.padded(to: 5))  \(readable(condition.text))"
    if let assign = condition.assign { line += " as \(assign)" }
    // A literal needs no value; only what had to be looked up does.
    let values = condition.arguments.filter { $0.text != text($0.value) }
      .map { "\(readable($0.text)) = \(text($0.value))" }
    if !values.isEmpty { line += "  [\(values.joined(separator: ", "))]" }
    if condition.assign != nil, condition.result != nil { line += "  = \(text(condition.result))" }
    return line
  }

  /// Whether a compiled program has been explained.
  private var isOfProgram: Bool { steps.contains { $0.rule == nil } }

  private var resultLines: [String] {
    switch result {
    case .failure(let error): return ["error   \(readable(error.description))"]
    case .success(.endpoint(let endpoint)):
      var lines = ["url     \(readable(endpoint.url))"]
      for header in endpoint.headers {
        lines.append(
          "header  \(readable(header.name)): \(header.values.map(readable).joined(separator: ", "))")
      }
      for property in endpoint.properties {
        lines.append("\(readable(property.name))  \(readable(property.value.json.text()))")
      }
      return lines
    case .success(let other): return ["error   \(readable(other.errorText ?? ""))"]
    }
  }

  private static func text(_ value: Endpoint.PropertyValue?) -> String {
    value.map { readable($0.json.text()) } ?? "unset"
  }

}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
