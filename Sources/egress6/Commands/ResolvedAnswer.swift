// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EndpointRules
import ServiceCatalog
import StrictJSON
import Terminal

/// What `resolve` prints for one query.
struct ResolvedAnswer {
  private let resolved: ResolvedEndpoint
  private let release: String
  private let explanation: Explanation?

  init(_ resolved: ResolvedEndpoint, release: String, isExplained: Bool) throws {
    self.resolved = resolved
    self.release = release
    explanation = isExplained ? try resolved.explanation() : nil
  }

  /// What a person should know beside the answer.
  var notes: [String] {
    var notes = [
      "data: rules of botocore \(release), \(resolved.service.folder) \(resolved.version.apiVersion)"
    ]
    if case .pattern(let partition, let nearest) = resolved.match {
      let hint = nearest.isEmpty ? "" : " (did you mean \(nearest.joined(separator: ", "))?)"
      notes.append("note: no partition lists this region\(hint); going on as in partition \(partition)")
    }
    return notes
  }

  /// Writes the answer: lines of name and value for people, a record for programs.
  func write(_ output: OutputOptions, to write: ([UInt8]) throws -> Void) throws {
    if output.format == .table, output.fields == nil, let explanation {
      try write(Array((text(output.layout.style) + "\n" + explanation.description + "\n").utf8))
    } else if output.format == .table, output.fields == nil {
      try write(Array(text(output.layout.style).utf8))
    } else {
      let records = RecordSet(
        schema: "egress6/endpoint/v1", metadata: [.init("catalog", .string("botocore \(release)"))],
        fields: values.map(\.0), rows: [values.map(\.1)])
      try records.write(output.layout, to: write)
    }
  }

  private func text(_ style: Style) -> String {
    let isEndpoint = resolved.url != nil
    let shown = values.filter { name, value in
      value != .null && name != "explanation" && name != "properties"
        && (name != "request_url" || value != self["url"])
        && value != .object([]) && (isEndpoint || name != "url")
    }
    let table = Table(
      headings: [], rows: shown.map { [Table.Cell($0.0, .faint), Table.Cell(RecordSet.text(of: $0.1))] })
    return table.text(style: style, hasHeadings: false)
  }

  private subscript(name: String) -> JSON { values.first { $0.0 == name }?.1 ?? .null }

  private var values: [(String, JSON)] {
    var url: JSON = .null
    var error: JSON = .null
    var headers: [JSON.Member] = []
    var properties: [JSON.Member] = []
    var schemes: [JSON] = []
    switch resolved.resolution {
    case .endpoint(let endpoint):
      url = .string(endpoint.url)
      headers = endpoint.headers.map { .init($0.name, .array($0.values.map(JSON.string))) }
      properties = endpoint.properties.map { JSON.Member($0.name, $0.value.json) }
      schemes = endpoint.authSchemes.map { .string($0.name) }
    case .ruleError(let text): error = .string(text)
    case .noMatch: error = "no rule matches"
    }
    var values: [(String, JSON)] = [
      ("url", url), ("request_url", resolved.requestURL.map(JSON.string) ?? .null),
      ("signing_name", resolved.signing.map { .string($0.name) } ?? .null),
      ("signing_region", resolved.signing?.region.map(JSON.string) ?? .null),
      (
        "auth_schemes",
        schemes.isEmpty ? resolved.signing.map { .array([.string($0.scheme)]) } ?? .null : .array(schemes)
      ),
      ("service", .string(resolved.service.folder)), ("service_id", .string(resolved.service.serviceID)),
      ("region", resolved.region.map(JSON.string) ?? .null),
      ("operation", resolved.operation.map { .string($0.name) } ?? .null),
      ("headers", .object(headers)), ("properties", .object(properties)), ("error", error),
    ]
    if let explanation { values.append(("explanation", explanation.json)) }
    return values
  }
}
