// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Something that the linter found.
package struct LintFinding: Sendable, Hashable {
  /// The rule.
  package var rule: LintRule
  /// How grave it is.
  package var severity: LintSeverity
  /// The file; `nil` for the environment of the process.
  package var path: String?
  /// Where in the file.
  package var position: TextPosition
  /// What it is about in the file, such as a container; empty for the file as a whole.
  package var scope: String
  /// The setting's name, or what else it is about.
  package var subject: String
  /// What is wrong, without a full stop.
  package var message: String
  /// What to do, without a full stop.
  package var help: String?
  /// A safe change that mends it.
  package var fix: LintFix?

  /// The finding without its line and its words, which change with other parts of the file and with the map: what a baseline
  /// remembers.
  package var fingerprint: String {
    var hash = SHA256()
    for part in [rule.id, path ?? "", scope, subject] {
      hash.update((Array(part.utf8) + [0])[...])
    }
    return SHA256.hex(hash.finish())
  }
}

/// A change of a file that mends a finding and touches nothing else.
package struct LintFix: Sendable, Hashable {
  /// Bytes that are replaced.
  package struct Edit: Sendable, Hashable {
    /// The bytes.
    package var range: Range<Int>
    /// What replaces them.
    package var replacement: [UInt8]
  }

  /// What the change does, without a full stop.
  package var summary: String
  /// The replaced bytes.
  package var edits: [Edit]

  /// The bytes of a file with the changes of several fixes; of changes that overlap the first one counts.
  ///
  /// - Parameters:
  ///   - fixes: The fixes.
  ///   - bytes: The file's bytes.
  /// - Returns: The new bytes, and how many fixes were applied.
  package static func apply(_ fixes: [LintFix], to bytes: [UInt8]) -> (bytes: [UInt8], count: Int) {
    var taken: [Edit] = []
    var count = 0
    for fix in fixes {
      let new = fix.edits.filter { !taken.contains($0) }
      guard !new.isEmpty, new.allSatisfy({ edit in !taken.contains { $0.range.overlaps(edit.range) } }) else {
        continue
      }
      taken += new
      count += 1
    }
    var result: [UInt8] = []
    var offset = 0
    for edit in taken.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      result += bytes[offset..<edit.range.lowerBound]
      result += edit.replacement
      offset = edit.range.upperBound
    }
    return (result + bytes[offset...], count)
  }
}
