// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointRules
import Foundation
import ReleaseTestKit
import ServiceCatalog
import StrictJSON
import Testing

@testable import ClientModel

@Suite struct ClientBehaviorTests {
  static let versions: [(String, String)] = [
    ("1.39.17", "1.40.0"), ("1.39", "1.39.17"), ("1.9.0", "1.10.0"), ("1.40", "1.40.1"), ("0.109.0", "1.0"),
    ("1.39.17", "2"),
  ]

  @Test("versions are compared by their numbers", arguments: versions)
  func compares(older: String, newer: String) throws {
    let (older, newer) = (try #require(ReleaseVersion(older)), try #require(ReleaseVersion(newer)))
    #expect(older < newer && !(newer < older) && older != newer)
  }

  @Test("zeros at the end do not matter") func ignoresZeros() throws {
    #expect(ReleaseVersion("1.40.0") == ReleaseVersion("1.40"))
    #expect(ReleaseVersion("1.40.0") == ReleaseVersion(1, 40))
    #expect(ReleaseVersion("0") == ReleaseVersion("0.0"))
    #expect(ReleaseVersion("1.40.0")?.description == "1.40.0")
    #expect(Set([ReleaseVersion("1.40"), ReleaseVersion("1.40.0")]).count == 1)
  }

  @Test(
    "other texts are not versions",
    arguments: ["", "unknown", "1.", ".1", "1..2", "1.40.0rc1", "-1", "1.9999999999", "１.2"])
  func refuses(text: String) { #expect(ReleaseVersion(text) == nil) }

  @Test("an unknown release has the newest behavior") func unknownRelease() {
    #expect(ClientBehavior.botocore(version: nil).stsRegionalEndpoints == .regional)
    #expect(ClientBehavior.botocore(version: ReleaseVersion("1.39.17")).stsRegionalEndpoints == .legacy)
    #expect(ClientBehavior.botocore(version: ReleaseVersion("1.40.0")).stsRegionalEndpoints == .regional)
    #expect(ClientBehavior.botocore(version: nil).stsGlobalRegions.count == 16)
  }

  @Test("a resolver takes the behavior of its catalog's release") func followsCatalog() throws {
    var release = try Release.small(["sts"])
    for (version, url) in [
      ("1.39.17", "https://sts.amazonaws.com"), ("1.40.0", "https://sts.us-east-1.amazonaws.com"),
      ("unknown", "https://sts.us-east-1.amazonaws.com"),
    ] {
      release.origin.release = version
      let resolver = ClientResolver(try Catalog(image: ImageWriter.write(release)))
      #expect(resolver.behavior.version?.description == (version == "unknown" ? nil : version))
      let answer = try resolver.resolve(EndpointQuery(service: "sts", region: "us-east-1"))
      #expect(answer.requestURL == url)
      #expect(answer.signing == Signing(scheme: "sigv4", name: "sts", region: "us-east-1"))
    }
  }

  /// A row of `Fixtures/sts-endpoints.tsv`.
  struct Recorded {
    var release: String
    var query: EndpointQuery
    var result: String
    var signingRegion: String?
  }

  static func recorded() throws -> [Recorded] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/sts-endpoints.tsv")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { line in
        let fields = line.split(separator: "\t").map { $0 == "-" ? nil : String($0) }
        try #require(fields.count == 6)
        var options = ClientOptions()
        options.stsRegionalEndpoints = try fields[2].map { try #require(.init(rawValue: $0)) }
        return Recorded(
          release: try #require(fields[0]),
          query: EndpointQuery(
            service: "sts", region: fields[1], useDualStack: fields[3] == "dualstack",
            useFIPS: fields[3] == "fips",
            endpointURL: fields[3] == "endpoint-url" ? "http://localhost:4566" : nil,
            options: options,
            operation: "GetCallerIdentity"),
          result: try #require(fields[4]), signingRegion: fields[5])
      }
  }

  @Test("STS is called as botocore 1.39.17 and 1.40.0 call it") func equalsBotocore() throws {
    // Today's rules of STS with the partitions of those releases, in which aws-iso had no dual-stack names.
    var release = try Release.small(["sts"])
    let isolated = try #require(release.partitions.firstIndex { $0.id == "aws-iso" })
    release.partitions[isolated].outputs.supportsDualStack = false
    let catalog = try Catalog(image: ImageWriter.write(release))
    let rows = try Self.recorded()
    var counts: [String: Int] = [:]
    for row in rows {
      let resolver = ClientResolver(
        catalog, behavior: .botocore(version: ReleaseVersion(row.release)))
      // botocore gives up when it signs; the resolver answers, without a region.
      if row.result.hasPrefix("NoRegionError") {
        let answer = try resolver.resolve(row.query)
        #expect(answer.region == nil, "\(row)")
        counts["no region", default: 0] += 1
        continue
      }
      let answer = try resolver.resolve(row.query)
      let prefix = "EndpointResolutionError: "
      if row.result.hasPrefix(prefix) {
        #expect(answer.resolution == .ruleError(String(row.result.dropFirst(prefix.count))), "\(row)")
        counts["rule error", default: 0] += 1
      } else {
        let url = row.result.hasSuffix("/") ? String(row.result.dropLast()) : row.result
        #expect(answer.requestURL == url, "\(row)")
        #expect(answer.signing?.region == row.signingRegion, "\(row)")
        counts["endpoint", default: 0] += 1
      }
    }
    print("STS: \(counts)")
    #expect(rows.count == 984)
    #expect(counts["endpoint", default: 0] > 900)
  }

  @Test("another client is another value") func otherClient() throws {
    var behavior = ClientBehavior.botocore()
    behavior.name = "a client that refuses an endpoint URL with a switch"
    behavior.endpointURLDisablesSwitches = false
    behavior.endpointURLForcesPathStyle = false
    behavior.s3USEast1RegionalEndpoint = .regional
    let resolver = ClientResolver(try Release.catalog.get(), behavior: behavior)
    let refused = try resolver.resolve(
      EndpointQuery(
        service: "ec2", region: "eu-west-1", useDualStack: true, endpointURL: "https://ec2.example.com"))
    #expect(
      refused.resolution
        == .ruleError("Invalid Configuration: Dualstack and custom endpoint are not supported"))
    let bucket = try resolver.resolve(
      EndpointQuery(
        service: "s3", region: "us-east-1", endpointURL: "https://example.com", operation: "GetObject",
        input: .object([.init("Bucket", "b-1")])))
    #expect(bucket.requestURL == "https://b-1.example.com")
    let plain = try resolver.resolve(
      EndpointQuery(
        service: "s3", region: "us-east-1", operation: "GetObject", input: .object([.init("Bucket", "b-1")])))
    #expect(plain.requestURL == "https://b-1.s3.us-east-1.amazonaws.com")
  }

  @Test("many tasks share one resolver") func manyTasks() async throws {
    let catalog = try Release.catalog.get()
    let services = Array(catalog.services.map(\.folder).prefix(100))
    let shared = ClientResolver(catalog)
    func ask(_ resolver: ClientResolver, _ service: String) -> String {
      do throws(QueryError) {
        let query = EndpointQuery(service: service, region: "eu-west-1", useDualStack: true)
        return "\(try resolver.resolve(query).resolution)"
      } catch {
        return "\(error)"
      }
    }
    let expected = services.map { ask(ClientResolver(catalog), $0) }
    let answers = await withTaskGroup(of: [String].self) { group in
      for offset in 0..<16 {
        group.addTask { @concurrent in
          // Each task asks in another order.
          var answers = [String](repeating: "", count: services.count)
          for index in services.indices {
            let place = (index + offset * 7) % services.count
            answers[place] = ask(shared, services[place])
          }
          return answers
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count == 16)
    #expect(answers.allSatisfy { $0 == expected })
  }
}
