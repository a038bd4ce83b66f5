// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import EgressBase
import EgressDNS
import EndpointMap
import MapViews
import ServiceCatalog

/// What is known of services in a region: a scan of the user's, else public evidence.
struct ServiceEvidenceSource {
  /// The map.
  let source: MapSource
  private let catalog: Catalog
  private let store: MapStore?

  /// Opens the map.
  ///
  /// - Parameters:
  ///   - storeOptions: Where a scan is kept.
  ///   - catalog: The services.
  ///   - admitsPublicEvidence: Whether public evidence counts.
  ///   - now: The present.
  /// - Throws: `StoreError` for a store that cannot be read, `EvidenceError`.
  init(
    _ storeOptions: StoreOptions, catalog: Catalog, admitsPublicEvidence: Bool, now: Timestamp
  ) throws {
    let evidence =
      admitsPublicEvidence
      ? PublicEvidence(try BuiltInMap.embedded(), catalog: catalog, at: nil, now: now) : nil
    self.catalog = catalog
    source = try storeOptions.source(at: nil, filledFrom: evidence)
    switch source {
    case .store(let store, _, _), .filledStore(let store, _, _, _): self.store = store
    case .builtIn, .declared: store = nil
    }
  }

  /// What is known of services in a region.
  ///
  /// - Parameters:
  ///   - services: The folders; `nil` for all that have a client and a name in the region.
  ///   - region: The region.
  ///   - minimum: The weakest evidence of a scan that counts.
  /// - Returns: A value for each service, in the order of the folders.
  /// - Throws: `StoreError` or `ImageError`.
  func evidence(
    of services: [String]?, in region: String, minimum: Evidence
  ) throws -> [ServiceEvidence] {
    let selection = EndpointSelection(
      partitions: [], regions: [NamePattern(region)], services: (services ?? []).map { NamePattern($0) })
    let records = try source.support(MapFilter(selection: selection))
    let observed = try observed(selection, minimum)
    let known = Dictionary(records.filter(\.isMain).map { ($0.place.service.name, $0) }) { first, _ in first }
    let folders = services ?? known.keys.filter { catalog.service(folder: $0) != nil }.sorted()
    return folders.map { folder in
      let record = known[folder]
      return ServiceEvidence(
        service: folder, known: record.flatMap(Self.support), standardHost: record?.hosts.standard,
        dualStackHost: record?.hosts.dualstack, observed: observed)
    }
  }

  private static func support(_ record: SupportRecord) -> KnownSupport? {
    if let builtIn = record.builtIn {
      let doubts: [BuiltInCell.Mark] = [.count, .unprovenName, .contradicted]
      return KnownSupport(
        support: record.support, evidence: record.evidence, date: builtIn.cell.date, isScanned: false,
        isStale: builtIn.isStale,
        doubts: builtIn.cell.marks.filter(doubts.contains).map(\.rawValue))
    }
    guard let since = record.since else { return nil }
    return KnownSupport(
      support: record.support, evidence: record.evidence, date: .day(since.day), isScanned: true)
  }

  /// What a scan found at single names.
  private func observed(_ selection: EndpointSelection, _ minimum: Evidence) throws -> [String:
    ServiceEvidence.Finding]
  {
    guard let store else { return [:] }
    var found: [String: ServiceEvidence.Finding] = [:]
    for host in try store.hosts(at: nil, selection: selection) where host.evidence >= minimum {
      switch (host.a, host.aaaa) {
      case (_, .yes): found[host.host] = .ipv6
      case (.yes, .no), (.yes, .absent), (.yes, .synthesised), (.absent, .absent): found[host.host] = .noIPv6
      default: break
      }
    }
    return found
  }
}
