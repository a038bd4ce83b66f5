// SPDX-License-Identifier: Apache-2.0

package import ClientModel
package import EndpointRules
import ServiceCatalog

/// What a client would call: the URL, what its requests are signed for, and how it came to that.
package struct EndpointView: Sendable {
  private let resolved: ResolvedEndpoint
  private let release: String
  /// How the rules came to their answer, where that was asked for.
  package let explanation: Explanation?
  /// What is known of the name, and whether its lack of IPv6 is worth a note.
  private let evidence: EndpointEvidence?
  private let wantsIPv6: Bool

  /// Makes the view of an answer.
  ///
  /// - Parameters:
  ///   - resolved: The answer.
  ///   - release: The SDK release whose rules answered, such as `botocore 1.44.5`.
  ///   - isExplained: Whether to show every condition.
  ///   - evidence: What is known of the name.
  ///   - wantsIPv6: Whether the client's dual-stack switch is set.
  /// - Throws: `ImageError` when the rule tree cannot be read.
  package init(
    _ resolved: ResolvedEndpoint, release: String, isExplained: Bool, evidence: EndpointEvidence? = nil,
    wantsIPv6: Bool = false
  ) throws {
    self.resolved = resolved
    self.evidence = evidence
    self.wantsIPv6 = wantsIPv6
    self.release = release
    explanation = isExplained && resolved.service.hasClient ? try resolved.explanation() : nil
  }

  /// What a person should know beside the answer, a line each.
  package var notes: [String] {
    let service = resolved.service.folder
    var notes: [String] = []
    if resolved.service.hasClient {
      notes.append("data: rules of \(release), \(service) \(resolved.version.apiVersion)")
    } else {
      notes.append("data: endpoints.json of \(release)")
      notes.append(
        "note: \(release) has no client for \(service), and no rules: only its endpoints.json names it")
    }
    func hint(_ nearest: [String]) -> String {
      nearest.isEmpty ? "" : " (did you mean \(nearest.joined(separator: ", "))?)"
    }
    switch resolved.match {
    case .pattern(let partition, let nearest):
      notes.append(
        "note: no partition lists this region\(hint(nearest)); going on as in partition \(partition)")
    case .unknown(let nearest):
      notes.append(
        "note: no partition knows this region\(hint(nearest)); the client goes on as in partition aws"
      )
    case .listed, nil: break
    }
    if resolved.hasPrefixedAddress {
      notes.append(
        "note: the client puts \"\(resolved.hostPrefix ?? "")\" before the address, which makes a name that does not "
          + "exist: the request cannot work unless the client is set to leave host prefixes out")
    }
    if let discovery = resolved.discovery { notes.append(note(on: discovery)) }
    if let note = evidence?.note(wantsIPv6: wantsIPv6) { notes.append(note) }
    return notes
  }

  private func note(on discovery: ResolvedEndpoint.Discovery) -> String {
    let sent = resolved.operation?.name ?? "most requests"
    let asking =
      discovery.isMadeByDefault
      ? "note: the client calls \(discovery.operation) here first, and sends \(sent) to the endpoint that it returns"
      : "note: some clients call \(discovery.operation) here first, and send \(sent) to the endpoint that it returns; "
        + "this one does not unless it is set to"
    return asking + "; the dual-stack switch does not choose that endpoint"
  }

  /// The view for programs: one row.
  package var view: View<[Value.Field]> {
    let fields = fields
    return View(
      schema: "egress6/endpoint/v1", metadata: [.init("catalog", .text(release))],
      columns: fields.enumerated().map { index, field in
        Column(field.name, Self.types[field.name] ?? .text) { $0[index].value }
      }, rows: [fields])
  }

  /// The view for people: a row for each fact that the answer has.
  package var list: View<Value.Field> {
    let url = fields.first { $0.name == "url" }?.value
    let shown = fields.filter { field in
      switch (field.name, field.value) {
      case (_, .missing), (_, .record([])), ("explanation", _), ("properties", _), ("evidence", _): false
      case ("request_url", let value): value != url
      default: true
      }
    }
    return View(
      schema: "egress6/endpoint/v1",
      columns: [
        Column("what", .text, value: { .text($0.name) }, emphasis: { _ in .faint }),
        Column("value", .mixed) { $0.value },
      ], rows: shown)
  }

  private static let types: [String: ColumnType] = [
    "auth_schemes": .list, "headers": .record(members: []), "properties": .record(members: []),
    "evidence": .record(members: []), "explanation": .record(members: []),
  ]

  private var fields: [Value.Field] {
    var url: String?
    var error: String?
    var headers: [Value.Field] = []
    var properties: [Value.Field] = []
    var schemes: [String] = []
    switch resolved.resolution {
    case .endpoint(let endpoint):
      url = endpoint.url
      headers = endpoint.headers.map { .init($0.name, .texts($0.values)) }
      properties = endpoint.properties.map { .init($0.name, Value($0.value.json)) }
      schemes = endpoint.authSchemes.map(\.name)
    case .ruleError(let text): error = text
    case .noMatch: error = "no rule matches"
    }
    if schemes.isEmpty, let scheme = resolved.signing?.scheme { schemes = [scheme] }
    let fields: [Value.Field] = [
      .init("url", .text(url)), .init("request_url", .text(resolved.requestURL)),
      .init("signing_name", .text(resolved.signing?.name)),
      .init("signing_region", .text(resolved.signing?.region)),
      .init("auth_schemes", schemes.isEmpty ? .missing : .texts(schemes)),
      .init("service", .text(resolved.service.folder)),
      .init("service_id", .text(resolved.service.serviceID)),
      .init("region", .text(resolved.region)), .init("operation", .text(resolved.operation?.name)),
      .init("headers", .record(headers)), .init("properties", .record(properties)),
      .init("endpoint_discovery", .text(resolved.discovery.map { $0.isRequired ? "required" : "optional" })),
      .init("discovery_operation", .text(resolved.discovery?.operation)),
      .init("evidence", evidence?.value ?? .missing), .init("error", .text(error)),
    ]
    return fields + (explanation.map { [.init("explanation", Value($0.json))] } ?? [])
  }
}
