// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Gives parsed lines their meaning as the AWS SDKs' common specification says.
///
/// Sections and settings with names that are not valid are ignored; sections of the same name are merged, and of two
/// settings of the same name the later one counts. `[profile default]` replaces `[default]`, wherever it stands. Only the
/// text that becomes a value has to be UTF-8.
struct SpecificationSections {
  let syntax: ConfigurationSyntax
  let file: ConfigurationFile

  /// The kind of a section and its name.
  enum Header: Equatable {
    case profile(String, isPrefixed: Bool)
    case services(String)
    case ssoSession(String)
  }

  /// A section while its parts are merged.
  private struct Draft {
    var position: TextPosition
    var isPrefixed: Bool
    var collector = PropertyCollector()
  }

  /// The sections of one kind while their parts are merged.
  private struct Drafts {
    private var indices: [String: Int] = [:]
    private var drafts: [Draft] = []

    /// The index of the section of a name, to which settings are added; `nil` when they do not count.
    mutating func index(_ name: String, position: TextPosition, isPrefixed: Bool) -> Int? {
      guard let index = indices[name] else {
        indices[name] = drafts.count
        drafts.append(Draft(position: position, isPrefixed: isPrefixed))
        return drafts.count - 1
      }
      if isPrefixed == drafts[index].isPrefixed { return index }
      guard isPrefixed else { return nil }
      drafts[index] = Draft(position: position, isPrefixed: true)
      return index
    }

    mutating func set(_ property: ConfigurationSections.Property, at index: Int) {
      drafts[index].collector.set(property)
    }

    var sections: [String: ConfigurationSections.Section] {
      indices.reduce(into: [:]) { sections, entry in
        let draft = drafts[entry.value]
        sections[entry.key] = ConfigurationSections.Section(
          name: entry.key, position: draft.position, properties: draft.collector.properties)
      }
    }
  }

  func sections() throws(ConfigurationFileError) -> ConfigurationSections {
    var (profiles, services, ssoSessions) = (Drafts(), Drafts(), Drafts())
    for section in syntax.sections {
      let position = TextPosition(line: section.name.line + 1, column: 1)
      switch header(section.name) {
      case .profile(let name, let isPrefixed):
        guard let index = profiles.index(name, position: position, isPrefixed: isPrefixed) else { continue }
        for property in section.properties {
          if let property = try value(property) { profiles.set(property, at: index) }
        }
      case .services(let name):
        guard let index = services.index(name, position: position, isPrefixed: true) else { continue }
        for property in section.properties {
          if let property = try value(property) { services.set(property, at: index) }
        }
      case .ssoSession(let name):
        guard let index = ssoSessions.index(name, position: position, isPrefixed: true) else { continue }
        for property in section.properties {
          if let property = try value(property) { ssoSessions.set(property, at: index) }
        }
      case nil: continue
      }
    }
    var result = ConfigurationSections()
    result.profiles = profiles.sections
    result.services = services.sections
    result.ssoSessions = ssoSessions.sections
    return result
  }

  /// What a section is; `nil` for one that clients ignore.
  func header(_ name: ConfigurationSyntax.Part) -> Header? {
    guard file.kind == .config else { return identifier(name.range).map { .profile($0, isPrefixed: true) } }
    guard let space = syntax.bytes[name.range].firstIndex(where: SpecificationParser.isSpace) else {
      return identifier(name.range) == "default" ? .profile("default", isPrefixed: false) : nil
    }
    let rest = SpecificationParser.trim(space..<name.range.upperBound, of: syntax.bytes)
    guard let kind = identifier(name.range.lowerBound..<space), let rest = identifier(rest) else {
      return nil
    }
    switch kind {
    case "profile": return .profile(rest, isPrefixed: true)
    case "services": return .services(rest)
    case "sso-session": return .ssoSession(rest)
    default: return nil
    }
  }

  /// A setting with its value; `nil` for one that clients ignore.
  private func value(
    _ property: ConfigurationSyntax.Property
  ) throws(ConfigurationFileError) -> ConfigurationSections.Property? {
    guard let name = identifier(property.name.range) else { return nil }
    var value = try string(property.value)
    for line in property.continuations { value += try "\n" + string(line) }
    var nested = PropertyCollector()
    if property.value.range.isEmpty {
      for line in property.continuations { if let setting = try nestedSetting(line) { nested.set(setting) } }
    }
    return ConfigurationSections.Property(
      name: name.lowercased(), value: value, position: syntax.position(property.name),
      nested: nested.properties)
  }

  private func nestedSetting(
    _ line: ConfigurationSyntax.Part
  ) throws(ConfigurationFileError) -> ConfigurationSections.Property? {
    let bytes = syntax.bytes
    guard let equals = bytes[line.range].firstIndex(of: UInt8(ascii: "=")),
      let name = identifier(SpecificationParser.trim(line.range.lowerBound..<equals, of: bytes))
    else { return nil }
    let value = SpecificationParser.trim(equals + 1..<line.range.upperBound, of: bytes)
    return ConfigurationSections.Property(
      name: name.lowercased(), value: try string(ConfigurationSyntax.Part(line: line.line, range: value)),
      position: syntax.position(line))
  }

  /// A name of letters, digits and `_-/.%@:+`; `nil` when it has other characters or none.
  private func identifier(_ range: Range<Int>) -> String? {
    let bytes = syntax.bytes[range]
    return Self.isIdentifier(bytes) ? String(decoding: bytes, as: UTF8.self) : nil
  }

  /// Whether a name of a section or setting counts.
  static func isIdentifier(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy(isNameByte)
  }

  private static let nameSigns = Set("_-/.%@:+".utf8)

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: nameSigns.contains(byte)
    }
  }

  private func string(_ part: ConfigurationSyntax.Part) throws(ConfigurationFileError) -> String {
    if let offset = UTF8Check.firstInvalid(syntax.bytes, in: part.range) {
      throw ConfigurationFileError(
        path: file.path, position: syntax.position(offset, line: part.line), problem: UTF8Check.problem)
    }
    return String(decoding: syntax.bytes[part.range], as: UTF8.self)
  }
}
