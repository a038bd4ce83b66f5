// SPDX-License-Identifier: Apache-2.0

@_spi(Performance) import EndpointRulesCompiled
import RulesTestKit
import StrictJSON
import Testing

@testable import EndpointRules

/// `explain`: the same result as `resolve`, and how it came about.
@Suite struct ExplanationTests {
  private static let rules = #"""
    {"type": "error", "conditions": [{"fn": "isSet", "argv": [{"ref": "Text"}]}, {"fn": "not", "argv": [
      {"fn": "isValidHostLabel", "argv": [{"ref": "Text"}, false]}]}], "error": "bad {Text}"},
    {"type": "tree", "conditions": [{"fn": "aws.partition", "argv": [{"ref": "Text"}], "assign": "p"}], "rules": [
      {"type": "endpoint", "conditions": [
        {"fn": "booleanEquals", "argv": [{"fn": "getAttr", "argv": [{"ref": "p"}, "supportsFIPS"]}, true]}],
       "endpoint": {"url": "https://{Text}.{p#dnsSuffix}", "headers": {"x-a": ["b"]},
                    "properties": {"authSchemes": [{"name": "sigv4"}]}}}]},
    {"type": "error", "conditions": [{"fn": "booleanEquals", "argv": [{"ref": "Flag"}, true]}], "error": "flag"}
    """#

  private func explain(_ parameters: Parameters) throws -> Explanation {
    try RuleSet(json: RuleSets.text(Self.rules))
      .explain(parameters, partitions: Partitions(json: Array(RuleSets.partitions.utf8)))
  }

  @Test("text for people")
  func text() throws {
    #expect(
      try explain(["Text": "us-east-1"]).description == """
        parameters
          Text   "us-east-1"
          Other  unset
          Flag   unset
          List   unset

        $.rules[0]
          holds  isSet(Text)  [Text = "us-east-1"]
          fails  not(isValidHostLabel(Text, false))  [isValidHostLabel(Text, false) = true]

        $.rules[1]
          holds  aws.partition(Text) as p  [Text = "us-east-1"]  = {"name":"aws","dnsSuffix":"amazonaws.com",\
        "dualStackDnsSuffix":"api.aws","supportsFIPS":true,"supportsDualStack":true,"implicitGlobalRegion":"us-east-1"}
          $.rules[1].rules[0]
            holds  booleanEquals(getAttr(p, "supportsFIPS"), true)  [getAttr(p, "supportsFIPS") = true]
            gives  "https://{Text}.{p#dnsSuffix}"

