// SPDX-License-Identifier: Apache-2.0

internal import GRDB

extension MapStore {
  private static let selectCells = "SELECT id, partition, service, region FROM cell"
  private static let selectHosts = "SELECT id, name FROM host"
  private static let selectOpen = """
    SELECT cell, fips, support, evidence, support_since, standard, dualstack FROM support
    WHERE until_run IS NULL ORDER BY cell, fips
    """
  private static let selectAt = """
    SELECT cell, fips, support, evidence, support_since, standard, dualstack FROM support
    WHERE since_run <= :run AND (until_run IS NULL OR until_run > :run) ORDER BY cell, fips
    """
  private static let selectChanges = """
    SELECT cell, since_run, previous, support, cause, evidence FROM support
    WHERE since_run BETWEEN :first AND :last AND fips = 0 AND previous IS NOT NULL
    """

  /// The map at a date: a row per service and region that was looked at, sorted.
  ///
  /// - Parameters:
  ///   - date: The moment; `nil` for now.
  ///   - filter: What to show.
  /// - Returns: The rows.
  /// - Throws: `StoreError`.
  package func support(at date: Timestamp?, filter: MapFilter) throws(StoreError) -> [SupportRecord] {
    try read { database in
      let snapshots = try snapshots(database)
      let snapshot = try snapshot(database, at: date)
      let finished = Dictionary(uniqueKeysWithValues: snapshots.map { ($0.run, $0.finished) })
      let cells = try cells(database, admittedBy: filter.selection)
      let names = try names(database)
      var records: [SupportRecord] = []
      var last: Int64?
      let rows =
        try snapshot.isLatest
        ? Row.fetchCursor(database, sql: Self.selectOpen)
        : Row.fetchCursor(database, sql: Self.selectAt, arguments: ["run": snapshot.run])
      while let row = try rows.next() {
        let number: Int64 = row[0]
        guard let cell = cells[number] else { continue }
        guard let support = Support(code: row[2]), let evidence = Evidence(code: row[3]) else {
          throw damaged("support")
        }
        let (standard, dualstack) = (names[row[5] ?? -1], names[row[6] ?? -1])
        if row[1] == 0 {
          records.append(
            SupportRecord(
              partition: cell.partition, service: cell.service, region: cell.region, support: support,
              evidence: evidence, since: support == .unknown ? nil : finished[row[4]],
              hosts: SupportRecord.Hosts(standard: standard, dualstack: dualstack)))
          last = number
        } else if last == number {
          records[records.count - 1].fips = support
          records[records.count - 1].hosts.fips = standard
          records[records.count - 1].hosts.fipsDualstack = dualstack
        }
      }
      if !filter.support.isEmpty { records.removeAll { !filter.support.contains($0.support) } }
      records.sort { Cell($0) < Cell($1) }
      return records
    }
  }

  /// The changes of support between two moments, both included, in the order of time and then of names.
  ///
  /// Learning what was unknown is no change.
  ///
  /// - Parameters:
  ///   - since: The first moment; `nil` for the beginning.
  ///   - until: The last moment; `nil` for now.
  ///   - filter: What to show; `support` is that after the change.
  /// - Returns: The changes.
  /// - Throws: `StoreError`.
  package func changes(
    since: Timestamp?, until: Timestamp?, filter: MapFilter
  ) throws(StoreError) -> [ChangeRecord] {
    try read { database in
      _ = try snapshot(database, at: nil)
      let span = try snapshots(database).filter { snapshot in
        (since.map { $0 <= snapshot.finished } ?? true) && (until.map { snapshot.finished <= $0 } ?? true)
      }
      guard let first = span.first, let end = span.last else { return [] }
      let finished = Dictionary(uniqueKeysWithValues: span.map { ($0.run, $0.finished) })
      var records: [ChangeRecord] = []
      let arguments: StatementArguments = ["first": first.run, "last": end.run]
      let rows = try Row.fetchCursor(database, sql: Self.selectChanges, arguments: arguments)
      var cells: [Int64: Cell]?
      var names: Names?
      while let row = try rows.next() {
        let known = try cells ?? self.cells(database, admittedBy: filter.selection)
        let hosts = try names ?? self.names(database)
        (cells, names) = (known, hosts)
        guard let cell = known[row[0]], let date = finished[row[1]] else { continue }
        guard let from = Support(code: row[2]), let to = Support(code: row[3]),
          let evidence = Evidence(code: row[5])
        else { throw damaged("support") }
        if from == .unknown || !filter.support.isEmpty && !filter.support.contains(to) { continue }
        records.append(
          ChangeRecord(
            date: date, partition: cell.partition, service: cell.service, region: cell.region, from: from,
            to: to, host: hosts[row[4] ?? -1] ?? "", evidence: evidence))
      }
      records.sort { left, right in
        left.date != right.date ? left.date < right.date : Cell(left) < Cell(right)
      }
      return records
    }
  }

  /// A service in a region.
  private struct Cell: Comparable {
    var partition: String
    var service: String
    var region: String

    init(partition: String, service: String, region: String) {
      self.partition = partition
      self.service = service
      self.region = region
    }

    init(_ record: SupportRecord) {
      self.init(partition: record.partition, service: record.service, region: record.region)
    }

    init(_ record: ChangeRecord) {
      self.init(partition: record.partition, service: record.service, region: record.region)
    }

    static func < (left: Cell, right: Cell) -> Bool {
      if left.partition != right.partition { return left.partition < right.partition }
      return left.service != right.service ? left.service < right.service : left.region < right.region
    }
  }

  private func cells(_ database: Database, admittedBy selection: EndpointSelection) throws -> [Int64: Cell] {
    var cells: [Int64: Cell] = [:]
    let rows = try Row.fetchCursor(database, sql: Self.selectCells)
    while let row = try rows.next() {
      let cell = Cell(partition: row[1], service: row[2], region: row[3])
      if selection.isEverything
        || selection.admits(partition: cell.partition, service: cell.service, region: cell.region)
      {
        cells[row[0]] = cell
      }
    }
    return cells
  }

  func names(_ database: Database) throws -> Names {
    var names = Names()
    let rows = try Row.fetchCursor(database, sql: Self.selectHosts)
    while let row = try rows.next() { names.add(row[1], number: row[0]) }
    return names
  }
}

/// Names of hosts, or other texts, by their numbers.
struct Names {
  private var names: [String?] = []

  mutating func add(_ name: String, number: Int64) {
    guard number >= 0, number < HostSet.numberLimit else { return }
    let index = Int(number)
    if index >= names.count { names += repeatElement(nil, count: index - names.count + 1) }
    names[index] = name
  }

  subscript(_ number: Int64) -> String? {
    number >= 0 && number < Int64(names.count) ? names[Int(number)] : nil
  }
}
