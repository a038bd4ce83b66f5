// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EndpointMap
import Foundation
import MapViews

/// Where the map is kept.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The store. Default: $XDG_DATA_HOME/egress6/map.sqlite. [env: EGRESS6_STORE]", valueName: "file"))
  var store: String?

  /// An empty name is what an unset variable leaves; it never means the default store.
  func validate() throws { try OutputOptions.requireName(store, of: "--store") }

  /// The path of the store.
  func path() throws(StoreError) -> String {
    try StoreLocation.path(option: store, environment: ProcessInfo.processInfo.environment)
  }

  /// Opens an existing store.
  func openForReading() throws(StoreError) -> MapStore { try MapStore(path: path(), access: .reading) }

  /// The map of the store and of public evidence.
  ///
  /// - Parameters:
  ///   - date: The moment to show; `nil` for now.
  ///   - evidence: What to show of cells that were never scanned; `nil` for nothing.
  /// - Returns: Public evidence alone where the store has no map of that date, unless the store was named.
  /// - Throws: `StoreError` when a named store has no map of that date, or when any store cannot be read.
  func source(at date: Timestamp?, filledFrom evidence: PublicEvidence?) throws -> MapSource {
    do throws(StoreError) {
      let path = try StoreLocation.path(option: store, environment: ProcessInfo.processInfo.environment)
      return try MapSource(MapStore(path: path, access: .reading), at: date, filledFrom: evidence)
    } catch {
      guard store == nil, let evidence else { throw error }
      switch error.kind {
      case .missing, .noDataFolder, .noRun, .noRunByDate: return .builtIn(evidence, because: error)
      default: throw error
      }
    }
  }
}
