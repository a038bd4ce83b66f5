// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import GRDB
internal import ServiceCatalog

/// Derives the support of every endpoint group from the last known answers and keeps it as intervals.
struct SupportUpdate {
  let connection: StoreConnection
  let run: Int64

  /// A group of a cell under one of the two FIPS settings.
  private struct Key: Hashable {
    var cell: Int64
    /// The group; `nil` for the main one, whose history goes on when a release names it otherwise.
    var other: Int64?
    var isFIPS: Bool
  }

  /// A stored support.
  private struct Stored {
    var group: Int64
    var since: Int64
    var outcome: SupportRule.Outcome
    var evidence: Evidence
    var supportSince: Int64
    var standard: Int64?
    var dualstack: Int64?

    /// Whether it is older than groups: another rule chose its names then.
    var isOlderThanGroups: Bool { group == StoreMigration.namelessGroup }
  }

  /// The derived support of a key, with the numbers of the deciding names.
  private struct Derived {
    var group: Int64
    var outcome: SupportRule.Outcome
    var standard: Int64?
    var dualstack: Int64?

    /// How far the support is proven: a scan resolves names.
    var evidence: Evidence { outcome.support == .unknown ? .declared : .resolved }
  }

  private static let selectCandidates = """
    SELECT endpoint.cell, endpoint.endpoint_group, endpoint.variant, endpoint.host, host.name, endpoint.source,
      endpoint.representative, a.answer, aaaa.answer, endpoint.is_main, endpoint.is_primary
    FROM endpoint
    LEFT JOIN host ON host.id = endpoint.host
    LEFT JOIN history AS a ON a.host = endpoint.host AND a.family = 4 AND a.until_run IS NULL
    LEFT JOIN history AS aaaa ON aaaa.host = endpoint.host AND aaaa.family = 6 AND aaaa.until_run IS NULL
    WHERE endpoint.until_run IS NULL
    ORDER BY endpoint.cell, endpoint.endpoint_group, endpoint.variant, endpoint.host
    """
  private static let columns = """
    cell, endpoint_group, fips, since_run, is_main, support, at_least, evidence, support_since, standard, dualstack
    """
  private static let selectOpen = "SELECT \(columns) FROM support WHERE until_run IS NULL"
  private static let selectLast = """
    SELECT \(columns) FROM support
    WHERE cell = :cell AND fips = :fips AND iif(:other IS NULL, is_main = 1, is_main = 0 AND endpoint_group = :other)
    ORDER BY since_run DESC LIMIT 1
    """
  private static let selectAnswers = """
    SELECT
      (SELECT answer FROM history WHERE host = :host AND family = 4 AND until_run IS NULL),
      (SELECT answer FROM history WHERE host = :host AND family = 6 AND until_run IS NULL)
    """
  private static let close = """
    UPDATE support SET until_run = :run
    WHERE cell = :cell AND endpoint_group = :group AND fips = :fips AND since_run = :since
    """
  private static let open = """
    INSERT INTO support (
      cell, endpoint_group, fips, since_run, is_main, support, at_least, evidence, support_since, previous, cause,
      decided_by, standard, dualstack)
    VALUES (
      :cell, :group, :fips, :run, :main, :support, :at_least, :evidence, :support_since, :previous, :cause,
      :decided_by, :standard, :dualstack)
    """

