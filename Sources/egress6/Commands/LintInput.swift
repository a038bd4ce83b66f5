// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import EgressBase
import Foundation

/// What `egress6 lint` looks at.
struct LintInput {
  /// A file that is looked at.
  private struct Source {
    let path: String
    let format: DocumentFormat
    /// Whether somebody named the file, so that it must be what it seems to be.
    let isNamed: Bool
    let bytes: [UInt8]
    /// What the file holds.
    let document: Result<LintDocument, DocumentError>

    init(_ bytes: [UInt8], path: String, format: DocumentFormat, isNamed: Bool = true) {
      (self.path, self.format, self.isNamed, self.bytes) = (path, format, isNamed, bytes)
      do throws(DocumentError) {
        let text = DocumentText(bytes, path: path)
        document = .success(LintDocument(text, try SettingsDocument(bytes, path: path, format: format)))
      } catch {
        document = .failure(error)
      }
    }

    /// The same file with other bytes.
    func with(_ bytes: [UInt8]) -> Source { Source(bytes, path: path, format: format, isNamed: isNamed) }

    /// Whether the file cannot be read and is none of ours: a template that another program has to fill in first, or a file
    /// without any word of AWS that only looks like one of the formats.
    var isForeign: Bool {
      guard case .failure = document else { return false }
      let text = String(decoding: bytes, as: UTF8.self)
      return text.contains("{{") || !["AWS_", "endpoint_url", "amazonaws"].contains { text.contains($0) }
    }
  }

  /// Files that have nothing to do with each other.
  private var single: [Source] = []
  /// Files that one client reads together, with the environment of the process where no file stands for it.
  private var together: [Source] = []
  private var environment: LintDocument?

  /// Finds and reads the files.
  init(_ command: LintCommand) throws {
    for path in command.files {
      if Files.isFolder(path) {
        for file in try LintWalk.files(in: path) { try add(file, format: command.format, isNamed: false) }
      } else {
        // A file that is not there is nobody's.
        let isThere = try FileAccess.target(of: path) != .missing
        try add(path, format: command.format, isNamed: !command.skipsUnknown || !isThere)
      }
    }
    guard command.files.isEmpty || command.environmentFile != nil || command.config != nil else { return }
    let variables = ProcessInfo.processInfo.environment
    if let path = command.environmentFile {
      let bytes = try FileAccess.read(path, limit: SettingsDocument.largestFile)
      let format = command.format ?? (Self.isShell(bytes) ? .shell : .environmentFile)
      together.append(Source(bytes, path: path, format: format))
    } else {
      environment = LintDocument(environment: variables)
    }
    if let path = command.config {
      let bytes = try FileAccess.read(path, limit: SettingsDocument.largestFile)
      together.append(Source(bytes, path: path, format: .awsConfig))
    } else if command.environmentFile == nil {
      let locations = ConfigurationFileLocations(
        environment: variables, home: NSHomeDirectory(), dialect: .specification)
      for path in [locations.config, locations.credentials].compactMap({ $0 }) {
        guard case .file = try FileAccess.target(of: path) else { continue }
        let bytes = try FileAccess.read(path, limit: SettingsDocument.largestFile)
        together.append(Source(bytes, path: path, format: .awsConfig))
      }
    }
  }

  private static func isShell(_ bytes: [UInt8]) -> Bool {
    bytes.split(separator: 0x0A).contains { $0.starts(with: "export ".utf8) || $0.starts(with: "#!".utf8) }
  }

  private mutating func add(_ given: String, format: DocumentFormat?, isNamed: Bool) throws {
    // The same file has the same name in a baseline, whether it was named or found.
    let path = given.hasPrefix("./") && given.utf8.count > 2 ? String(given.dropFirst(2)) : given
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileAccess.read(path, limit: SettingsDocument.largestFile)
    } catch {
      // A file of a folder may be somebody else's, or be gone.
      if isNamed { throw error }
      return
    }
    guard let format = format ?? DocumentFormat.detect(path: path, bytes: bytes) else {
      guard isNamed else { return }
      throw CommandFailure(
        .input, "the file is of no known format", at: path,
        help: "name it with --format: " + DocumentFormat.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let source = Source(bytes, path: path, format: format, isNamed: isNamed)
    if isNamed || !source.isForeign { single.append(source) }
  }

  /// The files.
  var paths: [String] { (single + together).map(\.path) }
  /// How many files, and the environment, are looked at.
  var count: Int { single.count + together.count + (environment == nil ? 0 : 1) }

  /// The findings in the order of the files.
  func findings(_ linter: Linter) -> [LintFinding] {
    var findings: [LintFinding] = []
    var documents: [LintDocument] = []
    for source in single {
      switch source.document {
      case .success(let document): documents.append(document)
      case .failure(let error): findings.append(Self.finding(error, source))
      }
    }
    findings += linter.findings(in: documents)
    var joined = environment.map { [$0] } ?? []
    for source in together {
      switch source.document {
      case .success(let document): joined.append(document)
      case .failure(let error): findings.append(Self.finding(error, source))
      }
    }
    if !joined.isEmpty { findings += linter.findings(together: joined) }
    return findings
  }

  /// A file that cannot be read; one that only its name and content make a file of settings may be something else.
  private static func finding(_ error: DocumentError, _ source: Source) -> LintFinding {
    var finding = Linter.finding(for: error)
    if !source.isNamed { finding.severity = .note }
    return finding
  }

  /// Mends the files until nothing is left to mend.
  ///
  /// - Returns: How many findings were mended.
  /// - Throws: `FileError`, `CommandFailure`; each file is written whole or not at all.
  mutating func mend(_ linter: Linter) throws -> Int {
    var count = 0
    func mend(_ source: inout Source, _ findings: (LintInput) -> [LintFinding], _ current: LintInput) throws {
      var bytes = source.bytes
      var input = current
      // A fix may make room for another one, of the same setting or of one that it reveals.
      for _ in 0..<8 {
        let fixes = findings(input).filter { $0.path == source.path }.compactMap(\.fix)
        let (mended, number) = LintFix.apply(fixes, to: bytes)
        guard number > 0, mended != bytes else { break }
        count += number
        bytes = mended
        input.replace(source.path, bytes)
      }
      guard bytes != source.bytes else { return }
      let mended = source.with(bytes)
      if case .failure(let error) = mended.document {
        throw CommandFailure(.internal, "the mended file would not be read: \(error)", at: source.path)
      }
      // No backup: a repository has the history, and a second file beside a manifest would be found, too.
      _ = try FileRewrite.replace(source.path, original: source.bytes, with: bytes, keepsBackup: false)
      source = mended
    }
    let unchanged = self
    for index in single.indices {
      var alone = unchanged
      (alone.single, alone.together, alone.environment) = ([single[index]], [], nil)
      try mend(&single[index], { $0.findings(linter) }, alone)
    }
    for index in together.indices {
      var alone = self
      alone.single = []
      try mend(&together[index], { $0.findings(linter) }, alone)
    }
    return count
  }

  private mutating func replace(_ path: String, _ bytes: [UInt8]) {
    for index in single.indices where single[index].path == path { single[index] = single[index].with(bytes) }
    for index in together.indices where together[index].path == path {
      together[index] = together[index].with(bytes)
    }
  }
}
