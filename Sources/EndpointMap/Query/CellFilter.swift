// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import GRDB
internal import StrictJSON

/// A filter as SQL: fixed conditions, whose arguments are lists in JSON.
///
/// `GLOB` has the wildcards of `NamePattern`. Each condition looks at the distinct names once per query.
enum CellFilter {
  /// The condition for rows of `cell`; the arguments are those of `arguments(_:)`.
  ///
  /// It admits rows without a text, so that whoever reads them reports the damage.
  static let condition = """
    (:partitions IS NULL OR typeof(cell.partition) <> 'text' OR cell.partition IN (
      SELECT partition FROM (SELECT DISTINCT partition FROM cell), json_each(:partitions) AS pattern
      WHERE lower(partition) GLOB pattern.value))
    AND (:regions IS NULL OR typeof(cell.region) <> 'text' OR cell.region IN (
      SELECT region FROM (SELECT DISTINCT region FROM cell), json_each(:regions) AS pattern
      WHERE lower(region) GLOB pattern.value))
    AND (:services IS NULL OR typeof(cell.service) <> 'text' OR cell.service IN (
      SELECT service FROM (SELECT DISTINCT service FROM cell), json_each(:services) AS pattern
      WHERE lower(service) GLOB pattern.value))
    """
  /// The condition for the column `support.support`; the argument is that of `argument(_:)`.
  static let supportCondition = """
    (:support IS NULL OR typeof(support.support) <> 'integer'
      OR support.support IN (SELECT value FROM json_each(:support)))
    """
  /// The condition for the group of a row of `support`; the argument is that of `groupArgument(_:)`.
  static let groupCondition = "(:groups OR support.is_main = 1)"

  /// The argument of `groupCondition`.
  static func groupArgument(_ includesGroups: Bool) -> StatementArguments { ["groups": includesGroups] }

  /// The arguments of `condition`.
  static func arguments(_ selection: EndpointSelection) -> StatementArguments {
    [
      "partitions": list(selection.partitions), "regions": list(selection.regions),
      "services": list(selection.services),
    ]
  }

  /// The argument of `supportCondition`.
  static func argument(_ support: Set<Support>) -> StatementArguments {
    let codes = JSON.array(support.map { .integer(Int64($0.code)) })
    return ["support": support.isEmpty ? nil : codes.text()]
  }

  /// Patterns as a JSON array; `nil` for an empty list, which restricts nothing.
  private static func list(_ patterns: [NamePattern]) -> String? {
    patterns.isEmpty ? nil : JSON.array(patterns.map { .string(glob($0)) }).text()
  }

  /// A pattern for `GLOB`, in which a bracket opens a set of characters.
  private static func glob(_ pattern: NamePattern) -> String {
    pattern.description.split(separator: "[", omittingEmptySubsequences: false).joined(separator: "[[]")
  }
}
