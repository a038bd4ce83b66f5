// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// The program on stores that other hands have changed; `DamageTests` asks the library far more.
@Suite("Damaged stores on the command line", .serverTurns)
struct DamagedStoreTests {
  /// A store of two scans with a change, and an interrupted one.
  private static let store = Task { () throws -> TemporaryFolder in
    let folder = try TemporaryFolder()
    let names = ["sts.eu-west-1.amazonaws.com", "sts.eu-west-1.api.aws", "sts.amazonaws.com"]
    for isLater in [false, true] {
      var zone = Zone()
      for name in names { zone.add(name, isLater ? [.ipv4, .ipv6] : [.ipv4]) }
      let server = try await NameServer(zone)
      defer { server.stop() }
      let scan = try await Program.run(
        [
          "scan", "--store", folder.url.path + "/map.sqlite", "--resolver", "\(server.address)", "--services",
          "sts",
          "--regions", "eu-west-1", "--vantage", "here", "--trust-resolver", "--quiet",
        ], environment: SmallCatalog.environment)
      try #require(scan.status == 0, "\(scan.errors)")
    }
    return folder
  }

  private func shell(_ script: String, in folder: TemporaryFolder) async throws -> Command.Result {
    let store = try await Self.store.value.url.path + "/map.sqlite"
    let environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "P": Program.path, "S": store]
    return try await Command.run(
      "/bin/bash", ["-c", "cd '\(folder.url.path)' || exit; \(script)"],
      environment: environment.merging(try await SmallCatalog.environment) { $1 })
  }

  /// Changes a copy by a statement without constraints and asks every command.
  private func ask(_ sql: String, in folder: TemporaryFolder) async throws -> [(
    status: String, command: String
  )] {
    let result = try await shell(
      """
      rm -f map* out* saved*; cp "$S" map
      sqlite3 map 'PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; \(sql)' || exit 99
      try() { "$P" "$@" --store map --quiet >/dev/null 2>errors; s=$?; echo "$s $*"
        [ $s -lt 2 ] || grep -q 'help:' errors || echo "noadvice $*"; }
      try map; try map --at 2999-01-01; try changes; try changes --since 2001-01-01 -o json
      for what in hosts support changes runs; do try export --what $what; done
      try export -o sqlite --to out; try export --salvage --to saved -o json
      [ ! -e saved ] || { mv saved map
        for what in hosts support changes runs; do "$P" export --what $what --store map --quiet >/dev/null 2>errors
        echo "$? saved $what"; done; }
      """, in: folder)
    try #require(result.status != 99, "\(sql): \(result.errorText)")
    return result.text.split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      return (parts[0], parts.last ?? "")
    }
  }

  private func check(_ sql: String, in folder: TemporaryFolder) async throws {
    for (status, command) in try await ask(sql, in: folder) {
      // A salvage says by 1 that something was lost; without a complete run there is no map (3).
      let allowed = command.contains("--salvage") ? ["0", "1", "5"] : ["0", "3", "5"]
      #expect(allowed.contains(status), "\(sql): \(status) of \(command)")
      if command.hasPrefix("saved") {
        #expect(["0", "3"].contains(status), "\(sql): \(status) of \(command)")
      }
    }
  }

  @Test("every column that may be NULL, set to NULL, gives an answer or says how to salvage")
  func nulls() async throws {
    let folder = try TemporaryFolder()
    let columns = try await shell(
      """
      sqlite3 -separator . "$S" "SELECT m.name, p.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS p
        WHERE m.type = 'table' AND p.\\"notnull\\" = 0 AND p.pk = 0 AND m.name NOT LIKE 'grdb%'"
      """, in: folder)
    let names = columns.text.split(separator: "\n").map { $0.split(separator: ".").map(String.init) }
    #expect(names.contains(["run", "finished"]) && names.count >= 15, "\(columns.text)\(columns.errorText)")
    for name in names { try await check("UPDATE \(name[0]) SET \(name[1]) = NULL", in: folder) }
  }

  @Test(
    "what an attack found gives an answer or says how to salvage",
    arguments: [
      "UPDATE run SET finished = NULL WHERE id = 1", "UPDATE run SET finished = NULL WHERE id = 2",
      "DELETE FROM catalog",
      "DELETE FROM run", "DELETE FROM run WHERE id = 1", "DELETE FROM host", "DELETE FROM cell",
      "DELETE FROM text",
      "DELETE FROM history WHERE family = 4", "DELETE FROM coverage", "UPDATE run SET state = \"running\"",
      "UPDATE history SET answer = 99", "UPDATE support SET support = -5",
      "UPDATE run SET started = 9000000000000000",
      "UPDATE host SET id = 1099511627777 WHERE id = 1", "DROP TABLE catalog", "DROP TABLE history",
      "DROP TABLE support",
      "ALTER TABLE run DROP COLUMN vantage", "ALTER TABLE support RENAME COLUMN previous TO former",
      "INSERT OR IGNORE INTO history (host, family, since_run, answer) SELECT host, family, since_run + 1, answer FROM history",
    ])
  func attacks(_ sql: String) async throws { try await check(sql, in: TemporaryFolder()) }

  @Test("a salvage counts what it lost, table by table, in text and JSON, and exits by it")
  func report() async throws {
    let folder = try TemporaryFolder()
    let whole = try await shell(
      "\"$P\" export --store \"$S\" --salvage --to whole -o json --quiet", in: folder)
    #expect(whole.status == 0)
    let document = try JSON(parsing: whole.output)
    #expect(document["complete"] == .bool(true) && document["schema"] == "egress6/salvage/v1")
    let rows = try #require(document["rows"]?.array)
    func saved(_ table: String, _ rows: [JSON], _ key: String = "saved") -> Int? {
      rows.first { $0["table"]?.string == table }?[key].flatMap { Int($0.text()) }
    }
    let hosts = try #require(saved("history", rows))
    #expect(hosts >= 4)
    // Two answers without a meaning are dropped; their families become unknown.
    let damaged = """
      cp "$S" map; sqlite3 map 'PRAGMA ignore_check_constraints = ON;
        UPDATE history SET answer = 99 WHERE (host, family, since_run) IN (SELECT host, family, since_run FROM history LIMIT 2)'
      """
    let text = try await shell("\(damaged); \"$P\" export --store map --salvage --to saved", in: folder)
    #expect(text.status == 1, "\(text.errorText)")
    let line = try #require(text.text.split(separator: "\n").first { $0.hasPrefix("history ") })
    #expect(
      line.split(separator: " ").prefix(4).map(String.init) == ["history", "\(hosts - 2)", "2", "0"],
      "\(text.text)")
    #expect(text.errorText.contains("not everything could be saved"))
    let lines = try await shell("\"$P\" export --store map --salvage --to saved -o jsonl --quiet", in: folder)
    let read = try lines.text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
    #expect(
      lines.status == 1 && saved("history", read, "dropped") == 2 && saved("host", read, "dropped") == 0)
    let again = try await shell("\"$P\" map --store saved --quiet; echo $?", in: folder)
    #expect(again.text.hasSuffix("0\n"), "\(again.errorText)")
  }

  @Test("rows on a page that cannot be read are counted, at least")
  func unreadable() async throws {
    let folder = try TemporaryFolder()
    let result = try await shell(
      """
      cp "$S" map
      sqlite3 map "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO host (name) SELECT 'h' || i || '.example' FROM n; PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
      page=$(sqlite3 map "SELECT pageno FROM dbstat WHERE name = 'host' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 5")
      cells=$(sqlite3 map "SELECT ncell FROM dbstat WHERE pageno = $page")
      dd if=/dev/zero of=map bs=4096 seek=$((page - 1)) count=1 conv=notrunc status=none
      echo "$cells"; "$P" export --store map --salvage --to saved -o jsonl --quiet; echo "status $?"
      """, in: folder)
    let lines = result.text.split(separator: "\n").map(String.init)
    try #require(lines.last == "status 1", "\(result.text)\(result.errorText)")
    let row = try #require(lines.first { $0.contains("\"table\":\"host\"") })
    #expect(try JSON(parsing: Array(row.utf8))["lost"]?.text() == lines[0], "\(row)")
  }
}
