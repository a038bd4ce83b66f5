// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointMap
import MapViews
import ServiceCatalog
import StrictJSON
import Testing

@Suite("The map of public evidence")
struct PublicEvidenceTests {
  private let map: BuiltInMap
  private let catalog: Catalog
  /// A day after the twelve months for which a "no" of 2025-11-12 counts.
  private static let now = moment("2026-11-30")

  init() throws {
    map = try BuiltInMap.embedded()
    catalog = try Catalog.embedded()
  }

  private static func moment(_ day: String) -> Timestamp { Timestamp(day) ?? Timestamp(seconds: 0) }

  private func evidence(at day: String? = nil) -> PublicEvidence {
    PublicEvidence(map, catalog: catalog, at: day.map(Self.moment), now: Self.now)
  }

  private static func filter(
    _ services: [String] = [], _ regions: [String] = [], support: Set<Support> = []
  ) -> MapFilter {
    MapFilter(
      selection: EndpointSelection(
        regions: regions.map { NamePattern($0) }, services: services.map { NamePattern($0) }),
      support: support)
  }

  private static func scanned(_ service: ServiceID, _ support: Support, _ evidence: Evidence) -> SupportRecord
  {
    SupportRecord(
      place: ServiceRegion(partition: "aws", service: service, region: "eu-west-1"), support: support,
      evidence: evidence, since: now, hosts: SupportRecord.Hosts(standard: "scanned.example"))
  }

