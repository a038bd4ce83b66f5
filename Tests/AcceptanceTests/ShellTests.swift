// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Completions and manual pages")
struct ShellTests {
  /// Runs a tool of the system on what the program generated.
  private func run(_ tool: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test("completion scripts are valid for their shell", arguments: ["bash", "zsh", "fish"])
  func completions(_ shell: String) throws {
    let script = try Program.run(["--generate-completion-script", shell])
    #expect(script.status == 0)
    #expect(script.output.contains("scan"))
    let folder = try TemporaryFolder()
    let file = folder.path("egress6.\(shell)")
    try Data(script.output.utf8).write(to: URL(fileURLWithPath: file))
    let check = try run(shell, ["-n", file])
    #expect(check.status == 0, "\(check.text)")
  }

  @Test("bash completes commands and service names")
  func bashCompletes() throws {
    let folder = try TemporaryFolder()
    let file = folder.path("egress6.bash")
    try Data(try Program.run(["--generate-completion-script", "bash"]).output.utf8).write(
      to: URL(fileURLWithPath: file))
    let directory = Program.url.deletingLastPathComponent().path
    func complete(_ words: [String]) throws -> String {
      let line = words.joined(separator: " ")
      let list = words.map { "'\($0)'" }.joined(separator: " ")
      return try run(
        "bash",
        [
          "-c",
          "PATH=\(directory):$PATH; source \(file); COMP_LINE='\(line)'; COMP_POINT=\(line.count); COMP_WORDS=(\(list));"
            + " COMP_CWORD=\(words.count - 1); _egress6; printf '%s\\n' \"${COMPREPLY[@]}\"",
        ]
      ).text
    }
    #expect(try complete(["egress6", "ma"]).contains("map"))
    #expect(try complete(["egress6", "resolve", "dynamo"]).contains("dynamodb"))
  }

  @Test("manual pages are written for every command and mandoc accepts them")
  func manual() throws {
    let folder = try TemporaryFolder()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let build = try run(
      root.appendingPathComponent("scripts/build-manual").path, [Program.url.path, folder.url.path])
    #expect(build.status == 0, "\(build.text)")
    for page in ["egress6", "egress6-scan", "egress6-map", "egress6-catalog-hosts", "egress6-resolve"] {
      let file = folder.path("\(page).1")
      let check = try run("mandoc", ["-T", "lint", "-W", "warning", file])
      #expect(check.status == 0, "\(page): \(check.text)")
      let text = try run("mandoc", ["-T", "ascii", file])
      #expect(text.text.contains("SYNOPSIS"))
    }
  }
}
