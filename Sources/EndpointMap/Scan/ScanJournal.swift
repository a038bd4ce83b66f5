// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EgressDNS
internal import GRDB
internal import IPAddressing
package import ServiceCatalog

/// A run in progress: the store keeps answers as they come, and adds them to the map when all are there.
///
/// The caller holds the `StoreLock`. The map does not show the journal's answers before `finish`, which is one
/// transaction; so a killed run never looks complete.
package struct ScanJournal: Sendable {
  /// The run's number.
  package let run: Int64
  /// The hosts without an answer, with what is known of them, sorted by name.
  package let pending: [HostQuestion]
  /// How many hosts of the run have an answer already.
  package let done: Int

  let store: MapStore
  let hosts: SortedHosts
  /// The most answers in a transaction, which bounds the time that others wait.
  private static let batch = 4096

  /// Starts a run; an interrupted one can no longer be continued.
  ///
  /// - Parameters:
  ///   - store: The store, opened for writing.
  ///   - description: What the scan is made with.
  ///   - hosts: All hosts of the catalog, whatever the selection says, each name once.
  ///   - named: Hosts that are looked up whatever the selection says.
  ///   - roles: What a host is to an endpoint: the group that it belongs to, and whether it decides there.
  /// - Returns: The journal.
  /// - Throws: `StoreError`.
  package static func begin(
    store: MapStore, description: RunDescription, hosts: [EndpointHost], named: Set<String> = [],
    roles: @escaping HostRoles = { _, _ in [.only] }
  ) throws(StoreError) -> ScanJournal {
    let sorted = SortedHosts(hosts, roles: roles)
    let selected = sorted.hosts.filter { named.contains($0.host) || description.selection.admits($0) }
    let digest = sorted.digest
    let (run, known) = try store.write { connection in
      try connection.execute(SQL.abandonRuns)
      try connection.execute(SQL.emptyJournal)
      let catalog = try SQL.catalog(connection, description.catalog, digest: digest)
      try connection.execute(
        SQL.insertRun,
        [
          "started": description.started.seconds, "catalog": catalog,
          "selection": description.selection.stored,
          "resolvers": description.resolvers.joined(separator: " "), "rate": description.rate,
          "vantage": description.vantage, "version": description.version, "hosts": selected.count,
        ])
      let run = connection.database.lastInsertedRowID
      for host in selected { try connection.executeCached(SQL.insertHost, [host.host]) }
      return (run, try SQL.knownAnswers(connection))
    }
    return ScanJournal(
      run: run, pending: Self.questions(selected, known: known), done: 0, store: store, hosts: sorted)
  }

  /// Continues the newest run, which must not be complete.
  ///
  /// - Parameters:
  ///   - store: The store, opened for writing.
  ///   - catalog: The catalog of this process; it must be the one that the run was started with.
  ///   - hosts: All hosts of the catalog.
  ///   - named: Hosts that are looked up whatever the selection says; the same as when the run was started.
  ///   - roles: As for `begin`.
  /// - Returns: The journal, with the hosts that are left.
  /// - Throws: `StoreError`; its kind is `nothingToResume` or `otherHosts` when the run cannot be continued.
  package static func resume(
    store: MapStore, catalog: CatalogRelease, hosts: [EndpointHost], named: Set<String> = [],
    roles: @escaping HostRoles = { _, _ in [.only] }
  ) throws(StoreError) -> ScanJournal {
    let sorted = SortedHosts(hosts, roles: roles)
    let digest = sorted.digest
    guard let last = try store.resumable() else {
      throw StoreError(.nothingToResume, store.path, "there is no interrupted scan")
    }
    let selected = sorted.hosts.filter {
      named.contains($0.host) || last.description.selection.admits($0)
    }
    let (answered, known) = try store.write { connection in
      let stored = try connection.firstRow(of: SQL.selectDigest, [last.id]) { row in
        try row.text(0, "catalog.digest")
      }
      guard stored == digest else {
        throw StoreError(
          .otherHosts, store.path,
          "the scan of \(last.description.started) was started with another list of hosts "
            + "(\(last.description.catalog.release)) than this one (\(catalog.release))")
      }
      try connection.execute(SQL.continueRun, [last.id])
      return (try SQL.answeredHosts(connection, run: last.id), try SQL.knownAnswers(connection))
    }
    let left = selected.filter { !answered.contains($0.host) }
    return ScanJournal(
      run: last.id, pending: Self.questions(left, known: known), done: selected.count - left.count,
      store: store, hosts: sorted)
  }

  /// Saves answers for good: when this returns they survive a kill and power loss.
  package func append(_ answers: [HostObservation]) throws(StoreError) {
    var rest = answers[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.batch)
      rest = rest.dropFirst(Self.batch)
      try store.write { try JournalWriter(connection: $0, run: run).write(part) }
    }
  }

  /// Marks the run as stopped; it can be continued.
  package func interrupt() throws(StoreError) {
    try store.write { try $0.execute(SQL.interruptRun, [run]) }
  }

  /// Keeps what the run's resolvers are worth; a later judgement of a resolver replaces an earlier one.
  ///
  /// A good judgement does not replace the record that an earlier part of the run trusted the resolver.
  package func record(_ judgements: [Judgement], at time: Timestamp) throws(StoreError) {
    try store.write { connection in
      for judgement in judgements {
        try connection.executeCached(
          SQL.insertVerdict,
          [
            "run": run, "resolver": judgement.resolver.description, "verdict": judgement.verdict.code,
            "seen": judgement.seen, "time": time.seconds,
            "notJudged": ResolverVerdict.notJudged.code, "isAcceptable": judgement.verdict.isAcceptable,
          ])
      }
    }
  }

  /// What the run has learned so far: the hosts that exist, and those of which a look failed.
  func knowledge() throws(StoreError) -> (found: Int, failed: Int) {
    let arguments: StatementArguments = [
      "run": run, "absent": Answer.absent.code, "unknown": Answer.unknown.code,
    ]
    return try store.query { connection in
      let counts = try connection.firstRow(of: SQL.knowledge, arguments) { row in
        (found: try row.count(0, "journal.answer"), failed: try row.count(1, "journal.answer"))
      }
      return counts ?? (0, 0)
    }
  }

  /// Drops the hosts of which a look failed, so that they are asked for again when the run is continued.
  func dropFailed() throws(StoreError) {
    try store.write { try $0.execute(SQL.dropFailed, ["run": run, "unknown": Answer.unknown.code]) }
  }

  /// Drops the run's answers for good; the run cannot be continued.
  func reject() throws(StoreError) {
    try store.write { connection in
      try connection.execute(SQL.emptyJournal)
      try connection.execute(SQL.rejectRun, [run])
    }
  }

  /// Puts the run's answers into the map, in one transaction.
  ///
  /// - Parameters:
  ///   - finished: The moment.
  ///   - losses: When answers that take addresses away are believed.
  /// - Throws: `StoreError`; the run then stays as it was and can be continued.
  package func finish(at finished: Timestamp, losses: LossPolicy = .standard) throws(StoreError) {
    try store.write { try RunMerge(connection: $0, run: run, losses: losses).merge(hosts, at: finished) }
  }

  private static func questions(
    _ hosts: [EndpointHost], known: [String: HostQuestion.LastKnown]
  ) -> [HostQuestion] {
    hosts.map { host in
      // Names of a user's own lead where the user wants.
      HostQuestion(
        host: host.host, lastKnown: known[host.host] ?? HostQuestion.LastKnown(),
        isPublished: !host.endpoints.isEmpty)
    }
  }
}
