// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import IPAddressing
import RulesTestKit
import Testing

@_spi(Performance) @testable import EndpointRulesCompiled

/// The byte-level functions of the engine beside the plain ones of the interpreter.
@Suite struct TextTests {
  /// Calls a body with a text in memory that has readable bytes behind it.
  private static func withText<Result>(_ string: String, _ body: (Text) -> Result) -> Result {
    let bytes = Array(string.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: Text.slack)
    return unsafe bytes.withUnsafeBytes {
      unsafe body(Text(start: $0.baseAddress.unsafelyUnwrapped, count: string.utf8.count))
    }
  }

  /// Random texts of few different characters, so that many are nearly right.
  private static func texts(_ characters: String, _ samples: [String], _ count: Int) -> [String] {
    var random = SeededGenerator(seed: SeededGenerator.seed("EGRESS6_TEXT_SEED"))
    let alphabet = Array(characters)
    return samples
      + (0..<count).map { _ in
        if random.oneIn(2), var text = samples.randomElement(using: &random).map({ Array($0) }), !text.isEmpty
        {
          text[Int.random(in: 0..<text.count, using: &random)] = random.pick(alphabet)
          return String(text)
        }
        return String((0..<Int.random(in: 0...24, using: &random)).map { _ in random.pick(alphabet) })
      }
  }

