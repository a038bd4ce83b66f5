// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import StrictJSON

/// Findings as SARIF 2.1.0 (OASIS), which code hosts and editors read.
package struct SARIFReport {
  /// What a rule's page says.
  package struct Page: Sendable {
    /// Why it matters, in one paragraph.
    package var summary: String
    /// The page as Markdown.
    package var markdown: String

    /// Makes a page.
    package init(summary: String, markdown: String) {
      self.summary = summary
      self.markdown = markdown
    }
  }

  /// The program's version.
  private let version: String
  private let pages: (LintRule) -> Page

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - version: The program's version.
  ///   - pages: What the page of a rule says.
  package init(version: String, pages: @escaping (LintRule) -> Page) {
    self.version = version
    self.pages = pages
  }

  /// The document.
  package func document(_ findings: [LintFinding]) -> JSON {
    let rules = LintRule.allCases.map { rule in
      let page = pages(rule)
      return JSON.object([
        .init("id", .string(rule.id)), .init("shortDescription", Self.text(rule.title)),
        .init("fullDescription", Self.text(page.summary)),
        .init(
          "help", .object([.init("text", .string(page.markdown)), .init("markdown", .string(page.markdown))])),
        .init("defaultConfiguration", .object([.init("level", .string(rule.severity.rawValue))])),
      ])
    }
    let driver = JSON.object([
      .init("name", "egress6"), .init("version", .string(version)), .init("rules", .array(rules)),
    ])
    let run = JSON.object([
      .init("tool", .object([.init("driver", driver)])), .init("columnKind", "unicodeCodePoints"),
      .init("results", .array(findings.map(result))),
    ])
    return .object([
      .init("$schema", "https://json.schemastore.org/sarif-2.1.0.json"), .init("version", "2.1.0"),
      .init("runs", .array([run])),
    ])
  }

  private static func text(_ text: String) -> JSON { .object([.init("text", .string(text))]) }

  private func result(_ finding: LintFinding) -> JSON {
    let message = finding.message + (finding.help.map { "; \($0)" } ?? "")
    let index = LintRule.allCases.firstIndex(of: finding.rule) ?? 0
    var members: [JSON.Member] = [
      .init("ruleId", .string(finding.rule.id)), .init("ruleIndex", .integer(Int64(index))),
      .init("level", .string(finding.severity.rawValue)), .init("message", Self.text(message)),
      .init("locations", .array([location(finding)])),
      .init("partialFingerprints", .object([.init("egress6/v1", .string(finding.fingerprint))])),
    ]
    if let path = finding.path, let fix = finding.fix {
      members.append(.init("fixes", .array([change(fix, path)])))
    }
    return .object(members)
  }

  private func location(_ finding: LintFinding) -> JSON {
    var members: [JSON.Member] = []
    if let path = finding.path {
      let region = JSON.object([
        .init("startLine", .integer(Int64(finding.position.line))),
        .init("startColumn", .integer(Int64(finding.position.column))),
      ])
      members.append(
        .init(
          "physicalLocation",
          .object([.init("artifactLocation", Self.artifact(path)), .init("region", region)])))
    }
    if !finding.subject.isEmpty {
      let name = finding.scope.isEmpty ? finding.subject : "\(finding.scope): \(finding.subject)"
      members.append(
        .init("logicalLocations", .array([.object([.init("fullyQualifiedName", .string(name))])])))
    }
    return .object(members)
  }

  private func change(_ fix: LintFix, _ path: String) -> JSON {
    let replacements = fix.edits.map { edit in
      JSON.object([
        .init(
          "deletedRegion",
          .object([
            .init("byteOffset", .integer(Int64(edit.range.lowerBound))),
            .init("byteLength", .integer(Int64(edit.range.count))),
          ])),
        .init("insertedContent", Self.text(String(decoding: edit.replacement, as: UTF8.self))),
      ])
    }
    return .object([
      .init("description", Self.text(fix.summary)),
      .init(
        "artifactChanges",
        .array([
          .object([
            .init("artifactLocation", Self.artifact(path)), .init("replacements", .array(replacements)),
          ])
        ])),
    ])
  }

  /// A path as a URI reference (RFC 3986).
  private static func artifact(_ path: String) -> JSON {
    var uri: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in path.utf8 {
      if byte.isNameByte || "-./~".utf8.contains(byte) {
        uri.append(byte)
      } else {
        uri += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return .object([.init("uri", .string(String(decoding: uri, as: UTF8.self)))])
  }
}
