// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Why bytes are not public evidence that can be used.
package enum EvidenceError: DomainError, Hashable {
  /// The bytes do not begin like a file of evidence.
  case notEvidence
  /// The file was written for another version of this program.
  case formatVersion(Int)
  /// The content contradicts itself; the text says where.
  case damaged(String)

  /// The kind of failure.
  package var code: ErrorCode {
    switch self {
    case .notEvidence: ErrorCode("evidence.not-evidence", .input)
    case .formatVersion: ErrorCode("evidence.format-version", .input)
    case .damaged: ErrorCode("evidence.damaged", .input)
    }
  }

  /// The place of the damage, or the format that was found.
  package var facts: [ErrorFact: String] {
    switch self {
    case .notEvidence: [:]
    case .formatVersion(let found): [.given: "\(found)"]
    case .damaged(let place): [.entry: place]
    }
  }

  /// What is wrong.
  package var description: String {
    switch self {
    case .notEvidence: "the built-in evidence does not begin like a file of evidence"
    case .formatVersion(let found):
      "the built-in evidence has format \(found), which this program does not read"
    case .damaged(let place): "the built-in evidence is damaged: \(place)"
    }
  }
}
