// SPDX-License-Identifier: Apache-2.0

package import ClientModel
import EgressBase

/// What one client would call, and how each of its settings was decided.
package struct ClientAnswerView: Sendable {
  private let emulator: ClientEmulator
  private let call: ClientCall
  private let answer: ClientAnswer?
  private let stop: ClientStop?
  private let release: String

  /// Makes the view of an answer.
  ///
  /// - Parameters:
  ///   - answer: What the client would call, or why it stops.
  ///   - call: What it was asked to do.
  ///   - emulator: The client.
  ///   - release: The SDK release whose rules answered where the client has no older ones.
  package init(
    _ answer: Result<ClientAnswer, ClientStop>, to call: ClientCall, of emulator: ClientEmulator,
    release: String
  ) {
    switch answer {
    case .success(let value): (self.answer, stop) = (value, nil)
    case .failure(let error): (self.answer, stop) = (nil, error)
    }
    self.call = call
    self.emulator = emulator
    self.release = release
  }

  private var decisions: [SettingDecision] { answer?.decisions ?? stop?.decisions ?? [] }

  /// What a person should know beside the answer, a line each.
  package var notes: [String] {
    let rules = emulator.rulesRelease.map { "botocore \($0)" } ?? release
    var notes = ["data: \(emulator.client.name)\(emulator.version.map { " \($0)" } ?? ""), rules of \(rules)"]
    if let status = emulator.client.status { notes.append("note: \(emulator.client.name): \(status)") }
    for call in answer?.credentialCalls ?? [] {
      notes.append("note: the client first calls \(call.requestURL) for credentials")
    }
    return notes
  }

  /// The view for programs: one row.
  package var view: View<[Value.Field]> {
    let fields = fields
    return View(
      schema: "egress6/client-endpoint/v1",
      metadata: [.init("catalog", .text(release))],
      columns: fields.enumerated().map { index, field in
        Column(field.name, Self.types[field.name] ?? .text) { $0[index].value }
      }, rows: [fields])
  }

  /// The view for people: a row for each fact that the answer has.
  package var list: View<Value.Field> {
    let url = fields.first { $0.name == "url" }?.value
    let shown = fields.filter { field in
      switch (field.name, field.value) {
      case (_, .missing), (_, .list([])), ("decisions", _): false
      case ("request_url", let value): value != url
      default: true
      }
    }
    return View(
      schema: "egress6/client-endpoint/v1",
      columns: [
        Column("what", .text, value: { .text($0.name) }, emphasis: { _ in .faint }),
        Column("value", .mixed) { $0.value },
      ], rows: shown)
  }

  /// How each setting was decided: a row for each source, the one that won first.
  package var decisionList: View<[String?]> {
    var rows: [[String?]] = []
    for decision in decisions {
      let value = decision.value ?? "(not set)"
      rows.append([decision.setting, value, Self.text(decision.source), nil])
      for loser in decision.losers {
        rows.append([nil, Self.shown(loser.value), Self.text(loser.source), loser.reason])
      }
    }
    return View(
      schema: "egress6/client-endpoint/v1",
      columns: ["setting", "value", "source", "why_not"].enumerated().map { index, name in
        Column(name, .text) { .text($0[index]) }
      }, rows: rows)
  }

  private static let types: [String: ColumnType] = ["credential_calls": .list, "decisions": .list]

  private var fields: [Value.Field] {
    [
      .init("client", .text(emulator.client.id)),
      .init("client_version", .text(emulator.version?.description)),
      .init("service", .text(call.service)), .init("operation", .text(call.operation)),
      .init("region", .text(decisions.last { $0.setting == "region" }?.value)),
      .init("url", .text(answer?.endpoint)), .init("request_url", .text(answer?.requestURL)),
      .init("request_host", .text(answer?.requestHost)),
      .init("signing_name", .text(answer?.signing?.name)),
      .init("signing_region", .text(answer?.signing?.region)),
      .init("credential_calls", .texts((answer?.credentialCalls ?? []).map(\.requestURL))),
      .init("rules", .text(emulator.rulesRelease.map { "botocore \($0)" } ?? release)),
      .init("decisions", .list(decisions.map { Self.value($0) })),
      .init("error", .text(stop?.description)), .init("error_code", .text(stop?.code.description)),
    ]
  }

  private static func value(_ decision: SettingDecision) -> Value {
    .record([
      .init("setting", .text(decision.setting)), .init("value", .text(decision.value)),
      .init("source", .text(text(decision.source))),
      .init(
        "losers",
        .list(
          decision.losers.map { loser in
            .record([
              .init("value", .text(loser.value)), .init("source", .text(text(loser.source))),
              .init("reason", .text(loser.reason)),
            ])
          })),
    ])
  }

  private static func shown(_ value: String) -> String { value.isEmpty ? "(blank)" : value }

  /// A source in words: where a person finds it.
  package static func text(_ source: SettingSource) -> String {
    switch source {
    case .call: "option of the call"
    case .ownOption(let name): "option \(name)"
    case .variable(let name, let location): location.map { "\(name) at \($0)" } ?? name
    case .file(let location, let section, let key): "\(key) of [\(section)] at \(location)"
    case .standard: "default"
    }
  }
}
