// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import IPAddressing
import ServiceCatalog
import Testing

/// The map of the world that was observed on 2023-08-27: every name of the catalog, answered by the whole fixture.
@Suite("The observed world")
struct ObservedWorldTests {
  /// README.md shows this grid.
  static let readme: [(service: ServiceID, ireland: Support, virginia: Support)] = [
    ("iam", .ipv4, .ipv4), ("kms", .ipv4, .ipv4), ("lambda", .optIn, .optIn), ("s3", .optIn, .optIn),
    ("secretsmanager", .none, .ipv6), ("sts", .ipv4, .ipv4),
  ]

  @Test(
    "the cells are those of README.md, S3 is opt-in wherever its dual-stack name answered, and every cell follows from its names"
  )
  func map() throws {
    let world = try Observations().families
    let list = try Catalog.embedded().hosts()
    let folder = try TemporaryFolder()
    let store = try MapStore(path: folder.file(), access: .writing)
    let journal = try ScanJournal.begin(
      store: store, description: World.description(at: World.day(0)), hosts: list.hosts,
      roles: list.roles(of:in:))
    try journal.append(
      journal.pending.map { question in
        let families = world[question.host] ?? []
        let missing: Answer = families.isEmpty ? .absent : .no
        return World.answer(
          question.host, a: families.contains(.ipv4) ? .yes : missing,
          aaaa: families.contains(.ipv6) ? .yes : missing)
      })
    try journal.finish(at: World.day(0))
    let rows = try store.support(at: nil, filter: MapFilter(includesGroups: true))
    let main = Dictionary(uniqueKeysWithValues: rows.filter(\.isMain).map { ($0.place, $0) })
    func cell(_ service: ServiceID, _ region: RegionID) -> Support? {
      main[ServiceRegion(partition: "aws", service: service, region: region)]?.support
    }
    for row in Self.readme {
      #expect(cell(row.service, "eu-west-1") == row.ireland, "\(row.service)")
      #expect(cell(row.service, "us-east-1") == row.virginia, "\(row.service)")
    }
    var buckets = 0
    for region in Set(main.keys.filter { $0.partition == "aws" }.map(\.region)) {
      guard world["s3.dualstack.\(region).amazonaws.com"]?.contains(.ipv6) == true else { continue }
      buckets += 1
      #expect(cell("s3", region) == .optIn, "\(region)")
    }
    #expect(buckets > 20)
    func reach(_ host: String?) -> SupportRule.Reach? {
      host.map { name in
        guard let families = world[name] else { return SupportRule.Reach.none }
        return families.contains(.ipv6) ? .ipv6 : .ipv4
      }
    }
    for row in rows {
      let expected = SupportRule.support(
        standard: reach(row.hosts.standard), dualstack: reach(row.hosts.dualstack))
      #expect(expected == SupportRule.Outcome(row.support, isAtLeast: row.isAtLeast), "\(row)")
    }
  }
}
