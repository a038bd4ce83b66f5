// SPDX-License-Identifier: Apache-2.0

import Yams

/// Reads Fluent Bit's configuration, classic or YAML: a scope for each output that calls AWS, and one for `[SERVICE]`.
///
/// Names of options are in lower case, as Fluent Bit compares them without case. A value with `${NAME}` is dynamic.
enum FluentBitReader {
  /// The plug-ins that call AWS.
  private static let outputs: Set<String> = [
    "cloudwatch", "cloudwatch_logs", "firehose", "kinesis", "kinesis_firehose", "kinesis_streams", "s3",
  ]
  private static let client = "fluent-bit"

  /// The scopes.
  static func scopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    let isYAML = text.path.hasSuffix(".yaml") || text.path.hasSuffix(".yml")
    return isYAML ? try yamlScopes(text) : try classicScopes(text)
  }

  private static func classicScopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    var sections: [(name: String, settings: [LocatedSetting])] = []
    for number in 1...text.lineCount {
      var line = text.trimmed(text.line(number))
      if number == 1, text.hasByteOrderMark { line = text.trimmed(3..<max(3, line.upperBound)) }
      guard let first = line.first.map({ text.bytes[$0] }), first != UInt8(ascii: "#"),
        first != UInt8(ascii: "@")
      else { continue }
      if first == UInt8(ascii: "[") {
        guard text.bytes[line.upperBound - 1] == UInt8(ascii: "]") else {
          throw text.error("the name of the section is not closed", at: line.lowerBound)
        }
        sections.append((text.text(line.dropFirst().dropLast()).uppercased(), []))
        continue
      }
      guard !sections.isEmpty else {
        throw text.error("an option stands before any section", at: line.lowerBound)
      }
      let end = line.first { text.bytes[$0].isBlank } ?? line.upperBound
      let value = text.trimmed(end..<line.upperBound)
      let content = text.text(value)
      sections[sections.count - 1].settings.append(
        LocatedSetting(
          name: text.text(line.lowerBound..<end).lowercased(), value: content,
          position: text.position(of: line.lowerBound), valueRange: value, nameRange: line.lowerBound..<end,
          certainty: content.contains("${") ? .dynamic : .literal))
    }
    return sections.compactMap { scope($0.name, $0.settings) }
  }

  private static func yamlScopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    let yaml = try LocatedYAML(text)
    func settings(_ node: Node) -> [LocatedSetting] {
      node.pairs.compactMap { pair in
        guard var setting = yaml.setting(pair.key, pair.value) else { return nil }
        setting.name = setting.name.lowercased()
        if setting.value.contains("${") { setting.certainty = .dynamic }
        return setting
      }
    }
    return yaml.documents.flatMap { document in
      (document.at("service").flatMap { scope("SERVICE", settings($0)) }.map { [$0] } ?? [])
        + (document.at("pipeline", "outputs")?.elements ?? []).compactMap { scope("OUTPUT", settings($0)) }
    }
  }

  private static func scope(_ section: String, _ settings: [LocatedSetting]) -> SettingsScope? {
    if section == "SERVICE" {
      return SettingsScope(kind: .options(client: client), name: "service", settings: settings)
    }
    guard section == "OUTPUT", let plugin = settings.first(where: { $0.name == "name" })?.value.lowercased(),
      outputs.contains(plugin)
        || settings.contains(where: { $0.name == "aws_auth" && $0.value.lowercased() == "on" })
    else { return nil }
    return SettingsScope(kind: .options(client: client), name: "output \(plugin)", settings: settings)
  }
}
