// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import RulesTestKit
import Testing

/// Partitions and the patterns of their region names.
@Suite struct PartitionsTests {
  @Test("the release's file: eight partitions, 55 listed regions, pseudo regions among them")
  func release() throws {
    let partitions = try #require(Botocore.partitions)
    #expect(
      partitions.all.map(\.id) == [
        "aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov",
      ])
    #expect(partitions.all.map(\.regions.count).reduce(0, +) == 55)
    let aws = partitions.partition(forRegion: "eu-central-1")
    #expect(aws.regions.first { $0.name == "eu-central-1" }?.description == "Europe (Frankfurt)")
    #expect(aws.dnsSuffix == "amazonaws.com" && aws.dualStackDnsSuffix == "api.aws")
    #expect(aws.supportsFIPS && aws.supportsDualStack && aws.implicitGlobalRegion == "us-east-1")
    for (region, id) in [
      ("aws-global", "aws"), ("aws-cn-global", "aws-cn"), ("aws-us-gov-global", "aws-us-gov"),
      ("aws-iso-global", "aws-iso"), ("eusc-de-east-9", "aws-eusc"), ("us-isob-new-12", "aws-iso-b"),
      ("cn-no3th-1", "aws-cn"), ("us-east-1\n", "aws"), ("cn-north-1\n", "aws"), ("cn-nörd-1", "aws"),
      ("cn-north-\u{661}", "aws"),
    ] {
      #expect(partitions.partition(forRegion: region).id == id, "\(region)")
    }
  }

  @Test("the first partition in the file wins, whether it lists the region or has its pattern")
  func order() throws {
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    #expect(partitions.partition(forRegion: "us-odd-1").id == "aws")
    #expect(partitions[id: "aws-cn"]?.implicitGlobalRegion == nil)
    #expect(partitions[id: "aws-xx"] == nil)
    #expect(Partitions([]) == nil)
  }

  struct Pattern: Sendable {
    var text: String
    var yes: [String]
    var no: [String]

    init(_ text: String, yes: [String], no: [String]) {
      self.text = text
      self.yes = yes
      self.no = no
    }
  }

  @Test(
    "patterns match as their regular expressions do",
    arguments: [
      Pattern(
        #"^(us|eu|ap)\-\w+\-\d+$"#, yes: ["us-east-1", "eu-a_9-123", "ap-x-0"],
        no: [
          "us-east-", "us--1", "us-east-1x", "xus-east-1", "us-east-west-1", "US-east-1", "", "us-east-1-",
        ]),
      Pattern(#"^eusc\-(de)\-\w+\-\d+$"#, yes: ["eusc-de-east-1"], no: ["eusc-east-1", "eusc-de-east"]),
      Pattern("^(a|a-b|)-c$", yes: ["a-c", "a-b-c", "-c"], no: ["c", "a-b"]),
      Pattern("^us-x$", yes: ["us-x"], no: ["us-xx"]),
      Pattern("^$", yes: [""], no: ["a"]), Pattern(#"^a\.b$"#, yes: ["a.b"], no: ["axb"]),
    ])
  func patterns(_ test: Pattern) throws {
    let pattern = try #require(RegionPattern(test.text))
    for name in test.yes { #expect(pattern.matches(name), "\(name)") }
    for name in test.no { #expect(!pattern.matches(name), "\(name)") }
  }

  @Test(
    "other regular expressions are refused",
    arguments: [
      "us", "^us", "us$", "^us.*$", #"^\w+\w+$"#, #"^\d+a$"#, "^(us$", "^us)$", "^[a-z]+$", #"^\s$"#,
      #"^\w$"#, "^a?$",
      #"^\"#, "^", "^((a))$", #"^\$"#, "^" + String(repeating: "a", count: 2000) + "$",
    ])
  func refused(_ text: String) { #expect(RegionPattern(text) == nil) }

  struct Damage: Sendable {
    var from: String
    var to: String
    var error: String
  }

  @Test(
    "damaged files are refused with the place",
    arguments: [
      Damage(
        from: "^cn", to: "^.*",
        error:
          "$.partitions[1].regionRegex: the pattern \"^.*\\-\\w+\\-\\d+$\" is not supported; "
          + "use literals, (a|b), \\w+ and \\d+ between ^ and $"),
      Damage(
        from: #""supportsFIPS": false"#, to: #""supportsFIPS": 0"#,
        error:
          "$.partitions[1].outputs.supportsFIPS: expected true or false"),
      Damage(from: #""partitions""#, to: #""p""#, error: "$.partitions: expected an array"),
      Damage(from: #""id": "aws","#, to: "", error: "$.partitions[0].id: expected a string"),
    ])
  func damaged(_ test: Damage) throws {
    let parts = RuleSets.partitions.split(
      separator: test.from, maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    let error = #expect(throws: RuleSetError.self) {
      try Partitions(json: Array((parts[0] + test.to + parts[1]).utf8))
    }
    #expect(error?.description == test.error)
    #expect(throws: RuleSetError.self) { try Partitions(json: Array(#"{"partitions": []}"#.utf8)) }
  }
}
