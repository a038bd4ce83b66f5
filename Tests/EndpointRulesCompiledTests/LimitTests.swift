// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import RulesTestKit
import StrictJSON
import Testing

@_spi(Performance) @testable import EndpointRulesCompiled

/// Programs at the limits of what a run, its arguments and its results may hold.
@Suite struct LimitTests {
  @Test(
    "texts that conditions build do not add up; long ones give the interpreter's answer",
    arguments: [(40, 10_000), (60, 2_000)])
  func longTexts(_ conditions: Int, _ size: Int) throws {
    let same = (0..<conditions).map { #"{"fn": "stringEquals", "argv": ["{e}\#($0)", "{f}\#($0)"]}"# }
    let rules = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [
           {"fn": "isSet", "argv": [{"ref": "Text"}]}, {"fn": "isSet", "argv": [{"ref": "Other"}]},
           {"fn": "uriEncode", "argv": [{"ref": "Text"}], "assign": "e"},
           {"fn": "uriEncode", "argv": [{"ref": "Other"}], "assign": "f"}, \#(same.joined(separator: ","))],
         "endpoint": {"url": "https://ok"}},
        {"type": "error", "conditions": [], "error": "none"}
        """#))
    let text = RuleSet.Value.string(String(repeating: "%", count: size))
    #expect(try rules.outcome(["Text": text, "Other": text]) == "https://ok")
    #expect(try rules.outcome(["Text": text, "Other": "a"]) == "none")
    let program = try ProgramTests.program(rules)
    let explanation = program.explain(program.arguments(["Text": text, "Other": text]))
    #expect(explanation.steps.count == conditions + 3)
    #expect(explanation.steps.last?.event == .decided(template: #""https://ok""#))
  }

  @Test("a run that needs too much memory is an error, not another answer")
  func exhausted() throws {
    // Each URL is kept for the whole run.
    let urls = (0..<8).map {
      #"{"fn": "parseURL", "argv": ["https://h\#($0)/{e}\#(String(repeating: "{e}", count: 9))"], "assign": "u\#($0)"}"#
    }
    let program = try ProgramTests.program(
      #"""
      {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "Text"}]},
         {"fn": "uriEncode", "argv": [{"ref": "Text"}], "assign": "e"}, \#(urls.joined(separator: ","))],
       "endpoint": {"url": "https://ok"}},
      {"type": "error", "conditions": [], "error": "none"}
      """#)
    #expect(try program.url(program.arguments(["Text": "%"])) == "https://ok")
    let arguments = program.arguments(["Text": .string(String(repeating: "%", count: 30_000))])
    #expect(throws: ResolveError.self) { try program.resolve(arguments) }
    #expect(throws: EndpointError.self) { try program.url(arguments) }
    #expect(try program.decidingRule(arguments) == nil)
    #expect(program.explain(arguments).json["result"]?["kind"] == "engine")
    #expect(throws: ResolveError.self) {
      try EndpointResolver(program, bound: ["Text": .string(String(repeating: "%", count: 30_000))])
    }
  }

  @Test("defaults and results that are too long are not compiled")
  func tooLong() throws {
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    func code(_ rules: String, _ parameters: String = RuleSets.parameters) throws -> RuleCompilerError.Reason?
    {
      let rules = try RuleSet(json: RuleSets.text(rules, parameters: parameters))
      do {
        _ = try CompiledRules(compiling: [("test", rules)], partitions: partitions)
        return nil
      } catch {
        return error.reason
      }
    }
    let endpoint = #"{"type": "endpoint", "conditions": [], "endpoint": {"url": "https://{D}"}}"#
    for (count, expected) in [(30_000, nil), (40_000, RuleCompilerError.Reason.tooLarge)] {
      let value = String(repeating: "d", count: count)
      #expect(
        try code(endpoint, #""D": {"type": "string", "required": true, "default": "\#(value)"}"#) == expected)
    }
    let text = String(repeating: "{Text}", count: 60)
    for (count, expected) in [(1, nil), (3, RuleCompilerError.Reason.tooLarge)] {
      let items = Array(repeating: "\"\(text)\"", count: count).joined(separator: ",")
      #expect(
        try code(
          #"""
          {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "Text"}]}],
           "endpoint": {"url": "https://a", "properties": {"p": [\#(items)]}}}
          """#) == expected)
    }
  }

  @Test("bytes that are no UTF-8 stay as they are when arguments get rid of old texts")
  func rawBytes() throws {
    let program = try ProgramTests.program(
      #"{"type": "endpoint", "conditions": [], "endpoint": {"url": "{Text}/{Other}"}}"#)
    let raw: [UInt8] = [0x61, 0xFF, 0xC3, 0x28]
    var arguments = program.arguments()
    arguments.setText(raw.span, slot: try #require(program.slot(of: "Text")))
    // Each is longer than the one before, so none fits where the last one was.
    for count in 1...400 { arguments["Other"] = .string(String(repeating: "x", count: count)) }
    var bytes = [UInt8](repeating: 0, count: 600)
    var span = bytes.mutableSpan
    let answer = try program.resolve(arguments, into: &span)
    #expect(bytes[..<answer.count] == (raw + Array(("/" + String(repeating: "x", count: 400)).utf8))[...])
  }

  @Test("arguments that were too long are right again when the text is unset; a mistyped value stays so")
  func shortAgain() throws {
    let program = try ProgramTests.program(
      ProgramTests.regional, parameters: ProgramTests.regionalParameters)
    var arguments = program.arguments(["Bucket": "b"])
    arguments["Fips"] = "true"
    arguments["Region"] = .string(String(repeating: "r", count: 40_000))
    #expect(arguments["Fips"] == nil)
    #expect(throws: ResolveError.self) { try program.resolve(arguments) }
    arguments["Region"] = nil
    arguments["Fips"] = false
    #expect(try program.resolve(arguments) == .ruleError("no region"))
  }
}
