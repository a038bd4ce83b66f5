// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase

/// Rules about names of settings, and where they stand.
struct NameRules {
  let linter: Linter
  let document: LintDocument
  let scope: SettingsScope

  /// Names that people take for settings, with what there is instead.
  private static let pseudo: [String: String] = [
    "AWS_S3_USE_DUALSTACK_ENDPOINT":
      "AWS_USE_DUALSTACK_ENDPOINT, or s3 with a nested use_dualstack_endpoint in a profile (botocore and the AWS CLI)",
    "AWS_USE_IPV6": "AWS_USE_DUALSTACK_ENDPOINT",
    "s3_use_dualstack_endpoint":
      "use_dualstack_endpoint, or s3 with a nested use_dualstack_endpoint (botocore and the AWS CLI)",
  ]

  /// Checks the names of a scope.
  func check(_ report: inout LintReport) {
    switch scope.kind {
    case .environment:
      for setting in scope.settings where !setting.isInherited { checkVariable(setting, &report) }
    case .section(let kind): checkSection(kind == .credentials, &report)
    case .options: break
    }
  }

  private func checkVariable(_ setting: LocatedSetting, _ report: inout LintReport) {
    let name = setting.name
    if let instead = Self.pseudo[name] {
      report.add(
        .notASetting, document, scope: scope.name, setting, "no client reads \(name)", help: "set \(instead)")
    }
    if case .endpoint(let identifier?)? = SettingKey(variable: name) {
      checkIdentifier(identifier, of: setting, prefix: SettingKey.endpointPrefix, &report)
      return
    }
    guard SettingKey(variable: name) == nil else { return }
    let upper = name.uppercased()
    let known = upper != name && SettingKey(variable: upper) != nil ? upper : Self.similar[Self.shape(name)]
    if let known, known != name, Self.pseudo[name] == nil {
      report.add(
        .misspelledName, document, scope: scope.name, setting, "no client reads \(name)",
        help: "write \(known)",
        fix: rename(setting, to: known))
    }
  }

  /// A name without what people get wrong: case, underscores, a plural.
  private static func shape(_ name: String) -> String {
    var letters = name.uppercased().filter { $0 != "_" && $0 != "-" }
    if letters.hasSuffix("S") { letters.removeLast() }
    return letters
  }

  private static let similar: [String: String] = Dictionary(
    SettingKey.variables.keys.map { (shape($0), $0) }, uniquingKeysWith: { first, _ in first })
  private static let similarKeys: [String: String] = Dictionary(
    SettingKey.profileKeys.keys.filter { !$0.contains(".") }.map { (shape($0), $0) },
    uniquingKeysWith: { first, _ in first })

  private func rename(_ setting: LocatedSetting, to name: String) -> LintFix? {
    guard let range = setting.nameRange, !scope.settings.contains(where: { $0.name == name }) else {
      return nil
    }
    return LintFix(
      summary: "write \(name) for \(setting.name)",
      edits: [.init(range: range, replacement: Array(name.utf8))])
  }

  private func checkIdentifier(
    _ identifier: String, of setting: LocatedSetting, prefix: String, _ report: inout LintReport
  ) {
    guard linter.identifiers.folder(identifier) == nil else { return }
    let (nearest, isCertain) = linter.identifiers.nearest(identifier)
    let isFile = prefix.isEmpty
    func written(_ identifier: String) -> String { isFile ? identifier.lowercased() : prefix + identifier }
    var fix = isCertain && !isFile ? rename(setting, to: written(nearest[0])) : nil
    if isFile, isCertain,
      let parent = scope.settings.first(where: { setting.name == $0.name + ".endpoint_url" })
    {
      fix = rename(parent, to: written(nearest[0]))
    }
    report.add(
      .unknownService, document, scope: scope.name, setting,
      "no service has the identifier \(isFile ? identifier.lowercased() : identifier): every client ignores this endpoint",
      help: nearest.isEmpty ? nil : "write \(nearest.map(written).joined(separator: " or "))", fix: fix)
  }

  private func checkSection(_ isCredentials: Bool, _ report: inout LintReport) {
    let section = SectionName(scope.name)
    if section.kind == .services { return checkServices(isCredentials, &report) }
    guard section.profile(isCredentials ? .credentials : .config) != nil else {
      if section.kind == .other, !isCredentials { checkNoProfile(&report) }
      return
    }
    for setting in scope.settings {
      if let instead = Self.pseudo[setting.name] {
        report.add(
          .notASetting, document, scope: scope.name, setting, "no client reads \(setting.name)",
          help: "set \(instead)")
      } else if let key = SettingKey.profileKeys[setting.name] {
        guard isCredentials, key != .region else { continue }
        report.add(
          .settingInCredentials, document, scope: scope.name, setting,
          "\(setting.name) stands in the credentials file: some clients read it there before the configuration file, others do not read it",
          help: "put it into the configuration file")
      } else if let known = Self.similarKeys[Self.shape(setting.name)], known != setting.name {
        report.add(
          .misspelledName, document, scope: scope.name, setting, "no client reads \(setting.name)",
          help: "write \(known)", fix: rename(setting, to: known))
      }
    }
    guard !isCredentials, let services = scope.values["services"], !services.value.isEmpty,
      !document.document.scopes.contains(where: { SectionName($0.name).services == services.value })
    else { return }
    report.add(
      .missingServices, document, scope: scope.name, services,
      "there is no section [services \(services.value)]: the AWS CLI, boto3 and JavaScript v3 stop, others call default endpoints",
      help: "add the section, or remove the line")
  }

  /// A section with the settings of a profile that lacks the word for it.
  private func checkNoProfile(_ report: inout LintReport) {
    guard !scope.name.contains(where: \.isWhitespace),
      let first = scope.settings.first(where: { SettingKey.profileKeys[$0.name] != nil })
    else { return }
    report.add(
      .noProfile, document, scope: scope.name, first,
      "\(first.name) does nothing: [\(scope.name)] is no profile in the configuration file",
      help: "write [profile \(scope.name)]")
  }

  private func checkServices(_ isCredentials: Bool, _ report: inout LintReport) {
    if isCredentials, let first = scope.settings.first {
      report.add(
        .servicesInCredentials, document, scope: scope.name, first,
        "no client reads a services section in the credentials file",
        help: "move it into the configuration file")
    }
    for setting in scope.settings {
      if setting.name == "endpoint_url" {
        report.add(
          .endpointOfNoService, document, scope: scope.name, setting,
          "endpoint_url stands directly in a services section: every client ignores it",
          help:
            "write the service's identifier on a line of its own, and endpoint_url indented below it; for all services, put endpoint_url into the profile"
        )
      } else if setting.name.hasSuffix(".endpoint_url") {
        let identifier = String(setting.name.dropLast(".endpoint_url".count))
        checkIdentifier(identifier.uppercased(), of: setting, prefix: "", &report)
      }
    }
  }
}
