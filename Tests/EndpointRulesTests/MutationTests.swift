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
    for round in 0..<4000 {
      var bytes = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, using: &random) }
      guard let rules = try? RuleSet(json: bytes) else { continue }
      readable += 1
      for parameters: Parameters in [
        ["Text": "arn:aws:s3:us-east-1:1:a/bcdef", "Region": "us-east-1"],
        ["Other": "https://[::1]:1/a", "Flag": true],
      ] {
        let explanation = rules.explain(parameters, partitions: partitions)
        #expect((try? rules.resolve(parameters, partitions: partitions)) == (try? explanation.result.get()))
        #expect(!explanation.description.isEmpty)
      }
    }
    print("\(readable) of 4000 mutated rule sets could still be read")
    #expect(readable > 0)
  }

  @Test("mutated partitions are read or refused, and looked up in")
  func partitions() throws {
    var random = SeededGenerator(seed: SeededGenerator.seed("EGRESS6_MUTATION_SEED"))
    for _ in 0..<4000 {
      var bytes = Array(RuleSets.partitions.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, using: &random) }
      guard let partitions = try? Partitions(json: bytes) else { continue }
      #expect(partitions.all.contains(partitions.partition(forRegion: "us-west-2")))
    }
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
