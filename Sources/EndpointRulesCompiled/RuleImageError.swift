// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Why bytes were refused as an image of compiled rules.
public enum RuleImageError: Error, Sendable, Hashable {
  /// The bytes are something else.
  case notAnImage
  /// The image has another version than this library reads.
  case version(Int)
  /// The image has another size than its header says.
  case size(found: Int, expected: Int)
  /// The checksum is not that of the bytes.
  case checksum
  /// A part of the image breaks a rule of the format.
  case malformed(what: String, offset: Int)
}

extension RuleImageError: DomainError {
  /// The kind of failure.
  package var code: ErrorCode {
    switch self {
    case .notAnImage: ErrorCode("rule-image.foreign", .input)
    case .version: ErrorCode("rule-image.version", .input)
    case .size, .checksum, .malformed: ErrorCode("rule-image.damaged", .input)
    }
  }
}

extension RuleImageError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .notAnImage: "these bytes are not an image of compiled rules; compile the rule sets again"
    case .version(let version):
      "the image has version \(version), this program reads \(ImageLayout.version); compile the rule sets again"
    case .size(let found, let expected): "the image has \(found) bytes instead of \(expected); fetch it again"
    case .checksum: "the image is damaged: its checksum does not fit; fetch it again"
    case .malformed(let what, let offset): "the image is malformed at byte \(offset): \(what); fetch it again"
    }
  }
}
