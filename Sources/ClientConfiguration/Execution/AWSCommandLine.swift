// SPDX-License-Identifier: Apache-2.0

package import ServiceCatalog

/// What a command line of the AWS CLI says before anything is called: the service, and the options that decide where.
package struct AWSCommandLine: Sendable, Hashable {
  /// The word for the service, such as `s3api`; `nil` where there is none.
  package var command: String?
  /// The word after it, such as `list-buckets`.
  package var subcommand: String?
  /// The region that it names.
  package var region: String?
  /// The profile that it names.
  package var profile: String?
  /// The endpoint that it names.
  package var endpointURL: String?

  /// The options of the AWS CLI that stand before or behind the service and take a value.
  private static let valued = [
    "ca-bundle", "cli-binary-format", "cli-connect-timeout", "cli-error-format", "cli-read-timeout", "color",
    "endpoint-url",
    "output", "profile", "query", "region",
  ]
  /// Those without a value.
  private static let flags = [
    "cli-auto-prompt", "debug", "no-cli-auto-prompt", "no-cli-pager", "no-paginate", "no-sign-request",
    "no-verify-ssl",
    "v2-debug", "version",
  ]
  /// Words for services that are not botocore's folder.
  private static let folders = [
    "configservice": "config", "ddb": "dynamodb", "deploy": "codedeploy",
    "runtime.sagemaker": "sagemaker-runtime",
    "s3api": "s3",
  ]
  /// Commands that call other services than the one they are named after.
  private static let callers = [
    "cloudformation deploy": ["cloudformation", "s3"], "cloudformation package": ["s3"],
    "cloudtrail validate-logs": ["cloudtrail", "s3"], "codeartifact login": ["codeartifact"],
    "eks get-token": ["sts"],
  ]

  /// Reads the words after the program's name.
  ///
  /// As with Python's `argparse`, an option may be shortened as long as it is clear which one is meant, and the last one counts.
  package init(_ words: [String]) {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--"), word.utf8.count > 2 else {
        if command == nil {
          command = word
        } else if subcommand == nil, !word.hasPrefix("-") {
          subcommand = word
        }
        continue
      }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, let option = Self.option(String(name)), Self.valued.contains(option)
      else {
        continue
      }
      guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else { continue }
      switch option {
      case "region": region = value
      case "profile": profile = value
      case "endpoint-url": endpointURL = value
      default: break
      }
    }
  }

  /// The option that a word means; `nil` where it is another one, or not clear.
  private static func option(_ word: String) -> String? {
    let all = valued + flags
    if all.contains(word) { return word }
    let fitting = all.filter { $0.hasPrefix(word) }
    return fitting.count == 1 ? fitting[0] : nil
  }

  /// The services that it calls, as botocore's folders.
  ///
  /// - Parameter catalog: The services.
  /// - Returns: The folders; none where it calls none, or it is not known which.
  package func services(in catalog: Catalog) -> [String] {
    guard let command else { return [] }
    if let subcommand, let others = Self.callers["\(command) \(subcommand)"] { return others }
    return (catalog.service(folder: Self.folders[command] ?? command)?.folder).map { [$0] } ?? []
  }
}
