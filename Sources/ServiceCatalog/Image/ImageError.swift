// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Why bytes are not a catalog image that can be used.
package enum ImageError: DomainError, Hashable {
  /// The bytes do not begin like an image.
  case notAnImage
  /// The image was written for another version of this program.
  case formatVersion(found: Int, supported: Int)
  /// The check sum does not match: the file was altered or cut off.
  case checksum
  /// The content contradicts itself; the text says where.
  case damaged(String)

  /// The kind of failure.
  package var code: ErrorCode {
    switch self {
    case .notAnImage: ErrorCode("image.not-an-image", .input)
    case .formatVersion: ErrorCode("image.format-version", .input)
    case .checksum: ErrorCode("image.checksum", .input)
    case .damaged: ErrorCode("image.damaged", .input)
    }
  }

  /// The format that was found and the one that can be read, or the place of the damage.
  package var facts: [ErrorFact: String] {
    switch self {
    case .notAnImage, .checksum: [:]
    case .formatVersion(let found, let supported): [.given: "\(found)", .allowed: "\(supported)"]
    case .damaged(let place): [.entry: place]
    }
  }

  /// What is wrong.
  package var description: String {
    switch self {
    case .notAnImage:
      "not a catalog image"
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
