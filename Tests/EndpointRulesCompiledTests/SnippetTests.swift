// SPDX-License-Identifier: Apache-2.0

import EndpointRules
@_spi(Performance) import EndpointRulesCompiled
import Foundation
import RulesTestKit
import Testing

/// Every example of the documentation stands here, word for word, and runs.
@Suite struct SnippetTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The newest rule set of a service.
  private func ruleSet(_ service: String) throws -> RuleSet {
    let version = try #require(try Botocore.services().first { $0.name == service }?.versions.last)
    return try RuleSet(json: Botocore.ruleSetJSON(service, version))
  }

  private var partitions: Partitions { get throws { try #require(Botocore.partitions) } }

  @Test("the library's first example") func reading() throws {
    let version = try #require(try Botocore.services().first { $0.name == "ec2" }?.versions.last)
    let ruleSetBytes = try Botocore.ruleSetJSON("ec2", version)
    let partitionsBytes = try Botocore.bytes(
      Botocore.sdist.appendingPathComponent("botocore/data/partitions.json"))
    var printed: [String] = []
    func print(_ items: Any...) { printed.append("\(items[0])") }

    let rules = try RuleSet(json: ruleSetBytes)
    let partitions = try Partitions(json: partitionsBytes)
    let parameters: Parameters = ["Region": "eu-central-1", "UseDualStack": true]

    switch try rules.resolve(parameters, partitions: partitions) {
    case .endpoint(let endpoint): print(endpoint.url, endpoint.authSchemes)
    case .ruleError(let text): print(text)
    case .noMatch: print("no rule matches")
    }
    print(rules.explain(parameters, partitions: partitions))

    #expect(printed.first == "https://ec2.eu-central-1.api.aws")
    #expect(printed.last?.contains("eu-central-1") == true)
  }

  /// A program, with the rule set that it was made of.
  private func ec2() throws -> (program: EndpointProgram, ruleSet: RuleSet, partitions: Partitions) {
    let ruleSet = try ruleSet("ec2")
    let partitions = try partitions
    let rules = try CompiledRules(compiling: [("ec2", ruleSet)], partitions: partitions)
    let ec2 = rules["ec2"]
    let stored: [UInt8] = rules.image
    let loaded = try CompiledRules(image: stored)
    #expect(loaded.names == ["ec2"])
    return (try #require(ec2), ruleSet, partitions)
  }

  @Test("programs resolve and tell the rule") func resolving() throws {
    let (ec2, ruleSet, partitions) = try ec2()
    do {
      let program = ec2
      let url = try program.url(["Region": "eu-central-1", "UseDualStack": true])
      #expect(url == "https://ec2.eu-central-1.api.aws")
      let values = Parameters(["Region": "eu-central-1", "Bucket": "unused"], undeclared: .ignored)
      #expect(try program.url(values) == "https://ec2.eu-central-1.amazonaws.com")
    }
    var arguments = ec2.arguments(["Region": "eu-central-1"])
    arguments["UseDualStack"] = true
    let url = try ec2.url(arguments)
    #expect(url == "https://ec2.eu-central-1.api.aws")

    var bytes = [UInt8](repeating: 0, count: 256)
    var buffer = bytes.mutableSpan
    let answer = try ec2.resolve(arguments, into: &buffer)
    #expect(answer.kind == .endpoint && answer.count == url.utf8.count)
    #expect(String(decoding: bytes.prefix(url.utf8.count), as: UTF8.self) == url)

    let parameters: Parameters = ["Region": "eu-central-1", "UseDualStack": true]
    let short = ec2.explain(parameters)
    print(short)
    #expect(short.description.contains("booleanEquals(UseDualStack, true)"))

    let long = ruleSet.explain(parameters, partitions: partitions)
    let rule = try ec2.decidingRule(arguments)
    #expect(rule != nil && short.decidingRule == rule && long.decidingRule == rule)
  }

  @Test("resolvers keep what is bound") func binding() throws {
    let rules = try CompiledRules(compiling: [("s3", try ruleSet("s3"))], partitions: try partitions)
    let program = try #require(rules["s3"])
    let s3 = try EndpointResolver(program, bound: ["Region": "eu-central-1"], unbound: ["Bucket"])
    let url = try s3.url(s3.arguments(["Bucket": "reports"]))
    #expect(url == "https://reports.s3.eu-central-1.amazonaws.com")

    var memo = EndpointResolver.Memo()
    let first = try s3.url(s3.arguments(["Bucket": "reports"]), memo: &memo)
    let again = try s3.url(s3.arguments(["Bucket": "reports"]), memo: &memo)
    #expect(first == url && again == url)
  }

  @Test("every example of the documentation stands in this file") func complete() throws {
    let own = Self.lines(try String(contentsOfFile: #filePath, encoding: .utf8))
    var examples = 0
    for module in ["EndpointRules", "EndpointRulesCompiled"] {
      let folder = Self.root.appendingPathComponent("Sources/\(module)")
      for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
      where file.hasSuffix(".swift") || file.hasSuffix(".md") {
        let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        for example in Self.examples(in: text) {
          examples += 1
          let isThere = own.indices.contains { own[$0...].starts(with: example) }
          #expect(isThere, "\(file): \(example.joined(separator: "\n"))")
        }
      }
    }
    #expect(examples >= 10)
  }

  /// The blocks of Swift in a page, or in the comments of a source.
  private static func examples(in text: String) -> [[Substring]] {
    var examples: [[Substring]] = []
    var current: [Substring]?
    for line in lines(text) {
      let line = line.hasPrefix("///") ? line.dropFirst(3).drop { $0 == " " } : line
      if line == "```swift" {
        current = []
      } else if line == "```" {
        if let current { examples.append(current) }
        current = nil
      } else if !line.isEmpty {
        current?.append(line)
      }
    }
    return examples
  }

  /// The lines without their indentation, and without empty ones.
  private static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
  }
}
