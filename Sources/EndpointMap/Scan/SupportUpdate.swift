// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import GRDB
internal import ServiceCatalog

/// Derives the support of every cell from the last known answers and keeps it as intervals.
struct SupportUpdate {
  let connection: StoreConnection
  let run: Int64

  /// A cell under one of the two FIPS settings.
  private struct Key: Hashable {
    var cell: Int64
    var isFIPS: Bool
  }

  private struct Open {
    var since: Int64
    var support: Support
    var evidence: Evidence
    var supportSince: Int64
    var standard: Int64?
    var dualstack: Int64?
  }

  /// The derived support of a key, with the numbers of the deciding names.
  private struct Derived {
    var support: Support
    var standard: Int64?
    var dualstack: Int64?

    /// How far the support is proven: a scan resolves names.
    var evidence: Evidence { support == .unknown ? .declared : .resolved }
  }

  private static let selectCandidates = """
    SELECT endpoint.cell, endpoint.variant, endpoint.host, host.name, endpoint.source, endpoint.representative,
      a.answer, aaaa.answer, endpoint.is_primary
    FROM endpoint
    LEFT JOIN host ON host.id = endpoint.host
    LEFT JOIN history AS a ON a.host = endpoint.host AND a.family = 4 AND a.until_run IS NULL
    LEFT JOIN history AS aaaa ON aaaa.host = endpoint.host AND aaaa.family = 6 AND aaaa.until_run IS NULL
    WHERE endpoint.until_run IS NULL
    ORDER BY endpoint.cell, endpoint.variant, endpoint.host
    """
  private static let selectOpen = """
    SELECT cell, fips, since_run, support, support_since, standard, dualstack, evidence FROM support
    WHERE until_run IS NULL
    """
  private static let selectLast = """
    SELECT support FROM support WHERE cell = ? AND fips = ? ORDER BY since_run DESC LIMIT 1
    """
  private static let close = """
    UPDATE support SET until_run = :run WHERE cell = :cell AND fips = :fips AND since_run = :since
    """
  private static let open = """
    INSERT INTO support
      (cell, fips, since_run, support, evidence, support_since, previous, cause, standard, dualstack)
    VALUES
      (:cell, :fips, :run, :support, :evidence, :support_since, :previous, :cause, :standard, :dualstack)
    """

  /// Does all of it.
  func update() throws {
    var open = try openRows()
    try forEachCell { cell, candidates in
      for isFIPS in [false, true] {
        let variants: (Variant, Variant) = isFIPS ? (.fips, .fipsDualstack) : (.default, .dualstack)
        let pair = candidates.filter { $0.variant == variants.0 || $0.variant == variants.1 }
        if pair.isEmpty { continue }
        let key = Key(cell: cell, isFIPS: isFIPS)
        let old = open.removeValue(forKey: key)
        // Names that were never looked up say nothing.
        guard pair.contains(where: \.wasLookedAt) else { continue }
        try store(derive(pair, variants), for: key, old: old)
      }
    }
    // The remaining cells have no names in this catalog.
    for (key, old) in open { try end(key, since: old.since) }
  }

  private struct Candidate {
    var variant: Variant
    var host: Int64
    var wasLookedAt: Bool
    var rule: SupportRule.Candidate
  }

  private func forEachCell(_ body: (Int64, [Candidate]) throws -> Void) throws {
    var cell: Int64?
    var candidates: [Candidate] = []
    try connection.forEachRow(of: Self.selectCandidates) { row in
      let next = try row.key(0, "endpoint.cell")
      if let cell, cell != next {
        try body(cell, candidates)
        candidates.removeAll(keepingCapacity: true)
      }
      cell = next
      let candidate = try Self.candidate(row)
      if let last = candidates.last, last.variant == candidate.variant, last.host == candidate.host {
        throw connection.damaged("endpoint or history has two open rows for \(candidate.rule.host)")
      }
      candidates.append(candidate)
    }
    if let cell { try body(cell, candidates) }
  }

