// SPDX-License-Identifier: Apache-2.0

package import DNS
package import EgressBase
internal import GRDB
internal import IPAddressing
package import ServiceCatalog

/// A run while it is made: answers are kept in the store as they come, and enter the map when all are there.
///
/// The caller holds the `StoreLock`. Nothing that is journaled shows in the map before `finish`, which is one
/// transaction; so a killed run is never taken for a complete one.
package struct ScanJournal: Sendable {
  /// The run's number.
  package let run: Int64
  /// The hosts that have no answer yet, with what is known of them, sorted by name.
  package let pending: [HostQuestion]
  /// How many hosts of the run have an answer already.
  package let done: Int

  let store: MapStore
  let hosts: SortedHosts
  /// Answers in a transaction; bounds the time that others wait.
  private static let batch = 4096

  /// Starts a run; an interrupted one is given up.
  ///
  /// - Parameters:
  ///   - store: The store, opened for writing.
  ///   - description: What the scan is made with.
  ///   - hosts: All hosts of the catalog, whatever the selection says, each name once.
  ///   - named: Hosts that are asked about whatever the selection says.
  ///   - primaryName: The name of an endpoint that most operations go to, which then decides its support.
  /// - Returns: The journal.
  /// - Throws: `StoreError`.
  package static func begin(
    store: MapStore, description: RunDescription, hosts: [EndpointHost], named: Set<String> = [],
    primaryName: @escaping @Sendable (EndpointKey) -> String? = { _ in nil }
  ) throws(StoreError) -> ScanJournal {
    let sorted = SortedHosts(hosts, primaryName: primaryName)
    let selected = sorted.hosts.filter { named.contains($0.host) || description.selection.admits($0) }
    let digest = sorted.digest
    let (run, known) = try store.write { database in
      try database.execute(sql: SQL.abandonRuns)
      try database.execute(sql: SQL.emptyJournal)
      let catalog = try SQL.catalog(database, description.catalog, digest: digest)
      try database.execute(
        sql: SQL.insertRun,
        arguments: [
          "started": description.started.seconds, "catalog": catalog,
          "selection": description.selection.stored,
          "resolvers": description.resolvers.joined(separator: " "), "rate": description.rate,
          "vantage": description.vantage, "version": description.version, "hosts": selected.count,
        ])
      let run = database.lastInsertedRowID
      let insert = try database.makeStatement(sql: SQL.insertHost)
      for host in selected { try insert.execute(arguments: [host.host]) }
      return (run, try SQL.knownAnswers(database))
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
  ///   - named: Hosts that are asked about whatever the selection says; the same as when the run was started.
  ///   - primaryName: As for `begin`.
  /// - Returns: The journal, with the hosts that are left.
  /// - Throws: `StoreError` with the code `cannotResume`.
  package static func resume(
    store: MapStore, catalog: CatalogRelease, hosts: [EndpointHost], named: Set<String> = [],
    primaryName: @escaping @Sendable (EndpointKey) -> String? = { _ in nil }
  ) throws(StoreError) -> ScanJournal {
    let sorted = SortedHosts(hosts, primaryName: primaryName)
    let digest = sorted.digest
    guard let last = try store.resumable() else {
      throw StoreError(
        .cannotResume, "\(store.path): there is no interrupted scan", help: "run `egress6 scan`")
    }
    let selected = sorted.hosts.filter {
      named.contains($0.host) || last.description.selection.admits($0)
    }
    let (answered, known) = try store.write { database in
      let stored = try String.fetchOne(database, sql: SQL.selectDigest, arguments: [last.id])
      guard stored == digest else {
        throw StoreError(
          .cannotResume,
          "\(store.path): the scan of \(last.description.started) was started with another list of hosts "
            + "(\(last.description.catalog.release)) than this one (\(catalog.release))",
          help: "give the same --hosts file and catalog, or run `egress6 scan` without --resume")
      }
      try database.execute(sql: SQL.continueRun, arguments: [last.id])
      let answered = try Set(String.fetchCursor(database, sql: SQL.selectAnswered, arguments: [last.id]))
      return (answered, try SQL.knownAnswers(database))
    }
    let left = selected.filter { !answered.contains($0.host) }
    return ScanJournal(
      run: last.id, pending: Self.questions(left, known: known), done: selected.count - left.count,
      store: store, hosts: sorted)
  }

  /// Saves answers for good: when this returns they survive a kill and power loss.
  package func append(_ answers: [HostAnswer]) throws(StoreError) {
    var rest = answers[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.batch)
      rest = rest.dropFirst(Self.batch)
      try store.write { try JournalWriter(database: $0, run: run).write(part) }
    }
  }

  /// Marks the run as stopped; it can be continued.
  package func interrupt() throws(StoreError) {
    try store.write { try $0.execute(sql: SQL.interruptRun, arguments: [run]) }
  }

  /// Whether names were denied and none was found.
  func hasDeniedAll() throws(StoreError) -> Bool {
    try store.write { database in
      try Bool.fetchOne(
        database, sql: SQL.hasDeniedAll,
        arguments: ["run": run, "absent": Answer.absent.code, "unknown": Answer.unknown.code]) ?? false
    }
  }

  /// Drops the run's answers and stops it: continued, it begins anew.
  func discard() throws(StoreError) {
    try store.write { database in
      try database.execute(sql: SQL.emptyJournal)
      try database.execute(sql: SQL.interruptRun, arguments: [run])
    }
  }

  /// Puts the run's answers into the map, in one transaction.
  ///
  /// - Parameter finished: The moment.
  /// - Throws: `StoreError`; the run then stays as it was and can be continued.
  package func finish(at finished: Timestamp) throws(StoreError) {
    try store.write { try RunMerge(database: $0, run: run, path: store.path).merge(hosts, at: finished) }
  }

  private static func questions(
    _ hosts: [EndpointHost], known: [String: HostQuestion.LastKnown]
  ) -> [HostQuestion] {
    hosts.map { host in
      HostQuestion(
        host: host.host, bucket: host.endpoints.first?.partition.name,
        lastKnown: known[host.host] ?? HostQuestion.LastKnown())
    }
  }
}