        url     https://us-east-1.amazonaws.com
        header  x-a: b
        authSchemes  [{"name":"sigv4"}]
        """)
  }

  @Test("an error rule, an engine error and control characters in a value")
  func errors() throws {
    let error = try explain(["Text": "a\u{1B}[2J"])
    #expect(error.decidingRule?.description == "$.rules[0]")
    #expect(error.description.hasSuffix(#"error   bad a\u{1B}[2J"#))
    #expect(!error.description.unicodeScalars.contains("\u{1B}"))
    let engine = try explain(["Text": "cn-north-1"])
    #expect(engine.decidingRule == nil)
    #expect(
      engine.description.hasSuffix(
        "error   booleanEquals: Flag: expected a boolean, found nothing (it is unset)"))
    #expect(engine.json["result"]?["kind"] == "engine")
    #expect(try explain(["Text": "cn-north-1", "Flag": false]).json["result"]?["kind"] == "noMatch")
  }

  @Test("JSON for programs")
  func json() throws {
    let json = try explain(["Text": "us-east-1"]).json
    #expect(json["parameters"]?[0] == ["name": "Text", "value": "us-east-1", "default": false])
    #expect(
      json["steps"]?[1] == [
        "rule": "$.rules[0]", "event": "condition", "condition": "$.rules[0].conditions[1]",
        "call": "not(isValidHostLabel(Text, false))",
        "arguments": [["text": "isValidHostLabel(Text, false)", "value": true]], "assign": .null,
        "value": false,
        "outcome": "fails",
      ])
    #expect(
      json["steps"]?[4] == [
        "rule": "$.rules[1].rules[0]", "event": "decided", "template": #""https://{Text}.{p#dnsSuffix}""#,
      ])
    #expect(
      json["result"] == [
        "kind": "endpoint", "url": "https://us-east-1.amazonaws.com",
        "properties": ["authSchemes": [["name": "sigv4"]]], "headers": ["x-a": ["b"]],
      ])
  }

  @Test("explaining gives what resolving gives, for all services and variants; the deciding rule exists")
  func sameResult() throws {
    let partitions = try #require(Botocore.partitions)
    var decided = 0
    for (service, versions) in try Botocore.services() {
      let rules = try RuleSet(json: try Botocore.ruleSetJSON(service, try #require(versions.last)))
      for (fips, dualStack) in [(false, false), (true, false), (false, true), (true, true)] {
        let parameters = Parameters(
          ["Region": "us-east-1", "UseFIPS": .boolean(fips), "UseDualStack": .boolean(dualStack)],
          undeclared: .ignored)
        let explanation = rules.explain(parameters, partitions: partitions)
        let result: Result<Resolution, ResolveError>
        do {
          result = .success(try rules.resolve(parameters, partitions: partitions))
        } catch {
          result = .failure(error)
        }
        #expect(explanation.result == result)
        guard let path = explanation.decidingRule, let rule = rules.rule(at: path) else { continue }
        decided += 1
        if case .tree = rule.body { Issue.record("\(service): a tree cannot decide") }
      }
    }
    #expect(decided > 1700)
  }

  // MARK: Compiled

  @Test("a compiled program tells what it asked, in the words of the rules, and the same rule")
  func compiled() throws {
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    let rules = try RuleSet(json: RuleSets.text(Self.rules))
    let program = try #require(
      try CompiledRules(compiling: [("test", rules)], partitions: partitions)["test"])
    let explanation = program.explain(program.arguments(["Text": "us-east-1"]))
    #expect(
      explanation.description == """
        parameters
          Text   "us-east-1"
          Other  unset
          Flag   unset
          List   unset

