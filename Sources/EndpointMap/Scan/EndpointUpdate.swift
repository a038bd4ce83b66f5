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
    var group: Int64
    var host: Int64
    var variant: Variant
    var source: EndpointHost.Source
    var isRepresentative: Bool
    var isMain: Bool
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
  private static let selectGroups = "SELECT id, name FROM endpoint_group"
  private static let insertGroup = "INSERT INTO endpoint_group (name) VALUES (?)"
  private static let selectOpen = """
    SELECT cell, endpoint_group, variant, host, source, representative, is_main, is_primary, since_run
    FROM endpoint WHERE until_run IS NULL
    """
  private static let close = """
    UPDATE endpoint SET until_run = :run
    WHERE cell = :cell AND endpoint_group = :group AND variant = :variant AND host = :host AND since_run = :since
    """
  private static let open = """
    INSERT INTO endpoint
      (cell, endpoint_group, variant, host, since_run, source, representative, is_main, is_primary)
    VALUES (:cell, :group, :variant, :host, :run, :source, :representative, :main, :primary)
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
      if wanted.remove(key) == nil { ended.append((key, try row.key(8, "endpoint.since_run"))) }
    }
    for (key, since) in ended {
      try connection.executeCached(
        Self.close,
        [
          "run": run, "cell": key.cell, "group": key.group, "variant": key.variant.code, "host": key.host,
          "since": since,
        ])
    }
    let added = wanted.sorted {
      ($0.cell, $0.group, $0.variant, $0.host) < ($1.cell, $1.group, $1.variant, $1.host)
    }
    for key in added {
      try connection.executeCached(
        Self.open,
        [
          "cell": key.cell, "group": key.group, "variant": key.variant.code, "host": key.host, "run": run,
          "source": key.source.code, "representative": key.isRepresentative, "main": key.isMain,
          "primary": key.isPrimary,
        ])
    }
  }

  private static func key(_ row: StoredRow) throws -> Key {
    Key(
      cell: try row.key(0, "endpoint.cell"), group: try row.key(1, "endpoint.endpoint_group"),
      host: try row.host(3, "endpoint.host"), variant: try row.code(2, "endpoint.variant"),
      source: try row.code(4, "endpoint.source"),
      isRepresentative: try row.flag(5, "endpoint.representative"),
      isMain: try row.flag(6, "endpoint.is_main"), isPrimary: try row.flag(7, "endpoint.is_primary"))
  }

  private func keys(of list: SortedHosts) throws -> Set<Key> {
    let hosts = list.hosts
    let cells = try storeCells(of: hosts)
    let groups = try storeGroups(of: list)
    let numbers = try storeHosts(hosts)
    var keys: Set<Key> = []
    for host in hosts {
      for endpoint in host.endpoints {
        guard let cell = cells[endpoint.serviceRegion], let number = numbers[host.host] else { continue }
        for role in list.roles(host.host, endpoint) {
          guard let group = groups[role.group] else { continue }
          keys.insert(
            Key(
              cell: cell, group: group, host: number, variant: endpoint.variant, source: host.source,
              isRepresentative: host.isRepresentative, isMain: role.isMain, isPrimary: role.isDeciding))
        }
      }
    }
    return keys
  }

  /// The numbers of all groups; new ones are numbered in the order of their names.
  private func storeGroups(of list: SortedHosts) throws -> [String: Int64] {
    var numbers: [String: Int64] = [:]
    try connection.forEachRow(of: Self.selectGroups) { row in
      numbers[try row.text(1, "endpoint_group.name")] = try row.key(0, "endpoint_group.id")
    }
    let names = Set(
      list.hosts.lazy.flatMap { host in host.endpoints.flatMap { list.roles(host.host, $0).map(\.group) } })
    for name in names.sorted() where numbers[name] == nil {
      try connection.executeCached(Self.insertGroup, [name])
      numbers[name] = connection.database.lastInsertedRowID
    }
    return numbers
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
