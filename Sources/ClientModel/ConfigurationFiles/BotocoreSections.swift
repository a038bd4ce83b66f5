// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Gives parsed lines their meaning as `botocore.configloader` does.
///
/// Of two sections for the same profile, such as `[default]` and `[profile default]`, the later one replaces the earlier
/// one. In a credentials file every section is a profile of exactly its name. A client merges both files: it takes the
/// profiles of the config file and sets the settings of the credentials file's profile over those of the same name.
struct BotocoreSections {
  let syntax: ConfigurationSyntax
  let file: ConfigurationFile

  /// The most settings that a `[DEFAULT]` section may add to all sections together.
  private static let inheritedLimit = 4_000_000

  func sections() throws(ConfigurationFileError) -> ConfigurationSections {
    var result = ConfigurationSections()
    let isDefaults = { syntax.bytes[$0].elementsEqual(BotocoreParser.defaults) }
    let own = syntax.sections.filter { !isDefaults($0.name.range) }
    guard !own.isEmpty else { return result }
    let inherited = syntax.sections.filter { isDefaults($0.name.range) }.flatMap(\.properties)
    if let first = inherited.first,
      inherited.count * own.count > Self.inheritedLimit
    {
      throw error(
        "the section 'DEFAULT' adds too many settings to all sections", at: syntax.position(first.name))
    }
    for section in own {
      let text = String(decoding: syntax.bytes[section.name.range], as: UTF8.self)
      var collector = PropertyCollector()
      for property in section.properties { try collector.set(value(property)) }
      for property in inherited { try collector.addInherited(property, of: self) }
      add(
        collector.properties, of: text, position: TextPosition(line: section.name.line + 1, column: 1),
        to: &result)
    }
    return result
  }

  private func add(
    _ properties: [ConfigurationSections.Property], of text: String, position: TextPosition,
    to result: inout ConfigurationSections
  ) {
    func section(_ name: String) -> ConfigurationSections.Section {
      ConfigurationSections.Section(name: name, position: position, properties: properties)
    }
    /// The second of exactly two words.
    func name() -> String? {
      guard let words = PythonText.shellWords(text), words.count == 2 else { return nil }
      return words[1]
    }
    if file.kind == .credentials {
      result.profiles[text] = section(text)
    } else if text.utf8.starts(with: "profile".utf8) {
      if let name = name() { result.profiles[name] = section(name) }
    } else if text.utf8.starts(with: "sso-session".utf8) {
      if let name = name() { result.ssoSessions[name] = section(name) }
    } else if text.utf8.starts(with: "services".utf8) {
      if let name = name() { result.services[name] = section(name) }
    } else if text.utf8.elementsEqual("default".utf8) {
      result.profiles[text] = section(text)
    }
  }

  /// The name of a setting as botocore gives it to the client.
  fileprivate func name(_ property: ConfigurationSyntax.Property) -> String {
    PythonText.lower(String(decoding: syntax.bytes[property.name.range], as: UTF8.self))
  }

  fileprivate func value(
    _ property: ConfigurationSyntax.Property
  ) throws(ConfigurationFileError) -> ConfigurationSections.Property {
    var lines = [property.value] + property.continuations
    while lines.count > 1, lines.last?.range.isEmpty == true { lines.removeLast() }
    let text = lines.map { String(decoding: syntax.bytes[$0.range], as: UTF8.self) }.joined(separator: "\n")
    var nested = PropertyCollector()
    if lines.count > 1, property.value.range.isEmpty {
      for line in lines { try addNested(line, to: &nested) }
    }
    return ConfigurationSections.Property(
      name: name(property), value: text, position: syntax.position(property.name), nested: nested.properties)
  }

  private func addNested(
    _ line: ConfigurationSyntax.Part, to nested: inout PropertyCollector
  ) throws(ConfigurationFileError) {
    let bytes = syntax.bytes
    for part in PythonText.splitLines(line.range, of: bytes) {
      let part = PythonText.strip(part, of: bytes)
      if part.isEmpty { continue }
      let position = syntax.position(part.lowerBound, line: line.line)
      guard let equals = bytes[part].firstIndex(of: UInt8(ascii: "=")) else {
        throw error("the nested line has no '='", at: position)
      }
      func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[PythonText.strip(range, of: bytes)], as: UTF8.self)
      }
      nested.set(
        ConfigurationSections.Property(
          name: string(part.lowerBound..<equals), value: string(equals + 1..<part.upperBound),
          position: position))
    }
  }

  private func error(_ problem: String, at position: TextPosition) -> ConfigurationFileError {
    ConfigurationFileError(path: file.path, position: position, problem: problem)
  }
}

extension PropertyCollector {
  /// Adds a setting of `[DEFAULT]` unless the section has its own, whose value alone is then read.
  fileprivate mutating func addInherited(
    _ property: ConfigurationSyntax.Property, of reader: BotocoreSections
  ) throws(ConfigurationFileError) {
    if !contains(reader.name(property)) { try set(reader.value(property)) }
  }
}
