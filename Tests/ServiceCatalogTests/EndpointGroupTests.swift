// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import Foundation
import ReleaseTestKit
import Testing

@testable import ServiceCatalog

@Suite struct EndpointGroupTests {
  private static let account = RepresentativeValues.account
  private static let name = RepresentativeValues.name

  /// All groups of a service in a region that do not come from endpoints.json alone, the main one first, with the deciding default name.
  struct Groups: Sendable, CustomTestStringConvertible {
    var service: ServiceID
    var region: RegionID
    var groups: [(name: String, host: String?)]
    init(_ service: ServiceID, _ region: RegionID, _ groups: [(String, String?)]) {
      (self.service, self.region, self.groups) = (service, region, groups.map { (name: $0.0, host: $0.1) })
    }
    var testDescription: String { "\(service) in \(region)" }
  }

  static let known = [
    Groups(
      "s3", "us-west-2",
      [
        ("s3", "s3.us-west-2.amazonaws.com"),
        ("mrap.accesspoint.s3-global", "\(name).mrap.accesspoint.s3-global.amazonaws.com"),
        ("s3-accelerate", "\(name).s3-accelerate.amazonaws.com"),
        ("s3-accesspoint", "\(name)-\(account).s3-accesspoint.us-west-2.amazonaws.com"),
        ("s3-object-lambda", "\(name)-\(account).s3-object-lambda.us-west-2.amazonaws.com"),
        ("s3-outposts", "\(name)-\(account).op-01234567890123456.s3-outposts.us-west-2.amazonaws.com"),
        ("s3-website", "s3-website-us-west-2.amazonaws.com"),
        (
          "s3express", "\(name)--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com"
        ),
        ("s3express-control", "s3express-control.us-west-2.amazonaws.com"),
      ]),
    Groups(
      "s3control", "us-west-2",
      [
        ("s3-control", "\(account).s3-control.us-west-2.amazonaws.com"),
        ("s3-outposts", "s3-outposts.us-west-2.amazonaws.com"),
        ("s3express-control", "s3express-control.us-west-2.amazonaws.com"),
      ]),
    Groups(
      "kinesis", "eu-west-1",
      [
        ("kinesis", "kinesis.eu-west-1.amazonaws.com"),
        ("control-kinesis", "\(account).control-kinesis.eu-west-1.amazonaws.com"),
        ("data-kinesis", "\(account).data-kinesis.eu-west-1.amazonaws.com"),
        ("kinesis-queues", "kinesis-queues.eu-west-1.amazonaws.com"),
      ]),
    Groups(
      "dynamodb", "eu-west-1",
      [
        ("dynamodb", "dynamodb.eu-west-1.amazonaws.com"),
        ("search-dynamodb", "search-dynamodb.eu-west-1.amazonaws.com"),
      ]),
    Groups(
      "events", "eu-west-1",
      [
        ("events", "events.eu-west-1.amazonaws.com"),
        ("endpoint.events", "\(name).endpoint.events.amazonaws.com"),
      ]),
    Groups(
      "cloudfront-keyvaluestore", "us-east-1",
      [("cloudfront-kvs", "\(account).cloudfront-kvs.global.api.aws")]),
    Groups(
      "stepfunctions", "eu-west-1",
      [
        ("states", "states.eu-west-1.amazonaws.com"), ("sync-states", "sync-states.eu-west-1.amazonaws.com"),
      ]),
    Groups(
      "iot", "eu-west-1",
      [
        ("iot", "iot.eu-west-1.amazonaws.com"), ("ats.iot", "\(name)-ats.iot.eu-west-1.amazonaws.com"),
        ("credentials.iot", "\(name).credentials.iot.eu-west-1.amazonaws.com"),
      ]),
    Groups(
      "timestream-query", "eu-west-1", [("query.timestream", "query.timestream.eu-west-1.amazonaws.com")]),
    Groups("sts", "eu-west-1", [("sts", "sts.eu-west-1.amazonaws.com")]),
    Groups("iam", "aws-global", [("iam", "iam.amazonaws.com")]),
    Groups(
      "ecr", "eu-west-1",
      [
        ("api.ecr", "api.ecr.eu-west-1.amazonaws.com"),
        ("layers", "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com"),
        ("registry", "\(account).dkr.ecr.eu-west-1.amazonaws.com"),
      ]),
    // Every operation has a host prefix: the one of most operations.
    Groups(
      "iottwinmaker", "eu-west-1",
      [
        ("api.iottwinmaker", "api.iottwinmaker.eu-west-1.amazonaws.com"),
        ("data.iottwinmaker", "data.iottwinmaker.eu-west-1.amazonaws.com"),
      ]),
  ]

