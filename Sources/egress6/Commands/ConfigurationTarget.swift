// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import EgressBase

/// The file that settings are written to.
struct ConfigurationTarget {
  private let path: String
  private let format: ArtefactFormat
  private let profile: String?
  /// What the file holds; `nil` where there is none.
  private let old: [UInt8]?

  /// What every comment that `configure` writes says in its first lines.
  private static let mark = "made by egress6 "

  /// Looks at the file.
  ///
  /// - Throws: `FileError` for what is no file or cannot be read or replaced.
  init(_ path: String, _ format: ArtefactFormat, profile: String?) throws {
    try AtomicFile.requireReplaceable(path)
    self.path = path
    self.format = format
    self.profile = profile
    old =
      if case .file = try FileAccess.target(of: path) {
        try FileAccess.read(path, limit: SettingsDocument.largestFile)
      } else { nil }
  }

  /// Writes settings.
  ///
  /// - Returns: What was done, for a person.
  func write(_ artefact: Artefact, _ plan: ConfigurationPlan) throws -> String {
    let bytes = Array(artefact.text.utf8)
    if old == bytes { return "unchanged: \(path)" }
    if let old, !isOurs(old) {
      throw CommandFailure(
        .usage, "the file exists and was not written by configure", at: path,
        help: "name a new file with --to, or leave out --to and put the lines where they belong")
    }
    try AtomicFile.write(path) { try $0(bytes) }
    return "wrote \(path)"
  }

  /// Takes the settings away.
  ///
  /// - Returns: What was done, for a person.
  func undo() throws -> String {
    guard let old else { return "unchanged: there is no \(path)" }
    guard isOurs(old) else {
      throw CommandFailure(
        .usage, "the file was not written by configure", at: path, help: "take the settings out by hand")
    }
    AtomicFile.remove(path)
    return "removed \(path)"
  }

  /// Whether nothing but settings of ours is in the file.
  private func isOurs(_ bytes: [UInt8]) -> Bool {
    if let comment = format.comment {
      let head = String(decoding: bytes.prefix(2000), as: UTF8.self)
      return head.split(separator: "\n").prefix { $0.hasPrefix(comment) }
        .contains { $0.firstRange(of: Self.mark) != nil }
    }
    return ArtefactProver.holdsNothingElse(bytes, format)
  }
}
