// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// The map as a complete run left it: all questions to one reader are answered by the same state of the store.
package struct MapReader {
  let connection: StoreConnection
  private let snapshots: Snapshots
  /// The run.
  package let snapshot: Snapshot

  init(_ connection: StoreConnection, at date: Timestamp?) throws {
    self.connection = connection
    snapshots = try Snapshots(connection)
    snapshot = try snapshots.snapshot(at: date)
  }

  /// What is known of every host, sorted by name.
  ///
  /// - Parameter selection: The endpoints whose hosts to show.
  /// - Returns: The rows.
  /// - Throws: `StoreError`.
  package func hosts(_ selection: EndpointSelection) throws(StoreError) -> [HostRecord] {
    try answer {
      try requireHosts(selection)
      return try HostQuery(connection: connection, snapshots: snapshots).records(snapshot, selection)
    }
  }

  /// A row per service and region that was looked up, sorted.
  ///
  /// - Parameter filter: What to show.
  /// - Returns: The rows.
  /// - Throws: `StoreError`.
  package func support(_ filter: MapFilter) throws(StoreError) -> [SupportRecord] {
    try answer {
      try connection.require(.support)
      return try SupportQuery(connection: connection, snapshots: snapshots).records(snapshot, filter)
    }
  }

  /// The changes of support between two moments, both included, in the order of time and then of names.
  ///
  /// A support that follows an unknown one is not a change.
  ///
  /// - Parameters:
  ///   - since: The first moment; `nil` for the beginning.
  ///   - until: The last moment; `nil` for now.
  ///   - filter: What to show; `support` is that after the change.
  /// - Returns: The changes.
  /// - Throws: `StoreError`.
  package func changes(
    since: Timestamp?, until: Timestamp?, filter: MapFilter
  ) throws(StoreError) -> [ChangeRecord] {
    try answer {
      try connection.require(.support)
      return try ChangeQuery(connection: connection, snapshots: snapshots).records(since, until, filter)
    }
  }

  /// Writes all of it into an export that is attached to the connection.
  func export(until date: Timestamp?, filter: MapFilter) throws {
    try requireHosts(filter.selection)
    try connection.require(.support)
    try snapshots.storeMoments(connection)
    try HostQuery(connection: connection, snapshots: snapshots).export(snapshot, filter.selection)
    try SupportQuery(connection: connection, snapshots: snapshots).export(snapshot, filter)
    try ChangeQuery(connection: connection, snapshots: snapshots).export(date, filter)
  }

  /// Refuses a store in which a question for hosts would leave out a row.
  private func requireHosts(_ selection: EndpointSelection) throws {
    try connection.require(.host)
    try connection.require(.history)
    try connection.require(.held)
    if !selection.isEverything { try connection.require(.endpoint) }
  }

  private func answer<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
    do { return try body() } catch { throw StoreError.from(error, path: connection.path) }
  }
}

extension MapStore {
  /// Asks several questions of the same state of the store.
  ///
  /// - Parameters:
  ///   - date: The moment to show; `nil` for now.
  ///   - body: Asks the questions. The reader is valid until the body returns; the body must not use the store itself.
  /// - Returns: What the body returns.
  /// - Throws: `StoreError`; its kind is `noRun` or `noRunByDate` when no run was complete by then.
  package func read<Value>(
    at date: Timestamp? = nil, _ body: (MapReader) throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    try query { try body(MapReader($0, at: date)) }
  }

  /// The newest complete run at a date.
  ///
  /// - Parameter date: The moment; `nil` for now.
  /// - Returns: The run.
  /// - Throws: `StoreError`; its kind is `noRun` or `noRunByDate` when no run was complete by then.
  package func snapshot(at date: Timestamp?) throws(StoreError) -> Snapshot {
    try read(at: date) { $0.snapshot }
  }

  /// What is known of every host at a date; see `MapReader.hosts`.
  package func hosts(at date: Timestamp?, selection: EndpointSelection) throws(StoreError) -> [HostRecord] {
    try read(at: date) { map throws(StoreError) in try map.hosts(selection) }
  }

  /// The map at a date; see `MapReader.support`.
  package func support(at date: Timestamp?, filter: MapFilter) throws(StoreError) -> [SupportRecord] {
    try read(at: date) { map throws(StoreError) in try map.support(filter) }
  }

  /// The changes of support between two moments; see `MapReader.changes`.
  package func changes(
    since: Timestamp?, until: Timestamp?, filter: MapFilter
  ) throws(StoreError) -> [ChangeRecord] {
    try read { map throws(StoreError) in try map.changes(since: since, until: until, filter: filter) }
  }
}
