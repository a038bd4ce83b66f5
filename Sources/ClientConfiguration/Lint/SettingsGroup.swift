// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase

/// The settings that one client sees together.
struct SettingsGroup {
  /// Where a setting comes from.
  enum Origin: Sendable, Hashable {
    case variable
    case profile
    case services
    case option(client: String)
  }

  /// A setting that decides something here.
  struct Entry {
    var key: SettingKey
    var setting: LocatedSetting
    var origin: Origin
    var document: LintDocument
    var scope: String
  }

  /// The settings, weaker ones of the same name left out.
  var entries: [Entry] = []
  /// The variables, with those that decide nothing here.
  var variables: [String: LocatedSetting] = [:]
  /// The shared configuration file.
  var config: ConfigurationFile?
  /// The shared credentials file.
  var credentials: ConfigurationFile?
  /// The profile.
  var profile: String?
  /// The client whose own options these are.
  var client: String?

  /// The entries whose value is known.
  var literals: [Entry] { entries.filter { $0.setting.certainty == .literal } }

  /// The known entry of a key that comes first: of the client's own options, of variables, of files.
  func entry(_ key: SettingKey) -> Entry? {
    let entries = literals.filter { $0.key == key }
    return entries.last { if case .option = $0.origin { true } else { false } } ?? entries.last {
      $0.origin == .variable
    }
      ?? entries.last
  }

  /// Whether a switch is on; any way of writing it that some client takes for true counts.
  func isOn(_ key: SettingKey) -> Entry? {
    entry(key).flatMap { $0.setting.value.lowercased() == "true" ? $0 : nil }
  }

  /// The endpoints with a value.
  var endpoints: [Entry] { literals.filter { $0.key.isEndpoint && !$0.setting.value.isEmpty } }

  /// The region in force, as far as the settings tell.
  var region: String? {
    let regions = literals.filter { $0.key == .region && !$0.setting.value.isEmpty }
    return
      (regions.first { $0.setting.name == "AWS_REGION" } ?? regions.first { $0.origin == .variable }
      ?? regions.first)?.setting.value
  }
}

/// A file that is linted, or the environment of the process.
package struct LintDocument: Sendable {
  /// The text; the environment of the process has none.
  package var text: DocumentText
  /// What was read.
  package var document: SettingsDocument
  /// Whether it is the environment of the process.
  package var isProcess: Bool

  /// Makes a document of a file.
  package init(_ text: DocumentText, _ document: SettingsDocument) {
    self.text = text
    self.document = document
    isProcess = false
  }

  /// Makes a document of the process's environment.
  package init(environment: [String: String]) {
    text = DocumentText([], path: "environment")
    let settings = environment.sorted { $0.key < $1.key }.map { name, value in
      LocatedSetting(name: name, value: value, position: .init(line: 1, column: 1))
    }
    document = SettingsDocument(
      path: "environment", format: .environmentFile,
      scopes: [SettingsScope(kind: .environment, settings: settings)])
    isProcess = true
  }
}
