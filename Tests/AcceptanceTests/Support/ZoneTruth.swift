// SPDX-License-Identifier: Apache-2.0

import IPAddressing
import TestKit

/// What a scan has to find in a root zone that has some names with some families and nothing else.
struct ZoneTruth {
  /// The families of each name; a name with none exists without addresses.
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

  /// The answer: names that exist only because a longer one does (empty non-terminals) have no records, but do exist.
  func answer(_ host: String, _ family: AddressFamily) -> String {
    if let found = families[host] { return found.contains(family) ? "yes" : "no" }
    return ancestors.contains(host) ? "no" : "absent"
  }
}
