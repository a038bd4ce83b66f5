// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration

/// The page of a rule: `egress6 explain` prints it, `docs/rules` holds copies of it, SARIF carries it.
struct RulePage {
  /// What is found, and why it matters.
  var what: String
  /// What it looks like in a file.
  var example: String
  /// How to mend it.
  var mend: String
  /// Where the facts are from.
  var sources: [String]

  init(_ what: String, example: String, mend: String, sources: [String]) {
    self.what = what
    self.example = example
    self.mend = mend
    self.sources = sources
  }

  /// The page as Markdown.
  func markdown(of rule: LintRule) -> String {
    var lines = ["# \(rule.id): \(rule.title)", "", "Severity: \(rule.severity.rawValue).", "", what, ""]
    lines += ["## Example", "", "```", example, "```", "", "## How to mend it", "", mend, ""]
    if !sources.isEmpty { lines += ["## Sources", ""] + sources.map { "- " + $0 } + [""] }
    return lines.joined(separator: "\n")
  }
}

/// Sources that several pages name.
enum RuleSource {
  static let dualStack = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html"
  static let endpoints = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html"
  static let identifiers = "https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html"
  static let file = "https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html"
  static let metadata = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html"
  static let fluentBit = "https://docs.fluentbit.io/manual/pipeline/outputs/cloudwatch"
  static let runs =
    "recorded runs of the AWS CLI 1.45 and 2.36, Go v2, Rust and Terraform 5.100.0, November 2026"
}

extension LintRule {
  /// The page.
  var page: RulePage { formPage ?? namePage ?? valuePage ?? togetherPage ?? otherPage }
}
