// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import GRDB
internal import ServiceCatalog

/// Brings the stored endpoints in line with the run's catalog, as intervals.
struct EndpointUpdate {
  let database: Database
  let run: Int64

  private struct Key: Hashable {
    var cell: Int64
    var host: Int64
    var variant: Int
    var source: Int
    var isRepresentative: Bool
    var isPrimary: Bool
  }

  private static let selectLastCatalog = """
    SELECT catalog FROM run WHERE state = 'complete' ORDER BY id DESC LIMIT 1
    """
  private static let selectCatalog = "SELECT catalog FROM run WHERE id = ?"
  private static let selectCells = "SELECT id, partition, service, region FROM cell"
  private static let insertCell = "INSERT INTO cell (partition, service, region) VALUES (?, ?, ?)"
  private static let selectHosts = "SELECT id, name FROM host"
  private static let insertHost = "INSERT INTO host (name) VALUES (?)"
  private static let selectOpen = """
    SELECT cell, variant, host, source, representative, is_primary, since_run FROM endpoint WHERE until_run IS NULL
    """
  private static let close = """
    UPDATE endpoint SET until_run = :run
    WHERE cell = :cell AND variant = :variant AND host = :host AND since_run = :since
    """
  private static let open = """
    INSERT INTO endpoint (cell, variant, host, since_run, source, representative, is_primary)
    VALUES (:cell, :variant, :host, :run, :source, :representative, :primary)
    """

  /// Compares and writes what differs; does nothing when the last complete run had the same list.
  func update(_ list: SortedHosts) throws {
    let last = try Int64.fetchOne(database, sql: Self.selectLastCatalog)
    let current = try Int64.fetchOne(database, sql: Self.selectCatalog, arguments: [run])
    if last != nil, last == current { return }
    var wanted = try keys(of: list)
    var ended: [(Key, since: Int64)] = []
    let rows = try Row.fetchCursor(database, sql: Self.selectOpen)
    while let row = try rows.next() {
      let key = Key(
        cell: row[0], host: row[2], variant: row[1], source: row[3], isRepresentative: row[4],
        isPrimary: row[5])
      if wanted.remove(key) == nil { ended.append((key, row[6])) }
    }
    let close = try database.cachedStatement(sql: Self.close)
    for (key, since) in ended {
      try close.execute(arguments: [
        "run": run, "cell": key.cell, "variant": key.variant, "host": key.host, "since": since,
      ])
    }
    let open = try database.cachedStatement(sql: Self.open)
    let added = wanted.sorted { ($0.cell, $0.variant, $0.host) < ($1.cell, $1.variant, $1.host) }
    for key in added {
      try open.execute(arguments: [
        "cell": key.cell, "variant": key.variant, "host": key.host, "run": run, "source": key.source,
        "representative": key.isRepresentative, "primary": key.isPrimary,
      ])
    }
  }

  private func keys(of list: SortedHosts) throws -> Set<Key> {
    let hosts = list.hosts
    let cells = try storeCells(of: hosts)
    let numbers = try storeHosts(hosts)
    var keys: Set<Key> = []
    for host in hosts {
      for endpoint in host.endpoints {
        guard let cell = cells[endpoint.serviceRegion], let number = numbers[host.host] else { continue }
        let key = Key(
          cell: cell, host: number, variant: endpoint.variant.code, source: host.source.code,
          isRepresentative: host.isRepresentative,
          isPrimary: list.primaryName(endpoint) == host.host)
        keys.insert(key)
      }
    }
    return keys
  }

  /// Numbers of all cells; new ones are numbered in the order of their names.
  private func storeCells(of hosts: [EndpointHost]) throws -> [ServiceRegion: Int64] {
    var cells: [ServiceRegion: Int64] = [:]
    let rows = try Row.fetchCursor(database, sql: Self.selectCells)
    while let row = try rows.next() {
      cells[ServiceRegion(partition: row[1], service: row[2], region: row[3])] = row[0]
    }
    var added: Set<ServiceRegion> = []
    for endpoint in hosts.lazy.flatMap(\.endpoints) {
      if cells[endpoint.serviceRegion] == nil { added.insert(endpoint.serviceRegion) }
    }
    let insert = try database.cachedStatement(sql: Self.insertCell)
    for cell in added.sorted() {
      try insert.execute(arguments: [cell.partition, cell.service, cell.region])
      cells[cell] = database.lastInsertedRowID
    }
    return cells
  }

  private func storeHosts(_ hosts: [EndpointHost]) throws -> [String: Int64] {
    var numbers: [String: Int64] = [:]
    let rows = try Row.fetchCursor(database, sql: Self.selectHosts)
    while let row = try rows.next() { numbers[row[1]] = row[0] }
    let insert = try database.cachedStatement(sql: Self.insertHost)
    for host in hosts where numbers[host.host] == nil {
      try insert.execute(arguments: [host.host])
      numbers[host.host] = database.lastInsertedRowID
    }
    return numbers
  }
}
