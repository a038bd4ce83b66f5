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

  private init(_ name: String, key: String, columns: [String]) {
    let list = columns.joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    self.name = name
    self.key = key
    // Without indexes: an index may be damaged where the table is not.
    forward = "SELECT \(list) FROM \(name) NOT INDEXED WHERE \(key) >= ? ORDER BY \(key)"
    backward = "SELECT \(list) FROM \(name) NOT INDEXED WHERE \(key) <= ? AND \(key) > ? ORDER BY \(key) DESC"
    insert = "INSERT OR IGNORE INTO \(name) (\(list)) VALUES (\(marks))"
  }

  /// All tables, owners before what they own.
  static let all = [
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
    SalvageTable(
      "endpoint", key: "cell",
      columns: [
        "cell", "variant", "host", "since_run", "until_run", "source", "representative", "is_primary",
      ]),
    SalvageTable(
      "support", key: "cell",
      columns: [
        "cell", "fips", "since_run", "until_run", "support", "evidence", "support_since", "previous",
        "cause", "standard", "dualstack",
      ]),
  ]
}
