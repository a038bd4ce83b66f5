// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no catalog image.
package enum ImageError: Error, Sendable, Hashable {
  /// The bytes do not begin like an image.
  case notAnImage
  /// The image was written for another version of this program.
  case formatVersion(found: Int, supported: Int)
  /// The check sum does not match: the file was altered or cut off.
  case checksum
  /// The content contradicts itself; the text says where.
  case damaged(String)
}

extension ImageError: CustomStringConvertible {
  /// What is wrong and what to do.
  package var description: String {
    switch self {
    case .notAnImage:
      "no catalog image; make one with `egress6 catalog import`"
    case .formatVersion(let found, let supported):
      "catalog image of format \(found), this program reads format \(supported); "
        + "import the release again with this program"
    case .checksum:
      "catalog image with a wrong check sum: it was altered or cut off; import the release again"
    case .damaged(let place):
      "catalog image is damaged: \(place); import the release again"
    }
  }
}
