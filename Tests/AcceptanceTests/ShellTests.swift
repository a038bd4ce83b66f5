// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import Testing

@Suite("Completions and manual pages", .serverTurns)
struct ShellTests {
  /// Runs a tool of the system on what the program generated.
  private func run(_ tool: String, _ arguments: [String]) async throws -> (status: Int32, text: String) {
    let result = try await Command.run("/usr/bin/env", [tool] + arguments)
    return (result.status, result.text + result.errorText)
  }

  @Test("completion scripts are valid for their shell", arguments: ["bash", "zsh", "fish"])
  func completions(_ shell: String) async throws {
    let script = try await Program.run(["--generate-completion-script", shell])
    #expect(script.status == 0)
    #expect(script.output.contains("scan"))
    let folder = try TemporaryFolder()
    let file = folder.url.path + "/egress6.\(shell)"
    try Data(script.output.utf8).write(to: URL(fileURLWithPath: file))
    let check = try await run(shell, ["-n", file])
    #expect(check.status == 0, "\(check.text)")
  }

  @Test("bash completes commands and service names")
  func bashCompletes() async throws {
    let folder = try TemporaryFolder()
    let file = folder.url.path + "/egress6.bash"
    try Data(try await Program.run(["--generate-completion-script", "bash"]).output.utf8).write(
      to: URL(fileURLWithPath: file))
    let directory = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
    func complete(_ words: [String]) async throws -> String {
      let line = words.joined(separator: " ")
      let list = words.map { "'\($0)'" }.joined(separator: " ")
      return try await run(
        "bash",
        [
          "-c",
          "PATH=\(directory):$PATH; source \(file); COMP_LINE='\(line)'; COMP_POINT=\(line.count); COMP_WORDS=(\(list));"
            + " COMP_CWORD=\(words.count - 1); _egress6; printf '%s\\n' \"${COMPREPLY[@]}\"",
        ]
      ).text
    }
    #expect(try await complete(["egress6", "ma"]).contains("map"))
    #expect(try await complete(["egress6", "resolve", "dynamo"]).contains("dynamodb"))
  }

  @Test("manual pages are written for every command and mandoc accepts them")
  func manual() async throws {
    let folder = try TemporaryFolder()
    let build = try await run(
      Program.root.appendingPathComponent("scripts/build-manual").path, [Program.path, folder.url.path])
    #expect(build.status == 0, "\(build.text)")
    for page in ["egress6", "egress6-scan", "egress6-map", "egress6-catalog-hosts", "egress6-resolve"] {
      let file = folder.url.path + "/\(page).1"
      let check = try await run("mandoc", ["-T", "lint", "-W", "warning", file])
      #expect(check.status == 0, "\(page): \(check.text)")
      let text = try await run("mandoc", ["-T", "html", file])
      #expect(text.text.contains("SYNOPSIS"))
    }
  }
}
