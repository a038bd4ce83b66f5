// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import GRDB
internal import ServiceCatalog

/// Brings the stored endpoints in line with the run's catalog, as intervals.
struct EndpointUpdate {
  let connection: StoreConnection
  let run: Int64

  private struct Key: Hashable {
    var cell: Int64
    var host: Int64
    var variant: Variant
    var source: EndpointHost.Source
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
    let last = try connection.firstRow(of: Self.selectLastCatalog) { try $0.key(0, "run.catalog") }
    let current = try connection.firstRow(of: Self.selectCatalog, [run]) { try $0.key(0, "run.catalog") }
    if last != nil, last == current { return }
    var wanted = try keys(of: list)
    var ended: [(Key, since: Int64)] = []
    try connection.forEachRow(of: Self.selectOpen) { row in
      let key = try Self.key(row)
      if wanted.remove(key) == nil { ended.append((key, try row.key(6, "endpoint.since_run"))) }
    }
    for (key, since) in ended {
      try connection.executeCached(
        Self.close,
        ["run": run, "cell": key.cell, "variant": key.variant.code, "host": key.host, "since": since])
    }
    let added = wanted.sorted { ($0.cell, $0.variant, $0.host) < ($1.cell, $1.variant, $1.host) }
    for key in added {
      try connection.executeCached(
        Self.open,
        [
          "cell": key.cell, "variant": key.variant.code, "host": key.host, "run": run,
          "source": key.source.code, "representative": key.isRepresentative, "primary": key.isPrimary,
        ])
    }
  }

  private static func key(_ row: StoredRow) throws -> Key {
    Key(
      cell: try row.key(0, "endpoint.cell"), host: try row.host(2, "endpoint.host"),
      variant: try row.code(1, "endpoint.variant"), source: try row.code(3, "endpoint.source"),
      isRepresentative: try row.flag(4, "endpoint.representative"),
      isPrimary: try row.flag(5, "endpoint.is_primary"))
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
          cell: cell, host: number, variant: endpoint.variant, source: host.source,
          isRepresentative: host.isRepresentative,
          isPrimary: list.primaryName(endpoint) == host.host)
        keys.insert(key)
      }
    }
    return keys
  }

  /// The numbers of all cells; new ones are numbered in the order of their names.
  private func storeCells(of hosts: [EndpointHost]) throws -> [ServiceRegion: Int64] {
    var cells: [ServiceRegion: Int64] = [:]
    try connection.forEachRow(of: Self.selectCells) { row in
      cells[try row.serviceRegion(1)] = try row.key(0, "cell.id")
    }
    var added: Set<ServiceRegion> = []
    for endpoint in hosts.lazy.flatMap(\.endpoints) {
      if cells[endpoint.serviceRegion] == nil { added.insert(endpoint.serviceRegion) }
    }
    for cell in added.sorted() {
      try connection.executeCached(Self.insertCell, [cell.partition, cell.service, cell.region])
      cells[cell] = connection.database.lastInsertedRowID
    }
    return cells
  }

  private func storeHosts(_ hosts: [EndpointHost]) throws -> [String: Int64] {
    var numbers: [String: Int64] = [:]
    try connection.forEachRow(of: Self.selectHosts) { row in
      numbers[try row.text(1, "host.name")] = try row.host(0, "host.id")
    }
    for host in hosts where numbers[host.host] == nil {
      try connection.executeCached(Self.insertHost, [host.host])
      numbers[host.host] = connection.database.lastInsertedRowID
    }
    return numbers
  }
}
