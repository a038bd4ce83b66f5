// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import ServiceCatalog

/// What makes a row of the store meaningless: a value of the wrong type or range, or a reference that leads nowhere.
///
/// Queries compare such values in SQL, where a text is greater than every number: a damaged row would be left out without
/// a word. So readers first ask whether a table has such a row, and refuse the file; salvage drops the rows.
struct RowCheck {
  /// The table.
  let table: String
  /// The SQL condition that is false for a row with a meaning; true or NULL for others, since a comparison with NULL is NULL.
  let isMeaningless: String

  /// Whether the table has a meaningless row.
  var search: String { "SELECT 1 FROM \(table) WHERE (\(isMeaningless)) IS NOT FALSE LIMIT 1" }
  /// Drops the meaningless rows.
  var drop: String { "DELETE FROM \(table) WHERE (\(isMeaningless)) IS NOT FALSE" }

  private static let isRun = "BETWEEN 1 AND \(StoredRow.keyLimit)"
  private static let isTime = "BETWEEN \(StoredRow.times.lowerBound) AND \(StoredRow.times.upperBound)"
  private static let isCount = "BETWEEN 0 AND \(StoredRow.countLimit)"
  private static let hasWrongInterval = """
    since_run NOT \(isRun)
      OR (until_run IS NOT NULL AND until_run NOT BETWEEN since_run + 1 AND \(StoredRow.keyLimit))
    """

  static let host = RowCheck(table: "host", isMeaningless: "id NOT BETWEEN 1 AND \(HostSet.numberLimit - 1)")
  static let cell = RowCheck(table: "cell", isMeaningless: "id NOT \(isRun)")
  static let endpointGroup = RowCheck(table: "endpoint_group", isMeaningless: "id NOT \(isRun)")
  static let catalog = RowCheck(table: "catalog", isMeaningless: "id NOT \(isRun)")
  static let text = RowCheck(table: "text", isMeaningless: "id NOT \(isRun)")
  static let coverage = RowCheck(
    table: "coverage", isMeaningless: "id NOT \(isRun) OR length(bits) > \(HostSet.numberLimit / 8)")
  static let run = RowCheck(
    table: "run",
    isMeaningless: """
      id NOT \(isRun) OR started NOT \(isTime) OR (finished IS NOT NULL AND finished NOT \(isTime))
        OR hosts NOT \(isCount) OR (rate IS NOT NULL AND rate NOT \(isCount))
      """)
  static let history = RowCheck(
    table: "history",
    isMeaningless: """
      host NOT IN (SELECT id FROM host) OR \(Answer.isMeaningless("answer")) OR family NOT IN (4, 6)
        OR outside_ranges NOT IN (0, 1) OR \(hasWrongInterval)
      """)
  static let journal = RowCheck(
    table: "journal",
    isMeaningless: """
      host NOT IN (SELECT id FROM host) OR \(Answer.isMeaningless("answer")) OR family NOT IN (4, 6)
        OR outside_ranges NOT IN (0, 1) OR confirmed NOT IN (0, 1) OR run NOT IN (SELECT id FROM run)
      """)
  static let held = RowCheck(
    table: "held",
    isMeaningless: """
      host NOT IN (SELECT id FROM host) OR \(Answer.isMeaningless("answer")) OR family NOT IN (4, 6)
        OR \(hasWrongInterval)
      """)
  static let gap = RowCheck(
    table: "gap",
    isMeaningless: "host NOT IN (SELECT id FROM host) OR family NOT IN (4, 6) OR \(hasWrongInterval)")
  static let endpoint = RowCheck(
    table: "endpoint",
    isMeaningless: """
      host NOT IN (SELECT id FROM host) OR cell NOT IN (SELECT id FROM cell) OR \(Variant.isMeaningless("variant"))
        OR \(EndpointHost.Source.isMeaningless("source")) OR representative NOT IN (0, 1)
        OR is_main NOT IN (0, 1) OR is_primary NOT IN (0, 1)
        OR endpoint_group NOT IN (SELECT id FROM endpoint_group) OR \(hasWrongInterval)
      """)
  static let support = RowCheck(
    table: "support",
    isMeaningless: """
      cell NOT IN (SELECT id FROM cell) OR \(Support.isMeaningless("support"))
        OR \(Evidence.isMeaningless("evidence")) OR \(Support.isMeaningless("ifnull(previous, 0)"))
        OR endpoint_group NOT IN (SELECT id FROM endpoint_group) OR is_main NOT IN (0, 1) OR at_least NOT IN (0, 1)
        OR (cause IS NOT NULL AND \(ChangeCause.isMeaningless("cause")))
        OR fips NOT IN (0, 1) OR support_since NOT BETWEEN 1 AND since_run OR \(hasWrongInterval)
      """)
  static let runCount = RowCheck(
    table: "run_count",
    isMeaningless: """
      run NOT IN (SELECT id FROM run) OR \(Answer.isMeaningless("answer")) OR family NOT IN (4, 6)
        OR hosts NOT \(isCount)
      """)
  static let verdict = RowCheck(
    table: "verdict",
    isMeaningless: """
      run NOT IN (SELECT id FROM run) OR \(ResolverVerdict.isMeaningless("verdict")) OR time NOT \(isTime)
      """)
}
