// SPDX-License-Identifier: Apache-2.0

import CEgressProcess
import Foundation

/// Replaces this process by a command, as env(1) does: no shell, and nothing stays in between.
///
/// The command gets its words and the environment byte for byte as this process got them, and signals and limits as well.
enum CommandReplacement {
  /// A variable for the command; it takes the place of one with the same name.
  typealias Variable = (name: String, value: String)

  /// Where commands are looked for without `PATH`, as the C library does.
  private static let standardPath = "/bin:/usr/bin"

  /// Runs the command that stands behind the first `--` of the command line.
  ///
  /// - Parameter variables: What is set for it.
  /// - Throws: `CommandFailure` where it cannot be run.
  static func run(setting variables: [Variable]) throws -> Never {
    var words = unsafe words()
    guard let first = unsafe words.first, let word = unsafe first, case let name = unsafe bytes(word),
      !name.isEmpty
    else { throw CommandFailure(.usage, "the command's name is empty") }
    unsafe words.append(nil)
    var environment = unsafe inherited(without: Set(variables.map(\.name)))
    for variable in variables { unsafe environment.append(strdup("\(variable.name)=\(variable.value)")) }
    unsafe environment.append(nil)
    var isForbidden = false
    for file in files(of: name) {
      let error = unsafe egress6_replace(file, words, environment)
      switch error {
      case EACCES: isForbidden = true
      case ENOENT, ENOTDIR, ESTALE, ENODEV, ETIMEDOUT: continue
      default: throw failure(error, name, variables)
      }
    }
    throw failure(isForbidden ? EACCES : ENOENT, name, variables)
  }

  private static func bytes(_ text: UnsafePointer<CChar>) -> [CChar] {
    unsafe Array(UnsafeBufferPointer(start: text, count: strlen(text)))
  }

  /// The words of the command.
  private static func words() -> [UnsafeMutablePointer<CChar>?] {
    var words: [UnsafeMutablePointer<CChar>?] = unsafe []
    for index in 0..<egress6_argument_count() {
      unsafe words.append(UnsafeMutablePointer(mutating: egress6_argument(index)))
    }
    if unsafe words.isEmpty {
      for index in 0..<Int(CommandLine.argc) { unsafe words.append(CommandLine.unsafeArgv[index]) }
    }
    var separator = 0
    while unsafe separator < words.count {
      guard let word = unsafe words[separator], unsafe strcmp(word, "--") != 0 else { break }
      separator += 1
    }
    return unsafe Array(words.dropFirst(separator + 1))
  }

  /// The variables that the process was started with, duplicates and words without `=` included.
  private static func inherited(without names: Set<String>) -> [UnsafeMutablePointer<CChar>?] {
    var kept: [UnsafeMutablePointer<CChar>?] = unsafe []
    for index in 0..<egress6_variable_count() {
      guard let text = unsafe egress6_variable(index) else { continue }
      let isReplaced = names.contains { name in unsafe strncmp(text, name + "=", name.utf8.count + 1) == 0 }
      if !isReplaced { unsafe kept.append(UnsafeMutablePointer(mutating: text)) }
    }
    return unsafe kept
  }

  /// The files that a command's name may mean, each with the zero at its end.
  private static func files(of name: [CChar]) -> [[CChar]] {
    let slash = CChar(UInt8(ascii: "/"))
    if name.contains(slash) { return [name + [0]] }
    var path = Array(standardPath.utf8).map { CChar(bitPattern: $0) }
    for index in 0..<egress6_variable_count() {
      guard let text = unsafe egress6_variable(index), unsafe strncmp(text, "PATH=", 5) == 0 else { continue }
      path = unsafe bytes(text + 5)
      break
    }
    return path.split(separator: CChar(UInt8(ascii: ":")), omittingEmptySubsequences: false).map { folder in
      folder.isEmpty ? name + [0] : Array(folder) + [slash] + name + [0]
    }
  }

  private static func failure(_ error: Int32, _ name: [CChar], _ variables: [Variable]) -> CommandFailure {
    let text = String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    switch error {
    case ENOENT: return CommandFailure(.notFound, "'\(text)' was not found", help: "check the name and PATH")
    case EACCES:
      return CommandFailure(.notExecutable, "'\(text)' may not be run", help: "check its permissions")
    case ENOEXEC:
      return CommandFailure(
        .notExecutable, "'\(text)' is no program of this system",
        help: "a script needs a first line such as #!/bin/sh; no shell is involved here")
    case E2BIG:
      let bytes = variables.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 }
      return CommandFailure(
        .notStarted,
        "the command's words and environment are longer than the system allows; "
          + "\(variables.count) variables with \(bytes) bytes were added",
        help: "name the services that the command uses: --services ec2,s3")
    default:
      return CommandFailure(
        .notExecutable, "'\(text)' cannot be run: \(unsafe String(cString: strerror(error)))")
    }
  }
}
