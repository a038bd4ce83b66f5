// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import EgressBase
import EndpointMap
import MapViews
import ServiceCatalog
import Synchronization

/// What a scan, else public evidence, knows of names.
final class LintKnowledge: Sendable {
  private struct State {
    var known: [EndpointPlace: EndpointKnowledge?] = [:]
    var store: MapStore?
    var isOpened = false
  }

  private let storeOptions: StoreOptions
  private let note: @Sendable (String) -> Void
  private let map = try? BuiltInMap.embedded()
  private let state = Mutex(State())

  init(store: StoreOptions, note: @escaping @Sendable (String) -> Void) {
    storeOptions = store
    self.note = note
  }

  /// What is known of a name; a store that cannot be read is no reason to fail.
  func find(_ place: EndpointPlace, _ groups: [DeclaredGroup]) -> EndpointKnowledge? {
    state.withLock { state in
      if let known = state.known[place] { return known }
      if !state.isOpened {
        state.isOpened = true
        state.store = open()
      }
      let known = search(place, groups, state.store)
      state.known[place] = known
      return known
    }
  }

  private func open() -> MapStore? {
    do throws(StoreError) {
      return try storeOptions.openForReading()
    } catch {
      switch error.kind {
      case .missing, .noDataFolder, .noRun:
        if storeOptions.store != nil { note("note: no scan is considered: \(error)") }
      default: note("note: no scan is considered: \(error)")
      }
      return nil
    }
  }

  private func search(_ place: EndpointPlace, _ groups: [DeclaredGroup], _ store: MapStore?)
    -> EndpointKnowledge?
  {
    let key = ServiceRegion(
      partition: PartitionID(place.partition), service: ServiceID(place.service),
      region: RegionID(place.region))
    guard let search = EndpointEvidenceSearch(host: place.host, in: key, groups: groups) else {
      // A name that no rule builds may still have been looked for.
      return map?.absences(of: place.host).max { $0.date.last < $1.date.last }.map {
        EndpointKnowledge(finding: .absent, basis: "\($0.date), \(Evidence.reported.rawValue)")
      }
    }
    if let store, let scanned = try? search.scanned(store) { return scanned.flatMap(Self.knowledge) }
    guard let map else { return nil }
    return search.published(map, on: Timestamp.now.day).flatMap(Self.knowledge)
  }

  private static func knowledge(_ evidence: EndpointEvidence) -> EndpointKnowledge? {
    let source = evidence.isScanned ? "your scan" : evidence.evidence.rawValue
    let finding: EndpointKnowledge.Finding =
      switch evidence.finding {
      case .ipv6: .ipv6
      case .ipv4: .ipv4
      case .noIPv6: .noIPv6
      case .absent: .absent
      }
    return EndpointKnowledge(
      finding: finding, basis: "\(evidence.date), \(source)\(evidence.isStale ? "; old, ask again" : "")",
      betterHost: evidence.betterHost)
  }
}
