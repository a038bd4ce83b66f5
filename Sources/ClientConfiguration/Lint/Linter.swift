// SPDX-License-Identifier: Apache-2.0

package import ClientModel
import EgressBase
package import ServiceCatalog

/// Finds settings that do not do what they seem to do.
///
/// Rules about the text of a file look at each setting alone. Rules about what a client does ask ``ClientEmulator``, so that
/// the linter never says something else than what a client's answer shows.
package struct Linter: Sendable {
  /// What a linter works with.
  package struct Options: Sendable {
    /// The client that reads the settings; `nil` for any.
    package var client: Client?
    /// The client's version; `nil` for the newest one.
    package var version: ReleaseVersion?
    /// The region in force; `nil` for what the settings say.
    package var region: String?
    /// The profile in force; `nil` for what the settings say.
    package var profile: String?
    /// What is known of a name, given the names that the endpoint rules give the service there.
    package var knowledge: @Sendable (EndpointPlace, [DeclaredGroup]) -> EndpointKnowledge?

    /// Makes options: any client, nothing known.
    package init() { knowledge = { _, _ in nil } }
  }

  let catalog: Catalog
  let options: Options
  let identifiers: ServiceIdentifiers
  let names: EndpointNames
  let memory: LintMemory

  /// Makes a linter.
  package init(_ catalog: Catalog, options: Options = Options()) {
    self.catalog = catalog
    self.options = options
    identifiers = ServiceIdentifiers(catalog)
    names = EndpointNames(catalog)
    memory = LintMemory(catalog, version: options.version)
  }

  /// The findings of files that have nothing to do with each other.
  package func findings(in documents: [LintDocument]) -> [LintFinding] {
    documents.flatMap { document in harmless(findings(in: document), document, findings(in:)) }
  }

  private func findings(in document: LintDocument) -> [LintFinding] {
    var report = LintReport()
    check(document, &report)
    for group in groups(of: document) { check(group, &report) }
    return report.sorted
  }

  /// The findings of the settings that one client sees together: variables, and the files that go with them.
  package func findings(together documents: [LintDocument]) -> [LintFinding] {
    func all(_ documents: [LintDocument]) -> [LintFinding] {
      var report = LintReport()
      for document in documents { check(document, &report) }
      check(joined(documents), &report)
      return report.sorted
    }
    var findings = all(documents)
    for index in documents.indices where !documents[index].isProcess {
      findings = harmless(findings, documents[index]) { mended in
        var others = documents
        others[index] = mended
        return all(others)
      }
    }
    return findings
  }

  /// The rules whose fixes make a setting count that no client reads so far.
  private static let awakening: Set<LintRule> = [.unknownService, .misspelledName]
  /// The rounds of fixes that are tried, as a fix may make room for another one.
  private static let mostRounds = 8

  /// The findings without fixes that would bring something worse: a setting with a wrong name does nothing, and with the right
  /// one it may stop a client or change what requests are signed for.
  ///
  /// - Parameters:
  ///   - findings: The findings.
  ///   - document: The file whose fixes are judged.
  ///   - again: The findings with the mended file in the place of the file.
  /// - Returns: The findings.
  private func harmless(
    _ findings: [LintFinding], _ document: LintDocument, _ again: (LintDocument) -> [LintFinding]
  ) -> [LintFinding] {
    let path = document.text.path
    func isAwakening(_ finding: LintFinding) -> Bool {
      finding.path == path && finding.fix != nil && Self.awakening.contains(finding.rule)
    }
    guard findings.contains(where: isAwakening) else { return findings }
    let known = Set(findings.map(\.fingerprint))
    var (bytes, left) = (document.text.bytes, findings)
    for _ in 0..<Self.mostRounds {
      let (mended, count) = LintFix.apply(left.filter { $0.path == path }.compactMap(\.fix), to: bytes)
      guard count > 0, mended != bytes,
        let read = try? SettingsDocument(mended, path: path, format: document.document.format)
      else { break }
      bytes = mended
      left = again(LintDocument(DocumentText(mended, path: path), read))
    }
    let harm = left.filter { $0.fix == nil && $0.severity > .note && !known.contains($0.fingerprint) }
    guard !harm.isEmpty else { return findings }
    let scopes = Set(harm.map(\.scope))
    let isNear = findings.contains { isAwakening($0) && scopes.contains($0.scope) }
    return findings.map { finding in
      guard isAwakening(finding), !isNear || scopes.contains(finding.scope) else { return finding }
      var finding = finding
      let rules = Set(harm.map(\.rule.id)).sorted().joined(separator: ", ")
      finding.fix = nil
      finding.help =
        (finding.help.map { $0 + "; " } ?? "")
        + "the fix is yours to choose, since the setting then counts, which brings \(rules)"
      return finding
    }
  }

  /// A finding for a file that is not of its format.
  package static func finding(for error: DocumentError) -> LintFinding {
    LintFinding(
      rule: .unreadable, severity: LintRule.unreadable.severity, path: error.path, position: error.position,
      scope: "",
      subject: "", message: error.problem,
      help: "mend the file, or name its format if it was taken for another one",
      fix: nil)
  }

  /// The rules about what stands in a file.
  private func check(_ document: LintDocument, _ report: inout LintReport) {
    FormRules.check(document, client: options.client, &report)
    for scope in document.document.scopes {
      NameRules(linter: self, document: document, scope: scope).check(&report)
      ToolRules.check(document, scope, &report)
      for setting in scope.settings where !setting.isInherited {
        guard let key = key(of: setting, in: scope), setting.certainty == .literal else { continue }
        ValueRules(linter: self, document: document, scope: scope, setting: setting, key: key).check(&report)
      }
    }
  }

  /// The rules about what settings do together.
  private func check(_ group: SettingsGroup, _ report: inout LintReport) {
    GroupRules(linter: self, group: group).check(&report)
    ClientRules(linter: self, group: group).check(&report)
    MapRules(linter: self, group: group).check(&report)
  }

  /// The key of a setting; `nil` where it decides nothing here.
  func key(of setting: LocatedSetting, in scope: SettingsScope) -> SettingKey? {
    switch scope.kind {
    case .environment: SettingKey(variable: setting.name)
    case .options(let client): SettingKey(option: setting.name, of: client)
    case .section where SectionName(scope.name).kind == .services:
      setting.name.hasSuffix(".endpoint_url")
        ? .endpoint(String(setting.name.dropLast(".endpoint_url".count)).uppercased()) : nil
    case .section: SettingKey.profileKeys[setting.name]
    }
  }

  private func entries(
    of scope: SettingsScope, _ origin: SettingsGroup.Origin, _ document: LintDocument
  ) -> [SettingsGroup.Entry] {
    scope.settings.compactMap { setting in
      key(of: setting, in: scope).map {
        SettingsGroup.Entry(key: $0, setting: setting, origin: origin, document: document, scope: scope.name)
      }
    }
  }

  private func groups(of document: LintDocument) -> [SettingsGroup] {
    document.document.scopes.compactMap { scope in
      var group = SettingsGroup()
      switch scope.kind {
      case .environment: add(scope, document, to: &group)
      case .options(let client):
        group.client = client
        group.entries = entries(of: scope, .option(client: client), document)
      case .section(let kind):
        guard let name = SectionName(scope.name).profile(kind) else { return nil }
        addProfile(name, [document], to: &group)
      }
      return group
    }
  }

  private func joined(_ documents: [LintDocument]) -> SettingsGroup {
    var group = SettingsGroup()
    for document in documents where document.document.format != .awsConfig {
      for scope in document.document.scopes where scope.kind == .environment {
        add(scope, document, to: &group)
      }
    }
    let variables = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].lazy.compactMap { group.variables[$0]?.value }
    let profile = options.profile ?? variables.first { !$0.isEmpty } ?? "default"
    addProfile(profile, documents.filter { $0.document.format == .awsConfig }, to: &group)
    return group
  }

  private func add(_ scope: SettingsScope, _ document: LintDocument, to group: inout SettingsGroup) {
    let values = scope.values
    group.entries += entries(of: scope, .variable, document).filter {
      $0.setting.certainty != .literal || values[$0.setting.name] == $0.setting
    }
    group.variables.merge(values) { $1 }
  }

  private func addProfile(_ name: String, _ documents: [LintDocument], to group: inout SettingsGroup) {
    group.profile = name
    for document in documents {
      let file = ConfigurationFile(
        document.text.bytes, path: document.text.path, kind: SectionName.kind(document))
      switch file.kind {
      case .config: group.config = file
      case .credentials: group.credentials = file
      }
      for scope in document.document.scopes where SectionName(scope.name).profile(file.kind) == name {
        group.entries += entries(of: scope, .profile, document)
        guard let services = scope.values["services"]?.value else { continue }
        for section in document.document.scopes where SectionName(section.name).services == services {
          group.entries += entries(of: section, .services, document)
        }
      }
    }
  }
}

