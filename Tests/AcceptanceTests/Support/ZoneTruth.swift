// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import IPAddressing

/// The answers that a scan must find in a root zone with some names and nothing else.
struct ZoneTruth {
  /// The address families of each name; an empty set means that the name exists without addresses.
  let families: [String: Set<AddressFamily>]
  private let ancestors: Set<String>

  /// Makes the truth of a zone with these names.
  init(_ families: [String: Set<AddressFamily>]) {
    self.families = families
    var ancestors: Set<String> = []
    for name in families.keys {
      var rest = name[...]
      while let dot = rest.firstIndex(of: ".") {
        rest = rest[rest.index(after: dot)...]
        if !ancestors.insert(String(rest)).inserted { break }
      }
    }
    self.ancestors = ancestors
  }

  /// The zone itself.
  var zone: Zone {
    var zone = Zone()
    for (host, found) in families.sorted(by: { $0.key < $1.key }) { zone.add(host, found) }
    return zone
  }

  /// The answer for a host.
  ///
  /// An empty non-terminal, a name that exists only because a longer one does, answers `no`.
  func answer(_ host: String, _ family: AddressFamily) -> String {
    if let found = families[host] { return found.contains(family) ? "yes" : "no" }
    return ancestors.contains(host) ? "no" : "absent"
  }
}
