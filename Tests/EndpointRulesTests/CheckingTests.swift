// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import RulesTestKit
import Testing

/// What the reader of rule sets refuses, with place and advice.
@Suite struct CheckingTests {
  struct Case: Sendable {
    var condition: String
    var error: String

    init(_ condition: String, _ error: String) {
      self.condition = condition
      self.error = error
    }
  }

  private static let place = "$.rules[0].conditions[0]"

  @Test(
    "conditions: functions, arguments, references and names",
    arguments: [
      Case(
        #"{"fn": "isVirtual", "argv": []}"#,
        "\(place).fn: unknown function \"isVirtual\"; supported: aws.isVirtualHostableS3Bucket, aws.parseArn, "
          + "aws.partition, booleanEquals, coalesce, getAttr, isSet, isValidHostLabel, ite, not, parseURL, split, "
          + "stringEquals, substring, uriEncode"),
      Case(
        #"{"fn": "isSet", "argv": [{"ref": "Nothing"}]}"#,
        "\(place).argv[0]: \"Nothing\" is not defined here; visible: Text, Other, Flag, List"),
      Case(#"{"fn": "isSet", "argv": []}"#, "\(place).argv: isSet takes 1 argument, found 0"),
      Case(
        #"{"fn": "stringEquals", "argv": ["a", "b", "c"]}"#,
        "\(place).argv: stringEquals takes 2 arguments, found 3"),
      Case(
        #"{"fn": "stringEquals", "argv": ["a", {"ref": "Flag"}]}"#,
        "\(place).argv[1]: expected a string, found a boolean"),
      Case(
        #"{"fn": "not", "argv": [{"fn": "not", "argv": ["a"]}]}"#,
        "\(place).argv[0].argv[0]: expected a boolean, found a string"),
      Case(
        #"{"fn": "isSet", "argv": ["{Nothing}"]}"#,
        "\(place).argv[0]: \"Nothing\" is not defined here; visible: Text, Other, Flag, List"),
      Case(
        #"{"fn": "isSet", "argv": ["{Flag}"]}"#,
        "\(place).argv[0]: \"Flag\" is a boolean; only strings can be filled in"),
      Case(
        #"{"fn": "isSet", "argv": ["{Text"]}"#,
        "\(place).argv[0]: \"{\" without \"}\" in a template; write \"{{\" for a brace"),
      Case(
        #"{"fn": "isSet", "argv": ["Text}"]}"#,
        "\(place).argv[0]: \"}\" without \"{\" in a template; write \"}}\" for a brace"),
      Case(
        #"{"fn": "isSet", "argv": ["{}"]}"#, "\(place).argv[0]: \"{}\" is neither {Name} nor {Name#attribute}"
      ),
      Case(
        #"{"fn": "isSet", "argv": [null]}"#,
        "\(place).argv[0]: expected a string, boolean, whole number, list, reference or call, found null"),
      Case(
        #"{"fn": "isSet", "argv": [{}]}"#,
        "\(place).argv[0]: the object is neither {\"ref\": …} nor {\"fn\": …, \"argv\": […]}"),
      Case(
        #"{"fn": "isSet", "argv": [{"fn": "parseURL", "argv": ["a"], "assign": "u"}]}"#,
        "\(place).argv[0].assign: only a condition can assign; move the call into a condition of its own"),
      Case(
        #"{"fn": "uriEncode", "argv": ["a"], "assign": "Text"}"#,
        "\(place).assign: \"Text\" is already assigned here; choose another name"),
      Case(
        #"{"fn": "uriEncode", "argv": ["a"], "assign": "1x"}"#,
        "\(place).assign: \"1x\" is not a name; use letters, digits and _, and no digit at the start"),
      Case(
        #"{"fn": "getAttr", "argv": [{"ref": "Text"}, "a"]}"#,
        "\(place).argv[1]: a string has no attribute \"a\""),
      Case(
        #"{"fn": "getAttr", "argv": [{"fn": "parseURL", "argv": ["a"]}, "host"]}"#,
        "\(place).argv[1]: a parsed URL has no attribute \"host\"; it has scheme, authority, path, normalizedPath, isIp"
      ),
      Case(
        #"{"fn": "getAttr", "argv": [{"ref": "Text"}, "[0]"]}"#,
        "\(place).argv[1]: an index needs a list, but this is a string"),
      Case(
        #"{"fn": "getAttr", "argv": [{"ref": "List"}, "[x]"]}"#,
        "\(place).argv[1]: \"[x]\" is not an attribute path; write name, name[0] or [0]"),
      Case(
        #"{"fn": "getAttr", "argv": [{"ref": "List"}, "{Text}"]}"#,
        "\(place).argv[1]: the attribute must be a plain string"),
      Case(
        #"{"fn": "split", "argv": ["a", "", 0]}"#,
        "\(place).argv[1]: the delimiter is empty; give at least one character"),
      Case(
        #"{"fn": "split", "argv": ["a", "b", -1]}"#,
        "\(place).argv[2]: the limit is negative; use 0 for no limit"),
      Case(
        #"{"fn": "ite", "argv": [true, "a", 1]}"#, "\(place).argv[2]: expected a string, found a whole number"
      ),
      Case(
        #"{"fn": "coalesce", "argv": ["a"]}"#, "\(place).argv: coalesce takes at least 2 arguments, found 1"),
      Case(#"{"fn": "isSet"}"#, "\(place).argv: expected an array, found nothing"),
      Case(#"{"argv": []}"#, "\(place): \"fn\" is missing"),
      Case("7", "\(place): expected an object, found a whole number"),
    ])
  func conditions(_ test: Case) {
    expect(#"{"type": "error", "conditions": [\#(test.condition)], "error": "e"}"#, test.error)
  }

  @Test(
    "rules and endpoints",
    arguments: [
      Case(
        #"{"type": "list", "conditions": []}"#,
        "$.rules[0].type: unknown rule type \"list\"; use tree, endpoint or error"),
      Case(#"{"type": "error", "error": "e"}"#, "$.rules[0].conditions: expected an array, found nothing"),
      Case(
        #"{"type": "error", "conditions": [], "error": true}"#,
        "$.rules[0].error: expected a string, found a boolean"),
      Case(
        #"{"type": "tree", "conditions": [], "rules": {}}"#,
        "$.rules[0].rules: expected an array, found an object"),
      Case(
        #"{"type": "endpoint", "conditions": []}"#, "$.rules[0].endpoint: expected an object, found nothing"),
      Case(
        #"{"type": "endpoint", "conditions": [], "endpoint": {"url": {"ref": "List"}}}"#,
        "$.rules[0].endpoint.url: expected a string, found a list of strings"),
      Case(
        #"{"type": "endpoint", "conditions": [], "endpoint": {"url": "u", "headers": {"x-a": ["a", {"ref": "Flag"}]}}}"#,
        "$.rules[0].endpoint.headers['x-a'][1]: expected a string, found a boolean"),
      Case(
        #"{"type": "endpoint", "conditions": [], "endpoint": {"url": "u", "properties": {"a": [{"b": 1.5}]}}}"#,
        "$.rules[0].endpoint.properties.a[0].b: a number cannot be a property; "
          + "use a string, boolean, whole number, list or object"),
      Case(
        #"{"type": "endpoint", "conditions": [], "endpoint": {"url": "u", "properties": {"a": "{Nope}"}}}"#,
        "$.rules[0].endpoint.properties.a: \"Nope\" is not defined here; visible: Text, Other, Flag, List"),
      Case(
        #"{"type": "endpoint", "conditions": [], "endpoint": {"url": "u", "properties": {"authSchemes": [{}]}}}"#,
        "$.rules[0].endpoint.properties.authSchemes[0]: \"name\" is missing"),
      Case(
        #"{"type": "endpoint", "conditions": [], "endpoint": {"url": "u", "properties": {"authSchemes": [{"name": "a", "signingRegionSet": "*"}]}}}"#,
        "$.rules[0].endpoint.properties.authSchemes[0].signingRegionSet: expected a list of strings"),
    ])
  func rules(_ test: Case) { expect(test.condition, test.error) }

  @Test("a name assigned above is visible below, and cannot be assigned again there")
  func shadowing() {
    let assign = #"{"fn": "uriEncode", "argv": ["a"], "assign": "x"}"#
    expect(
      #"""
      {"type": "tree", "conditions": [\#(assign)], "rules": [
        {"type": "error", "conditions": [\#(assign)], "error": "{x}"}]}
      """#, "$.rules[0].rules[0].conditions[0].assign: \"x\" is already assigned here; choose another name")
    expect(
      #"{"type": "error", "conditions": [\#(assign)], "error": "{x}"}, {"type": "error", "conditions": [], "error": "{x}"}"#,
      "$.rules[1].error: \"x\" is not defined here; visible: Text, Other, Flag, List")
  }

  @Test(
    "parameters",
    arguments: [
      Case(
        #""A": {"type": "number"}"#,
        "$.parameters.A.type: unknown parameter type \"number\"; use string, boolean or stringArray"),
      Case(
        #""A": {"type": "string", "default": "a"}"#,
        "$.parameters.A.default: the default is unreachable because the parameter is not required; "
          + "add \"required\": true or remove it"),
      Case(
        #""A": {"type": "string", "required": true, "default": true}"#,
        "$.parameters.A.default: the default is a boolean, the parameter a string"),
      Case(
        #""A": {"type": "string", "required": true, "default": 7}"#,
        "$.parameters.A.default: a whole number cannot be a default; use a string, boolean or list of strings"
      ),
      Case(#""A": {}"#, "$.parameters.A: \"type\" is missing"),
      Case(
        #""A b": {"type": "string"}"#,
        "$.parameters['A b']: \"A b\" is not a name; use letters, digits and _, and no digit at the start"),
      Case(
        #""A": {"type": "string", "required": "yes"}"#,
        "$.parameters.A.required: expected true or false, found a string"),
    ])
  func parameters(_ test: Case) {
    expect(RuleSets.text("", parameters: test.condition), test.error)
  }

  @Test(
    "documents",
    arguments: [
      Case("", "$: the text is not valid JSON: line 1, column 1: the text ends where a value was expected"),
      Case("[]", "$: expected an object, found an array"), Case("{}", "$: \"version\" is missing"),
      Case(#"{"version": 1}"#, "$.version: expected a string, found a whole number"),
      Case(#"{"version": "2.0"}"#, "$.version: version \"2.0\" is not supported; supported: 1.0, 1.1"),
      Case(#"{"version": "1.0", "rules": []}"#, "$.parameters: expected an object, found nothing"),
      Case(#"{"version": "1.0", "parameters": {}}"#, "$.rules: expected an array, found nothing"),
      Case(
        #"{"version": "1.0", "version": "1.0"}"#,
        "$: the text is not valid JSON: line 1, column 20: the object has \"version\" twice; remove one"),
    ])
  func documents(_ test: Case) { expect(Array(test.condition.utf8), test.error) }

  @Test("unknown top-level keys and documentation are ignored; parameter types come in any letter case")
  func lenience() throws {
    let rules = try RuleSet(
      json: Array(
        #"""
        {"version": "1.0", "serviceId": "S3", "parameters": {"A": {"type": "BOOLEAN", "documentation": "d",
          "deprecated": {"message": "m"}}}, "rules": [], "x": [1.5, null]}
        """#.utf8))
    #expect(rules.parameters == [.init(name: "A", kind: .boolean)])
    #expect(try rules.outcome() == "no match")
  }

  @Test("braces are written twice")
  func braces() throws {
    let rules = try RuleSet(
      json: RuleSets.text(#"{"type": "endpoint", "conditions": [], "endpoint": {"url": "{{{Text}}}-}}{{"}}"#))
    #expect(try rules.outcome(["Text": "a"]) == "{a}-}{")
    guard case .endpoint(let endpoint)? = rules.rules.first?.body, case .template(let template) = endpoint.url
    else {
      Issue.record("the rule is read as \(rules.rules)")
      return
    }
    #expect(template.description == "{{{Text}}}-}}{{")
  }

  @Test("more visible names than the limit are refused")
  func manyNames() {
    let conditions = (0..<125).map { #"{"fn": "uriEncode", "argv": ["a"], "assign": "x\#($0)"}"# }
    expect(
      #"{"type": "error", "conditions": [\#(conditions.joined(separator: ","))], "error": "e"}"#,
      "$.rules[0].conditions[124].assign: more than 128 names are visible here; split the rule")
  }

  @Test("control characters in a text do not reach a terminal through an error")
  func controlCharacters() {
    expect(
      #"{"type": "a\u001b[2J", "conditions": []}"#,
      #"$.rules[0].type: unknown rule type "a\u{1B}[2J"; use tree, endpoint or error"#)
  }

  private func expect(_ rules: String, _ error: String) { expect(RuleSets.text(rules), error) }

  private func expect(_ json: [UInt8], _ expected: String) {
    let error = #expect(throws: RuleSetError.self) { try RuleSet(json: json) }
    #expect(error?.description == expected)
  }
}
