// SPDX-License-Identifier: Apache-2.0

import ClientModel

/// Reads the lines of a shared configuration or credentials file, whatever one client or another makes of them: each
/// section is a scope, nested settings have the path `logs.endpoint_url`, and nothing is merged.
///
/// What a client makes of the file is `ConfigurationFile.sections(as:)`; this reader keeps what clients refuse or drop, so that
/// it can be pointed at.
enum SharedFileReader {
  /// The sections in the order of the file.
  static func scopes(_ text: DocumentText) -> [SettingsScope] {
    let kind: ConfigurationFile.Kind = text.path.hasSuffix("credentials") ? .credentials : .config
    var scopes: [SettingsScope] = []
    var parent: String?
    for number in 1...text.lineCount {
      let line = text.line(number)
      let start = number == 1 && text.hasByteOrderMark ? line.lowerBound + 3 : line.lowerBound
      let content = text.trimmed(start..<max(start, line.upperBound))
      guard let first = content.first.map({ text.bytes[$0] }), first != UInt8(ascii: "#"),
        first != UInt8(ascii: ";")
      else { continue }
      let isIndented = content.lowerBound > start
      if first == UInt8(ascii: "["), !isIndented {
        let end = text.bytes[content].firstIndex(of: UInt8(ascii: "]")) ?? content.upperBound
        scopes.append(
          SettingsScope(
            kind: .section(kind), name: text.text(text.trimmed((content.lowerBound + 1)..<end)), settings: [],
            images: []))
        parent = nil
        continue
      }
      guard !scopes.isEmpty, let equals = text.bytes[content].firstIndex(of: UInt8(ascii: "=")) else {
        continue
      }
      let nameRange = text.trimmed(content.lowerBound..<equals)
      let valueRange = text.trimmed((equals + 1)..<content.upperBound)
      let name = text.text(nameRange)
      let value = text.text(valueRange)
      if !isIndented { parent = value.isEmpty ? name : nil }
      let path = isIndented ? (parent.map { "\($0).\(name)" } ?? name) : name
      scopes[scopes.count - 1].settings.append(
        LocatedSetting(
          name: path, value: value, position: text.position(of: nameRange.lowerBound), valueRange: valueRange,
          nameRange: nameRange))
    }
    return scopes
  }
}
