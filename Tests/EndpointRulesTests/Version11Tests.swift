// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import RulesTestKit
import Testing

/// The additions of language version 1.1, as the Smithy specification has them.
@Suite struct Version11Tests {
  struct Case: Sendable {
    var arguments: String
    var parameters: Parameters
    var outcome: String

    init(_ arguments: String, _ parameters: Parameters, _ outcome: String) {
      self.arguments = arguments
      self.parameters = parameters
      self.outcome = outcome
    }
  }

  @Test(
    "coalesce gives the first value that is set, even an empty or false one, else the last",
    arguments: [
      Case(#"[{"ref": "Text"}, {"ref": "Other"}]"#, ["Text": "a", "Other": "b"], "a"),
      Case(#"[{"ref": "Text"}, {"ref": "Other"}]"#, ["Other": "b"], "b"),
      Case(#"[{"ref": "Text"}, {"ref": "Other"}]"#, ["Text": "", "Other": "b"], ""),
      Case(#"[{"ref": "Text"}, {"ref": "Other"}]"#, [:], "fails"),
      Case(#"[{"ref": "Text"}, {"ref": "Other"}, "c"]"#, [:], "c"),
      Case(
        #"[{"fn": "substring", "argv": [{"ref": "Text"}, 0, 3, false]}, "short"]"#, ["Text": "ab"], "short"),
    ])
  func coalesce(_ test: Case) throws {
    #expect(try RuleSets.call("coalesce", test.arguments).outcome(test.parameters) == test.outcome)
  }

  @Test("coalesce stops at false, which then fails the condition")
  func coalesceFalse() throws {
    let rules = try RuleSets.condition(
      #"{"fn": "coalesce", "argv": [{"ref": "Flag"}, true]}"#, version: "1.1")
    #expect(try rules.outcome(["Flag": false]) == "fails")
    #expect(try rules.outcome() == "holds")
  }

  @Test(
    "ite chooses by a boolean and evaluates only what it chooses",
    arguments: [
      Case(#"[{"ref": "Flag"}, "-fips", ""]"#, ["Flag": true], "-fips"),
      Case(#"[{"ref": "Flag"}, "-fips", ""]"#, ["Flag": false], ""),
      Case(#"[{"ref": "Flag"}, {"ref": "Text"}, "b"]"#, ["Flag": true], "fails"),
      Case(#"[{"ref": "Flag"}, "{Text}", "b"]"#, ["Flag": false], "b"),
      Case(#"[{"fn": "coalesce", "argv": [{"ref": "Flag"}, false]}, "a", "b"]"#, [:], "b"),
    ])
  func ite(_ test: Case) throws {
    #expect(try RuleSets.call("ite", test.arguments).outcome(test.parameters) == test.outcome)
  }

  @Test("ite on an unset condition is an engine error")
  func iteUnset() throws {
    let rules = try RuleSets.call("ite", #"[{"ref": "Flag"}, "a", "b"]"#)
    #expect(throws: ResolveError.engine("ite: Flag: expected a boolean, found nothing (it is unset)")) {
      try rules.outcome()
    }
  }

  struct Split: Sendable {
    var text: String
    var delimiter: String
    var limit: Int
    var pieces: [String]

    init(_ text: String, _ delimiter: String, _ limit: Int, _ pieces: [String]) {
      self.text = text
      self.delimiter = delimiter
      self.limit = limit
      self.pieces = pieces
    }
  }

  @Test(
    "split: all pieces for limit 0, none for 1, else at most as many; empty pieces stay",
    arguments: [
      Split("a--b--c", "--", 0, ["a", "b", "c"]), Split("a--b--c", "--", 2, ["a", "b--c"]),
      Split("a--b--c", "--", 1, ["a--b--c"]), Split("a--b--c", "--", 3, ["a", "b", "c"]),
      Split("a--b--c", "--", 9, ["a", "b", "c"]), Split("", "--", 0, [""]), Split("--", "--", 0, ["", ""]),
      Split("----", "--", 0, ["", "", ""]), Split("---", "--", 0, ["", "-"]),
      Split("--b--", "--", 0, ["", "b", ""]),
      Split("abc", "x", 0, ["abc"]), Split("--x-s3--azid--suffix", "--", 2, ["", "x-s3--azid--suffix"]),
      Split("a", "ab", 0, ["a"]), Split("äöä", "ö", 0, ["ä", "ä"]),
    ])
  func split(_ test: Split) throws {
    let call =
      #"{"fn": "split", "argv": [{"ref": "Text"}, "\#(test.delimiter)", \#(test.limit)], "assign": "list"}"#
    for (index, piece) in test.pieces.enumerated() {
      for place in [index, index - test.pieces.count] {
        let get = #"{"fn": "getAttr", "argv": [{"ref": "list"}, "[\#(place)]"], "assign": "x"}"#
        let same = #"{"fn": "stringEquals", "argv": [{"ref": "x"}, "\#(piece)"]}"#
        let rules = try RuleSets.condition([call, get, same].joined(separator: ","), version: "1.1")
        #expect(try rules.outcome(["Text": .string(test.text)]) == "holds", "piece \(place)")
      }
    }
    for place in [test.pieces.count, -test.pieces.count - 1, Int.max, Int.min] {
      let get = #"{"fn": "getAttr", "argv": [{"ref": "list"}, "[\#(place)]"]}"#
      let rules = try RuleSets.condition("\(call),\(get)", version: "1.1")
      #expect(try rules.outcome(["Text": .string(test.text)]) == "fails", "piece \(place)")
    }
  }

  @Test(
    "a negative index counts from the end of a list, also in a template and after a name",
    arguments: [
      Case("[-1]", ["List": ["a", "b"]], "b"), Case("[-2]", ["List": ["a", "b"]], "a"),
      Case("[-3]", ["List": ["a", "b"]], "fails"), Case("[0]", ["List": []], "fails"),
      Case("[-1]", [:], "fails"),
    ])
  func negativeIndex(_ test: Case) throws {
    let rules = try RuleSets.call("getAttr", #"[{"ref": "List"}, "\#(test.arguments)"]"#)
    #expect(try rules.outcome(test.parameters) == test.outcome)
    let arn = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [{"fn": "aws.parseArn", "argv": [{"ref": "Text"}], "assign": "arn"}],
         "endpoint": {"url": "{arn#resourceId[-1]}"}}
        """#, version: "1.1"))
    #expect(try arn.outcome(["Text": "arn:aws:s3:::a/b/c"]) == "c")
  }
}
