// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// One edit of one file without managed lines of the same profile.
struct ConfigurationMerge {
  /// A file as a dialect reads it.
  private struct Reading {
    var syntax: ConfigurationSyntax
    var sections: ConfigurationSections
  }

  private let file: ConfigurationFile
  private let edit: ConfigurationEdit
  private let specification: Reading
  private let botocore: Reading
  /// The `services` section; `nil` when the edit has no services.
  private let servicesName: String?
  /// Whether the profile does not name it yet.
  private let addsServicesName: Bool

  init(_ file: ConfigurationFile, _ edit: ConfigurationEdit) throws(ConfigurationEditError) {
    func read(_ dialect: FileDialect) throws(ConfigurationEditError) -> Reading {
      do {
        return Reading(
          syntax: try ConfigurationSyntax(file, as: dialect), sections: try file.sections(as: dialect))
      } catch {
        throw ConfigurationEditError(.unreadable(dialect, error), path: file.path)
      }
    }
    self.file = file
    self.edit = edit
    specification = try read(.specification)
    botocore = try read(.botocore)
    let named = specification.sections.profiles[edit.profile]?["services"]?.value
    addsServicesName = !edit.services.isEmpty && named == nil
    servicesName = edit.services.isEmpty ? nil : named ?? edit.servicesName ?? Self.servicesName(edit.profile)
    for name in [edit.profile, servicesName].compactMap({ $0 })
    where !SpecificationSections.isIdentifier(name.utf8) {
      throw ConfigurationEditError(.unsupportedName(name), path: file.path)
    }
    try requireOwnServices()
  }

  /// A section for each profile, since each may have another region.
  private static func servicesName(_ profile: String) -> String {
    profile == "default" ? "egress6" : "egress6-\(profile)"
  }

  /// Refuses to change what another profile uses.
  private func requireOwnServices() throws(ConfigurationEditError) {
    guard let servicesName else { return }
    for reading in [specification, botocore] {
      let users = reading.sections.profiles.filter {
        $0.key != edit.profile && $0.value["services"]?.value == servicesName
      }
      if let user = users.keys.min() {
        throw ConfigurationEditError(.sharedServices(section: servicesName, profile: user), path: file.path)
      }
    }
  }

  // MARK: - What both dialects must read

  /// Compares what a dialect reads from the result with what was intended.
  func check(_ after: ConfigurationFile, as dialect: FileDialect) throws(ConfigurationEditError) {
    let found: ConfigurationSections
    do { found = try after.sections(as: dialect) } catch {
      throw ConfigurationEditError(.unreadable(dialect, error), path: file.path)
    }
    let before = (dialect == .specification ? specification : botocore).sections
    var profiles = Self.values(before.profiles)
    for setting in edit.settings { profiles[edit.profile, default: [:]][setting.name] = .text(setting.value) }
    var services = Self.values(before.services)
    if let servicesName {
      profiles[edit.profile, default: [:]]["services"] = .text(servicesName)
      for service in edit.services {
        services[servicesName, default: [:]][service.key] = .nested(
          wanted(service, in: before).reduce(into: [:]) { $0[$1.name] = $1.value })
      }
    }
    for (what, found, intended) in [
      ("profile", Self.values(found.profiles), profiles), ("services", Self.values(found.services), services),
      ("sso-session", Self.values(found.ssoSessions), Self.values(before.ssoSessions)),
    ] where found != intended {
      let names = Set(found.keys).union(intended.keys).filter { found[$0] != intended[$0] }
      let name = names.min() ?? ""
      throw ConfigurationEditError(.unwantedEffect(dialect, what: "[\(what) \(name)]"), path: file.path)
    }
  }

  /// A value without its position.
  private enum Value: Equatable {
    case text(String)
    case nested([String: String])
  }

  private static func values(_ sections: [String: ConfigurationSections.Section]) -> [String: [String: Value]]
  {
    sections.mapValues { section in
      section.properties.reduce(into: [:]) { values, property in
        values[property.name] =
          property.nested.isEmpty
          ? .text(property.value) : .nested(property.nested.reduce(into: [:]) { $0[$1.name] = $1.value })
      }
    }
  }

  /// All settings of a service that its section is to have: the user's others stay.
  private func wanted(
    _ service: ConfigurationEdit.Service, in sections: ConfigurationSections
  ) -> [ConfigurationEdit.Setting] {
    let known = servicesName.flatMap { sections.services[$0]?[service.key] }?.nested ?? []
    let kept = known.filter { setting in !service.settings.contains { $0.name == setting.name } }
    return kept.map { ConfigurationEdit.Setting($0.name, $0.value) } + service.settings
  }

  // MARK: - The new text

  /// Changes of lines.
  private struct Changes {
    /// The lines that are put aside.
    var aside: Set<Int> = []
    /// Blocks by the line that they follow.
    var blocks: [Int: [[String]]] = [:]
  }

