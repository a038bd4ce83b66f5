// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import EndpointRules
import Foundation
import ReleaseTestKit
import ServiceCatalog
import StrictJSON
import Testing

@testable import ClientModel

/// The same answers as the clients of older botocore releases.
@Suite struct OlderRulesTests {
  /// Services whose answers are known to have changed, and a few more; every release has all of them.
  static let some = [
    "acm", "cloudfront", "dynamodb", "ec2", "iam", "logs", "organizations", "route53", "s3",
    "servicediscovery",
    "sts",
  ]

  /// What every service is asked, in the order of the recorded answers.
  static let questions: [EndpointQuery] = {
    var questions: [EndpointQuery] = []
    func ask(_ region: String, _ dualStack: Bool = false, _ fips: Bool = false, url: String? = nil) {
      questions.append(
        EndpointQuery(service: "", region: region, useDualStack: dualStack, useFIPS: fips, endpointURL: url))
    }
    for region in ["eu-central-1", "us-east-1", "us-gov-west-1", "cn-north-1"] {
      for fips in [false, true] {
        ask(region, false, fips)
        ask(region, true, fips)
      }
    }
    for region in ["aws-global", "eusc-de-east-1", "us-iso-east-1", "ap-east-2"] {
      ask(region)
      ask(region, true)
    }
    ask("eu-central-1", url: "https://own.example")
    ask("us-east-1", url: "https://own.example")
    ask("eu-central-1", true, url: "https://own.example")
    return questions
  }()

  /// The lines for the script.
  static var lines: String {
    questions.map { query in
      JSON.object([
        .init("region", query.region.map { .string($0) } ?? .null),
        .init("dualstack", .bool(query.useDualStack)),
        .init("fips", .bool(query.useFIPS)),
        .init("endpoint_url", query.endpointURL.map { .string($0) } ?? .null),
      ]).text() + "\n"
    }.joined()
  }

  /// Endpoint, signing name and signing region; `nil` where the client fails.
  static func answers(_ resolver: ClientResolver, service: String, operation: String) -> [[String]?] {
    questions.map { query in
      var query = query
      // The script takes an operation that decides nothing where a service has one.
      (query.service, query.operation) = (service, Self.deciding.contains(service) ? operation : nil)
      guard let found = try? resolver.resolve(query), let url = found.url, let signing = found.signing else {
        return nil
      }
      return [url, signing.name, signing.region ?? ""]
    }
  }

  /// The services all of whose operations decide something.
  static let deciding: Set<String> = ["s3", "kinesis"]

  /// A number for answers: the CRC-32 of their lines.
  static func digest(_ answers: [[String]?]) -> UInt32 {
    let text = answers.map { ($0?.joined(separator: " ") ?? "error") + "\n" }.joined()
    let bytes = Array(text.utf8)
    return crc32(bytes, in: 0..<bytes.count)
  }

  static func resolver(_ release: String) throws -> ClientResolver {
    let version = try #require(ReleaseVersion(release))
    return ClientResolver(
      try Release.catalog.get(), behavior: .botocore(version: version), rulesRelease: version)
  }

  /// One service's answers as `scripts/record-older-answers` recorded them from real clients.
  struct Recorded {
    var release: String
    var service: String
    var operation: String
    var digest: UInt32

