// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EndpointMap
import Foundation

/// Where the map is kept.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The store. Default: $XDG_DATA_HOME/egress6/map.sqlite. [env: EGRESS6_STORE]", valueName: "file"))
  var store: String?
}