  /// The new bytes.
  func bytes() -> [UInt8] {
    var changes = Changes()
    var profile = edit.settings.filter { !isSet($0) }.map(Line.setting)
    if addsServicesName, let servicesName { profile.append(.setting(.init("services", servicesName))) }
    var services: [Line] = []
    if let servicesName {
      for service in edit.services where !isSet(service, in: servicesName) {
        // The specification reads nested names in lower case; botocore tells how they are written.
        services.append(.service(.init(service.key, wanted(service, in: botocore.sections))))
      }
    }
    let profileHeader = edit.profile == "default" ? "[default]" : "[profile \(edit.profile)]"
    add(profile, to: profileSection, header: profileHeader, &changes)
    let section = servicesName.map { name in
      specification.syntax.sections.last { header($0) == .services(name) }
    }
    add(services, to: section ?? nil, header: "[services \(servicesName ?? "")]", &changes)
    return apply(changes)
  }

  /// A setting in a block, with those nested below it.
  private enum Line {
    case setting(ConfigurationEdit.Setting)
    case service(ConfigurationEdit.Service)

    var name: String {
      switch self {
      case .setting(let setting): setting.name
      case .service(let service): service.key
      }
    }

    var text: [String] {
      switch self {
      case .setting(let setting): ["\(setting.name) = \(setting.value)"]
      case .service(let service): ["\(service.key) ="] + service.settings.map { "  \($0.name) = \($0.value)" }
      }
    }
  }

  private func header(_ section: ConfigurationSyntax.Section) -> SpecificationSections.Header? {
    SpecificationSections(syntax: specification.syntax, file: file).header(section.name)
  }

  /// The section that clients take the profile from.
  private var profileSection: ConfigurationSyntax.Section? {
    let sections = specification.syntax.sections
    return sections.last { header($0) == .profile(edit.profile, isPrefixed: true) }
      ?? sections.last { header($0) == .profile(edit.profile, isPrefixed: false) }
  }

  /// Whether all clients read the setting from the file as it is.
  private func isSet(_ setting: ConfigurationEdit.Setting) -> Bool {
    [specification, botocore].allSatisfy {
      guard let found = $0.sections.profiles[edit.profile]?[setting.name] else { return false }
      return found.nested.isEmpty && found.value == setting.value
    }
  }

  private func isSet(_ service: ConfigurationEdit.Service, in section: String) -> Bool {
    [specification, botocore].allSatisfy { reading in
      let nested = reading.sections.services[section]?[service.key]?.nested ?? []
      return service.settings.allSatisfy { setting in
        nested.contains { $0.name == setting.name && $0.value == setting.value }
      }
    }
  }

  /// Adds a block with settings below the header of a section, or with the section at the end.
  private func add(
    _ lines: [Line], to section: ConfigurationSyntax.Section?, header: String, _ changes: inout Changes
  ) {
    guard !lines.isEmpty else { return }
    let notes = edit.notes.flatMap {
      $0.split(separator: "\n", omittingEmptySubsequences: false).map { "# " + $0 }
    }
    let first = [ManagedLines.begin(edit.profile)] + notes
    let last = [ManagedLines.end(edit.profile)]
    let text = lines.flatMap(\.text)
    if let section {
      for line in lines { changes.aside.formUnion(linesOfSetting(line.name, in: section.name.line)) }
      changes.blocks[section.name.line, default: []].append(first + text + last)
    } else {
      changes.blocks[specification.syntax.lines.count - 1, default: []].append(first + [header] + text + last)
    }
  }

  /// The lines that one of the dialects takes for a setting of a section, without comments and blank lines.
  private func linesOfSetting(_ name: String, in headerLine: Int) -> Set<Int> {
    var lines: Set<Int> = []
    for syntax in [specification.syntax, botocore.syntax] {
      for section in syntax.sections where section.name.line == headerLine {
        for property in section.properties
        where String(decoding: syntax.bytes[property.name.range], as: UTF8.self).lowercased() == name {
          lines.insert(property.name.line)
          lines.formUnion(property.continuations.filter { !$0.range.isEmpty }.map(\.line))
        }
      }
    }
    return lines
  }

  private func apply(_ changes: Changes) -> [UInt8] {
    let syntax = specification.syntax
    let ending = lineEnding
    var result: [UInt8] = []
    func append(_ blocks: [[String]], isLast: Bool) {
      let lines = blocks.flatMap { $0 }
      for (index, line) in lines.enumerated() {
        result += line.utf8
        // A file whose last line has no ending still has none.
        if !isLast || index < lines.count - 1 { result += ending }
      }
    }
    if let blocks = changes.blocks[-1] { append(blocks, isLast: false) }
    for (number, line) in syntax.lines.enumerated() {
      if changes.aside.contains(number) { result += ManagedLines.putAside(edit.profile).utf8 }
      result += syntax.bytes[line.range]
      guard let blocks = changes.blocks[number] else { continue }
      let hasNoEnding = line.content.upperBound == line.end
      if hasNoEnding { result += ending }
      append(blocks, isLast: hasNoEnding)
    }
    return result
  }

  /// The line ending of the file, which is that of its first line.
  private var lineEnding: [UInt8] {
    guard let first = specification.syntax.lines.first, first.content.upperBound < first.end else {
      return [UInt8(ascii: "\n")]
    }
    return Array(specification.syntax.bytes[first.content.upperBound..<first.end])
  }
}
