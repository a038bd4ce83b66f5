// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import RulesTestKit
import StrictJSON
import Testing

/// Damaged rule sets and partitions never crash the reader, and what it still takes can be run.
@Suite struct MutationTests {
  @Test("mutated rule sets are read or refused, and run")
  func ruleSets() throws {
    var random = SeededGenerator(seed: SeededGenerator.seed("EGRESS6_MUTATION_SEED"))
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    let seeds = [
      RuleSets.text(
        #"""
        {"type": "tree", "conditions": [{"fn": "aws.parseArn", "argv": [{"ref": "Text"}], "assign": "arn"},
          {"fn": "getAttr", "argv": [{"ref": "arn"}, "resourceId[-1]"], "assign": "id"},
          {"fn": "substring", "argv": ["{id}", 0, 4, true], "assign": "part"},
          {"fn": "not", "argv": [{"fn": "isSet", "argv": [{"ref": "Flag"}]}]}], "rules": [
          {"type": "endpoint", "conditions": [{"fn": "split", "argv": ["{Text}", ":", 3], "assign": "list"},
            {"fn": "aws.partition", "argv": ["{arn#region}"], "assign": "p"}], "endpoint": {"url": "https://{id}.{p#name}",
            "headers": {"x": ["{part}"]}, "properties": {"authSchemes": [{"name": "a", "signingRegionSet": ["*"]}], "n": 1}}}]},
        {"type": "endpoint", "conditions": [{"fn": "parseURL", "argv": [{"ref": "Other"}], "assign": "url"}],
         "endpoint": {"url": "{url#scheme}://{url#authority}{url#normalizedPath}"}},
        {"type": "error", "conditions": [], "error": "none"}
        """#), try Botocore.ruleSetJSON("sts", "2011-06-15"),
    ]
    var readable = 0
    var kinds: Set<String> = []
    for round in 0..<4000 {
      var bytes = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, using: &random) }
      guard let rules = try? RuleSet(json: bytes) else { continue }
      readable += 1
      for parameters: Parameters in [
        ["Text": "arn:aws:s3:us-east-1:1:a/bcdef", "Region": "us-east-1"],
        ["Other": "https://[::1]:1/a", "Flag": true],
      ] {
        var parameters = parameters
        parameters.undeclared = .ignored
        let result = Result { () throws(ResolveError) in
          try rules.resolve(parameters, partitions: partitions)
        }
        let explanation = rules.explain(parameters, partitions: partitions)
        #expect(explanation.result == result)
        kinds.insert(Self.kind(result))
        #expect(explanation.description.hasPrefix("parameters\n"))
      }
    }
    print("\(readable) of 4000 mutated rule sets could still be read")
    // Most mutations break the JSON or a name; some 320 hit nothing but a text.
    #expect((150...800).contains(readable))
    #expect(kinds.isSuperset(of: ["endpoint", "rule"]))
  }

  private static func kind(_ result: Result<Resolution, ResolveError>) -> String {
    if case .success(let resolution) = result { resolution.kind } else { "failure" }
  }

  @Test("mutated partitions are read or refused, and looked up in")
  func partitions() throws {
    var random = SeededGenerator(seed: SeededGenerator.seed("EGRESS6_MUTATION_SEED"))
    var readable = 0
    var patterns: [String: Regex<AnyRegexOutput>] = [:]
    for _ in 0..<4000 {
      var bytes = Array(RuleSets.partitions.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, using: &random) }
      guard let partitions = try? Partitions(json: bytes) else { continue }
      readable += 1
      for region in ["us-west-2", "cn-west-1", "us-odd-1", "aws-global"] {
        // The same question to Swift's own regular expressions.
        let expected = try partitions.all.first { partition in
          if partition.regions.contains(where: { $0.name == region }) { return true }
          let text = partition.regionPattern.text
          let pattern = try patterns[text] ?? Regex(text)
          patterns[text] = pattern
          return try pattern.wholeMatch(in: region) != nil
        }
        #expect(partitions.partition(forRegion: region) == expected ?? partitions.all.first)
      }
    }
    print("\(readable) of 4000 mutated partitions could still be read")
    #expect((150...800).contains(readable))
  }

  /// Changes, removes, repeats or moves a few bytes.
  private func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
    guard bytes.count > 8 else { return }
    let start = Int.random(in: 0..<bytes.count - 8, using: &random)
    let range = start..<start + Int.random(in: 1...8, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[start] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes[start] = random.pick(Array(#"{}[]",:#.01-atn"#.utf8))
    case 2: bytes.removeSubrange(range)
    case 3: bytes.insert(contentsOf: bytes[range], at: Int.random(in: 0..<bytes.count, using: &random))
    case 4: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    default:
      if random.oneIn(20) { bytes.removeLast(bytes.count - start) } else { bytes.swapAt(start, start + 3) }
    }
  }
}
