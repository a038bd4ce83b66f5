// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EndpointMap
import Foundation

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
  func path() throws -> String {
    try StoreLocation.path(option: store, environment: ProcessInfo.processInfo.environment)
  }

  /// Opens an existing store.
  func openForReading() throws -> MapStore { try MapStore(path: path(), access: .reading) }
}
