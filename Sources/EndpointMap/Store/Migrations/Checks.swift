// SPDX-License-Identifier: Apache-2.0

extension StoreMigration {
  /// The values that the program cannot read are refused by the file itself, whoever writes it.
  ///
  /// The limits are those of `StoredRow` and `RowCheck`, the codes those of `StoredCode`, at the time of this migration. A new
  /// code needs a migration that rebuilds the table: an older release, which could not read it, then says that the file
  /// is newer instead of damaged.
  static let checks = StoreMigration(
    name: "0005-checks",
    sql: "",
    checks: [
      TableChecks("text", [key("id")]),
      TableChecks("catalog", [key("id")]),
      TableChecks("coverage", [key("id"), "length(bits) <= 16777216"]),
      TableChecks(
        "run",
        [
          key("id"), time("started"), time("finished"), "NOT (state = 'complete' AND finished IS NULL)",
          key("catalog"), count("rate"), count("hosts"), key("coverage"),
        ]),
      TableChecks("run_count", [key("run"), family, answer, count("hosts")]),
      TableChecks("host", [host("id")]),
      TableChecks(
        "journal",
        [key("run"), host("host"), family, answer, key("chain"), key("resolver"), key("note")]),
      TableChecks(
        "history",
        [host("host"), family, answer, key("chain"), key("resolver"), key("note")] + interval),
      TableChecks("gap", [host("host"), family, key("note")] + interval),
      TableChecks(
        "held", [host("host"), family, answer, key("resolver"), key("note")] + interval),
      TableChecks("cell", [key("id")]),
      TableChecks("endpoint_group", [key("id")]),
      TableChecks("verdict", [key("run"), time("time"), "verdict BETWEEN 0 AND 10"]),
      TableChecks(
        "endpoint",
        [
          key("cell"), host("host"), "variant IN (0, 1, 2, 3)", "source IN (0, 1, 2)",
          "representative IN (0, 1)", "is_primary IN (0, 1)", "is_main IN (0, 1)", key("endpoint_group"),
        ] + interval),
      TableChecks(
        "support",
        [
          key("cell"), "fips IN (0, 1)", "support IN (0, 1, 2, 3, 4)", "previous IN (0, 1, 2, 3, 4)",
          "evidence IN (0, 1, 2, 3, 4, 5, 6, 7)", "support_since BETWEEN 1 AND since_run", host("decided_by"),
          host("standard"), host("dualstack"), "is_main IN (0, 1)", "at_least IN (0, 1)", "cause IN (1, 2)",
          key("endpoint_group"),
        ] + interval),
    ])

  private static let family = "family IN (4, 6)"
  private static let answer = "answer IN (0, 1, 2, 3, 4, 5)"
  private static let interval = [
    key("since_run"), "until_run BETWEEN since_run + 1 AND 1099511627776",
  ]

  /// A check of a NULL is neither true nor false, and so it passes: `NOT NULL` is said where the column is made.
  private static func key(_ column: String) -> String { "\(column) BETWEEN 1 AND 1099511627776" }
  private static func host(_ column: String) -> String { "\(column) BETWEEN 1 AND 134217727" }
  private static func time(_ column: String) -> String {
    "\(column) BETWEEN -62167219200 AND 253402300799"
  }
  private static func count(_ column: String) -> String { "\(column) BETWEEN 0 AND 4294967295" }
}