  @Test("every cell of the built-in map is shown, and the others are names on paper")
  func everything() throws {
    let records = try evidence().records(MapFilter())
    #expect(records.map(\.place) == records.map(\.place).sorted())
    let shown = Dictionary(records.map { ($0.place, $0) }) { first, _ in first }
    #expect(shown.count == records.count && records.count > map.places.count)
    for place in map.places { #expect(shown[place]?.builtIn != nil, "\(place)") }
    for record in records {
      if let cell = map[record.place] {
        #expect(record.support == cell.support && record.evidence == cell.evidence)
      } else {
        #expect(record.support == .unknown && record.evidence == .declared && record.builtIn == nil)
      }
      #expect(record.since == nil)
    }
    #expect(records.count { $0.support != .unknown } == 10_323)
    #expect(records.allSatisfy { $0.place.partition == "aws" || $0.support == .unknown })
  }

  @Test("names on paper are never support")
  func declared() throws {
    let records = try MapSource.declared(catalog).support(MapFilter())
    #expect(records.count > 16_000)
    #expect(records.allSatisfy { $0.support == .unknown && $0.evidence == .declared && $0.builtIn == nil })
    #expect(records.contains { $0.hosts.dualstack == "ec2.eu-west-1.api.aws" })
    let summary = RegionSummaryView.view(records, listed: [])
    #expect(summary.rows.allSatisfy { $0.reachablePercent == nil && $0.known == 0 })
    #expect(try MapSource.declared(catalog).support(Self.filter(support: [.optIn, .ipv6, .ipv4])).isEmpty)
  }

  @Test("a scanned cell stays what the scan said, even when it said nothing")
  func scanWins() throws {
    let scan = [Self.scanned("ec2", .unknown, .declared), Self.scanned("s3", .ipv4, .resolved)]
    let filter = Self.filter(["ec2", "s3", "sts"], ["eu-west-1"])
    func supports(_ minimum: Evidence, _ filter: MapFilter) throws -> [String] {
      try evidence().filling(scan, filter, minimum: minimum).map {
        "\($0.place.service) \($0.support) \($0.evidence)"
      }
    }
    let both = ["ec2 unknown declared", "s3 ipv4 resolved"]
    #expect(try supports(.declared, filter) == both + ["sts optIn reported"])
    #expect(try supports(.reported, filter) == both + ["sts optIn reported"])
    #expect(try supports(.resolved, filter) == both)
    #expect(try supports(.connected, filter) == [])
    // The filter of support does not make room for public evidence where a scan spoke.
    var only = filter
    only.support = [.optIn]
    #expect(try supports(.declared, only) == ["sts optIn reported"])
    only.support = [.ipv4]
    #expect(try supports(.declared, only) == ["s3 ipv4 resolved"])
  }

  @Test("only cells of the built-in map are added to a scan")
  func fillsItsCellsOnly() throws {
    let filled = try evidence().filling([], MapFilter(), minimum: .declared)
    #expect(filled.map(\.place) == map.places)
  }

  @Test("the weakest evidence to show restricts; declared is the weakest")
  func minimum() throws {
    let counts = try [Evidence.declared, .inferred, .documented, .reported, .resolved].map { minimum in
      try evidence().records(MapFilter(), minimum: minimum).count { $0.builtIn != nil }
    }
    #expect(counts == [11_349, 10_323, 10_323 - 884, 8782, 0])
  }

  @Test("the past has only what was known then, and judges age by then")
  func past() throws {
    let filter = Self.filter(["bedrock", "codepipeline"], ["eu-west-1"])
    func cells(_ day: String?) throws -> [String] {
      try evidence(at: day).records(filter).map { "\($0.support) \($0.builtIn?.isStale ?? false)" }
    }
    #expect(try cells("2025-01-01") == ["unknown false", "unknown false"])
    #expect(try cells("2026-01-01") == ["ipv4 false", "unknown false"])
    #expect(try cells(nil) == ["ipv4 true", "optIn false"])
  }

  @Test("answers of 2023 are shown with their year and as old, and none is a 'no'")
  func oldAnswers() throws {
    let old = try evidence().records(MapFilter()).filter { $0.builtIn?.cell.date.first.year == 2023 }
    #expect(old.count == 27)
    for record in old {
      #expect(record.builtIn?.cell.marks.contains(.old) == true && record.support != .ipv4)
      #expect(SupportCell(record).signs == "r<")
    }
  }

  @Test("a row says evidence, date, marks and what to do about an old 'no'")
  func rows() throws {
    let records = try evidence().records(Self.filter(["bedrock", "kms"], ["eu-west-1"]))
    let view = SupportView.view(records)
    let fields = try records.map { record in
      try ["support", "evidence", "evidence_date", "stale", "marks"].map { name in
        try #require(view.columns.first { $0.name == name }).value(record).plainText
      }.joined(separator: " ")
    }
    #expect(
      fields == [
        "ipv4 reported 2025-11-12 true unproven-name contradicted", "opt-in reported 2025-11-12 false count",
      ])
    let note = try #require(view.columns.last)
    #expect(note.value(records[0]).plainText.hasPrefix("IPv4 in 2025-11, ask again; "))
    #expect(note.value(records[1]).plainText.contains("which one is IPv4-only is not known"))
    let scan = Self.scanned("s3", .ipv4, .resolved)
    #expect(view.columns.suffix(3).map { $0.value(scan) } == [.boolean(false), .list([]), .missing])
  }

  @Test("a grid has a sign for each doubt, a legend for each sign, and no mark of a 'no' that is old")
  func grid() throws {
    let records = try evidence().filling(
      [Self.scanned("sts", .ipv4, .resolved)],
      Self.filter(["bedrock", "codepipeline", "kms", "organizations", "sts"], ["eu-west-1"]),
      minimum: .declared)
    let grid = GridView(records)
    let cells = grid.view.rows.map { grid.view.columns[1].value($0) }
    let found = cells.map { value -> String in
      guard case .cell(let cell) = value else { return "" }
      return "\(cell.text) \(cell.staleDate ?? "-") \(cell.signs)"
    }
    #expect(found == ["ipv4-stale 2025-11 r*!", "opt-in - d", "opt-in - r#", "opt-in - i*", "ipv4 - "])
    #expect(cells.map(\.json) == ["ipv4-stale", "opt-in", "opt-in", "opt-in", "ipv4"])
    let legend = EvidenceLegend.signs(records)
    #expect(legend.first == "r reported 2025-11, d documented 2026-H2, i inferred 2025-11")
    #expect(legend.dropFirst().map { $0.prefix(1) } == ["#", "*", "!"])
    #expect(EvidenceLegend.signs([Self.scanned("sts", .ipv4, .resolved)]).isEmpty)
    let summary = EvidenceLegend.summary(records)
    #expect(summary.first?.hasPrefix("4 of 5 cells were never scanned") == true)
    #expect(summary.last?.contains("2025-11") == true && summary.last?.contains("ask again") == true)
    #expect(EvidenceLegend.summary([Self.scanned("sts", .ipv4, .resolved)]).isEmpty)
  }

