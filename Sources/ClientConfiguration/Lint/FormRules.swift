// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase

/// Rules about how a file is written.
enum FormRules {
  /// Checks a file.
  static func check(_ document: LintDocument, client: Client?, _ report: inout LintReport) {
    byteOrderMark(document, &report)
    switch document.document.format {
    case .awsConfig:
      sections(document, &report)
      dialects(document, client, &report)
    case .environmentFile where !document.isProcess, .kubernetes, .ecsTaskDefinition:
      for scope in document.document.scopes {
        if scope.kind == .environment { duplicates(document, scope, SettingKey.init(variable:), &report) }
      }
    default: break
    }
  }

  private static func byteOrderMark(_ document: LintDocument, _ report: inout LintReport) {
    let formats: [DocumentFormat] = [.awsConfig, .environmentFile, .shell, .dockerfile]
    guard document.text.hasByteOrderMark, formats.contains(document.document.format) else { return }
    report.add(
      .byteOrderMark, document, scope: "", at: TextPosition(line: 1, column: 1), subject: "",
      "the file begins with a byte order mark (EF BB BF)", help: "save the file as UTF-8 without it",
      fix: LintFix(summary: "remove the byte order mark", edits: [.init(range: 0..<3, replacement: [])]))
  }

  /// What the readers of clients refuse, beyond what other rules say.
  private static func dialects(_ document: LintDocument, _ client: Client?, _ report: inout LintReport) {
    let file = ConfigurationFile(
      document.text.bytes, path: document.text.path, kind: SectionName.kind(document))
    for dialect in client?.traits.dialect.map({ [$0] }) ?? FileDialect.allCases {
      do throws(ConfigurationFileError) {
        _ = try file.sections(as: dialect)
      } catch {
        guard !report.has([.byteOrderMark, .duplicate], in: document) else { continue }
        let readers =
          dialect == .botocore ? "botocore and the AWS CLI" : "clients that follow the specification"
        report.add(
          .unreadable, document, scope: "", at: error.position, subject: dialect.rawValue,
          "\(readers) refuse the file: \(error.problem)", help: "mend the line")
      }
    }
  }

  private static func sections(_ document: LintDocument, _ report: inout LintReport) {
    var seen: Set<String> = []
    for scope in document.document.scopes {
      let section = SectionName(scope.name)
      if !seen.insert("\(section.kind) \(section.name)").inserted {
        let position = scope.settings.first?.position ?? TextPosition(line: 1, column: 1)
        report.add(
          .duplicate, document, scope: scope.name, at: position, subject: scope.name,
          "section [\(scope.name)] stands twice: botocore and the AWS CLI refuse the file, other clients merge the sections",
          help: "join the sections")
      }
      duplicates(
        document, scope,
        { SettingKey.profileKeys[$0] ?? ($0.hasSuffix("endpoint_url") ? .endpoint(nil) : nil) }, &report)
    }
  }

  private static func duplicates(
    _ document: LintDocument, _ scope: SettingsScope, _ key: (String) -> SettingKey?,
    _ report: inout LintReport
  ) {
    var seen: [String: LocatedSetting] = [:]
    for setting in scope.settings where !setting.isInherited && setting.certainty == .literal {
      guard key(setting.name) != nil else { continue }
      if let first = seen[setting.name] {
        let effect =
          document.document.format == .awsConfig
          ? "botocore and the AWS CLI refuse the file, other clients take the last value"
          : "the last value counts, or either does"
        report.add(
          .duplicate, document, scope: scope.name, setting,
          "\(setting.name) stands in line \(first.position.line), too: \(effect)", help: "keep one of them")
      }
      seen[setting.name] = setting
    }
  }
}
