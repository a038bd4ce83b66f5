// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EndpointMap
package import ServiceCatalog

/// Where a map comes from: a store at a date, public evidence, both, or the names of a release alone.
package enum MapSource: Sendable {
  /// A store and the complete run that was the newest at a date (`nil`: now).
  case store(MapStore, Snapshot, at: Timestamp?)
  /// A store as above, and public evidence for the cells that were never scanned.
  case filledStore(MapStore, Snapshot, at: Timestamp?, PublicEvidence)
  /// Public evidence alone, and why no scan is shown.
  case builtIn(PublicEvidence, because: StoreError)
  /// The names that an SDK release has, without any measurement.
  case declared(Catalog)

  /// The source of a store.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - date: The moment to show; `nil` for now.
  ///   - evidence: What to show of cells that were never scanned; `nil` for nothing.
  /// - Throws: `StoreError` when no run was complete by then.
  package init(
    _ store: MapStore, at date: Timestamp? = nil, filledFrom evidence: PublicEvidence? = nil
  ) throws(StoreError) {
    let snapshot = try store.snapshot(at: date)
    self =
      if let evidence {
        .filledStore(store, snapshot, at: date, evidence)
      } else {
        .store(store, snapshot, at: date)
      }
  }

  /// The support of the services and regions that a filter admits, sorted.
  ///
  /// - Parameters:
  ///   - filter: What to show.
  ///   - minimum: The weakest evidence to show; a cell that a scan left unknown is shown up to `resolved`.
  /// - Returns: The rows.
  /// - Throws: `StoreError` or `ImageError`.
  package func support(_ filter: MapFilter, minimum: Evidence = .declared) throws -> [SupportRecord] {
    switch self {
    case .store(let store, _, let date):
      // Only where the weakest evidence is named, rows that nobody asked about are left out.
      if minimum == .declared {
        try store.support(at: date, filter: filter)
      } else {
        try Self.scanned(store, at: date, filter).filter { $0.isMeasured(atLeast: minimum) }
      }
    case .filledStore(let store, _, let date, let evidence):
      try evidence.filling(
        Self.scanned(
          store, at: date,
          MapFilter(selection: filter.selection, includesGroups: filter.includesGroups)), filter,
        minimum: minimum)
    case .builtIn(let evidence, _): try evidence.records(filter, minimum: minimum)
    case .declared(let catalog):
      try catalog.declaredRecords(includingGroups: filter.includesGroups, where: filter.selection.admits)
        .filter { filter.admits($0.support) }
    }
  }

  /// The rows of a store whose deciding names were asked for.
  private static func scanned(
    _ store: MapStore, at date: Timestamp?, _ filter: MapFilter
  ) throws(StoreError) -> [SupportRecord] {
    try store.read(at: date) { map throws(StoreError) in
      let records = try map.support(filter)
      let unasked = try map.unaskedPlaces(records)
      return records.filter { !unasked.contains($0.place) }
    }
  }

  /// Which data is shown and how old it is, in one line.
  package func note(at now: Timestamp) -> String {
    switch self {
    case .store(let store, let snapshot, _), .filledStore(let store, let snapshot, _, _):
      "data: scan of \(snapshot.finished) (run \(snapshot.run), \(Age.text(of: snapshot.finished, at: now))), "
        + "\(snapshot.catalog.release), \(store.path)"
        + (snapshot.failedShare.isTooLarge
          ? "; \(snapshot.failedShare.text) of the looks of this scan failed" : "")
    case .builtIn(let evidence, let reason):
      "data: built-in map of \(evidence.description(at: now)); names of \(evidence.release); "
        + "nothing was measured here (\(reason))"
    case .declared(let catalog):
      "data: names on paper: rules of \(catalog.origin.name); whether they exist or have IPv6 is not known"
    }
  }

  /// The same for a document.
  package func metadata(at now: Timestamp) -> [Value.Field] {
    let fields: [Value.Field] =
      switch self {
      case .store(_, let snapshot, _), .filledStore(_, let snapshot, _, _):
        [
          .init("catalog", .text(snapshot.catalog.release)), .init("run", .integer(snapshot.run)),
          .init("scanned_at", .time(snapshot.finished)),
        ]
      case .builtIn(let evidence, _):
        [.init("catalog", .text(evidence.release)), .init("run", .missing), .init("scanned_at", .missing)]
      case .declared(let catalog):
        [.init("catalog", .text(catalog.origin.name)), .init("run", .missing), .init("scanned_at", .missing)]
      }
    let collected: Value =
      switch self {
      case .filledStore(_, _, _, let evidence), .builtIn(let evidence, _):
        .text(evidence.collected.description)
      case .store, .declared: .missing
      }
    return fields + [.init("evidence_collected", collected), .init("generated_at", .time(now))]
  }
}
