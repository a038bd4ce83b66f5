// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation

/// The built program, run as a user runs it.
enum Program {
  /// What a run of the program left behind.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// The executable that this build made, beside the test bundle; `EGRESS6_PROGRAM` names another one.
  static let path: String = {
    if let path = TestEnvironment.variable("EGRESS6_PROGRAM") { return path }
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("egress6").path
  }()

  /// The root of the checkout.
  static let root = TestEnvironment.root

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - environment: Variables to add to `PATH`, `HOME` and `LANG`; the program does not inherit the tests' environment.
  ///   - input: Standard input.
  /// - Returns: Exit status and both streams.
  /// - Throws: What `Command.run` throws.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], input: String = ""
  ) async throws -> Outcome {
    let folder = try TemporaryFolder()
    let variables = ["PATH": "/usr/bin:/bin", "HOME": folder.url.path, "LANG": "C.UTF-8"]
    let result = try await Command.run(
      path, arguments, input: Array(input.utf8), environment: variables.merging(environment) { $1 })
    return Outcome(status: result.status, output: result.text, errors: result.errorText)
  }
}
