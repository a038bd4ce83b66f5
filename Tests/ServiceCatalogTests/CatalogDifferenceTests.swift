// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import ReleaseTestKit
import Testing

@testable import ServiceCatalog

@Suite struct CatalogDifferenceTests {
  private func catalog(_ release: ReleaseModel) throws -> Catalog {
    try Catalog(image: try ImageWriter.write(release))
  }

  @Test("the same content has no difference, whatever it came from") func same() throws {
    let release = try Release.small(["sts", "sqs"])
    var other = release
    other.origin = ReleaseOrigin(release: "9", form: .folder, date: nil, sourceHash: "0")
    let difference = try CatalogDifference(from: catalog(release), to: catalog(other))
    #expect(difference.isEmpty && difference.entries.isEmpty)
  }

  @Test("what was changed is named") func changes() throws {
    let old = try Release.small(["sts", "sqs", "ecr"])
    var new = old
    new.services.removeAll { $0.folder == "ecr" }
    let index = try #require(new.services.firstIndex { $0.folder == "sqs" })
    new.services[index].versions[0].model?.signingName = "queue"
    new.services[index].versions[0].model?.operations.removeAll { $0.name == "ListQueues" }
    new.services[index].versions[0].model?.operations.append(Operation(name: "ZapQueue"))
    new.partitions[0].regions.append(.init(name: "us-north-9", description: "US North"))
    let difference = try CatalogDifference(from: catalog(old), to: catalog(new))
    typealias Entry = CatalogDifference.Entry
    #expect(
      difference.entries.contains(
        Entry(subject: .region, partition: "aws", region: "us-north-9", before: [], after: ["US North"])))
    #expect(difference.entries.contains(Entry(subject: .service, service: "ecr", before: ["ECR"], after: [])))
    #expect(
      difference.entries.contains(
        Entry(subject: .property, service: "sqs", name: "signingName", before: [], after: ["queue"])))
    #expect(
      difference.entries.filter { $0.subject == .operation }.map(\.name) == ["ListQueues", "ZapQueue"])
    let endpoints = difference.entries.filter { $0.subject == .endpoint }
    #expect(
      endpoints.contains(
        Entry(
          subject: .endpoint, partition: "aws", service: "sqs", region: "us-north-9", variant: .dualstack,
          before: [],
          after: ["sqs.us-north-9.api.aws"])))
    #expect(
      endpoints.contains {
        $0.service == "ecr" && $0.isRemoved && $0.before.contains("api.ecr.eu-west-1.amazonaws.com")
      })
    #expect(!endpoints.contains { $0.service == "sts" && $0.region == "eu-west-1" })
    let back = try CatalogDifference(from: catalog(new), to: catalog(old))
    #expect(back.entries.count == difference.entries.count)
    #expect(back.entries.contains(Entry(subject: .service, service: "ecr", before: [], after: ["ECR"])))
  }
}
