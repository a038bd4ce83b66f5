// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EndpointMap
package import ServiceCatalog

/// Where a map comes from: a store at a date, or the SDK's rules alone.
package enum MapSource: Sendable {
  /// A store and the complete run that was the newest at a date (`nil`: now).
  case store(MapStore, Snapshot, at: Timestamp?)
  /// The names that an SDK release has, without any measurement.
  case declared(Catalog)

  /// The source of a store.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - date: The moment to show; `nil` for now.
  /// - Throws: `StoreError` when no run was complete by then.
  package init(_ store: MapStore, at date: Timestamp? = nil) throws(StoreError) {
    self = .store(store, try store.snapshot(at: date), at: date)
  }

  /// The support of the services and regions that a filter admits, sorted.
  ///
  /// - Throws: `StoreError` or `ImageError`.
  package func support(_ filter: MapFilter) throws -> [SupportRecord] {
    switch self {
    case .store(let store, _, let date): try store.support(at: date, filter: filter)
    case .declared(let catalog): try catalog.declaredRecords(filter)
    }
  }

  /// Which data is shown and how old it is, in one line.
  package func note(at now: Timestamp) -> String {
    switch self {
    case .store(let store, let snapshot, _):
      "data: scan of \(snapshot.finished) (run \(snapshot.run), \(Age.text(of: snapshot.finished, at: now))), "
        + "\(snapshot.catalog.release), \(store.path)"
    case .declared(let catalog):
      "data: rules of \(catalog.origin.name), nothing measured: support is what the SDK would try"
    }
  }

  /// The same for a document.
  package func metadata(at now: Timestamp) -> [Value.Field] {
    switch self {
    case .store(_, let snapshot, _):
      [
        .init("catalog", .text(snapshot.catalog.release)), .init("run", .integer(snapshot.run)),
        .init("scanned_at", .time(snapshot.finished)), .init("generated_at", .time(now)),
      ]
    case .declared(let catalog):
      [
        .init("catalog", .text(catalog.origin.name)), .init("run", .missing),
        .init("scanned_at", .missing), .init("generated_at", .time(now)),
      ]
    }
  }
}

extension Catalog {
  /// The map that the rules declare.
  fileprivate func declaredRecords(_ filter: MapFilter) throws -> [SupportRecord] {
    try declared(where: filter.selection.admits).filter {
      filter.support.isEmpty || filter.support.contains($0.support)
    }.map { row in
      SupportRecord(
        place: row.place, support: row.support, evidence: .declared, since: nil,
        hosts: SupportRecord.Hosts(
          standard: row.hosts[.default], dualstack: row.hosts[.dualstack], fips: row.hosts[.fips],
          fipsDualstack: row.hosts[.fipsDualstack]))
    }
  }
}
