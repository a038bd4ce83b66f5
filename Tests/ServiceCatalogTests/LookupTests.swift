// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import ReleaseTestKit
import Testing

@testable import ServiceCatalog

@Suite struct LookupTests {
  struct Name: Sendable {
    var typed: String
    var folder: String
  }

  static let names = [
    Name(typed: "logs", folder: "logs"), Name(typed: "CloudWatch Logs", folder: "logs"),
    Name(typed: "cloudwatch-logs", folder: "logs"), Name(typed: "CLOUDWATCH_LOGS", folder: "logs"),
    Name(typed: "cloudwatchlogs", folder: "logs"), Name(typed: "monitoring", folder: "cloudwatch"),
    Name(typed: "s3-control", folder: "s3control"), Name(typed: "elasticloadbalancing", folder: "elb"),
    Name(typed: "Secrets Manager", folder: "secretsmanager"), Name(typed: "lambda", folder: "lambda"),
    Name(typed: "EC2", folder: "ec2"), Name(typed: "api.ecr", folder: "ecr"),
    Name(typed: "tagging", folder: "resourcegroupstaggingapi"),
  ]

  @Test("folders, service ids and endpoint prefixes are found", arguments: names) func finds(_ name: Name)
    throws
  {
    #expect(try Release.catalog.get().lookup(service: name.typed).folder == name.folder)
  }

  @Test("every folder, and every id that only one service has, leads to its service") func findsAll() throws {
    let catalog = try Release.catalog.get()
    for service in catalog.services {
      #expect(try catalog.lookup(service: service.folder).folder == service.folder)
      #expect(throws: Never.self) { try catalog.lookup(service: service.serviceID) }
    }
  }

  @Test("a prefix of several services is ambiguous") func ambiguous() throws {
    #expect(
      throws: QueryError.ambiguousService("email", folders: ["pinpoint-email", "ses", "sesv2"])
    ) { try Release.catalog.get().lookup(service: "email") }
  }

  static let mistyped = [
    ("dynamdb", "dynamodb"), ("secretmanager", "secretsmanager"), ("clodwatch", "cloudwatch"),
    ("lamdba", "lambda"),
  ]

  @Test("a mistyped service brings the nearest names", arguments: mistyped)
  func nearest(typed: String, wanted: String) throws {
    do {
      _ = try Release.catalog.get().lookup(service: typed)
      Issue.record("\(typed) was found")
    } catch QueryError.unknownService(let name, let nearest) {
      #expect(name == typed)
      #expect(nearest.contains(wanted), "\(nearest)")
    }
  }

  @Test("regions are listed, fitting or unknown") func regions() throws {
    let catalog = try Release.catalog.get()
    #expect(catalog.match(region: "eu-central-1") == .listed(partition: "aws"))
    #expect(catalog.match(region: "fips-us-gov-west-1") == .listed(partition: "aws-us-gov"))
    #expect(catalog.match(region: "aws-cn-global") == .listed(partition: "aws-cn"))
    guard case .pattern(partition: "aws", let near) = catalog.match(region: "eu-cetnral-1") else {
      Issue.record("eu-cetnral-1 has the pattern of aws")
      return
    }
    #expect(near.first == "eu-central-1")
    guard case .unknown(let nearest) = catalog.match(region: "frankfurt") else {
      Issue.record("frankfurt is no region")
      return
    }
    #expect(nearest.isEmpty)
    #expect(catalog.match(region: "cn-north1") == .unknown(nearest: ["cn-north-1", "eu-north-1"]))
  }
}
