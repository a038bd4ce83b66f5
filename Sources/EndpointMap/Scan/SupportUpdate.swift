// SPDX-License-Identifier: Apache-2.0

internal import DNS
import EgressBase
internal import GRDB
internal import ServiceCatalog

/// Derives the support of every cell from the last known answers and keeps it as intervals.
struct SupportUpdate {
  let database: Database
  let run: Int64
  let path: String

  /// A cell under one of the two FIPS settings.
  private struct Key: Hashable {
    var cell: Int64
    var isFIPS: Bool
  }

  private struct Open {
    var since: Int64
    var support: Support
    var supportSince: Int64
    var standard: Int64?
    var dualstack: Int64?
  }

  /// The derived support of a key, with the numbers of the deciding names.
  private struct Derived {
    var support: Support
    var standard: Int64?
    var dualstack: Int64?
  }

  private static let selectCandidates = """
    SELECT endpoint.cell, endpoint.variant, endpoint.host, host.name, endpoint.source, endpoint.representative,
      a.answer, aaaa.answer, endpoint.is_primary
    FROM endpoint
    JOIN host ON host.id = endpoint.host
    LEFT JOIN history AS a ON a.host = endpoint.host AND a.family = 4 AND a.until_run IS NULL
    LEFT JOIN history AS aaaa ON aaaa.host = endpoint.host AND aaaa.family = 6 AND aaaa.until_run IS NULL
    WHERE endpoint.until_run IS NULL
    ORDER BY endpoint.cell, endpoint.variant, endpoint.host
    """
  private static let selectOpen = """
    SELECT cell, fips, since_run, support, support_since, standard, dualstack FROM support
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
        // Names that nobody has looked at yet say nothing.
        guard pair.contains(where: \.wasLookedAt) else { continue }
        try store(derive(pair, variants), for: key, old: old)
      }
    }
    // What is left has no names any more in this catalog.
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
    let rows = try Row.fetchCursor(database, sql: Self.selectCandidates)
    while let row = try rows.next() {
      let next: Int64 = row[0]
      if let cell, cell != next {
        try body(cell, candidates)
        candidates.removeAll(keepingCapacity: true)
      }
      cell = next
      candidates.append(try candidate(row))
    }
    if let cell { try body(cell, candidates) }
  }

  private func candidate(_ row: Row) throws -> Candidate {
    let a: Int? = row[6]
    let aaaa: Int? = row[7]
    guard let variant = Variant(code: row[1]), let source = EndpointHost.Source(code: row[4]),
      let answerA = Answer(code: a ?? Answer.unknown.code),
      let answerAAAA = Answer(code: aaaa ?? Answer.unknown.code)
    else { throw StoreError.damaged(path, "a value of endpoint or history has no meaning") }
    return Candidate(
      variant: variant, host: row[2], wasLookedAt: a != nil || aaaa != nil,
      rule: SupportRule.Candidate(
        host: row[3], source: source, isRepresentative: row[5], isPrimary: row[8],
        reach: SupportRule.reach(a: answerA, aaaa: answerAAAA)))
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
      if new.support == old.support, new.standard == old.standard, new.dualstack == old.dualstack { return }
      try end(key, since: old.since)
    }
    let last = try old?.support ?? lastSupport(key)
    let isChange = last != nil && last != new.support && new.support != .unknown
    try database.cachedStatement(sql: Self.open).execute(arguments: [
      "cell": key.cell, "fips": key.isFIPS, "run": run, "support": new.support.code,
      "evidence": (new.support == .unknown ? Evidence.declared : .resolved).code,
      "support_since": old?.support == new.support ? old?.supportSince : run,
      "previous": isChange ? last?.code : nil, "cause": cause(from: last, new), "standard": new.standard,
      "dualstack": new.dualstack,
    ])
  }

  private func end(_ key: Key, since: Int64) throws {
    try database.cachedStatement(sql: Self.close).execute(arguments: [
      "run": run, "cell": key.cell, "fips": key.isFIPS, "since": since,
    ])
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
    let code = try Int.fetchOne(
      database.cachedStatement(sql: Self.selectLast), arguments: [key.cell, key.isFIPS])
    return code.flatMap(Support.init(code:))
  }

  private func openRows() throws -> [Key: Open] {
    var open: [Key: Open] = [:]
    let rows = try Row.fetchCursor(database, sql: Self.selectOpen)
    while let row = try rows.next() {
      guard let support = Support(code: row[3]) else {
        throw StoreError.damaged(path, "a value of support.support has no meaning")
      }
      open[Key(cell: row[0], isFIPS: row[1])] = Open(
        since: row[2], support: support, supportSince: row[4], standard: row[5], dualstack: row[6])
    }
    return open
  }
}
