// SPDX-License-Identifier: Apache-2.0

package import StrictJSON

extension Explanation {
  /// The explanation as a JSON object: `parameters`, `steps` and `result`.
  ///
  /// Unset values are `null`, and so are the rules of conditions of a compiled program. `steps` holds conditions in the order in which they were tried, and last the rule that
  /// decided. `result.kind` is `endpoint`, `rule`, `noMatch`, `undeclaredParam`, `missingParam` or `engine`.
  package var json: JSON {
    .object([
      JSON.Member("parameters", .array(parameters.map(\.json))),
      JSON.Member("steps", .array(steps.map(\.json))),
      JSON.Member("result", resultJSON),
    ])
  }

  private var resultJSON: JSON {
    switch result {
    case .success(.endpoint(let endpoint)):
      return .object([JSON.Member("kind", "endpoint")] + (endpoint.json.object ?? []))
    case .success(let other):
      return [("kind", .string(other.kind)), ("error", .string(other.errorText ?? ""))].json
    case .failure(let error):
      return [("kind", .string(error.kind)), ("error", .string(error.description))].json
    }
  }
}

extension Explanation.Parameter {
  fileprivate var json: JSON {
    [("name", .string(name)), ("value", value?.json ?? .null), ("default", .bool(isDefault))].json
  }
}

extension Explanation.Step {
  private var rulePath: JSON { rule.map { .string($0.description) } ?? .null }

  fileprivate var json: JSON {
    switch event {
    case .decided(let template):
      return [("rule", rulePath), ("event", "decided"), ("template", .string(template))].json
    case .condition(let condition):
      return [
        ("rule", rulePath), ("event", "condition"),
        ("condition", rule.map { .string("\($0).conditions[\(condition.index)]") } ?? .null),
        ("call", .string(condition.text)),
        (
          "arguments",
          .array(
            condition.arguments.map { [("text", .string($0.text)), ("value", $0.value?.json ?? .null)].json })
        ),
        ("assign", condition.assign.map(JSON.string) ?? .null), ("value", condition.result?.json ?? .null),
        ("outcome", .string(condition.outcome.rawValue)),
      ].json
    }
  }
}

extension [(String, JSON)] {
  fileprivate var json: JSON { .object(map { JSON.Member($0.0, $0.1) }) }
}
