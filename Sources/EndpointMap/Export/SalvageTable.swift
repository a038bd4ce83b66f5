// SPDX-License-Identifier: Apache-2.0

/// How one table is read from a damaged store; the first column leads the key.
struct SalvageTable {
  let name: String
  let key: String
  /// Reads in ascending order, from a key on.
  let forward: String
  /// Reads in descending order, from a key down to another one, which is left out.
  let backward: String
  let insert: String

  /// - Parameters:
  ///   - name: The table.
  ///   - key: The column that leads its key.
  ///   - columns: The columns.
  ///   - substitutes: What is read in place of columns that the damaged store does not have.
  private init(_ name: String, key: String, columns: [String], substitutes: [String: String] = [:]) {
    let list = columns.joined(separator: ", ")
    let read = columns.map { substitutes[$0] ?? $0 }.joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    self.name = name
    self.key = key
    // Without indexes: an index may be damaged where the table is not.
    forward = "SELECT \(read) FROM \(name) NOT INDEXED WHERE \(key) >= ? ORDER BY \(key)"
    backward = "SELECT \(read) FROM \(name) NOT INDEXED WHERE \(key) <= ? AND \(key) > ? ORDER BY \(key) DESC"
    insert = "INSERT OR IGNORE INTO \(name) (\(list)) VALUES (\(marks))"
  }

  /// All tables, owners before what they own.
  ///
  /// - Parameter hasGroups: Whether the damaged store keeps endpoint groups (schema 2).
  /// - Returns: The tables.
  static func all(hasGroups: Bool) -> [SalvageTable] {
    tables + (hasGroups ? [SalvageTable("endpoint_group", key: "id", columns: ["id", "name"])] : [])
      + [endpoint(hasGroups: hasGroups), support(hasGroups: hasGroups)]
  }

  private static let tables = [
    SalvageTable("text", key: "id", columns: ["id", "value"]),
    SalvageTable("catalog", key: "id", columns: ["id", "release", "hash", "digest"]),
    SalvageTable("coverage", key: "id", columns: ["id", "digest", "bits"]),
    SalvageTable(
      "run", key: "id",
      columns: [
        "id", "state", "started", "finished", "catalog", "selection", "resolvers", "rate", "vantage",
        "version", "hosts", "coverage",
      ]),
    SalvageTable("run_count", key: "run", columns: ["run", "family", "answer", "hosts"]),
    SalvageTable("verdict", key: "run", columns: ["run", "resolver", "verdict", "seen", "time"]),
    SalvageTable("host", key: "id", columns: ["id", "name"]),
    SalvageTable(
      "journal", key: "run",
      columns: ["run", "host", "family", "answer", "addresses", "chain", "resolver", "note"]),
    SalvageTable(
      "history", key: "host",
      columns: [
        "host", "family", "since_run", "until_run", "answer", "addresses", "chain", "resolver", "note",
      ]),
    SalvageTable("gap", key: "host", columns: ["host", "family", "since_run", "until_run", "note"]),
    SalvageTable("cell", key: "id", columns: ["id", "partition", "service", "region"]),
  ]

  private static func endpoint(hasGroups: Bool) -> SalvageTable {
    SalvageTable(
      "endpoint", key: "cell",
      columns: [
        "cell", "endpoint_group", "variant", "host", "since_run", "until_run", "source", "representative",
        "is_main", "is_primary",
      ],
      substitutes: hasGroups
        ? [:] : ["endpoint_group": "\(StoreMigration.namelessGroup)", "is_main": "1"])
  }

  private static func support(hasGroups: Bool) -> SalvageTable {
    SalvageTable(
      "support", key: "cell",
      columns: [
        "cell", "endpoint_group", "fips", "since_run", "until_run", "is_main", "support", "at_least",
        "evidence",
        "support_since", "previous", "cause", "decided_by", "standard", "dualstack",
      ],
      substitutes: hasGroups
        ? [:]
        : [
          "endpoint_group": "\(StoreMigration.namelessGroup)", "is_main": "1", "at_least": "0",
          "cause": "NULL",
          "decided_by": "cause",
        ])
  }
}
