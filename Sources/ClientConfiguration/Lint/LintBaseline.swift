// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import StrictJSON

/// Findings that are known and not reported again. Lines do not matter, so that other changes of a file keep them known.
package struct LintBaseline: Sendable, Hashable {
  private static let schema = "egress6/lint-baseline/v1"

  /// How often each finding is known.
  private var counts: [String: Int] = [:]

  /// Makes a baseline of findings.
  package init(_ findings: [LintFinding]) {
    for finding in findings { counts[finding.fingerprint, default: 0] += 1 }
  }

  /// Reads a baseline.
  ///
  /// - Parameters:
  ///   - bytes: What ``document(_:)`` made.
  ///   - path: The path, for messages.
  /// - Throws: ``DocumentError``.
  package init(_ bytes: [UInt8], path: String) throws(DocumentError) {
    let text = DocumentText(bytes, path: path)
    let document: JSON
    do throws(JSONError) {
      document = try JSON(parsing: bytes)
    } catch {
      throw DocumentError(
        path: path, position: TextPosition(line: error.line, column: error.column),
        problem: "not JSON: \(error.problem)")
    }
    guard document["schema"]?.string == Self.schema, let findings = document["findings"]?.array else {
      throw text.error("not a baseline: it needs the schema \(Self.schema) and findings", at: 0)
    }
    for finding in findings {
      guard let fingerprint = finding["fingerprint"]?.string else {
        throw text.error("a finding of the baseline has no fingerprint", at: 0)
      }
      counts[fingerprint, default: 0] += 1
    }
  }

  /// The findings that are not known; of several equal ones those beyond the known number.
  package func new(_ findings: [LintFinding]) -> [LintFinding] {
    var left = counts
    return findings.filter { finding in
      guard let count = left[finding.fingerprint], count > 0 else { return true }
      left[finding.fingerprint] = count - 1
      return false
    }
  }

  /// The file of a baseline, the same bytes for the same findings.
  package static func document(_ findings: [LintFinding]) -> JSON {
    let rows = findings.map { finding in
      JSON.object([
        .init("rule", .string(finding.rule.id)), .init("path", finding.path.map { .string($0) } ?? .null),
        .init("scope", .string(finding.scope)), .init("subject", .string(finding.subject)),
        .init("fingerprint", .string(finding.fingerprint)),
      ])
    }
    return .object([.init("schema", .string(schema)), .init("findings", .array(rows))])
  }
}
