// SPDX-License-Identifier: Apache-2.0

/// The limits of an archive.
///
/// botocore 1.44.5 is 16 MB packed, has 2,039 entries (5,300 in the source archive), 150 MB unpacked and no model file
/// above 4 MB; each limit leaves room for years of growth.
package struct ArchiveLimits: Sendable, Hashable {
  /// The most bytes of the archive file itself.
  package var archiveBytes = 256 << 20
  /// The most entries of an archive, or files below a folder.
  package var entries = 50_000
  /// The most bytes of one unpacked file.
  package var fileBytes = 64 << 20
  /// The most bytes of all unpacked files together, those inside `.json.gz` files included.
  package var totalBytes = 1 << 30
  /// The most unpacked bytes for one packed byte, tested once a file passes ``ratioFloor`` bytes.
  package var ratio = 250
  /// How many unpacked bytes are always allowed, whatever the ratio.
  package var ratioFloor = 1 << 20
  /// The most bytes of an entry's name.
  package var nameBytes = 1_024
  /// The most folders inside each other.
  package var depth = 16

  /// The limits that commands use.
  package static let standard = ArchiveLimits()

  /// Makes the standard limits.
  package init() {}
}