        program
          holds  isSet(Text)  [Text = "us-east-1"]
          holds  isValidHostLabel(Text, false)  [Text = "us-east-1"]
          holds  booleanEquals(aws.partition(Text)#supportsFIPS, true)  [Text = "us-east-1"]

        $.rules[1].rules[0]
          gives  "https://{Text}.{aws.partition(Text)#dnsSuffix}"

        url     https://us-east-1.amazonaws.com
        header  x-a: b
        authSchemes  [{"name":"sigv4"}]
        """)
    #expect(
      explanation.json["steps"]?[1] == [
        "rule": .null, "event": "condition", "condition": .null, "call": "isValidHostLabel(Text, false)",
        "arguments": [["text": "Text", "value": "us-east-1"]], "assign": .null, "value": true,
        "outcome": "holds",
      ])
    #expect(explanation.json["steps"]?[3]?["rule"] == "$.rules[1].rules[0]")

    let resolver = try EndpointResolver(program, bound: ["Flag": true], unbound: ["Text"])
    let unbound = resolver.explain(resolver.arguments(["Text": "cn-north-1"]))
    #expect(
      unbound.decidingRule?.description == "$.rules[2]" && unbound.result == .success(.ruleError("flag")))
    #expect(unbound.parameters.map(\.value) == [.string("cn-north-1"), nil, .boolean(true), nil])
    let bound = try EndpointResolver(program, bound: ["Text": "us-east-1"])
    #expect(bound.explain(bound.arguments()).steps.count == 1)

    let engine = program.explain(program.arguments(["Text": "cn-north-1"]))
    #expect(engine.decidingRule == nil && engine.json["result"]?["kind"] == "engine")
    #expect(program.explain(program.arguments(["Text": true])).json["result"]?["kind"] == "engine")
    #expect(
      program.explain(program.arguments(["Text": "cn-north-1", "Flag": false])).json["result"]?["kind"]
        == "noMatch")
    let other = try #require(try CompiledRules(compiling: [("b", rules)], partitions: partitions)["b"])
    #expect(program.explain(other.arguments()).parameters.isEmpty)
  }

  @Test("words that would multiply are cut off")
  func longWords() throws {
    let conditions = (0..<20).map { index in
      let previous = index == 0 ? "Text" : "x\(index - 1)"
      return
        #"{"fn": "aws.partition", "argv": ["\#(String(repeating: "{\(previous)}", count: 2))"], "assign": "p\#(index)"}, "#
        + #"{"fn": "getAttr", "argv": [{"ref": "p\#(index)"}, "name"], "assign": "x\#(index)"}"#
    }
    // Nine records fit into a program.
    let rules = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "Text"}]}, \#(conditions.prefix(9).joined(separator: ",")),
          {"fn": "stringEquals", "argv": [{"ref": "x8"}, "aws"]}], "endpoint": {"url": "https://{x8}"}}
        """#))
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    let program = try #require(
      try CompiledRules(compiling: [("test", rules)], partitions: partitions)["test"])
    let explanation = program.explain(program.arguments(["Text": "a"]))
    #expect(explanation.result == rules.explain(["Text": "a"], partitions: partitions).result)
    let words = explanation.outcomes.map(\.0)
    #expect(words.contains { $0.contains("…") } && words.allSatisfy { $0.utf8.count < 3_000 })
  }

  @Test(
    "all programs name the interpreter's rule, and a question asked in the same words has the same outcome")
  func compiledNamesTheSameRules() throws {
    let release = try CompiledRelease.all.get()
    var random = SeededGenerator(seed: SeededGenerator.seed("EGRESS6_EXPLAIN_SEED"))
    var (decided, shared, asked, tried) = (0, 0, 0, 0)
    var differences: [String] = []
    for service in release.services {
      let generator = CaseGenerator(service.rules)
      for leaf in generator.leaves {
        let parameters = Parameters(
          generator.parameters(for: leaf, partitions: release.partitions, using: &random))
        let expected = service.rules.explain(parameters, partitions: release.partitions)
        let arguments = service.program.arguments(parameters)
        let found = service.program.explain(arguments)
        let (bound, unbound) = CaseGenerator.split(service.rules, parameters, &random)
        let special = try? EndpointResolver(service.program, bound: bound, unbound: unbound)
        for explanation in [found] + (special.map { [$0.explain($0.arguments(parameters))] } ?? []) {
          guard case .success = expected.result else { continue }
          decided += 1
          if explanation.decidingRule != expected.decidingRule || explanation.result != expected.result
            || explanation.parameters.map(\.value) != expected.parameters.map(\.value)
          {
            differences.append("\(service.name) \(parameters.values): \(explanation)\ninstead of \(expected)")
          }
        }
        let outcomes = Dictionary(expected.outcomes, uniquingKeysWith: { first, _ in first })
        for (text, outcome) in found.outcomes {
          asked += 1
          guard let other = outcomes[text] else { continue }
          shared += 1
          if (outcome == .holds) != (other == .holds) {
            differences.append("\(service.name) \(parameters.values): \(text) \(outcome), not \(other)")
          }
        }
        tried += expected.outcomes.count
      }
    }
    print(
      "explained \(decided) cases; programs asked \(asked) questions where the rules have \(tried) conditions; "
        + "\(shared) in the same words")
    #expect(differences.prefix(5) == [])
    #expect(decided > 6_000 && shared > 10_000)
  }
}

extension Explanation {
  /// The conditions that were tried, with what became of them.
  fileprivate var outcomes: [(String, Outcome)] {
    steps.compactMap {
      if case .condition(let condition) = $0.event { (condition.text, condition.outcome) } else { nil }
    }
  }
}
