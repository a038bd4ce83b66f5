// SPDX-License-Identifier: Apache-2.0

/// Why bytes were refused as an image of compiled rules.
public enum RuleImageError: Error, Sendable, Hashable {
  /// The bytes are not such an image at all.
  case notAnImage
  /// The image has another version than this library reads.
  case version(Int)
  /// The image is cut off, or longer than it says.
  case size(found: Int, expected: Int)
  /// The checksum does not fit the bytes.
  case checksum
  /// Something in the image is not as it must be.
  case malformed(what: String, offset: Int)
}

extension RuleImageError: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .notAnImage: "these bytes are no image of compiled rules; compile the rule sets again"
    case .version(let version):
      "the image has version \(version), this program reads \(ImageLayout.version); compile the rule sets again"
    case .size(let found, let expected): "the image has \(found) bytes instead of \(expected); fetch it again"
    case .checksum: "the image is damaged: its checksum does not fit; fetch it again"
    case .malformed(let what, let offset): "the image is malformed at byte \(offset): \(what); fetch it again"
    }
  }
}