  @Test("a service has these groups, and an ordinary call leads to the first", arguments: known)
  func groups(_ c: Groups) throws {
    let rows = try Release.catalog.get().declared(includingGroups: true) {
      $0.service == c.service && $0.region == c.region && $0.partition == "aws"
    }
    let listed = try Self.listed.get()
    let found = rows.filter { row in
      !Variant.allCases.allSatisfy { variant in row.hosts[variant].map(listed.contains) ?? true }
    }
    #expect(found.map(\.group) == c.groups.map(\.name))
    #expect(found.map { $0.hosts[.default] } == c.groups.map(\.host))
    #expect(rows.first?.isMain == true)
  }

  /// The names that only endpoints.json has; some of its lines are for pseudo regions and name nothing that exists.
  private static let listed = Result { () throws(ImageError) in
    Set(try Release.hosts.get().hosts.filter { $0.source == .legacy }.map(\.host))
  }

  @Test("S3 Express has a group of its own where a zone is known, and the zone is not in its name")
  func express() throws {
    let rows = try Release.catalog.get().declared(includingGroups: true) {
      $0.service == "s3" && $0.region == "us-east-1"
    }
    let row = try #require(rows.first { $0.group == "s3express" })
    #expect(row.hosts[.default]?.contains(".s3express-use1-az4.us-east-1.") == true)
    #expect(row.hosts[.fipsDualstack]?.contains(".s3express-fips-use1-az4.dualstack.") == true)
    #expect(rows[0].group == "s3")
    #expect(rows[0].hosts[.dualstack] == "s3.dualstack.us-east-1.amazonaws.com")
  }

  @Test("every service has exactly one main group in each region where it has a name")
  func mains() throws {
    let rows = try Release.catalog.get().declared(includingGroups: true)
    let places = Dictionary(grouping: rows, by: \.place)
    for (place, rows) in places {
      #expect(rows.count(where: \.isMain) == 1, "\(place)")
      #expect(Set(rows.map(\.group)).count == rows.count, "\(place)")
      for row in rows { #expect(Variant.allCases.contains { row.hosts[$0] != nil }, "\(row)") }
    }
    #expect(places.count == (try Release.catalog.get().declared()).count)
    let services = Dictionary(grouping: rows, by: \.place.service)
    let groups = services.reduce(0) { $0 + Set($1.value.map(\.group)).count }
    #expect(groups == RecordedCounts.value("groups", found: groups))
    #expect(rows.count == RecordedCounts.value("groups.inRegions", found: rows.count))
    #expect(places.count == RecordedCounts.value("groups.main", found: places.count))
  }

  @Test("every name has a role, and each variant of a group has a deciding name")
  func roles() throws {
    let list = try Release.hosts.get()
    for host in list.hosts {
      for key in host.endpoints {
        let roles = list.roles(of: host.host, in: key)
        #expect(!roles.isEmpty, "\(host.host)")
        #expect(Set(roles.map(\.group)).count == roles.count)
      }
    }
    for key in list.endpoints {
      let roles = list.names(of: key).flatMap { list.roles(of: $0, in: key) }
      for group in Set(roles.map(\.group)) {
        #expect(roles.contains { $0.group == group && $0.isDeciding }, "\(key) \(group)")
      }
    }
    #expect(
      list.roles(
        of: "nowhere.example",
        in: EndpointKey(
          partition: "aws", service: "s3", region: "eu-west-1", variant: .default)
      ).isEmpty)
  }

