// SPDX-License-Identifier: Apache-2.0

internal import DNS
import EgressBase
internal import GRDB
internal import IPAddressing

extension MapStore {
  private static let selectRuns = """
    SELECT run.id, state, started, finished, catalog.release, catalog.hash, selection, resolvers, rate, vantage,
      version, hosts
    FROM run JOIN catalog ON catalog.id = run.catalog
    ORDER BY run.id
    """
  private static let selectCounts = "SELECT run, family, answer, hosts FROM run_count"

  /// All runs, oldest first.
  package func runs() throws(StoreError) -> [RunInformation] {
    try read { database in
      var counts: [Int64: AnswerCounts] = [:]
      let countRows = try Row.fetchCursor(database, sql: Self.selectCounts)
      while let row = try countRows.next() {
        guard let answer = Answer(code: row[2]) else { throw damaged("run_count.answer") }
        let family: AddressFamily = row[1] == Family.ipv4.rawValue ? .ipv4 : .ipv6
        counts[row[0], default: AnswerCounts()][family, answer] = row[3]
      }
      var runs: [RunInformation] = []
      let rows = try Row.fetchCursor(database, sql: Self.selectRuns)
      while let row = try rows.next() {
        guard let state = RunInformation.State(rawValue: row[1]) else { throw damaged("run.state") }
        let finished: Int64? = row[3]
        runs.append(
          RunInformation(
            id: row[0], state: state,
            description: RunDescription(
              started: Timestamp(seconds: row[2]), catalog: CatalogRelease(release: row[4], hash: row[5]),
              selection: EndpointSelection(stored: row[6]), resolvers: Self.list(row[7]), rate: row[8],
              vantage: row[9], version: row[10]),
            finished: finished.map { Timestamp(seconds: $0) }, hosts: row[11],
            counts: counts[row[0]] ?? AnswerCounts()))
      }
      return runs
    }
  }

  /// The scan that can be continued: the newest run, unless it is complete.
  package func resumable() throws(StoreError) -> RunInformation? {
    guard let last = try runs().last, last.state != .complete else { return nil }
    return last
  }

  /// The error for a value that no release of the program writes.
  func damaged(_ place: String) -> StoreError { .damaged(path, "a value of \(place) has no meaning") }

  static func list(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}

/// The number of an address family in the store.
enum Family: Int, CaseIterable {
  case ipv4 = 4
  case ipv6 = 6
}

extension EndpointSelection {
  /// The selection as text: three lists of patterns, split by semicolons.
  var stored: String {
    [partitions, regions, services].map { $0.map(\.description).joined(separator: ",") }
      .joined(separator: ";")
  }

  /// Reads what `stored` wrote.
  init(stored: String) {
    let lists = stored.split(separator: ";", omittingEmptySubsequences: false).map {
      NamePattern.list(String($0))
    }
    self.init(
      partitions: lists.first ?? [], regions: lists.dropFirst().first ?? [],
      services: lists.dropFirst(2).first ?? [])
  }
}