  /// Does all of it.
  func update() throws {
    var open = try openRows()
    var derived: [(Key, Derived, old: Stored?)] = []
    var mainCell: Int64?
    try forEachGroup { cell, group, candidates in
      let isMain = candidates[0].isMain
      if isMain {
        guard cell != mainCell else {
          throw connection.damaged("endpoint has two main groups of cell \(cell)")
        }
        mainCell = cell
      }
      for isFIPS in [false, true] {
        let variants: (Variant, Variant) = isFIPS ? (.fips, .fipsDualstack) : (.default, .dualstack)
        let pair = candidates.filter { $0.variant == variants.0 || $0.variant == variants.1 }
        if pair.isEmpty { continue }
        let key = Key(cell: cell, other: isMain ? nil : group, isFIPS: isFIPS)
        let old = open.removeValue(forKey: key)
        // Names that were never looked up say nothing.
        guard pair.contains(where: \.wasLookedAt) else { continue }
        derived.append((key, derive(pair, variants, group), old))
      }
    }
    // The remaining groups have no names in this catalog. They end first: a group that becomes the main one starts anew.
    for (key, old) in open { try end(key, old) }
    for (key, new, old) in derived { try store(new, for: key, old: old) }
  }

  private struct Candidate {
    var variant: Variant
    var host: Int64
    var isMain: Bool
    var wasLookedAt: Bool
    var rule: SupportRule.Candidate
  }

  private func forEachGroup(_ body: (_ cell: Int64, _ group: Int64, [Candidate]) throws -> Void) throws {
    var last: (cell: Int64, group: Int64)?
    var candidates: [Candidate] = []
    try connection.forEachRow(of: Self.selectCandidates) { row in
      let next = (cell: try row.key(0, "endpoint.cell"), group: try row.key(1, "endpoint.endpoint_group"))
      if let last, last != next {
        try body(last.cell, last.group, candidates)
        candidates.removeAll(keepingCapacity: true)
      }
      last = next
      let candidate = try Self.candidate(row)
      if let last = candidates.last {
        guard last.variant != candidate.variant || last.host != candidate.host else {
          throw connection.damaged("endpoint or history has two open rows for \(candidate.rule.host)")
        }
        guard last.isMain == candidate.isMain else {
          throw connection.damaged("endpoint.is_main differs within group \(next.group) of cell \(next.cell)")
        }
      }
      candidates.append(candidate)
    }
    if let last { try body(last.cell, last.group, candidates) }
  }

  private static func candidate(_ row: StoredRow) throws -> Candidate {
    let a: Answer? = try row.optionalCode(7, "history.answer")
    let aaaa: Answer? = try row.optionalCode(8, "history.answer")
    return Candidate(
      variant: try row.code(2, "endpoint.variant"), host: try row.host(3, "endpoint.host"),
      isMain: try row.flag(9, "endpoint.is_main"), wasLookedAt: a != nil || aaaa != nil,
      rule: SupportRule.Candidate(
        host: try row.text(4, "host.name"), source: try row.code(5, "endpoint.source"),
        isRepresentative: try row.flag(6, "endpoint.representative"),
        isPrimary: try row.flag(10, "endpoint.is_primary"),
        reach: SupportRule.reach(a: a ?? .unknown, aaaa: aaaa ?? .unknown)))
  }

  private func derive(_ pair: [Candidate], _ variants: (Variant, Variant), _ group: Int64) -> Derived {
    func deciding(_ variant: Variant) -> Candidate? {
      let candidates = pair.filter { $0.variant == variant }
      let rule = SupportRule.deciding(candidates.map(\.rule))
      return candidates.first { $0.rule.host == rule?.host }
    }
    let standard = deciding(variants.0)
    let dualstack = deciding(variants.1)
    return Derived(
      group: group,
      outcome: SupportRule.support(standard: standard?.rule.reach, dualstack: dualstack?.rule.reach),
      standard: standard?.host, dualstack: dualstack?.host)
  }