/// The words between the brackets of a section.
struct SectionName {
  /// What a section is.
  enum Kind { case profile, services, other }

  /// What the section is.
  var kind: Kind
  /// The name behind the word for its kind.
  var name: String

  /// Reads the words.
  init(_ text: String) {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    switch words.first {
    case "profile"? where words.count > 1:
      (kind, name) = (.profile, Self.unquoted(words.dropFirst().joined(separator: " ")))
    case "services"? where words.count > 1: (kind, name) = (.services, words[1])
    case "default"? where words.count == 1: (kind, name) = (.profile, "default")
    default: (kind, name) = (.other, text)
    }
  }

  private static func unquoted(_ text: String) -> String { text.filter { $0 != "\"" && $0 != "'" } }

  /// The profile that the section is in a file of a kind; `nil` for other sections.
  func profile(_ file: ConfigurationFile.Kind) -> String? {
    if kind == .profile { return name }
    return file == .credentials && kind == .other ? name : nil
  }

  /// The name of a services section; `nil` for other sections.
  var services: String? { kind == .services ? name : nil }

  /// What a document is.
  static func kind(_ document: LintDocument) -> ConfigurationFile.Kind {
    if case .section(let kind)? = document.document.scopes.first?.kind { return kind }
    return .config
  }
}