  private static func candidate(_ row: StoredRow) throws -> Candidate {
    let a: Answer? = try row.optionalCode(6, "history.answer")
    let aaaa: Answer? = try row.optionalCode(7, "history.answer")
    return Candidate(
      variant: try row.code(1, "endpoint.variant"), host: try row.host(2, "endpoint.host"),
      wasLookedAt: a != nil || aaaa != nil,
      rule: SupportRule.Candidate(
        host: try row.text(3, "host.name"), source: try row.code(4, "endpoint.source"),
        isRepresentative: try row.flag(5, "endpoint.representative"),
        isPrimary: try row.flag(8, "endpoint.is_primary"),
        reach: SupportRule.reach(a: a ?? .unknown, aaaa: aaaa ?? .unknown)))
  }

  private func derive(_ pair: [Candidate], _ variants: (Variant, Variant)) -> Derived {
    func deciding(_ variant: Variant) -> Candidate? {
      let candidates = pair.filter { $0.variant == variant }
      let rule = SupportRule.deciding(candidates.map(\.rule))
      return candidates.first { $0.rule.host == rule?.host }
    }
    let standard = deciding(variants.0)
    let dualstack = deciding(variants.1)
    return Derived(
      support: SupportRule.support(standard: standard?.rule.reach, dualstack: dualstack?.rule.reach),
      standard: standard?.host, dualstack: dualstack?.host)
  }

  private func store(_ new: Derived, for key: Key, old: Open?) throws {
    if let old {
      // Unknown ends nothing that was known.
      if new.support == .unknown, old.support != .unknown { return }
      if new.support == old.support, new.evidence == old.evidence, new.standard == old.standard,
        new.dualstack == old.dualstack
      {
        return
      }
      try end(key, since: old.since)
    }
    let last = try old?.support ?? lastSupport(key)
    let isChange = last != nil && last != new.support && new.support != .unknown
    try connection.executeCached(
      Self.open,
      [
        "cell": key.cell, "fips": key.isFIPS, "run": run, "support": new.support.code,
        "evidence": new.evidence.code,
        "support_since": old?.support == new.support ? old?.supportSince : run,
        "previous": isChange ? last?.code : nil, "cause": cause(from: last, new), "standard": new.standard,
        "dualstack": new.dualstack,
      ])
  }

  private func end(_ key: Key, since: Int64) throws {
    try connection.executeCached(
      Self.close, ["run": run, "cell": key.cell, "fips": key.isFIPS, "since": since])
  }

  /// The name whose answers made the support what it is: the default one, unless the opt-in came or went.
  private func cause(from last: Support?, _ new: Derived) -> Int64? {
    let isOptIn =
      switch new.support {
      case .ipv6: false
      case .optIn: last != .ipv6
      case .ipv4, .none, .unknown: last == .optIn
      }
    return isOptIn ? new.dualstack ?? new.standard : new.standard ?? new.dualstack
  }

  private func lastSupport(_ key: Key) throws -> Support? {
    try connection.firstRow(of: Self.selectLast, [key.cell, key.isFIPS]) {
      try $0.code(0, "support.support")
    }
  }

  private func openRows() throws -> [Key: Open] {
    var open: [Key: Open] = [:]
    try connection.forEachRow(of: Self.selectOpen) { row in
      let key = Key(cell: try row.key(0, "support.cell"), isFIPS: try row.flag(1, "support.fips"))
      let value = Open(
        since: try row.key(2, "support.since_run"), support: try row.code(3, "support.support"),
        evidence: try row.code(7, "support.evidence"), supportSince: try row.key(4, "support.support_since"),
        standard: try row.optionalKey(5, "support.standard"),
        dualstack: try row.optionalKey(6, "support.dualstack"))
      guard open.updateValue(value, forKey: key) == nil else {
        throw connection.damaged("support has two open rows for cell \(key.cell)")
      }
    }
    return open
  }
}
