// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import ServiceCatalog
import Testing

/// Compares filters and order of SQL with those of Swift.
@Suite("Filters and order")
struct FilterTests {
  /// Names with letters of all kinds; no two are equal but for their case or their normal form.
  static let names = [
    "a", "A1", "aa", "a-b", "a.b", "a_b", "Zz", "z", "\u{e9}t\u{e9}", "\u{c9}cole", "\u{df}",
    "\u{4e1c}\u{4eac}",
    "\u{ff21}", "\u{1f600}", "x[1]", "x]", "[", "x*y", "q?", "%", "_", "it's", "\"", "-", "0", "10", "9",
  ]

  private let folder: TemporaryFolder
  private let store: MapStore
  private let places: [ServiceRegion]

  init() throws {
    folder = try TemporaryFolder()
    store = try MapStore(path: folder.file(), access: .writing)
    var random = SplitMix64(seed: 11)
    var places: Set<ServiceRegion> = []
    for _ in 0..<400 {
      func name() -> String { Self.names[Int(random.next() % UInt64(Self.names.count))] }
      places.insert(
        ServiceRegion(partition: PartitionID(name()), service: ServiceID(name()), region: RegionID(name())))
    }
    self.places = places.sorted()
    let hosts = self.places.enumerated().map { index, place in
      EndpointHost(
        host: "\(Self.names[index % Self.names.count])\(index % 7).\(index).test",
        endpoints: [EndpointKey(place, .default)], source: .rules)
    }
    for day in 0..<2 {
      try store.run(day: day, hosts: hosts) { host in
        World.answer(host, a: .yes, aaaa: host.utf8.count % 3 == day ? .yes : .no)
      }
    }
  }

  @Test("SQL sorts by bytes as Swift compares names")
  func order() throws {
    let map = try store.support(at: nil, filter: MapFilter())
    #expect(map.map(\.place) == places)
    let hosts = try store.hosts(at: nil, selection: EndpointSelection()).map(\.host)
    #expect(hosts == hosts.sorted())
    #expect(hosts.count == places.count)
    let changes = try store.changes(since: nil, until: nil, filter: MapFilter()).map(\.place)
    #expect(changes == changes.sorted())
    #expect(!changes.isEmpty)
  }

  static let patterns = [
    "a*", "A*", "*b", "a?b", "?", "??", "*", "", "z", "ZZ", "x[1]", "[*", "x]", "x\\*", "x*y", "q?", "%", "_",
    "it's",
    "\"", "\u{e9}*", "*\u{e9}", "\u{c9}cole", "\u{e9}cole", "\u{4e1c}*", "[a-z]", "[^a]*", "a,Zz", "1*,9",
    "a'; DROP TABLE cell; --",
  ]

  @Test("SQL fits patterns as Swift does", arguments: patterns)
  func fits(_ text: String) throws {
    let list = NamePattern.list(text)
    for selection in [
      EndpointSelection(partitions: list), EndpointSelection(regions: list),
      EndpointSelection(services: list),
      EndpointSelection(partitions: list, regions: NamePattern.list("*1*,a*"), services: list),
    ] {
      // In Swift a question mark fits one byte, in SQL one character.
      func isComparable(_ place: ServiceRegion) -> Bool { !text.contains("?") || Self.isASCII(place) }
      let rows = try store.support(at: nil, filter: MapFilter(selection: selection)).map(\.place)
      #expect(rows.filter(isComparable) == places.filter { isComparable($0) && selection.admits($0) })
      #expect(try store.hosts(at: nil, selection: selection).count == rows.count)
      let all = try store.changes(since: nil, until: nil, filter: MapFilter())
      #expect(
        try store.changes(since: nil, until: nil, filter: MapFilter(selection: selection))
          == all.filter { rows.contains($0.place) })
    }
  }

  private static func isASCII(_ place: ServiceRegion) -> Bool {
    [place.partition.name, place.service.name, place.region.name].allSatisfy {
      $0.utf8.allSatisfy { $0 < 0x80 }
    }
  }

  @Test("SQL filters by support", arguments: Support.allCases)
  func support(_ support: Support) throws {
    for wanted in [[support], [support, .ipv6]] as [Set<Support>] {
      let filter = MapFilter(support: wanted)
      let all = try store.support(at: nil, filter: MapFilter())
      #expect(try store.support(at: nil, filter: filter) == all.filter { wanted.contains($0.support) })
      let changes = try store.changes(since: nil, until: nil, filter: MapFilter())
      #expect(
        try store.changes(since: nil, until: nil, filter: filter) == changes.filter { wanted.contains($0.to) }
      )
    }
  }
}
