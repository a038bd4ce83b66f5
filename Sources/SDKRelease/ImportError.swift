// SPDX-License-Identifier: Apache-2.0

/// Why a release could not be imported.
///
/// Every case names the archive or folder, and the entry inside it where there is one.
package enum ImportError: Error, Sendable, Hashable {
  /// The file or folder cannot be read; the reason is the system's.
  case unreadable(path: String, reason: String)
  /// The file or folder holds no SDK release.
  case notARelease(path: String, reason: String)
  /// An entry's name could leave the archive or hide another entry.
  case unsafeName(archive: String, entry: String, reason: String)
  /// Two entries have the same name.
  case duplicateEntry(archive: String, entry: String)
  /// A documented limit of ``ArchiveLimits`` is passed.
  case limit(archive: String, entry: String?, limit: String)
  /// The archive is cut off or altered.
  case damaged(archive: String, entry: String?, reason: String)
  /// The archive uses a feature that is refused, as encryption.
  case unsupported(archive: String, entry: String?, feature: String)
  /// A file of the release does not have the expected form.
  case malformed(archive: String, entry: String, reason: String)
}

extension ImportError: CustomStringConvertible {
  /// What happened, where, and what to do.
  package var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .notARelease(let path, let reason):
      "\(path): no botocore release: \(reason); "
        + "give a botocore wheel (.whl), source archive (.tar.gz) or unpacked folder"
    case .unsafeName(let archive, let entry, let reason):
      "\(archive): entry \(quoted(entry)): \(reason); the archive is refused, fetch the release again"
    case .duplicateEntry(let archive, let entry):
      "\(archive): entry \(quoted(entry)) appears twice; the archive is refused, fetch the release again"
    case .limit(let archive, let entry, let limit):
      "\(archive): \(place(entry))passes the limit of \(limit); no botocore release is that large"
    case .damaged(let archive, let entry, let reason):
      "\(archive): \(place(entry))\(reason); the archive is damaged, fetch the release again"
    case .unsupported(let archive, let entry, let feature):
      "\(archive): \(place(entry))\(feature) is not supported; repack the release without it"
    case .malformed(let archive, let entry, let reason):
      "\(archive): entry \(quoted(entry)): \(reason); the release is newer than this importer, or altered"
    }
  }

  private func place(_ entry: String?) -> String { entry.map { "entry \(quoted($0)): " } ?? "" }

  /// A name in quotation marks, control characters escaped, cut at 200 characters.
  private func quoted(_ name: String) -> String {
    var text = "\""
    for scalar in name.unicodeScalars.prefix(200) {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0: text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