    static let all: [Recorded] = {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/older-answers.tsv")
      let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
        let fields = line.split(separator: "\t").map(String.init)
        guard fields.count == 4, let digest = UInt32(fields[3], radix: 16) else { return nil }
        return Recorded(release: fields[0], service: fields[1], operation: fields[2], digest: digest)
      }
    }()
  }

  @Test("each release that is held answers as its real clients did, for every service")
  func recorded() throws {
    let held = try OlderRules.embedded().releases.map(\.release)
    #expect(Set(held + [PinnedRelease.version]) == Set(Recorded.all.map(\.release)))
    var (services, wrong, compared): ([String: Int], [String: [String]], Int) = ([:], [:], 0)
    for (release, rows) in Dictionary(grouping: Recorded.all, by: \.release) {
      let resolver = try Self.resolver(release)
      services[release] = rows.count
      // Each release another eighth of the services, and all of them in the long tests.
      let start = release.utf8.reduce(0) { $0 + Int($1) } % 8
      let step = TestDepth.current == .full ? 1 : 8
      for row in stride(from: step == 1 ? 0 : start, to: rows.count, by: step).map({ rows[$0] })
        + rows.filter({ Self.some.contains($0.service) })
      {
        compared += Self.questions.count
        let answers = Self.answers(resolver, service: row.service, operation: row.operation)
        if Self.digest(answers) != row.digest { wrong[release, default: []].append(row.service) }
      }
    }
    #expect(wrong.isEmpty, "\(wrong)")
    #expect(services.values.allSatisfy { $0 > 300 })
    #expect(compared > 5_000)
    print("older rules: \(compared) answers compared, of \(services.sorted { $0.key < $1.key }) services")
  }

  static func wheel(_ release: String) -> String {
    TestEnvironment.cache.appendingPathComponent("older/botocore-\(release)-py3-none-any.whl").path
  }

  static let present = Set(Recorded.all.map(\.release)).sorted().filter {
    FileManager.default.fileExists(atPath: wheel($0))
  }

  /// Asks the clients of a wheel, and names every question that is answered otherwise.
  @Test(
    "a release's clients give the same answers to each question",
    .enabled(if: !present.isEmpty, "EGRESS6_CACHE has no wheel of an older botocore release"),
    arguments: present)
  func clients(release: String) async throws {
    let folder = try TemporaryFolder()
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Scripts/older-endpoints.py").path
    // Every service in the long tests.
    let services = TestDepth.current == .full ? [] : Self.some
    let run = try await Command.run(
      TestEnvironment.python, [script, Self.wheel(release), folder.path] + services,
      input: Array(Self.lines.utf8))
    try #require(run.status == 0, "\(run.errorText.suffix(500))")
    let resolver = try Self.resolver(release)
    var count = 0
    for line in run.output.split(separator: 0x0A) {
      let document = try JSON(parsing: Array(line))
      guard let service = document["service"]?.string, let operation = document["operation"]?.string else {
        continue
      }
      let theirs = (document["answers"]?.array ?? []).map { $0.array?.compactMap(\.string) }
      let ours = Self.answers(resolver, service: service, operation: operation)
      try #require(theirs.count == ours.count)
      for (index, pair) in zip(theirs, ours).enumerated() {
        #expect(pair.0 == pair.1, "\(release) \(service) \(operation) \(Self.questions[index])")
      }
      count += theirs.count
    }
    #expect(count >= Self.some.count * Self.questions.count)
    print("older rules: botocore \(release): \(count) answers compared")
  }

  @Test(
    "a client's version tells the release of its rules",
    arguments: [
      ("botocore", "1.43.11", "1.43.11"), ("boto3", "1.43.11", "1.43.11"), ("boto3", "1.28.3", "1.31.3"),
      ("cli-v1", "1.45.11", "1.43.11"), ("cli-v1", "1.46.3", "1.43.62"), ("cli-v1", "1.36.23", "1.35.82"),
      ("cli-v2", "2.36.7", "1.43.55"), ("terraform", "5.100.0", "1.38.36"),
    ])
  func releases(client: String, version: String, release: String) throws {
    let version = try #require(ReleaseVersion(version))
    #expect(RulesRelease.of(client: client, version: version) == ReleaseVersion(release))
    #expect(RulesRelease.of(client: client, version: nil) == nil)
  }

  /// What an answer says about the rules that gave it.
  @Test("an answer tells which release gave it and what that release did not have yet") func origin() throws {
    let catalog = try Release.catalog.get()
    func ask(_ release: String, _ service: String, region: String) throws -> ResolvedEndpoint {
      let resolver = ClientResolver(catalog, rulesRelease: ReleaseVersion(release))
      return try resolver.resolve(EndpointQuery(service: service, region: region, useDualStack: true))
    }
    let route53 = try ask("1.38.40", "route53", region: "us-east-1")
    #expect(route53.url == "https://route53.us-east-1.api.aws")
    let origin = try #require(route53.rulesOrigin)
    #expect((origin.release, origin.date) == ("1.38.36", "2025-06-12"))
    #expect(!origin.isLaterThanAsked && !origin.lacksService && !origin.lacksRegion)
    #expect(try route53.explanation().result == .success(route53.resolution))

    let early = try #require(try ask("1.20.0", "ec2", region: "mx-central-1").rulesOrigin)
    #expect(early.release == "1.31.0" && early.isLaterThanAsked && early.lacksRegion)
    let missing = try ask("1.31.0", "s3tables", region: "eu-central-1")
    #expect(missing.rulesOrigin?.lacksService == true && missing.url != nil)
    #expect(
      try ask("1.43.11", "IoT Events", region: "eu-central-1").url == "https://iotevents.eu-central-1.api.aws"
    )
    #expect(try ask(PinnedRelease.version, "ec2", region: "us-east-1").rulesOrigin == nil)
  }
}
