// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ClientConfiguration
import EgressBase
import EgressTerminal

/// `egress6 explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a rule of lint.",
    usage: "egress6 explain [<rule>]",
    discussion: """
      Examples:
        egress6 explain E6101
        egress6 explain

      Prints the page of a rule: what it finds and why, an example, how to mend it, and sources. Without a rule, lists
      all. The same pages are in docs/rules.
      """)

  @Argument(
    help: ArgumentHelp("The rule's id.", valueName: "rule"),
    completion: .list(LintRule.allCases.map(\.id)))
  var rule: String?

  func run() throws {
    guard let rule else {
      let lines = LintRule.allCases.map { rule in
        let severity = rule.severity.rawValue
        return
          "\(rule.id)  \(severity)\(String(repeating: " ", count: 9 - severity.utf8.count))\(rule.title)\n"
      }
      return try StandardStream.output.write(lines.joined())
    }
    guard let known = LintRule(id: rule) else {
      let near = NearestNames.of(rule, among: LintRule.allCases.map(\.id), limit: 3)
      throw CommandFailure(
        .usage, "there is no rule '\(rule)'",
        help: near.isEmpty ? "egress6 explain lists all" : "did you mean: " + near.joined(separator: ", "))
    }
    try StandardStream.output.write(known.page.markdown(of: known))
  }
}
