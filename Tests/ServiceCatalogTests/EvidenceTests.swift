// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import Foundation
import Testing

@testable import ServiceCatalog

/// A table of `Resources/evidence`: a dictionary a row.
private func table(_ name: String) throws -> [[String: String]] {
  let file = TestEnvironment.root.appendingPathComponent("Resources/evidence/\(name).tsv")
  let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
    $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
  let head = try #require(lines.first)
  return try lines.dropFirst().map { line in
    try #require(line.count == head.count, "\(name): \(line)")
    return Dictionary(zip(head, line)) { first, _ in first }
  }
}

@Suite("Public evidence")
struct EvidenceTests {
  private let map: BuiltInMap

  init() throws { map = try BuiltInMap.embedded() }

  /// The words of the tables, and the kinds of evidence that they are.
  private static let kinds: [String: Evidence] = [
    "dns": .reported, "documented": .documented, "listed": .documented, "inferred": .inferred,
    "declared": .declared,
  ]

  @Test("every cell is that of the table, and no other cell exists")
  func cells() throws {
    let rows = try table("built-in-map")
    let notes = Dictionary(
      uniqueKeysWithValues: try table("built-in-map-notes").map { ($0["note_id"] ?? "", $0["note"] ?? "") })
    #expect(rows.count == 11_349)
    var places: [ServiceRegion] = []
    for row in rows {
      let place = ServiceRegion(
        partition: "aws", service: ServiceID(row["service"] ?? ""), region: RegionID(row["region"] ?? ""))
      places.append(place)
      let cell = try #require(map[place], "\(place)")
      let isEqual =
        cell.support.rawValue == row["support"] && cell.evidence == Self.kinds[row["evidence"] ?? ""]
        && cell.date.description == row["date"] && cell.derivation == row["source"]
        && cell.note == notes[row["note_id"] ?? ""] && cell.isListed == (row["sdk_list"] == "explicit")
      #expect(isEqual, "\(place): \(cell), not \(row)")
    }
    #expect(map.places == places.sorted())
    #expect(map[ServiceRegion(partition: "aws-cn", service: "s3", region: "cn-north-1")] == nil)
    #expect(map[ServiceRegion(partition: "aws", service: "s3", region: "aws-global")] == nil)
  }