/// Collects findings, each once.
struct LintReport {
  private struct Identity: Hashable {
    var rule: LintRule
    var path: String?
    var position: TextPosition
    var subject: String
  }

  private var findings: [LintFinding] = []
  private var known: Set<Identity> = []

  /// The findings in the order of their files.
  var sorted: [LintFinding] {
    findings.sorted {
      ($0.path ?? "", $0.position, $0.rule.rawValue, $0.subject) < (
        $1.path ?? "", $1.position, $1.rule.rawValue, $1.subject
      )
    }
  }

  /// Whether one of some rules found something in a file.
  func has(_ rules: Set<LintRule>, in document: LintDocument) -> Bool {
    let path = document.isProcess ? nil : document.text.path
    return findings.contains { $0.path == path && rules.contains($0.rule) }
  }

  /// Whether a file has an error.
  func hasError(in documents: [LintDocument]) -> Bool {
    let paths = Set(documents.map { $0.isProcess ? nil : $0.text.path })
    return findings.contains { $0.severity == .error && paths.contains($0.path) }
  }

  /// Adds a finding about a setting.
  mutating func add(
    _ rule: LintRule, _ document: LintDocument, scope: String, _ setting: LocatedSetting, _ message: String,
    help: String? = nil, severity: LintSeverity? = nil, fix: LintFix? = nil
  ) {
    add(
      rule, document, scope: scope, at: setting.position, subject: setting.name, message, help: help,
      severity: severity,
      fix: fix)
  }

  /// Adds a finding.
  mutating func add(
    _ rule: LintRule, _ document: LintDocument, scope: String, at position: TextPosition, subject: String,
    _ message: String, help: String? = nil, severity: LintSeverity? = nil, fix: LintFix? = nil
  ) {
    let path = document.isProcess ? nil : document.text.path
    let identity = Identity(rule: rule, path: path, position: position, subject: subject)
    guard known.insert(identity).inserted else { return }
    findings.append(
      LintFinding(
        rule: rule, severity: severity ?? rule.severity, path: path, position: position, scope: scope,
        subject: subject,
        message: message, help: help, fix: document.isProcess ? nil : fix))
  }

  /// Adds a finding about a setting of a group.
  mutating func add(
    _ rule: LintRule, _ entry: SettingsGroup.Entry, _ message: String, help: String? = nil,
    severity: LintSeverity? = nil, fix: LintFix? = nil
  ) {
    add(
      rule, entry.document, scope: entry.scope, entry.setting, message, help: help, severity: severity,
      fix: fix)
  }
}