  @Test("host labels and bucket names")
  func labels() {
    let long = (60...66).map { String(repeating: "a", count: $0) }
    for text in Self.texts("ab9-.AZ_é /", Samples.strings + long + ["a.b", "1.2.3.4", "a-.b", "-a"], 20_000) {
      for allow in [true, false] {
        #expect(
          Self.withText(text) { LabelCheck.isHostLabel($0, allowSubdomains: allow) }
            == isValidHostLabel(text, allowSubdomains: allow), "\(text)")
        #expect(
          Self.withText(text) { LabelCheck.isBucketLabel($0, allowSubdomains: allow) }
            == isVirtualHostableS3Bucket(text, allowSubdomains: allow), "\(text)")
      }
    }
  }

  @Test("IPv6 addresses")
  func addresses() {
    let samples = [
      "::", "::1", "1::", "2001:db8::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "::ffff:1.2.3.4", "1:::2",
      "1::2::3", ":1", "1:", "12345::", "::1.2.3.256", "::01.2.3.4", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::",
    ]
    for text in Self.texts("0123fF:.::g", samples, 20_000) {
      #expect(Self.withText(text) { HostCheck.isIPv6Address($0) } == (IPv6Address(text) != nil), "\(text)")
    }
  }

  @Test("ARNs and URLs through programs")
  func records() throws {
    let rules = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [{"fn": "aws.parseArn", "argv": [{"ref": "Text"}], "assign": "a"}],
         "endpoint": {"url": "{a#partition}|{a#service}|{a#region}|{a#accountId}|{a#resourceId[0]}",
           "headers": {"h": ["{Text}"]}}},
        {"type": "endpoint", "conditions": [{"fn": "parseURL", "argv": [{"ref": "Text"}], "assign": "u"},
           {"fn": "getAttr", "argv": [{"ref": "u"}, "isIp"]}],
         "endpoint": {"url": "ip {u#scheme}|{u#authority}|{u#path}|{u#normalizedPath}"}},
        {"type": "endpoint", "conditions": [{"fn": "parseURL", "argv": [{"ref": "Text"}], "assign": "u"}],
         "endpoint": {"url": "name {u#scheme}|{u#authority}|{u#path}|{u#normalizedPath}"}},
        {"type": "error", "conditions": [], "error": "neither"}
        """#))
    let pieces = try RuleSet(
      json: RuleSets.text(
        (0..<12).map { index in
          #"""
          {"type": "endpoint", "conditions": [{"fn": "booleanEquals", "argv": [{"ref": "Flag"}, true]},
             {"fn": "aws.parseArn", "argv": [{"ref": "Text"}], "assign": "a"},
             {"fn": "stringEquals", "argv": [{"ref": "Other"}, "\#(index)"]},
             {"fn": "getAttr", "argv": [{"ref": "a"}, "resourceId[\#(index < 11 ? index : -2)]"], "assign": "p"}],
           "endpoint": {"url": "<{p}>"}}
          """#
        }.joined(separator: ","), version: "1.1"))
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    let compiled = try CompiledRules(
      compiling: [("records", rules), ("pieces", pieces)], partitions: partitions, proof: .none)
    let programs = (try #require(compiled["records"]), try #require(compiled["pieces"]))
    let samples =
      Samples.arns + Samples.urls + [
        "arn:aws:s3:r:a:1/2:3/4:5/6:7/8:9/10:11/12", "arn:aws:s3:r:a:1/2:3/4:5/6:7/8", "arn:aws:s3:r:a/b:c:d",
        "arn:aws:s3::/:x", "arn:a/b:c/d:e:f:g",
      ]
    for text in Self.texts("ar:/n.1[]%@?#; ", samples, 4_000) {
      let parameters: Parameters = ["Text": .string(text)]
      #expect(
        programs.0.answers(parameters) == rules.answers(parameters, partitions: partitions), "\(text)")
      for index in [0, 4, 7, 8, 9, 11] {
        let parameters: Parameters = ["Text": .string(text), "Flag": true, "Other": .string("\(index)")]
        #expect(
          programs.1.answers(parameters) == pieces.answers(parameters, partitions: partitions),
          "\(text) \(index)")
      }
    }
  }

  @Test("regions find the partition that the plain search finds")
  func regions() throws {
    let texts = [
      RuleSets.partitions,
      #"""
      {"version": "1.1", "partitions": [
        {"id": "a", "regionRegex": "^(a|ab|abc)(c|d)\\-x\\d+$", "regions": {"r": {}, "": {}},
         "outputs": {"dnsSuffix": "a", "dualStackDnsSuffix": "a", "supportsFIPS": true, "supportsDualStack": true}},
        {"id": "b", "regionRegex": "^\\w+\\-\\d+$", "regions": {"abc-x1": {}, "q": {}},
         "outputs": {"dnsSuffix": "b", "dualStackDnsSuffix": "b", "supportsFIPS": true, "supportsDualStack": false}},
        {"id": "c", "regionRegex": "^x\\.y\\-(de|)$", "regions": {"r": {}},
         "outputs": {"dnsSuffix": "c", "dualStackDnsSuffix": "c", "supportsFIPS": false, "supportsDualStack": true}}]}
      """#,
    ]
    let long = String(repeating: "a", count: 70) + "-1"
    let samples =
      Samples.regions + ["abcc-x1", "abd-x12", "abc-x", "w_1-22", "x.y-", "x.y-de", "r", "q", long, ""]
    for json in texts {
      let partitions = try Partitions(json: Array(json.utf8))
      let rules = try RuleSet(
        json: RuleSets.text(
          #"""
          {"type": "endpoint", "conditions": [{"fn": "aws.partition", "argv": [{"ref": "Text"}], "assign": "p"},
             {"fn": "getAttr", "argv": [{"ref": "p"}, "supportsFIPS"]}], "endpoint": {"url": "fips {p#name}"}},
          {"type": "endpoint", "conditions": [{"fn": "aws.partition", "argv": [{"ref": "Other"}], "assign": "p"}],
           "endpoint": {"url": "{p#name} {p#dualStackDnsSuffix}"}}
          """#))
      let program = try #require(
        try CompiledRules(compiling: [("regions", rules)], partitions: partitions)["regions"])
      for text in Self.texts("abcdx-1_.yq", samples, 3_000) {
        for parameters: Parameters in [["Text": .string(text)], ["Other": .string(text)], [:]] {
          #expect(
            program.answers(parameters) == rules.answers(parameters, partitions: partitions), "\(text)")
        }
      }
    }
  }
}
