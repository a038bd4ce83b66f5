// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointMap
import Foundation
import ServiceCatalog
import StrictJSON

/// Where a map comes from: a store at a date, or the SDK's rules alone.
enum MapSource {
  case store(MapStore, Snapshot, at: Timestamp?)
  case declared(Catalog)

  static func open(declared: Bool, catalog: Catalog, store options: StoreOptions, at date: Timestamp?) throws
    -> MapSource
  {
    if declared { return .declared(catalog) }
    let store = try options.openForReading()
    return .store(store, try store.snapshot(at: date), at: date)
  }

  func support(_ filter: MapFilter) throws -> [SupportRecord] {
    switch self {
    case .store(let store, _, let date): try store.support(at: date, filter: filter)
    case .declared(let catalog): try catalog.declaredRecords(filter)
    }
  }

  /// Which data is shown and how old it is, for standard error.
  var note: String {
    switch self {
    case .store(let store, let snapshot, _):
      "data: scan of \(snapshot.finished) (run \(snapshot.run), \(Age.text(of: snapshot.finished))), "
        + "\(snapshot.catalog.release), \(store.path)"
    case .declared(let catalog):
      "data: rules of botocore \(catalog.origin.release), nothing measured: support is what the SDK would try"
    }
  }

  /// The same for a JSON document.
  var metadata: [JSON.Member] {
    switch self {
    case .store(_, let snapshot, _):
      [
        .init("catalog", .string(snapshot.catalog.release)), .init("run", .integer(snapshot.run)),
        .init("scanned_at", .string(snapshot.finished.description)),
        .init("generated_at", .string(Timestamp.now.description)),
      ]
    case .declared(let catalog):
      [
        .init("catalog", .string("botocore \(catalog.origin.release)")), .init("run", .null),
        .init("scanned_at", .null),
        .init("generated_at", .string(Timestamp.now.description)),
      ]
    }
  }
}

extension StoreOptions {
  /// Opens an existing store.
  func openForReading() throws -> MapStore {
    try MapStore(
      path: StoreLocation.path(option: store, environment: ProcessInfo.processInfo.environment),
      access: .reading)
  }
}

/// How long ago something was.
enum Age {
  static func text(of moment: Timestamp) -> String {
    let seconds = max(0, Timestamp.now.seconds - moment.seconds)
    switch seconds {
    case ..<120: return "just now"
    case ..<7200: return "\(seconds / 60) minutes old"
    case ..<172_800: return "\(seconds / 3600) hours old"
    default: return "\(seconds / 86_400) days old"
    }
  }
}

extension Catalog {
  /// The map that the rules declare.
  func declaredRecords(_ filter: MapFilter) throws -> [SupportRecord] {
    let list = try hosts()
    let claims = Dictionary(list.declared.map { ($0.place, $0.support) }) { first, _ in first }
    return DeclaredMap.records(
      hosts: list.hosts, filter: filter, primaryName: list.primaryName(of:)
    ) { claims[$0] ?? .unknown }
  }
}
