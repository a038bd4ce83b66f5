// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import GRDB

/// Holds back the answers of a run that take addresses away from too many names at once.
///
/// In the journal they become `unknown`, so that the history stays as it is; the table `held` keeps what was answered.
struct HeldChanges {
  let connection: StoreConnection
  let run: Int64
  let policy: LossPolicy
  let finished: Timestamp

  /// An answer that takes a name's addresses away.
  private struct Loss {
    var host: Int64
    var family: Family
    var answer: Answer
    var isConfirmed: Bool
    var resolver: String
    /// The run that was the first to hold it back.
    var heldSince: Int64?
  }

  /// A run, as far as it matters for what it held back.
  private struct Source {
    var resolvers: Set<String>
    var finished: Timestamp?
  }

  private static let selectKnown = """
    SELECT journal.family, count(*) FROM journal
    JOIN history ON history.host = journal.host AND history.family = journal.family
      AND history.until_run IS NULL AND history.answer = :yes
    WHERE journal.run = :run AND journal.answer NOT IN (:unknown, :private)
    GROUP BY journal.family
    """
  private static let selectLosses = """
    SELECT journal.host, journal.family, journal.answer, journal.confirmed, journal.resolver, text.value,
      held.since_run
    FROM journal
    JOIN history ON history.host = journal.host AND history.family = journal.family
      AND history.until_run IS NULL AND history.answer = :yes
    LEFT JOIN text ON text.id = journal.resolver
    LEFT JOIN held ON held.host = journal.host AND held.family = journal.family AND held.until_run IS NULL
    WHERE journal.run = :run AND journal.answer NOT IN (:yes, :unknown, :private)
    ORDER BY journal.host, journal.family
    """
  private static let selectSource = "SELECT resolvers, finished FROM run WHERE id = ?"
  private static let hold = """
    INSERT INTO held (host, family, since_run, answer, resolver, note)
    SELECT host, family, run, answer, resolver, note FROM journal
    WHERE run = :run AND host = :host AND family = :family
    """
  private static let insertText = "INSERT OR IGNORE INTO text (value) VALUES (?)"
  private static let withdraw = """
    UPDATE journal SET answer = :unknown, note = (SELECT id FROM text WHERE value = :note)
    WHERE run = :run AND host = :host AND family = :family
    """
  /// Ends what this run confirmed or refuted.
  private static let closeSettled = """
    UPDATE held SET until_run = :run
    WHERE until_run IS NULL AND since_run < :run AND EXISTS (
      SELECT 1 FROM journal
      WHERE journal.run = :run AND journal.host = held.host AND journal.family = held.family
        AND journal.answer NOT IN (:unknown, :private))
    """

  /// Does all of it, before the run's answers enter the history.
  func settle() throws {
    let codes: StatementArguments = [
      "run": run, "unknown": Answer.unknown.code, "private": Answer.private.code,
    ]
    let codesWithYes = codes &+ ["yes": Answer.yes.code]
    var known: [Family: Int] = [:]
    try connection.forEachRow(of: Self.selectKnown, codesWithYes) { row in
      known[try row.family(0, "journal.family")] = try row.count(1, "journal.host")
    }
    var losses: [Family: [Loss]] = [:]
    try connection.forEachRow(of: Self.selectLosses, codesWithYes) { row in
      let loss = Loss(
        host: try row.host(0, "journal.host"), family: try row.family(1, "journal.family"),
        answer: try row.code(2, "journal.answer"), isConfirmed: try row.flag(3, "journal.confirmed"),
        resolver: try row.text(5, referredToBy: 4, "journal.resolver") ?? "",
        heldSince: try row.optionalKey(6, "held.since_run"))
      losses[loss.family, default: []].append(loss)
    }
    let this = try source(run)
    var sources: [Int64: Source] = [:]
    for (family, losses) in losses.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let isMass = Double(losses.count) > policy.share * Double(known[family] ?? 0)
      for loss in losses {
        let isBelieved: Bool
        if let since = loss.heldSince {
          let first = try sources[since] ?? source(since)
          sources[since] = first
          isBelieved = confirms(loss, of: this, first)
        } else {
          isBelieved = !isMass || losses.count <= policy.few && loss.isConfirmed
        }
        if !isBelieved { try hold(loss) }
      }
    }
    try connection.execute(Self.closeSettled, codes)
  }

  /// Whether a loss that an earlier run held back is seen by another resolver, or after long enough.
  private func confirms(_ loss: Loss, of this: Source, _ first: Source) -> Bool {
    if !first.resolvers.contains(loss.resolver) { return true }
    if loss.isConfirmed, !this.resolvers.isSubset(of: first.resolvers) { return true }
    return first.finished.map { finished.seconds - $0.seconds >= policy.patience } ?? false
  }

  private func hold(_ loss: Loss) throws {
    let row: StatementArguments = ["run": run, "host": loss.host, "family": loss.family.rawValue]
    if loss.heldSince == nil { try connection.executeCached(Self.hold, row) }
    let note =
      "held back (\(loss.answer.rawValue)): too many names lost their addresses at once; another resolver or a later scan must agree"
    try connection.executeCached(Self.insertText, [note])
    try connection.executeCached(Self.withdraw, row &+ ["unknown": Answer.unknown.code, "note": note])
  }

  private func source(_ run: Int64) throws -> Source {
    let found = try connection.firstRow(of: Self.selectSource, [run]) { row in
      Source(
        resolvers: Set(try row.text(0, "run.resolvers").split(separator: " ").map(String.init)),
        finished: row.isNull(1) ? nil : try row.time(1, "run.finished"))
    }
    return found ?? Source(resolvers: [], finished: nil)
  }
}
