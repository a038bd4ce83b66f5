// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import RulesTestKit
import Testing

/// Points on which engines differ, decided one by one.
@Suite struct TrapTests {
  struct Case: Sendable {
    var call: String
    var parameters: Parameters
    var outcome: String

    init(_ call: String, _ parameters: Parameters, _ outcome: String) {
      self.call = call
      self.parameters = parameters
      self.outcome = outcome
    }
  }

  private static let isSet = #"{"fn": "isSet", "argv": [{"ref": "Text"}]}"#

  @Test("a tree without a matching child falls through to the next rule")
  func fallThrough() throws {
    let rules = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "tree", "conditions": [\#(Self.isSet)], "rules": [
          {"type": "tree", "conditions": [], "rules": [
            {"type": "error", "conditions": [{"fn": "isSet", "argv": [{"ref": "Other"}]}], "error": "inner"}]}]},
        {"type": "endpoint", "conditions": [], "endpoint": {"url": "next"}}
        """#))
    #expect(try rules.outcome(["Text": "a"]) == "next")
    #expect(try rules.outcome(["Text": "a", "Other": "b"]) == "inner")
  }

  @Test("what a rule assigns is not visible to its siblings, and may be assigned again there")
  func siblingScope() throws {
    let rule = #"""
      {"type": "error", "conditions": [
        {"fn": "parseURL", "argv": [{"ref": "Text"}], "assign": "url"},
        {"fn": "stringEquals", "argv": ["{url#scheme}", "ftp"]}], "error": "never"}
      """#
    let rules = try RuleSet(json: RuleSets.text(rule + "," + rule))
    #expect(try rules.outcome(["Text": "https://a"]) == "no match")
  }

  @Test(
    "aws.partition: an unset region gives the first partition, as does one that matches nowhere",
    arguments: [
      Case("", [:], "aws"), Case("", ["Text": "mars-north-1"], "aws"), Case("", ["Text": ""], "aws"),
      Case("", ["Text": "us-west-9"], "aws"), Case("", ["Text": "cn-new-1"], "aws-cn"),
    ])
  func partitionDefault(_ test: Case) throws {
    let rules = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [{"fn": "aws.partition", "argv": [{"ref": "Text"}], "assign": "p"}],
         "endpoint": {"url": "{p#name}"}}
        """#))
    #expect(try rules.outcome(test.parameters) == test.outcome)
  }

  @Test("an unset reference in a template is an engine error")
  func unsetInTemplate() throws {
    let rules = try RuleSet(
      json: RuleSets.text(#"{"type": "endpoint", "conditions": [], "endpoint": {"url": "https://{Text}"}}"#))
    #expect(
      throws: ResolveError.engine("{Text} in a template: expected a string, found nothing (it is unset)")
    ) { try rules.outcome() }
  }

  @Test(
    "isValidHostLabel: 1 to 63 ASCII letters, digits and inner hyphens",
    arguments: [
      Case("false", ["Text": "a"], "holds"), Case("false", ["Text": "A-9"], "holds"),
      Case("false", ["Text": .string(String(repeating: "a", count: 63))], "holds"),
      Case("false", ["Text": .string(String(repeating: "a", count: 64))], "fails"),
      Case("false", ["Text": ""], "fails"), Case("false", ["Text": "-a"], "fails"),
      Case("false", ["Text": "a-"], "fails"), Case("false", ["Text": "a\n"], "fails"),
      Case("false", ["Text": "a_b"], "fails"), Case("false", ["Text": "\u{661}"], "fails"),
      Case("false", ["Text": "a.b"], "fails"), Case("false", [:], "fails"), Case("true", [:], "fails"),
      Case("true", ["Text": "a.b"], "holds"), Case("true", ["Text": "a..b"], "fails"),
      Case("true", ["Text": "a."], "fails"),
    ])
  func hostLabel(_ test: Case) throws {
    let rules = try RuleSets.condition(
      #"{"fn": "isValidHostLabel", "argv": [{"ref": "Text"}, \#(test.call)]}"#)
    #expect(try rules.outcome(test.parameters) == test.outcome)
  }

  @Test(
    "isVirtualHostableS3Bucket: a host label of three characters without upper case, no IPv4 address",
    arguments: [
      Case("false", ["Text": "abc"], "holds"), Case("false", ["Text": "ab"], "fails"),
      Case("false", ["Text": "Abc"], "fails"), Case("false", ["Text": "a.b"], "fails"),
      Case("false", ["Text": "abc\n"], "fails"), Case("false", [:], "fails"),
      Case("true", ["Text": "a.b"], "holds"), Case("true", ["Text": "a.-b"], "fails"),
      Case("true", ["Text": "1.2.3.4"], "fails"), Case("true", ["Text": "999.2.3.4"], "fails"),
      Case("true", ["Text": "1.2.3"], "holds"), Case("true", ["Text": "1.2.3.4567"], "holds"),
    ])
  func bucket(_ test: Case) throws {
    let rules = try RuleSets.condition(
      #"{"fn": "aws.isVirtualHostableS3Bucket", "argv": [{"ref": "Text"}, \#(test.call)]}"#)
    #expect(try rules.outcome(test.parameters) == test.outcome)
  }

  @Test(
    "substring: unset for any character beyond ASCII, an empty range or a short text; reverse counts from the end",
    arguments: [
      Case("0, 3, false", ["Text": "abcdef"], "abc"), Case("0, 3, true", ["Text": "abcdef"], "def"),
      Case("1, 3, true", ["Text": "abcdef"], "de"), Case("0, 6, false", ["Text": "abcdef"], "abcdef"),
      Case("0, 7, false", ["Text": "abcdef"], "fails"), Case("3, 3, false", ["Text": "abcdef"], "fails"),
      Case("4, 3, false", ["Text": "abcdef"], "fails"), Case("0, 1, false", ["Text": "aé"], "fails"),
      Case("0, 1, true", ["Text": "éa"], "fails"), Case("0, 1, false", ["Text": ""], "fails"),
    ])
  func substring(_ test: Case) throws {
    let rules = try RuleSets.call("substring", #"[{"ref": "Text"}, \#(test.call)]"#)
    #expect(try rules.outcome(test.parameters) == test.outcome)
  }

  @Test(
    "parseArn: six parts, partition, service and resource not empty, the resource cut at every : and /",
    arguments: [
      Case("partition", ["Text": "arn:aws:s3:::b"], "aws"), Case("region", ["Text": "arn:aws:s3:::b"], ""),
      Case("accountId", ["Text": "arn:aws:s3:r:1:b"], "1"),
      Case("resourceId[0]", ["Text": "arn:aws:s3:::a::b/c"], "a"),
      Case("resourceId[1]", ["Text": "arn:aws:s3:::a::b/c"], ""),
      Case("resourceId[3]", ["Text": "arn:aws:s3:::a::b/c"], "c"),
      Case("resourceId[4]", ["Text": "arn:aws:s3:::a::b/c"], "fails"),
      Case("service", ["Text": "arn:aws:s3::b"], "fails"),
      Case("service", ["Text": "arn::s3:::b"], "fails"), Case("service", ["Text": "arn:aws::::b"], "fails"),
      Case("service", ["Text": "arn:aws:s3:::"], "fails"),
      Case("service", ["Text": "ARN:aws:s3:::b"], "fails"),
      Case("resourceId[0]", ["Text": "arn:aws:s3:::/"], ""), Case("service", [:], "fails"),
    ])
  func arn(_ test: Case) throws {
    let rules = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [{"fn": "aws.parseArn", "argv": [{"ref": "Text"}], "assign": "arn"},
          {"fn": "getAttr", "argv": [{"ref": "arn"}, "\#(test.call)"], "assign": "x"}], "endpoint": {"url": "{x}"}},
        {"type": "error", "conditions": [], "error": "fails"}
        """#))
    #expect(try rules.outcome(test.parameters) == test.outcome)
  }

  @Test(
    "uriEncode: everything but A-Z a-z 0-9 - _ . ~, upper-case digits, UTF-8",
    arguments: [
      Case("", ["Text": "aZ09-_.~"], "aZ09-_.~"),
      Case(
        "", ["Text": "/:,?#[]{}|@! $&'()*+;=%<>\"^`\\"],
        "%2F%3A%2C%3F%23%5B%5D%7B%7D%7C%40%21%20%24%26%27%28%29%2A%2B%3B%3D%25%3C%3E%22%5E%60%5C"),
      Case("", ["Text": "é\u{1F600}\n"], "%C3%A9%F0%9F%98%80%0A"), Case("", ["Text": ""], ""),
      Case("", [:], "fails"),
    ])
  func uriEncode(_ test: Case) throws {
    #expect(try RuleSets.call("uriEncode", #"[{"ref": "Text"}]"#).outcome(test.parameters) == test.outcome)
  }

  @Test("stringEquals and booleanEquals on an unset value are engine errors")
  func equalsOnUnset() throws {
    let strings = try RuleSets.condition(#"{"fn": "stringEquals", "argv": [{"ref": "Text"}, "a"]}"#)
    #expect(throws: ResolveError.engine("stringEquals: Text: expected a string, found nothing (it is unset)"))
    {
      try strings.outcome()
    }
    let booleans = try RuleSets.condition(#"{"fn": "booleanEquals", "argv": [{"ref": "Flag"}, true]}"#)
    #expect(
      throws: ResolveError.engine("booleanEquals: Flag: expected a boolean, found nothing (it is unset)")
    ) {
      try booleans.outcome()
    }
  }

  @Test("stringEquals compares bytes: U+212A is not K, and composed is not decomposed")
  func stringEqualsBytes() throws {
    let rules = try RuleSets.condition(
      #"{"fn": "stringEquals", "argv": [{"ref": "Text"}, {"ref": "Other"}]}"#)
    #expect(try rules.outcome(["Text": "K", "Other": "K"]) == "holds")
    #expect(try rules.outcome(["Text": "K", "Other": "\u{212A}"]) == "fails")
    #expect(try rules.outcome(["Text": "\u{E9}", "Other": "e\u{301}"]) == "fails")
  }

  @Test("an empty string and an empty list are set; conditions fail on unset and false only")
  func emptyIsSet() throws {
    let rules = try RuleSets.condition(Self.isSet)
    #expect(try rules.outcome(["Text": ""]) == "holds")
    #expect(try rules.outcome() == "fails")
    let list = try RuleSets.condition(#"{"fn": "isSet", "argv": [{"ref": "List"}]}"#)
    #expect(try list.outcome(["List": []]) == "holds")
    let value = try RuleSets.condition(#"{"fn": "uriEncode", "argv": [{"ref": "Text"}]}"#)
    #expect(try value.outcome(["Text": ""]) == "holds")
  }

  @Test("required refuses unset only; a default stands in for it")
  func required() throws {
    let parameters =
      #""A": {"type": "string", "required": true}, "B": {"type": "boolean", "required": true, "default": false}"#
    let rules = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [{"fn": "booleanEquals", "argv": [{"ref": "B"}, false]}],
         "endpoint": {"url": "[{A}]"}}
        """#, parameters: parameters))
    #expect(try rules.outcome(["A": ""]) == "[]")
    #expect(try rules.outcome(["A": "a", "B": true]) == "no match")
    #expect(throws: ResolveError.missingParameter("A")) { try rules.outcome(["B": true]) }
  }

  @Test(
    "values of the wrong type are engine errors: \"true\" is no boolean",
    arguments: [["Flag": "true"], ["Text": true], ["List": "a"], ["Text": ["a"]]] as [Parameters])
  func wrongType(_ parameters: Parameters) throws {
    let rules = try RuleSets.condition(Self.isSet)
    let error = #expect(throws: ResolveError.self) { try rules.outcome(parameters) }
    guard case .engine(let reason)? = error else {
      Issue.record("not an engine error")
      return
    }
    #expect(reason.contains("expected"))
  }

  @Test(
    "a name that the rule set does not declare is an error with the nearest names, unless it is to be ignored"
  )
  func undeclaredParameter() throws {
    let rules = try RuleSets.condition(Self.isSet)
    let error = #expect(throws: ResolveError.undeclaredParameter("Txet", nearest: ["Text"])) {
      try rules.outcome(["Txet": "a", "Unlike": true])
    }
    #expect(error?.description == "the rules declare no parameter Txet; the nearest: Text")
    #expect(throws: ResolveError.undeclaredParameter("Unlike", nearest: [])) {
      try rules.outcome(["Unlike": true])
    }
    #expect(try rules.outcome(Parameters(["Txet": "a", "Unlike": true], undeclared: .ignored)) == "fails")
    #expect(try rules.outcome(Parameters(["Txet": "a", "Text": "a"], undeclared: .ignored)) == "holds")
  }

  @Test("authSchemes keep their order, and their fields are typed")
  func authSchemes() throws {
    let rules = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [], "endpoint": {"url": "u", "properties": {"authSchemes": [
          {"name": "sigv4a", "signingName": "s3", "signingRegionSet": ["*"], "disableDoubleEncoding": true},
          {"name": "sigv4", "signingName": "{Text}", "signingRegion": "us-east-1", "disableNormalizePath": true}],
          "backend": "S3Express", "nested": {"b": [1, true, {"a": "{Text}"}]}},
          "headers": {"x-b": ["{Text}", "2"], "x-a": []}}}
        """#))
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    try rules.expectSameCompiled(["Text": "t"], partitions)
    guard case .endpoint(let endpoint) = try rules.resolve(["Text": "t"], partitions: partitions) else {
      Issue.record("no endpoint")
      return
    }
    let first = try #require(endpoint.authSchemes.first)
    let last = try #require(endpoint.authSchemes.last)
    #expect(endpoint.authSchemes.map(\.name) == ["sigv4a", "sigv4"])
    #expect(first.signingRegionSet == ["*"] && first.disableDoubleEncoding && first.signingRegion == nil)
    #expect(last.signingName == "t" && last.signingRegion == "us-east-1" && last.disableNormalizePath)
    #expect(endpoint.headers.map(\.name) == ["x-b", "x-a"])
    #expect(endpoint.headers.first?.values == ["t", "2"])
    #expect(endpoint[property: "backend"] == .string("S3Express"))
    #expect(
      endpoint[property: "nested"]
        == .object([
          .init(
            name: "b",
            value: .array([.integer(1), .boolean(true), .object([.init(name: "a", value: .string("t"))])]))
        ]))
  }

  @Test("a text that keeps doubling is stopped")
  func boundedText() throws {
    let conditions = (0..<64).map { index in
      let previous = index == 0 ? "Text" : "x\(index - 1)"
      return #"{"fn": "coalesce", "argv": ["{\#(previous)}{\#(previous)}", ""], "assign": "x\#(index)"}"#
    }
    let rules = try RuleSets.condition(conditions.joined(separator: ","))
    #expect(
      throws: ResolveError.engine("the rules build more than 4194304 bytes of text; shorten the parameters")
    ) {
      try rules.outcome(["Text": "a"])
    }
  }
}
