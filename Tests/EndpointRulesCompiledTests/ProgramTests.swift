// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import IPAddressing
import RulesTestKit
import StrictJSON
import Testing

@_spi(Performance) @testable import EndpointRulesCompiled

/// Programs of small rule sets: arguments, bound parameters, limits, and the language of version 1.1.
@Suite struct ProgramTests {
  static func program(_ rules: RuleSet, _ partitions: String = RuleSets.partitions) throws
    -> EndpointProgram
  {
    let partitions = try Partitions(json: Array(partitions.utf8))
    let compiled = try CompiledRules(
      compiling: [("test", rules)], partitions: partitions,
      proof: Proof(casesPerResult: 20, randomCases: 200, seed: 1))
    return try #require(compiled["test"])
  }

  static func program(
    _ rules: String, parameters: String = RuleSets.parameters
  ) throws -> EndpointProgram {
    try program(RuleSet(json: RuleSets.text(rules, parameters: parameters, version: "1.1")))
  }

  /// A URL that shows everything a host can have.
  static let regional = #"""
    {"type": "error", "conditions": [{"fn": "not", "argv": [{"fn": "isSet", "argv": [{"ref": "Region"}]}]}],
     "error": "no region"},
    {"type": "tree", "conditions": [{"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "p"}], "rules": [
      {"type": "endpoint",
       "conditions": [{"fn": "booleanEquals", "argv": [{"ref": "Fips"}, true]},
         {"fn": "booleanEquals", "argv": [{"fn": "getAttr", "argv": [{"ref": "p"}, "supportsFIPS"]}, true]}],
       "endpoint": {"url": "https://{Bucket}.fips.{Region}.{p#dnsSuffix}"}},
      {"type": "endpoint", "conditions": [],
       "endpoint": {"url": "https://{Bucket}.{Region}.{p#dnsSuffix}", "headers": {"x-h": ["{Bucket}"]},
         "properties": {"authSchemes": [{"name": "sigv4", "signingRegion": "{Region}"}]}}}]}
    """#
  static let regionalParameters = #"""
    "Bucket": {"type": "string", "required": true}, "Region": {"type": "string"},
    "Fips": {"type": "boolean", "required": true, "default": false}
    """#

  @Test("arguments know defaults, types and what is missing")
  func arguments() throws {
    let program = try Self.program(Self.regional, parameters: Self.regionalParameters)
    #expect(program.name == "test")
    #expect(program.parameters.map(\.name) == ["Bucket", "Region", "Fips"])
    var arguments = program.arguments()
    #expect(arguments["Fips"] == false)
    #expect(arguments["Bucket"] == nil)
    #expect(throws: ResolveError.missingParameter("Bucket")) { try program.resolve(arguments) }
    arguments["Bucket"] = "b"
    arguments["Nothing"] = "ignored"
    #expect(try program.resolve(arguments) == .ruleError("no region"))
    arguments["Region"] = "cn-north-1"
    #expect(try program.url(arguments) == "https://b.cn-north-1.amazonaws.com.cn")
    arguments["Fips"] = true
    #expect(try program.url(arguments) == "https://b.cn-north-1.amazonaws.com.cn")
    arguments["Region"] = "us-east-1"
    #expect(try program.url(arguments) == "https://b.fips.us-east-1.amazonaws.com")
    arguments["Fips"] = "true"
    #expect(arguments["Fips"] == nil)
    #expect(throws: ResolveError.self) { try program.resolve(arguments) }
    arguments["Fips"] = nil
    arguments["Bucket"] = "a much longer name than before"
    #expect(try program.url(arguments) == "https://a much longer name than before.us-east-1.amazonaws.com")
    arguments.setText([UInt8]("x".utf8).span, slot: try #require(program.slot(of: "Bucket")))
    #expect(arguments["Bucket"] == "x")
    #expect(try program.url(arguments) == "https://x.us-east-1.amazonaws.com")
  }

  @Test("arguments of another program are refused")
  func foreignArguments() throws {
    let program = try Self.program(Self.regional, parameters: Self.regionalParameters)
    let other = try Self.program(Self.regional, parameters: Self.regionalParameters)
    #expect(throws: ResolveError.self) { try program.resolve(other.arguments(["Bucket": "b"])) }
    #expect(throws: EndpointError.self) { try program.url(other.arguments(["Bucket": "b"])) }
  }

  @Test("a text that does not fit into the buffer is measured and not written")
  func smallBuffer() throws {
    let program = try Self.program(Self.regional, parameters: Self.regionalParameters)
    let arguments = program.arguments(["Bucket": "b", "Region": "us-east-1"])
    let url = "https://b.us-east-1.amazonaws.com"
    for size in 0...url.utf8.count + 20 {
      var bytes = [UInt8](repeating: 0x2A, count: size)
      var span = bytes.mutableSpan
      let answer = try program.resolve(arguments, into: &span)
      #expect(answer.kind == .endpoint && answer.count == url.utf8.count)
      if size >= url.utf8.count {
        #expect(String(decoding: bytes[..<answer.count], as: UTF8.self) == url)
      }
    }
  }

  @Test("what is bound is decided once")
  func resolver() throws {
    let program = try Self.program(Self.regional, parameters: Self.regionalParameters)
    let constant = try EndpointResolver(program, bound: ["Bucket": "b", "Region": "us-east-1"])
    #expect(try constant.url() == "https://b.us-east-1.amazonaws.com")
    var bytes = [UInt8](repeating: 0, count: 60)
    var span = bytes.mutableSpan
    let written = try constant.resolve(into: &span)
    #expect(written.kind == .endpoint)
    #expect(String(decoding: bytes[..<written.count], as: UTF8.self) == "https://b.us-east-1.amazonaws.com")
    #expect(
      constant.constant == (try program.resolve(program.arguments(["Bucket": "b", "Region": "us-east-1"]))))

    let unbound = try EndpointResolver(
      program, bound: ["Region": "us-east-1", "Fips": true], unbound: ["Bucket"])
    #expect(unbound.constant == nil)
    #expect(throws: EndpointError.notResolved(.missingParameter("Bucket"))) {
      try unbound.url(unbound.arguments())
    }
    span = bytes.mutableSpan
    #expect(throws: ResolveError.missingParameter("Bucket")) { try unbound.resolve(into: &span) }
    // Also where the answer would not depend on what is missing.
    let bound = try EndpointResolver(program, bound: ["Fips": false], unbound: ["Bucket"])
    #expect(bound.constant == .ruleError("no region"))
    #expect(throws: EndpointError.notResolved(.missingParameter("Bucket"))) { try bound.url() }
    #expect(throws: ResolveError.missingParameter("Bucket")) { try bound.resolve(into: &span) }
    #expect(throws: EndpointError.rule("no region")) { try bound.url(bound.arguments(["Bucket": "b"])) }
    #expect(
      try unbound.url(unbound.arguments(["Bucket": "x", "Region": "cn-north-1"]))
        == "https://x.fips.us-east-1.amazonaws.com")
    let region = try EndpointResolver(program, bound: ["Bucket": "b", "Fips": true], unbound: ["Region"])
    #expect(
      try region.url(region.arguments(["Region": "us-east-1"])) == "https://b.fips.us-east-1.amazonaws.com")
    #expect(
      try region.url(region.arguments(["Region": "cn-north-1"])) == "https://b.cn-north-1.amazonaws.com.cn")
    #expect(throws: EndpointError.rule("no region")) { try region.url(region.arguments()) }

    #expect(throws: ResolveError.missingParameter("Bucket")) { try EndpointResolver(program, bound: [:]) }
    #expect(throws: ResolveError.self) { try EndpointResolver(program, bound: ["Bucket": true]) }
  }

  @Test("signing: a scheme named by a parameter, an empty buffer, an unset value")
  func signing() throws {
    let program = try Self.program(
      #"""
      {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "Text"}]}], "endpoint": {"url": "u",
         "properties": {"authSchemes": [{"name": "{Text}", "signingName": "ec2", "signingRegion": "eu-west-1"}]}}},
      {"type": "endpoint", "conditions": [], "endpoint": {"url": "u",
         "properties": {"authSchemes": [{"name": "sigv4", "signingName": "{Other}"}]}}}
      """#)
    var nothing: [UInt8] = []
    var span = nothing.mutableSpan
    let named = try #require(try program.signing(program.arguments(["Text": "sigv4a"]), into: &span))
    #expect(named.scheme == .sigv4a && named.count == 12 && named.name == 0..<3 && named.region == 3..<12)
    #expect(try program.signing(program.arguments(["Text": "own"]), into: &span)?.scheme == nil)
    #expect(try program.signing(program.arguments(["Text": "own"]), scheme: 1, into: &span) == nil)
    #expect(throws: ResolveError.self) { try program.resolve(program.arguments()) }
    #expect(throws: ResolveError.self) { try program.signing(program.arguments(), into: &span) }
    #expect(try program.signing(program.arguments(["Other": "s"]), into: &span)?.count == 1)
  }

  @Test("a memo compares lists by their bytes")
  func listMemo() throws {
    let program = try Self.program(
      #"""
      {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "List"}]},
         {"fn": "getAttr", "argv": [{"ref": "List"}, "[0]"], "assign": "x"}], "endpoint": {"url": "https://{x}"}}
      """#)
    let resolver = try EndpointResolver(program, bound: [:], unbound: ["List"])
    var memo = EndpointResolver.Memo()
    for text in ["\u{E9}", "e\u{301}", "e\u{301}", "\u{E9}"] {
      let url = try resolver.url(resolver.arguments(["List": .stringArray([text, "b"])]), memo: &memo)
      #expect(Array(url.utf8) == Array("https://\(text)".utf8))
    }
  }

  @Test("a memo of another resolver is not believed")
  func foreignMemo() throws {
    let program = try Self.program(Self.regional, parameters: Self.regionalParameters)
    var memo = EndpointResolver.Memo()
    for region in ["us-east-1", "eu-west-1", "us-east-1"] {
      let resolver = try EndpointResolver(program, bound: ["Region": .string(region)], unbound: ["Bucket"])
      for _ in 0..<2 {
        #expect(
          try resolver.url(resolver.arguments(["Bucket": "a"]), memo: &memo)
            == "https://a.\(region).amazonaws.com")
      }
    }
  }

  @Test("a memo answers again only for the same values")
  func memo() throws {
    let program = try Self.program(Self.regional, parameters: Self.regionalParameters)
    let resolver = try EndpointResolver(program, bound: ["Region": "us-east-1"], unbound: ["Bucket", "Fips"])
    var memo = EndpointResolver.Memo()
    let cases: [(parameters: Parameters, url: String)] = [
      (["Bucket": "a"], "https://a.us-east-1.amazonaws.com"),
      (["Bucket": "a"], "https://a.us-east-1.amazonaws.com"),
      (["Bucket": "b"], "https://b.us-east-1.amazonaws.com"),
      (["Bucket": "b", "Fips": true], "https://b.fips.us-east-1.amazonaws.com"),
      (["Bucket": "b"], "https://b.us-east-1.amazonaws.com"),
    ]
    for (parameters, url) in cases {
      #expect(try resolver.url(resolver.arguments(parameters), memo: &memo) == url)
    }
    #expect(throws: EndpointError.self) { try resolver.url(resolver.arguments(), memo: &memo) }
    #expect(
      try resolver.url(resolver.arguments(["Bucket": "c"]), memo: &memo)
        == "https://c.us-east-1.amazonaws.com")
  }

  @Test("eight tasks share one program and one resolver")
  func sharing() async throws {
    let program = try Self.program(Self.regional, parameters: Self.regionalParameters)
    let resolver = try EndpointResolver(program, bound: ["Region": "us-east-1"], unbound: ["Bucket", "Fips"])
    try await withThrowingTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          var memo = EndpointResolver.Memo()
          var right = 0
          for number in 0..<2_000 {
            let bucket = "b\(task)-\(number % 7)"
            let url = "https://\(bucket).us-east-1.amazonaws.com"
            let values: Parameters = ["Bucket": .string(bucket), "Region": "us-east-1"]
            if try resolver.url(resolver.arguments(values)) == url { right += 1 }
            if try resolver.url(resolver.arguments(values), memo: &memo) == url { right += 1 }
            if try program.url(program.arguments(values)) == url { right += 1 }
          }
          return right
        }
      }
      for try await right in group { #expect(right == 6_000) }
    }
  }

  struct Language: Sendable, CustomTestStringConvertible {
    var rules: String
    var parameters: Parameters
    var outcome: String
    var testDescription: String { "\(outcome) for \(rules.prefix(60))" }
  }

  @Test(
    "choices between expressions become ways through the graph",
    arguments: [
      Language(
        rules: #"{"fn": "coalesce", "argv": [{"ref": "Text"}, {"ref": "Other"}, "c"], "assign": "x"}"#,
        parameters: ["Other": "b"], outcome: "https://b"),
      Language(
        rules: #"{"fn": "coalesce", "argv": [{"ref": "Text"}, {"ref": "Other"}, "c"], "assign": "x"}"#,
        parameters: [:],
        outcome: "https://c"),
      Language(
        rules:
          #"{"fn": "ite", "argv": [{"fn": "isSet", "argv": [{"ref": "Text"}]}, {"ref": "Text"}, "none"], "assign": "x"}"#,
        parameters: ["Text": "a"], outcome: "https://a"),
      Language(
        rules: #"{"fn": "ite", "argv": [{"ref": "Flag"}, "yes", "{Text}"], "assign": "x"}"#,
        parameters: ["Flag": true], outcome: "https://yes"),
      Language(
        rules:
          #"{"fn": "getAttr", "argv": [{"fn": "split", "argv": [{"ref": "Text"}, "--", 0]}, "[-2]"], "assign": "x"}"#,
        parameters: ["Text": "a--b--c"], outcome: "https://b"),
      Language(
        rules:
          #"{"fn": "getAttr", "argv": [{"fn": "split", "argv": [{"ref": "Text"}, "--", 2]}, "[1]"], "assign": "x"}"#,
        parameters: ["Text": "a--b--c"], outcome: "https://b--c"),
      Language(
        rules: #"{"fn": "getAttr", "argv": [{"ref": "List"}, "[-1]"], "assign": "x"}"#,
        parameters: ["List": ["p", "q"]], outcome: "https://q"),
      Language(
        rules: #"{"fn": "uriEncode", "argv": ["{Text}/é"], "assign": "x"}"#, parameters: ["Text": "a b"],
        outcome: "https://a%20b%2F%C3%A9"),
      Language(
        rules:
          #"{"fn": "getAttr", "argv": [{"fn": "parseURL", "argv": [{"ref": "Text"}]}, "normalizedPath"], "assign": "x"}"#,
        parameters: ["Text": "HTTPS://h/a//../b c"], outcome: "https:///b%20c/"),
    ])
  func language(_ test: Language) throws {
    let rules = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [\#(test.rules)], "endpoint": {"url": "https://{x}"}},
        {"type": "error", "conditions": [], "error": "fails"}
        """#, version: "1.1"))
    let program = try Self.program(rules)
    #expect(try program.url(program.arguments(test.parameters)) == test.outcome)
    #expect(try rules.outcome(test.parameters) == test.outcome)
  }

  @Test("arguments beyond the limit are refused, and not because of what they had before")
  func largeTexts() throws {
    let program = try Self.program(
      #"""
      {"type": "endpoint", "conditions": [{"fn": "uriEncode", "argv": [{"ref": "Text"}], "assign": "x"}],
       "endpoint": {"url": "https://{x}{Other}"}}
      """#)
    var arguments = program.arguments(["Other": "o"])
    for count in stride(from: 0, to: 32_000, by: 1_600) {
      arguments["Text"] = .string(String(repeating: "/", count: count))
      #expect(
        try program.url(arguments) == "https://" + String(repeating: "%2F", count: count) + "o", "\(count)")
    }
    arguments["Other"] = .string(String(repeating: "o", count: 3_000))
    #expect(throws: ResolveError.self) { try program.resolve(arguments) }
    arguments["Text"] = "t"
    #expect(try program.url(arguments) == "https://t" + String(repeating: "o", count: 3_000))
    arguments["List"] = ["a"]
    for count in 0..<3_000 { arguments["List"] = .stringArray(["a", "\(count)"]) }
    #expect(arguments["List"] == ["a", "2999"])
    #expect(try program.url(arguments).utf8.count == 3_009)
  }

  @Test("templates that feed each other are refused, not doubled without end")
  func doublingTemplates() throws {
    var conditions = [#"{"fn": "coalesce", "argv": ["{Text}{Text}", "a"], "assign": "x0"}"#]
    for number in 1..<40 {
      conditions.append(
        #"{"fn": "coalesce", "argv": ["{x\#(number - 1)}{x\#(number - 1)}", "a"], "assign": "x\#(number)"}"#)
    }
    let rules = try RuleSet(
      json: RuleSets.text(
        #"{"type": "endpoint", "conditions": [\#(conditions.joined(separator: ","))], "endpoint": {"url": "{x39}"}}"#,
        version: "1.1"))
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    let error = #expect(throws: RuleCompilerError.self) {
      try CompiledRules(compiling: [("test", rules)], partitions: partitions)
    }
    #expect(error?.reason == .tooLarge)
  }

  @Test("a condition that multiplies its outcomes without end is refused")
  func multiplyingConditions() throws {
    let parameters = (0..<20).map { #""P\#($0)": {"type": "boolean", "required": true}"# }.joined(
      separator: ",")
    let choices = (0..<20).map {
      #"{"fn": "ite", "argv": [{"ref": "P\#($0)"}, "a", "b"], "assign": "x\#($0)"}"#
    }
    let text = (0..<20).map { "{x\($0)}" }.joined()
    let rules = try RuleSet(
      json: RuleSets.text(
        #"{"type": "endpoint", "conditions": [\#(choices.joined(separator: ","))], "endpoint": {"url": "\#(text)"}}"#,
        parameters: parameters, version: "1.1"))
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    #expect(throws: RuleCompilerError.self) {
      try CompiledRules(compiling: [("test", rules)], partitions: partitions)
    }
  }

  @Test("more parameters than a program holds are refused")
  func manyParameters() throws {
    let parameters = (0..<63).map { #""P\#($0)": {"type": "string"}"# }.joined(separator: ",")
    let rules = try RuleSet(
      json: RuleSets.text(#"{"type": "error", "conditions": [], "error": "e"}"#, parameters: parameters))
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    #expect(throws: RuleCompilerError.self) {
      try CompiledRules(compiling: [("test", rules)], partitions: partitions)
    }
  }
}
