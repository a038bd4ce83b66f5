// SPDX-License-Identifier: Apache-2.0

package import StrictJSON

extension Endpoint.PropertyValue {
  /// The value as JSON.
  package var json: JSON {
    switch self {
    case .string(let text): .string(text)
    case .boolean(let flag): .bool(flag)
    case .integer(let number): .integer(number)
    case .array(let items): .array(items.map(\.json))
    case .object(let members): .object(members.map { JSON.Member($0.name, $0.value.json) })
    }
  }
}

extension Endpoint {
  /// The headers as a JSON object of lists.
  package var headersJSON: JSON {
    .object(headers.map { JSON.Member($0.name, .array($0.values.map(JSON.string))) })
  }

  /// The properties as a JSON object.
  package var propertiesJSON: JSON { .object(properties.map { JSON.Member($0.name, $0.value.json) }) }

  /// The endpoint as a JSON object with `url`, `properties` and `headers`.
  package var json: JSON {
    .object([
      JSON.Member("url", .string(url)), JSON.Member("properties", propertiesJSON),
      JSON.Member("headers", headersJSON),
    ])
  }
}

extension ResolveError {
  /// The short name of the kind in outputs: `undeclaredParam`, `missingParam` or `engine`.
  package var kind: String {
    switch self {
    case .undeclaredParameter: "undeclaredParam"
    case .missingParameter: "missingParam"
    case .engine: "engine"
    }
  }
}

extension Resolution {
  /// The short name of the kind in outputs: `endpoint`, `rule` or `noMatch`.
  package var kind: String {
    switch self {
    case .endpoint: "endpoint"
    case .ruleError: "rule"
    case .noMatch: "noMatch"
    }
  }

  /// The text of a result other than an endpoint.
  package var errorText: String? {
    switch self {
    case .endpoint: nil
    case .ruleError(let text): text
    case .noMatch: "no rule matches these parameters"
    }
  }
}
