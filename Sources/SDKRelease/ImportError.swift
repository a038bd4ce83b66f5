// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Why a release could not be imported.
///
/// Every case names the archive or folder, and the entry inside it where there is one.
package enum ImportError: DomainError, Hashable {
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
  /// The archive uses a feature that is refused, such as encryption.
  case unsupported(archive: String, entry: String?, feature: String)
  /// A file of the release does not have the expected form.
  case malformed(archive: String, entry: String, reason: String)

  /// The kind of failure.
  package var code: ErrorCode {
    switch self {
    case .unreadable: ErrorCode("import.unreadable", .input)
    case .notARelease: ErrorCode("import.not-a-release", .input)
    case .unsafeName: ErrorCode("import.unsafe-name", .input)
    case .duplicateEntry: ErrorCode("import.duplicate-entry", .input)
    case .limit: ErrorCode("import.limit", .input)
    case .damaged: ErrorCode("import.damaged", .input)
    case .unsupported: ErrorCode("import.unsupported", .input)
    case .malformed: ErrorCode("import.malformed", .input)
    }
  }

  /// The archive or folder, and the entry inside it.
  package var facts: [ErrorFact: String] {
    switch self {
    case .unreadable(let path, _), .notARelease(let path, _): [.path: path]
    case .unsafeName(let archive, let entry, _), .duplicateEntry(let archive, let entry),
      .malformed(let archive, let entry, _):
      [.path: archive, .entry: entry]
    case .limit(let archive, let entry, let limit): facts(archive, entry, [.allowed: limit])
    case .damaged(let archive, let entry, _), .unsupported(let archive, let entry, _):
      facts(archive, entry, [:])
    }
  }

  private func facts(
    _ archive: String, _ entry: String?, _ more: [ErrorFact: String]
  ) -> [ErrorFact: String] {
    var facts = more
    facts[.path] = archive
    facts[.entry] = entry
    return facts
  }

  /// What is wrong, and where.
  package var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .notARelease(let path, let reason):
      "\(path): not a botocore release: \(reason); "
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
      "\(archive): entry \(quoted(entry)): \(reason); the file does not have the form that the importer reads"
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
