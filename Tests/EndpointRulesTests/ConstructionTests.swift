// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import RulesTestKit
import Testing

/// Rule sets that are made without JSON, as from an image.
@Suite struct ConstructionTests {
  @Test("parts give the same rule set as the text")
  func equal() throws {
    let text = RuleSets.text(
      #"""
      {"type": "tree", "conditions": [{"fn": "parseURL", "argv": [{"ref": "Text"}], "assign": "url"}], "rules": [
        {"type": "endpoint", "conditions": [], "endpoint": {"url": "{url#scheme}://a", "headers": {"x": ["b"]},
         "properties": {"a": [1, true, {"b": "{Other}"}]}}}]},
      {"type": "error", "conditions": [{"fn": "not", "argv": [{"fn": "isSet", "argv": [{"ref": "Flag"}]}]}], "error": "e"}
      """#)
    let made = RuleSet(
      version: "1.0",
      parameters: [
        .init(name: "Text", kind: .string), .init(name: "Other", kind: .string),
        .init(name: "Flag", kind: .boolean),
        .init(name: "List", kind: .stringArray),
      ],
      rules: [
        .init(
          conditions: [.init(function: .parseURL, arguments: [.reference("Text")], assign: "url")],
          body: .tree([
            .init(
              conditions: [],
              body: .endpoint(
                .init(
                  url: .template(.init(parts: [.reference("url", path: "scheme"), .literal("://a")])),
                  headers: [.init(name: "x", values: [.template(.init(literal: "b"))])],
                  properties: [
                    .init(
                      name: "a",
                      value: .array([
                        .integer(1), .boolean(true),
                        .object([
                          .init(name: "b", value: .string(.init(parts: [.reference("Other", path: nil)])))
                        ]),
                      ]))
                  ])))
          ])),
        .init(
          conditions: [.init(function: .not, arguments: [.call(.isSet, [.reference("Flag")])])],
          body: .error(.template(.init(literal: "e")))),
      ])
    #expect(try RuleSet(json: text) == made)
    try made.check()
  }

  @Test(
    "a rule set that nobody checked gives engine errors, not crashes",
    arguments: [
      .call(.getAttr, []), .call(.getAttr, [.reference("Text")]), .call(.substring, [.reference("Text")]),
      .call(.isSet, []), .call(.coalesce, []), .call(.ite, [.boolean(true)]), .reference("Nothing"),
      .call(.split, [.template(.init(literal: "a")), .template(.init(literal: "")), .integer(0)]),
      .call(.split, [.template(.init(literal: "a")), .template(.init(literal: "b")), .integer(.min)]),
      .call(.getAttr, [.integer(1), .template(.init(literal: "[0]"))]), .array([.integer(1)]),
      .call(.getAttr, [.boolean(true), .template(.init(literal: "]["))]), .integer(1),
    ] as [RuleSet.Expression])
  func unchecked(_ expression: RuleSet.Expression) throws {
    let rules = RuleSet(
      version: "1.0", parameters: [.init(name: "Text", kind: .string)],
      rules: [.init(conditions: [], body: .error(expression))])
    #expect(throws: RuleSetError.self) { try rules.check() }
    let error = #expect(throws: ResolveError.self) { try rules.outcome(["Text": "a"]) }
    guard case .engine? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