  private func store(_ new: Derived, for key: Key, old: Stored?) throws {
    if let old {
      guard SupportRule.ends(old.outcome, new.outcome) else { return }
      if new.outcome == old.outcome, new.evidence == old.evidence, new.group == old.group,
        new.standard == old.standard, new.dualstack == old.dualstack
      {
        return
      }
      try end(key, old)
    }
    let last = try old ?? self.last(key)
    var cause: ChangeCause?
    if let last, SupportRule.isChange(from: last.outcome, to: new.outcome) {
      cause = try self.cause(last, new)
      // Names that an older program chose by another rule: neither the network nor a release changed.
      if cause == .release, last.isOlderThanGroups { cause = nil }
    }
    let isSame = old?.outcome.support == new.outcome.support
    let values: StatementArguments = [
      "cell": key.cell, "group": new.group, "fips": key.isFIPS, "run": run, "main": key.other == nil,
      "support": new.outcome.support.code, "at_least": new.outcome.isAtLeast, "evidence": new.evidence.code,
      "support_since": isSame ? old?.supportSince : run,
      "previous": cause == nil ? nil : last?.outcome.support.code, "cause": cause?.code,
      "decided_by": decidingHost(from: last?.outcome.support, new), "standard": new.standard,
      "dualstack": new.dualstack,
    ]
    try connection.executeCached(Self.open, values)
  }

  private func end(_ key: Key, _ old: Stored) throws {
    try connection.executeCached(
      Self.close,
      ["run": run, "cell": key.cell, "group": old.group, "fips": key.isFIPS, "since": old.since])
  }

  /// Why the support changed: the network, unless the names that decided before still give the support before.
  private func cause(_ last: Stored, _ new: Derived) throws -> ChangeCause {
    if last.standard == new.standard, last.dualstack == new.dualstack { return .network }
    let now = SupportRule.support(
      standard: try last.standard.map(reach), dualstack: try last.dualstack.map(reach))
    return SupportRule.isChange(from: last.outcome, to: now) ? .network : .release
  }

  /// What a name offers by its last known answers, whether or not the catalog still has it.
  private func reach(_ host: Int64) throws -> SupportRule.Reach {
    try connection.firstRow(of: Self.selectAnswers, ["host": host]) { row in
      SupportRule.reach(
        a: try row.optionalCode(0, "history.answer") ?? .unknown,
        aaaa: try row.optionalCode(1, "history.answer") ?? .unknown)
    } ?? .unknown
  }

  /// The name whose answers made the support what it is: the default one, unless the opt-in came or went.
  private func decidingHost(from last: Support?, _ new: Derived) -> Int64? {
    let isOptIn =
      switch new.outcome.support {
      case .ipv6: false
      case .optIn: last != .ipv6 || new.outcome.isAtLeast
      case .ipv4, .none, .unknown: last == .optIn
      }
    return isOptIn ? new.dualstack ?? new.standard : new.standard ?? new.dualstack
  }

  private func last(_ key: Key) throws -> Stored? {
    try connection.firstRow(
      of: Self.selectLast, ["cell": key.cell, "fips": key.isFIPS, "other": key.other]
    ) { try Self.stored($0).1 }
  }

  private func openRows() throws -> [Key: Stored] {
    var open: [Key: Stored] = [:]
    try connection.forEachRow(of: Self.selectOpen) { row in
      let (key, value) = try Self.stored(row)
      guard open.updateValue(value, forKey: key) == nil else {
        throw connection.damaged("support has two open rows for cell \(key.cell)")
      }
    }
    return open
  }

  private static func stored(_ row: StoredRow) throws -> (Key, Stored) {
    let group = try row.key(1, "support.endpoint_group")
    let key = Key(
      cell: try row.key(0, "support.cell"), other: try row.flag(4, "support.is_main") ? nil : group,
      isFIPS: try row.flag(2, "support.fips"))
    let outcome = SupportRule.Outcome(
      try row.code(5, "support.support"), isAtLeast: try row.flag(6, "support.at_least"))
    return (
      key,
      Stored(
        group: group, since: try row.key(3, "support.since_run"), outcome: outcome,
        evidence: try row.code(7, "support.evidence"), supportSince: try row.key(8, "support.support_since"),
        standard: try row.optionalKey(9, "support.standard"),
        dualstack: try row.optionalKey(10, "support.dualstack"))
    )
  }
}
