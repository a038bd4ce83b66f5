// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase
import EgressDNS
import EndpointMap
import Foundation
import MapViews
import ServiceCatalog
import StrictJSON
import Testing

/// A row of the map.
private func record(
  _ service: ServiceID, _ region: RegionID, _ support: Support, partition: PartitionID = "aws"
)
  -> SupportRecord
{
  SupportRecord(
    place: ServiceRegion(partition: partition, service: service, region: region), support: support,
    evidence: .resolved, since: Timestamp(seconds: 0),
    hosts: SupportRecord.Hosts(standard: "\(service).\(region).example", fips: "fips.example"))
}

@Suite("Views")
struct ViewTests {
  @Test("a row knows the type and emphasis of its values")
  func support() {
    let view = SupportView.view([record("ec2", "eu-west-1", .optIn)])
    let row = view.rows[0]
    let column = view.columns.first { $0.name == "support" }
    #expect(column?.type == .support)
    #expect(column?.value(row) == .support(.optIn))
    #expect(column?.emphasis(row) == .caution)
    #expect(view.columns.first { $0.name == "since" }?.value(row) == .time(Timestamp(seconds: 0)))
  }

  @Test("a record's members become columns where nothing nests")
  func flattened() throws {
    let sheet = SupportView.view([record("ec2", "eu-west-1", .ipv6)]).sheet.flattened
    let names = sheet.columns.map(\.name)
    let first = try #require(names.firstIndex(of: "hosts.default"))
    #expect(
      names[first..<first + 4] == ["hosts.default", "hosts.dualstack", "hosts.fips", "hosts.fips-dualstack"])
    #expect(
      sheet.values(0)[first..<first + 4] == [
        .text("ec2.eu-west-1.example"), .missing, .text("fips.example"), .missing,
      ])
    #expect(sheet.emphases(0)[3] == .good)
    #expect(throws: UnknownColumnError.self) { try sheet.selecting(["hosts"]) }
  }

  @Test("a grid has services down, regions across, and knows its gaps")
  func grid() {
    let full = GridView([record("s3", "b", .ipv6), record("ec2", "a", .ipv4), record("ec2", "b", .optIn)])
    #expect(full.view.columns.map(\.name) == ["service", "a", "b"])
    #expect(full.view.rows.map(\.service) == ["ec2", "s3"])
    #expect(full.hasGaps)
    #expect(full.view.columns[1].value(full.view.rows[1]) == .missing)
    #expect(full.view.columns[2].value(full.view.rows[0]) == .cell(SupportCell(record("ec2", "b", .optIn))))
    #expect(!GridView([record("s3", "b", .ipv6)]).hasGaps)
    #expect(GridView([]).view.rows.isEmpty)
  }

  @Test("a summary counts by region, others together, and gives a share only where there are names")
  func summary() {
    let view = RegionSummaryView.view(
      [
        record("a", "r1", .ipv6), record("b", "r1", .optIn), record("c", "r1", .ipv4),
        record("d", "r1", .none),
        record("a", "odd", .none), record("b", "even", .none),
      ], listed: ["r1"])
    #expect(view.rows.map(\.region) == ["(other)", "r1"])
    #expect(view.rows.map(\.reachablePercent) == [nil, 67])
    #expect(view.rows[0].counts == [.none: 2])
  }

  @Test(
    "ages are in words",
    arguments: [
      (0, "just now"), (180, "3 minutes old"), (10_000, "2 hours old"), (200_000, "2 days old"),
      (-5, "just now"),
    ])
  func age(_ seconds: Int64, _ text: String) {
    #expect(Age.text(of: Timestamp(seconds: 1_000_000), at: Timestamp(seconds: 1_000_000 + seconds)) == text)
  }

  private static let documents = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/schemas")

  /// The columns of every view with a fixed row, by schema.
  private static func columns() throws -> [(schema: String, names: [String])] {
    let catalog = try Catalog.embedded()
    let answer = try ClientResolver(catalog).resolve(EndpointQuery(service: "ec2", region: "eu-west-1"))
    func entry<Row>(_ view: View<Row>) -> (String, [String]) { (view.schema, view.columns.map(\.name)) }
    return [
      entry(SupportView.view([])), entry(HostView.view([])), entry(ChangesView.view([])),
      entry(RunsView.view([])),
      entry(RegionSummaryView.view([], listed: [])), entry(HostListView.view([])),
      entry(CatalogView.view(catalog)),
      entry(CatalogDifferenceView.view(try CatalogDifference(from: catalog, to: catalog))),
      entry(try EndpointView(answer, release: "1", isExplained: false).view),
      entry(ClientsView.view(try .embedded())),
      entry(ClientView(try .named("rust"), in: try .embedded()).view),
      entry(
        ClientAnswerView(
          .failure(ClientStop(code: ErrorCode("client.unknown", .request), description: "x")),
          to: ClientCall(service: "sts"), of: ClientEmulator(try .named("rust"), catalog: catalog),
          release: "1"
        ).view),
    ]
  }

  @Test("the fields of every row are documented")
  func schemas() throws {
    for (schema, names) in try Self.columns() {
      let file = schema.split(separator: "/").dropFirst().joined(separator: ".")
      let bytes = try Data(contentsOf: Self.documents.appendingPathComponent("\(file).json"))
      let document = try JSON(parsing: Array(bytes))
      #expect(document["title"] == .string(schema))
      let required = document["$defs"]?["row"]?["required"]?.array?.compactMap(\.string)
      #expect(required.map(Set.init) == Set(names), "\(schema)")
    }
  }

  @Test("the JSON of a value is its own text, however deep")
  func json() throws {
    let json = try JSON(parsing: Array(#"{"a":[1,2.5,true,null,"x",{"b":[]}]}"#.utf8))
    #expect(Value(json).json == json)
    #expect(Value(json)[member: "a"].plainText == #"1 2.5 true  x {"b":[]}"#)
  }
}