  @Test("a summary counts only what is known, and says of how many cells")
  func summary() throws {
    let records = try evidence().records(Self.filter(["bedrock", "dynamodb", "ec2", "s3"], ["eu-west-1"]))
    let row = try #require(RegionSummaryView.view(records, listed: ["eu-west-1"]).rows.first)
    #expect(row.counts == [.ipv4: 1, .unknown: 1, .optIn: 2])
    #expect(row.known == 3 && row.stale == 1 && row.reachablePercent == 67)
  }

  @Test("first dates become rows of the names that services have, by date")
  func firstDates() throws {
    let everything = try FirstDates.rows(map, catalog, EndpointSelection(), since: nil, until: nil)
    #expect(everything.map(\.date) == everything.map(\.date).sorted())
    #expect(everything.allSatisfy { $0.evidence < .resolved && $0.published != nil && $0.from == .unknown })
    #expect(Set(everything.compactMap(\.published?.basis)) == Set(FirstSeen.Basis.allCases))
    let selection = EndpointSelection(services: [NamePattern("ec2"), NamePattern("athena")])
    let rows = try FirstDates.rows(
      map, catalog, selection, since: Self.moment("2022-11-14"), until: Self.moment("2024-06-14"))
    let ec2 = try #require(rows.first { $0.place.service == "ec2" && $0.published?.basis == .firstSeen })
    #expect(ec2.place.region == "eu-central-1" && ec2.host == "ec2.eu-central-1.api.aws" && ec2.to == .optIn)
    let athena = try #require(
      rows.first { $0.place.service == "athena" && $0.published?.basis == .announced })
    #expect(athena.place.region == FirstDates.allRegions && athena.to == .unknown)
    #expect(rows.allSatisfy { $0.date >= Self.moment("2022-11-14") && $0.date <= Self.moment("2024-06-14") })
    // A name that is listed, but that no rule builds, is nobody's.
    #expect(!everything.contains { $0.host == "secretsmanager.eu-west-1.api.aws" })
    // A month counts while one of its days does.
    let months = try FirstDates.rows(
      map, catalog, EndpointSelection(services: [NamePattern("lambda")]), since: Self.moment("2021-12-31"),
      until: Self.moment("2021-12-31"))
    #expect(months.contains { $0.published?.date.description == "2021-12" })
  }

  @Test("a row of the history says whether it was measured")
  func history() throws {
    let selection = EndpointSelection(services: [NamePattern("iam")])
    let published = try #require(
      try FirstDates.rows(map, catalog, selection, since: nil, until: nil).first {
        $0.published?.basis == .firstSeen
      })
    let measured = ChangeRecord(
      date: Self.now, place: published.place, from: .ipv4, to: .optIn, host: "iam.global.api.aws",
      evidence: .resolved)
    let view = ChangesView.view([published, measured])
    func texts(_ row: ChangeRecord) throws -> [String] {
      try ["date", "evidence", "basis", "source"].map { name in
        try #require(view.columns.first { $0.name == name }).value(row).plainText
      }
    }
    #expect(
      try texts(published) == ["2025-03-28", "reported", "first-seen", "awsipv6 project, log of changes"])
    #expect(try texts(measured) == ["2026-11-30T00:00:00Z", "resolved", "scan", ""])
  }
}