  /// The numbers of the description of the tables: by support, evidence, and whether the SDK lists the region.
  @Test("the counts are those of the sources, and unknown stayed unknown")
  func counts() throws {
    var counts: [String: Int] = [:]
    for place in map.places {
      let cell = try #require(map[place])
      counts[
        "\(cell.support.rawValue) \(cell.evidence.rawValue) \(cell.isListed ? "listed" : "rules")", default: 0
      ] += 1
      // Nothing is known of a cell exactly where there is a name on paper and no more.
      #expect((cell.support == .unknown) == (cell.evidence == .declared))
      #expect(cell.support != .none && cell.evidence < .resolved)
    }
    #expect(
      counts == [
        "opt-in reported listed": 4492, "opt-in reported rules": 1388, "ipv4 reported listed": 755,
        "ipv4 reported rules": 952, "ipv6 reported listed": 447, "ipv6 reported rules": 748,
        "ipv6 inferred listed": 1, "ipv6 inferred rules": 849, "opt-in inferred rules": 34,
        "opt-in documented listed": 543, "opt-in documented rules": 114,
        "unknown declared listed": 419, "unknown declared rules": 607,
      ])
    let known = counts.filter { !$0.key.hasPrefix("unknown") }.values.reduce(0, +)
    #expect(known == 10_323)
  }

  @Test("what is in doubt has its marks")
  func marks() throws {
    var marks: [BuiltInCell.Mark: Int] = [:]
    for place in map.places { for mark in try #require(map[place]).marks { marks[mark, default: 0] += 1 } }
    // All but one or more of the names; region without proof of a name (if-exists, suffix, inferred); a "yes" of AWS
    // against the counts; answers of 2023 and AWS's own list.
    #expect(marks == [.count: 1708, .unprovenName: 3909, .contradicted: 204, .old: 33])
  }

  @Test("what sources dispute is said with the service")
  func conflicts() throws {
    func cell(_ service: ServiceID) throws -> BuiltInCell {
      try #require(map[ServiceRegion(partition: "aws", service: service, region: "us-east-1")])
    }
    #expect(try cell("glue").conflict?.hasSuffix("names exist; the AWS table is behind") == true)
    for service: ServiceID in ["elb", "elbv2"] {
      #expect(
        try cell(service).conflict?.contains("the General Reference of 2026-H2: lists no dual-stack name")
          == true)
    }
    #expect(try cell("waf").conflict == nil && cell("ec2").conflict == nil)
  }

  @Test(
    "a 'no' counts for twelve months, a 'yes' for ever",
    arguments: [
      (Support.ipv4, "2025-11-12", "2026-11-11", false), (.ipv4, "2025-11-12", "2026-11-12", true),
      (.ipv4, "2024-02-29", "2025-02-27", false), (.ipv4, "2024-02-29", "2025-02-28", true),
      (.ipv4, "2026-H1", "2027-06-29", false), (.ipv4, "2026-H1", "2027-06-30", true),
      (.ipv4, "2026-11", "2026-12-01", false), (.optIn, "2023-08-27", "2099-01-01", false),
      (.ipv6, "2023-08-27", "2099-01-01", false), (.unknown, "2023-08-27", "2099-01-01", false),
    ])
  func ageing(_ support: Support, _ date: String, _ today: String, _ isStale: Bool) throws {
    let cell = BuiltInCell(
      support: support, evidence: .reported, date: try #require(EvidenceDate(date)), derivation: "S3/exact",
      note: "",
      isListed: true)
    #expect(cell.isStale(on: try #require(CalendarDay(today))) == isStale)
  }

  @Test("a question to the past gets what was known then")
  func past() throws {
    let known = { (day: String) in
      let day = try #require(CalendarDay(day))
      return map.places.compactMap { map.cell($0, knownBy: day) }.filter { $0.support != .unknown }
    }
    #expect(try known("2023-08-26").isEmpty)
    #expect(try known("2023-08-27").count == 27)
    #expect(try known("2025-11-11").count == 33)
    #expect(try known("2025-11-12").count == 10_323 - 651)
    // The documents of a half of a year were read on one day of it.
    #expect(try known("2026-11-24").count == 10_323 - 651)
    #expect(try known("2026-11-25").count == 10_323)
  }

  @Test("first dates are those of the tables, and say how they are known")
  func firstDates() throws {
    let byBasis = Dictionary(grouping: map.firstSeen, by: \.basis)
    let seen = try table("dns-first-seen")
    #expect(
      byBasis[.firstSeen]?.map { "\($0.date) \($0.subject)" }
        == seen.map { #"\#($0["first_seen"] ?? "") host("\#($0["host"] ?? "")")"# })
    var listed: [String] = []
    for row in try table("declared-endpoints-json") {
      for region in row["regions"]?.split(separator: " ") ?? [] {
        let host = (row["host"] ?? "").replacingOccurrences(of: "{region}", with: region)
        // A later bound says nothing beside a day on which the name was seen.
        if let day = seen.first(where: { $0["host"] == host })?["first_seen"], day <= row["first_seen"] ?? ""
        {
          continue
        }
        listed.append("\(row["partition"] ?? "") \(row["first_seen"] ?? "") \(host)")
      }
    }
    #expect(listed.count > 1600)
    #expect(
      byBasis[.notLaterThan]?.map { row in
        guard case .host(let host) = row.subject else { return "" }
        return "\(row.partition) \(row.date) \(host)"
      }.sorted() == listed.sorted())
    let announced = try table("announced").filter { $0["what"]?.hasPrefix("public endpoints") == true }
    #expect(
      byBasis[.announced]?.map(\.subject) == announced.map { .service(ServiceID($0["service"] ?? "")) })
    let kinds = map.firstSeen.map { $0.basis == .firstSeen ? Evidence.reported : .documented }
    #expect(map.firstSeen.map(\.basis.evidence) == kinds)
  }

  @Test("names that were not found are reported with their date")
  func absentNames() throws {
    let name = try #require(map.absences(of: "route53.us-east-1.api.aws").first)
    #expect(name.date.description == "2026-04-12" && name.source?.hasPrefix("https://") == true)
    #expect(map.absences(of: "ec2.us-east-1.api.aws").isEmpty)
  }

  @Test("the tables give the built-in bytes, each time")
  func build() async throws {
    let folder = try TemporaryFolder()
    let embedded = EmbeddedFiles.evidence
    for name in ["first", "second"] {
      let path = folder.url.path + "/" + name
      let outcome = try await Command.run(
        "/bin/bash", [TestEnvironment.root.path + "/scripts/build-evidence", path])
      try #require(outcome.status == 0, "\(outcome.errorText)")
      #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == embedded[0..<embedded.count])
    }
    #expect((15_000...25_000).contains(embedded.count))
  }

  private var bytes: [UInt8] { EmbeddedFiles.evidence[0..<EmbeddedFiles.evidence.count] }

  @Test("what is no evidence, of another format or altered has its own error")
  func refusals() {
    #expect(throws: EvidenceError.notEvidence) { try BuiltInMap([]) }
    #expect(throws: EvidenceError.notEvidence) { try BuiltInMap(Array("E6EVIDEN".utf8)) }
    var other = bytes
    other[8] = 2
    #expect(throws: EvidenceError.formatVersion(2)) { try BuiltInMap(other) }
    other = bytes
    other[other.count / 2] ^= 1
    #expect(throws: EvidenceError.damaged("its check sum is wrong")) { try BuiltInMap(other) }
    #expect(throws: Never.self) { try BuiltInMap(bytes) }
  }

  /// The content of a file behind a header with the right check sum.
  private func sealed(_ body: [UInt8]) -> [UInt8] {
    var sum: [UInt8] = []
    for shift in stride(from: UInt32(0), through: 24, by: 8) {
      sum.append(UInt8(truncatingIfNeeded: crc32(body, in: 0..<body.count) >> shift))
    }
    return Array("E6EVIDEN".utf8) + [1] + sum + body
  }

  @Test(
    "cut, random and altered content is an error or a map that can be used", arguments: [UInt64(6), 0xE6])
  func hostile(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let body = Array(bytes.dropFirst(13))
    #expect(sealed(body) == bytes)
    for _ in 0..<40 {
      let cut = Int.random(in: 0..<body.count, using: &generator)
      #expect(throws: EvidenceError.self) { try BuiltInMap(sealed(Array(body.prefix(cut)))) }
      let random = (0..<Int.random(in: 0..<400, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      #expect(throws: EvidenceError.self) { try BuiltInMap(sealed(random)) }
    }
    // The packed form hides most tables from single changes: unpacked content is altered and stored as plain bytes.
    let memory = ImageMemory(body)
    let length = Int(try #require(memory.littleEndian32(at: 0)))
    var cursor = ImageCursor(memory, 4..<body.count)
    let content = try #require(Packing.unpacked(&cursor, count: length))
    var (opened, refused) = (0, 0)
    for round in 0..<300 {
      var altered = content
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: 0..<altered.count, using: &generator)
        altered[index] =
          [0, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &generator)]
          .randomElement(using: &generator) ?? 0
      }
      if round % 10 == 0 { altered.removeLast(Int.random(in: 1...100, using: &generator)) }
      do {
        let map = try BuiltInMap(sealed(plain(altered)))
        opened += 1
        let day = CalendarDay(number: 20_000)
        for place in map.places.prefix(500) {
          let cell = try #require(map[place])
          #expect(cell.evidence < .resolved && (cell.support == .unknown) == (cell.evidence == .declared))
          _ = (
            cell.isStale(on: day), cell.marks, cell.date.last, "\(cell.date)", map.cell(place, knownBy: day)
          )
        }
        for row in map.firstSeen { _ = (row.date.first, row.date.last, row.date.description) }
      } catch let error as EvidenceError {
        refused += 1
        #expect(!error.description.isEmpty)
      }
    }
    print("altered evidence, seed \(seed): \(opened) opened, \(refused) refused")
    #expect(opened > 0 && refused > 50)
  }

  /// The packed form of bytes that repeats nothing.
  private func plain(_ bytes: [UInt8]) -> [UInt8] {
    var body = ImageBytes()
    body.fixed(bytes.count)
    body.byte(0xF0)
    body.number(bytes.count - 15)
    body.append(bytes)
    return body.bytes
  }
}
