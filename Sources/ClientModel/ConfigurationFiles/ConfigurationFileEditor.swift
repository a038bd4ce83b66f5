// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Sets settings of a profile in a config file and leaves every other byte as it is.
///
/// What it writes stands in marked blocks; a setting of the user that has another value is put aside as a comment, so
/// that ``removing(profile:)`` gives back the original bytes. It never edits a file that one of the dialects refuses, and
/// returns a result only if both dialects read from it what was intended and nothing else.
package struct ConfigurationFileEditor: Sendable {
  private let file: ConfigurationFile

  /// Makes an editor of a config file.
  ///
  /// - Parameter file: The file; an empty one where there is none yet.
  package init(_ file: ConfigurationFile) { self.file = file }

  /// The profiles for which the file has managed lines, sorted.
  package var managedProfiles: [String] { ManagedLines(file).profiles }

  /// The file without managed lines.
  ///
  /// - Parameter profile: The profile whose lines are removed; `nil` for those of all.
  /// - Returns: The bytes; the user's settings that were put aside are back.
  /// - Throws: ``ConfigurationEditError``.
  package func removing(profile: String? = nil) throws(ConfigurationEditError) -> [UInt8] {
    try ManagedLines(file).removing(profile)
  }

  /// The file with settings in it, which replace those that an earlier call wrote for the profile.
  ///
  /// - Parameter edit: The settings.
  /// - Returns: The bytes. The same edit of the result gives the result again.
  /// - Throws: ``ConfigurationEditError``.
  package func merging(_ edit: ConfigurationEdit) throws(ConfigurationEditError) -> [UInt8] {
    guard file.kind == .config else { throw ConfigurationEditError(.notAConfigFile, path: file.path) }
    let before = ConfigurationFile(try removing(profile: edit.profile), path: file.path, kind: .config)
    let merge = try ConfigurationMerge(before, edit)
    let bytes = merge.bytes()
    let after = ConfigurationFile(bytes, path: file.path, kind: .config)
    // Lines that say the same stay where they are, so that edits of several profiles do not move each other.
    if ManagedLines(file).contents(of: edit.profile) == ManagedLines(after).contents(of: edit.profile),
      isAsIntended(file, merge)
    {
      return file.bytes
    }
    for dialect in FileDialect.allCases { try merge.check(after, as: dialect) }
    // What cannot be undone exactly is not done.
    guard try ConfigurationFileEditor(after).removing(profile: edit.profile) == before.bytes else {
      throw ConfigurationEditError(
        .unwantedEffect(.specification, what: "the lines to undo it"), path: file.path)
    }
    return bytes
  }

  private func isAsIntended(_ file: ConfigurationFile, _ merge: ConfigurationMerge) -> Bool {
    do throws(ConfigurationEditError) {
      for dialect in FileDialect.allCases { try merge.check(file, as: dialect) }
      return true
    } catch {
      return false
    }
  }
}