  @Test("names of one origin that a list does not rank are alternatives")
  func alternatives() throws {
    let key = EndpointKey(partition: "aws", service: "s3", region: "eu-central-1", variant: .default)
    let list = try Release.hosts.get()
    for host in ["s3-website-eu-central-1.amazonaws.com", "s3-website.eu-central-1.amazonaws.com"] {
      #expect(
        list.roles(of: host, in: key) == [EndpointRole(group: "s3-website", isMain: false, isDeciding: true)])
    }
    #expect(
      list.roles(of: "\(Self.name).s3-website.eu-central-1.amazonaws.com", in: key).map(\.isDeciding) == [
        false
      ])
  }

  // MARK: Stems

  static let stems: [(String, String, String)] = [
    ("s3.eu-west-1.amazonaws.com", "eu-west-1", "s3"),
    ("s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1", "s3"),
    ("s3-us-west-2.amazonaws.com", "us-west-2", "s3"), ("s3-fips.us-west-2.amazonaws.com", "us-west-2", "s3"),
    ("egress6-example.s3.amazonaws.com", "us-east-1", "s3"),
    ("s3-external-1.amazonaws.com", "us-east-1", "s3-external-1"),
    (
      "egress6-example--use1-az4--x-s3.s3express-fips-use1-az4.us-east-1.amazonaws.com", "us-east-1",
      "s3express"
    ),
    (
      "egress6-example--usw2-lax1-az1--x-s3.s3express-usw2-lax1-az1.us-west-2.amazonaws.com", "us-west-2",
      "s3express"
    ),
    ("fips-us-east-1.queue.amazonaws.com", "us-east-1", "queue"),
    ("cases.fips-us-east-1.amazonaws.com", "us-east-1", "cases"),
    ("fips.eks.us-east-1.amazonaws.com", "us-east-1", "eks"),
    ("iam.us-gov.amazonaws.com", "aws-us-gov-global", "iam"), ("iam.global.api.aws", "aws-global", "iam"),
    ("cn.transcribe.cn-north-1.amazonaws.com.cn", "cn-north-1", "transcribe"),
    ("123456789012.dkr-ecr-fips.eu-west-1.on.aws", "eu-west-1", "dkr-ecr"),
    ("egress6-example.lambda-url.eu-west-1.on.aws", "eu-west-1", "lambda-url"),
    ("us-east-1.signin.aws.amazon.com", "us-east-1", "signin.aws"),
    ("health.us-east-1.amazonaws.com", "aws-global", "health"),
    ("eu-west-1.amazonaws.com", "eu-west-1", "eu-west-1.amazonaws.com"),
    ("organizations.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", "organizations"),
  ]

  @Test("a stem is what names of one purpose have in common", arguments: stems)
  func stem(host: String, region: String, stem: String) throws {
    let catalog = try Release.catalog.get()
    let partition = try #require(
      catalog.partitions.first { partition in partition.regions.contains { $0.name == region } })
    let place = ServiceRegion(partition: PartitionID(partition.id), service: "x", region: RegionID(region))
    #expect(NameStems(catalog.partitions).stem(of: host, in: place) == stem)
  }

  // MARK: The hand-checked table

  private struct Line {
    var key: EndpointKey
    var host: String
    var call: String
  }

  private static func lines(_ name: String) throws -> [Line] {
    let file = TestEnvironment.root.appendingPathComponent("Tests/Fixtures/\(name)")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == 7, "\(line)")
      return Line(
        key: EndpointKey(
          partition: PartitionID(fields[0]), service: ServiceID(fields[1]), region: RegionID(fields[2]),
          variant: try #require(Variant(rawValue: fields[3]))),
        host: fields[4], call: fields[5])
    }
  }

  /// The name that botocore's S3 client still takes in us-east-1 by default.
  ///
  /// Other clients, and botocore when it is told to, take the regional one. Both belong to the main group.
  private static let otherDefault = "s3.amazonaws.com"

  @Test("the main groups have the names that clients call, in all hand-checked services")
  func mainNames() throws {
    let declared = Dictionary(
      uniqueKeysWithValues: try Release.catalog.get().declared().map { ($0.place, $0) })
    let list = try Release.hosts.get()
    let lines = try Self.lines("main-names.tsv")
    #expect(Set(lines.map(\.key.service)).count >= 80)
    #expect(Set(lines.map(\.key.partition)) == ["aws", "aws-cn", "aws-us-gov"])
    for line in lines {
      if line.host == Self.otherDefault {
        #expect(list.roles(of: line.host, in: line.key).map(\.isMain) == [true])
      } else {
        #expect(
          declared[line.key.serviceRegion]?.hosts[line.key.variant] == line.host, "\(line.key), \(line.call)")
      }
    }
  }

  @Test("names that special calls lead to do not decide for the main group")
  func otherNames() throws {
    let list = try Release.hosts.get()
    for line in try Self.lines("main-names-extra.tsv") {
      let host = line.host.replacingOccurrences(of: "example-bucket", with: RepresentativeValues.name)
      let roles = list.roles(of: host, in: line.key)
      // The list has a bucket's global name in the pseudo region alone.
      if host == "\(Self.name).\(Self.otherDefault)" {
        #expect(roles.isEmpty)
        continue
      }
      // An ARN leads to another group; a bucket, an account that the client knows, and the older names of S3 and STS do not.
      #expect(roles.map(\.isMain) == [!line.call.contains("ARN")], "\(line.key) \(host) \(roles)")
      let decides = host == "s3.us-east-1.amazonaws.com" || line.call.contains("ARN")
      #expect(roles.map(\.isDeciding) == [decides], "\(line.key) \(host) \(roles)")
    }
  }
}
