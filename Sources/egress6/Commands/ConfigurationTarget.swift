// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import EgressBase

/// The file that settings are written to.
struct ConfigurationTarget {
  private let path: String
  private let format: ArtefactFormat
  private let profile: String
  /// What the file holds; `nil` where there is none.
  private let old: [UInt8]?

  /// What every comment that `configure` writes says in its first lines.
  private static let mark = "made by egress6 "

  /// Looks at the file.
  ///
  /// - Throws: `FileError` for what is no file or cannot be read or replaced.
  init(_ path: String, _ format: ArtefactFormat, profile: String?) throws {
    self.path = path
    self.format = format
    self.profile = profile ?? "default"
    if format == .awsConfig {
      old = try ConfigurationFile.read(path, kind: .config)?.bytes
    } else {
      try AtomicFile.requireReplaceable(path)
      old =
        if case .file = try FileAccess.target(of: path) {
          try FileAccess.read(path, limit: SettingsDocument.largestFile)
        } else { nil }
    }
  }

  /// What the file will hold.
  ///
  /// - Parameters:
  ///   - artefact: The settings.
  ///   - plan: The plan that they are of.
  /// - Returns: The settings, or the shared configuration file with them in it.
  /// - Throws: `ConfigurationEditError` for a shared configuration file that cannot be edited.
  func text(_ artefact: Artefact, _ plan: ConfigurationPlan) throws -> String {
    guard format == .awsConfig else { return artefact.text }
    let file = ConfigurationFile(old ?? [], path: path, kind: .config)
    var notes = artefact.header.filter { !$0.hasPrefix("Undo: ") }
    notes.append("Undo: egress6 configure --undo --format aws-config --profile \(profile) --to FILE")
    let edit = SharedFileEdit.edit(plan, profile: profile, of: file, notes: notes)
    let editor = ConfigurationFileEditor(file)
    let bytes = plan.isEmpty ? try editor.removing(profile: profile) : try editor.merging(edit)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes the file.
  ///
  /// - Parameter text: What ``text(_:_:)`` gave.
  /// - Returns: What was done, for a person.
  /// - Throws: `CommandFailure` for a file of the user's, `FileError`.
  func write(_ text: String) throws -> String {
    let bytes = Array(text.utf8)
    if format == .awsConfig { return try rewrite(bytes) }
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
    if format == .awsConfig {
      let editor = ConfigurationFileEditor(ConfigurationFile(old, path: path, kind: .config))
      return try rewrite(editor.removing(profile: profile))
    }
    guard isOurs(old) else {
      throw CommandFailure(
        .usage, "the file was not written by configure", at: path, help: "take the settings out by hand")
    }
    AtomicFile.remove(path)
    return "removed \(path)"
  }

  private func rewrite(_ bytes: [UInt8]) throws -> String {
    if old == nil, bytes.isEmpty { return "unchanged: there is no \(path)" }
    switch try FileRewrite.replace(path, original: old, with: bytes) {
    case .unchanged: return "unchanged: \(path)"
    case .written(nil): return "wrote \(path)"
    case .written(let backup?): return "wrote \(path); what it was before: \(backup)"
    }
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
