// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import ServiceCatalog

/// Turns the argument parser's complaint into one error with a hint.
enum UsageAdvice {
  /// Makes the error for a command line that could not be parsed.
  ///
  /// - Parameters:
  ///   - message: The parser's text: `Error: …`, then the usage.
  ///   - arguments: The command line without the program's name.
  /// - Returns: The failure with exit code 2.
  static func failure(message: String, arguments: [String]) -> CommandFailure {
    if let word = arguments.first, !word.hasPrefix("-"), !names(of: Egress6.self).contains(word) {
      return unknown(word, among: names(of: Egress6.self) + ["help"], of: "egress6")
    }
    if arguments.count >= 2,
      let parent = Egress6.configuration.subcommands.first(where: { name($0) == arguments[0] })
    {
      let children = names(of: parent)
      let word = arguments[1]
      if !children.isEmpty, !word.hasPrefix("-"), !children.contains(word) {
        return unknown(word, among: children, of: "egress6 \(arguments[0])")
      }
    }
    var text = message
    if let range = text.firstRange(of: "\nUsage:") { text = String(text[..<range.lowerBound]) }
    if text.hasPrefix("Error: ") { text.removeFirst("Error: ".count) }
    let command = arguments.first.flatMap { names(of: Egress6.self).contains($0) ? $0 : nil }
    let hint = "for the options, see: egress6 " + (command.map { $0 + " --help" } ?? "--help")
    return CommandFailure(.usage, text, help: hint)
  }

  /// The error for `egress6 help WORD` where the word is neither a command nor a topic.
  static func unknownTopic(_ word: String) -> CommandFailure? {
    let known = names(of: Egress6.self) + HelpTopic.allCases.map(\.rawValue) + ["help"]
    if word.hasPrefix("-") || known.contains(word) { return nil }
    return unknown(word, among: known, of: "egress6 help")
  }

  private static func unknown(_ word: String, among names: [String], of parent: String) -> CommandFailure {
    let near = NearestNames.of(word, among: names, limit: 1).first
    let hint =
      near.map { "did you mean: \(parent) \($0)" }
      ?? "it knows: \(names.sorted().joined(separator: ", "))"
    return CommandFailure(.usage, "'\(word)' is not known to \(parent)", help: hint)
  }

  private static func names(of command: any ParsableCommand.Type) -> [String] {
    command.configuration.subcommands.map(name)
  }

  private static func name(_ command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? ""
  }
}
