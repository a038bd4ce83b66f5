// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ClientConfiguration
import EgressBase
import EgressTerminal
import MapViews
import StrictJSON

/// The formats in which findings are printed.
enum LintOutput: String, CaseIterable, ExpressibleByArgument {
  /// A line a finding, as compilers print them.
  case table
  /// One JSON document.
  case json
  /// One JSON object a line.
  case jsonl
  /// Comma-separated values.
  case csv
  /// A Markdown table.
  case md
  /// SARIF 2.1.0.
  case sarif
  /// Workflow commands of GitHub Actions.
  case github
}

/// Prints findings.
struct LintPrinter {
  let output: LintOutput
  let style: Style

  /// Prints findings on standard output.
  func print(_ findings: [LintFinding]) throws {
    switch output {
    case .table: try StandardStream.output.write(findings.map(text).joined())
    case .json: try print(findings, as: .json)
    case .jsonl: try print(findings, as: .jsonl)
    case .csv: try print(findings, as: .csv)
    case .md: try print(findings, as: .md)
    case .sarif:
      let report = SARIFReport(version: Egress6.version) { rule in
        SARIFReport.Page(summary: rule.page.what, markdown: rule.page.markdown(of: rule))
      }
      try StandardStream.output.write(report.document(findings).bytes(.pretty) + [0x0A])
    case .github: try StandardStream.output.write(findings.map(Self.command).joined())
    }
  }

  private func print(_ findings: [LintFinding], as format: OutputFormat) throws {
    try LintView.view(findings).sheet.write(ViewLayout(format: format, style: style)) {
      try StandardStream.output.write($0)
    }
  }

  private func text(_ finding: LintFinding) -> String {
    let emphasis: Emphasis =
      switch finding.severity {
      case .error: .bad
      case .warning: .caution
      case .note: .faint
      }
    let place = finding.path.map { "\($0):\(finding.position)" } ?? "environment"
    let severity = style.styled("\(finding.severity.rawValue)[\(finding.rule.id)]", emphasis)
    let scope = finding.scope.isEmpty ? "" : " (\(finding.scope))"
    var text =
      "\(place.withoutControls): \(severity): \(finding.message.withoutControls)\(scope.withoutControls)\n"
    if let help = finding.help {
      text +=
        "    \(style.styled("help:", .good)) \(help.withoutControls)\(finding.fix == nil ? "" : " [fixable]")\n"
    }
    return text
  }

  /// A workflow command, which GitHub shows beside the line.
  private static func command(_ finding: LintFinding) -> String {
    func escaped(_ text: String, isProperty: Bool = false) -> String {
      var result = ""
      for character in text.unicodeScalars {
        switch character {
        case "%": result += "%25"
        case "\r": result += "%0D"
        case "\n": result += "%0A"
        case ":" where isProperty: result += "%3A"
        case "," where isProperty: result += "%2C"
        default: result.unicodeScalars.append(character)
        }
      }
      return result
    }
    let level = finding.severity == .note ? "notice" : finding.severity.rawValue
    let place =
      finding.path.map {
        "file=\(escaped($0, isProperty: true)),line=\(finding.position.line),col=\(finding.position.column),"
      } ?? ""
    let message = finding.message + (finding.help.map { "; \($0)" } ?? "")
    return "::\(level) \(place)title=\(finding.rule.id)::\(escaped(message))\n"
  }
}

/// Findings as rows.
enum LintView {
  /// Makes the view.
  static func view(_ findings: [LintFinding]) -> View<LintFinding> {
    View(
      schema: "egress6/lint/v1", columns: columns,
      tableColumns: ["path", "line", "severity", "rule", "message"], rows: findings)
  }

  private static let columns: [Column<LintFinding>] = [
    Column("path", .text) { .text($0.path) },
    Column("line", .number) { $0.path == nil ? .missing : .integer(Int64($0.position.line)) },
    Column("column", .number) { $0.path == nil ? .missing : .integer(Int64($0.position.column)) },
    Column("scope", .text) { .text($0.scope.isEmpty ? nil : $0.scope) },
    Column("subject", .text) { .text($0.subject.isEmpty ? nil : $0.subject) },
    Column("severity", .text) { .text($0.severity.rawValue) },
    Column("rule", .text) { .text($0.rule.id) },
    Column("message", .text) { .text($0.message) },
    Column("help", .text) { .text($0.help) },
    Column("fixable", .text) { .boolean($0.fix != nil) },
    Column("fingerprint", .text) { .text($0.fingerprint) },
  ]
}
