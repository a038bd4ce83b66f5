// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import StrictJSON
import Testing

struct UsageCase: Sendable, CustomTestStringConvertible {
  var arguments: [String]
  var expected: [String]
  var testDescription: String { arguments.joined(separator: " ") }
}

@Suite("Command line contract", .serverTurns)
struct ContractTests {
  static let commands: [[String]] = [
    [], ["scan"], ["map"], ["changes"], ["export"], ["resolve"], ["configure"], ["catalog"],
    ["catalog", "show"], ["catalog", "import"], ["catalog", "diff"], ["catalog", "hosts"],
    ["clients"], ["clients", "list"], ["clients", "show"],
  ]

  @Test("help goes to standard output, exits 0 and gives examples", arguments: commands)
  func help(_ command: [String]) async throws {
    let outcome = try await Program.run(command + ["--help"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("Example"), "no example in the help of \(command)")
    #expect(!outcome.output.contains("\t"))
    for line in outcome.lines { #expect(line.count <= 120, "a long line: \(line)") }
  }

  @Test(
    "help topics exist", arguments: ["output", "exit-codes", "environment", "data", "support", "resolvers"])
  func topics(_ topic: String) async throws {
    let outcome = try await Program.run(["help", topic])
    #expect(outcome.status == 0)
    #expect(outcome.output.count > 200)
  }

  @Test(
    "a wrong command line is exit 2, says what and what to do, and prints nothing else",
    arguments: [
      UsageCase(arguments: ["scna"], expected: ["'scna' is not known", "did you mean: egress6 scan"]),
      UsageCase(arguments: ["catalog", "hots"], expected: ["'hots'", "egress6 catalog hosts"]),
      UsageCase(arguments: ["map", "--regoins", "eu-west-1"], expected: ["--regoins", "--regions"]),
      UsageCase(arguments: ["map", "-o", "yaml"], expected: ["yaml", "table", "jsonl"]),
      UsageCase(arguments: ["map", "--json", "-o", "csv"], expected: ["--json", "csv"]),
      UsageCase(arguments: ["map", "--at", "yesterday-ish"], expected: ["yesterday-ish", "2026-"]),
      UsageCase(
        arguments: ["scan", "--rate", "5000", "--resolver", "127.0.0.1:1"],
        expected: ["5000", "900", "--i-own-this-resolver"]),
      UsageCase(arguments: ["scan", "--rate", "0", "--resolver", "127.0.0.1:1"], expected: ["rate"]),
      UsageCase(arguments: ["scan", "--resolver", "not an address"], expected: ["not an address"]),
      UsageCase(arguments: ["scan", "--resolver", "127.0.0.1:99999"], expected: ["127.0.0.1:99999"]),
      UsageCase(
        arguments: ["scan", "--private-prefix", "10.0.0.0/99", "--resolver", "127.0.0.1:1"],
        expected: ["10.0.0.0/99"]),
      UsageCase(arguments: ["resolve", "ec3", "--region", "eu-west-1"], expected: ["ec3", "ec2"]),
      UsageCase(
        arguments: ["resolve", "ec2", "--region", "eu_west_1"], expected: ["eu_west_1", "eu-west-1"]),
      UsageCase(arguments: ["resolve"], expected: ["service"]),
      UsageCase(arguments: ["scan", "--resolver", ""], expected: ["--resolver", "empty"]),
      UsageCase(arguments: ["scan", "--services", ""], expected: ["--services", "empty"]),
      UsageCase(arguments: ["map", "--partitions", "aws,,aws-cn"], expected: ["--partitions", "empty"]),
      UsageCase(arguments: ["map", "--support", "ipv5"], expected: ["ipv5", "opt-in"]),
      UsageCase(arguments: ["map", "--fields", ","], expected: ["--fields"]),
      UsageCase(
        arguments: ["scan", "--rate", "-5", "--resolver", "127.0.0.1:1"], expected: ["-5", "out of range"]),
      UsageCase(
        arguments: ["resolve", "ec2", "--region", "eu-west-1", "--endpoint-url", "foo"],
        expected: ["foo", "https://"]),
      UsageCase(arguments: ["resolve", "--batch", "-", "-o", "csv"], expected: ["--batch"]),
    ])
  func usage(_ sample: UsageCase) async throws {
    let outcome = try await Program.run(sample.arguments)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("error: "))
    for text in sample.expected {
      #expect(outcome.errors.contains(text), "'\(text)' is not in: \(outcome.errors)")
    }
  }

  @Test("every option has a help text and every command an abstract")
  func completeness() async throws {
    let dump = try await Program.run(["--experimental-dump-help"])
    let tree = try JSON(parsing: Array(dump.output.utf8))
    var seen = 0
    func visit(_ command: JSON) {
      // The parser's own command, whose arguments it does not describe.
      if command["commandName"] == "help" { return }
      let name = command["commandName"]?.string ?? "?"
      #expect(command["abstract"]?.string?.isEmpty == false, "\(name) has no abstract")
      for argument in command["arguments"]?.array ?? [] {
        seen += 1
        let value = argument["valueName"]?.string ?? "?"
        #expect(argument["abstract"]?.string?.isEmpty == false, "\(name) \(value) has no help")
      }
      for subcommand in command["subcommands"]?.array ?? [] { visit(subcommand) }
    }
    visit(try #require(tree["command"]))
    #expect(seen > 40)
  }

  @Test("version is one line")
  func version() async throws {
    let outcome = try await Program.run(["--version"])
    #expect(outcome.status == 0)
    #expect(outcome.output.range(of: #"^\d+\.\d+\.\d+\n$"#, options: .regularExpression) != nil)
  }
}
