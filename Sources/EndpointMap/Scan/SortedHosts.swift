// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import ServiceCatalog

/// A catalog's list of hosts in the order in which the store numbers them.
struct SortedHosts: Sendable {
  /// The hosts, sorted by name.
  let hosts: [EndpointHost]
  /// The name of an endpoint that most operations go to.
  let primaryName: @Sendable (EndpointKey) -> String?

  /// Sorts a list.
  init(_ hosts: [EndpointHost], primaryName: @escaping @Sendable (EndpointKey) -> String?) {
    self.hosts = hosts.sorted { $0.host < $1.host }
    self.primaryName = primaryName
  }

  /// A digest of the list with all endpoints (FNV-1a, 64 bits): it distinguishes lists and does not resist forgery.
  var digest: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xff) &* 0x100_0000_01b3
    }
    for host in hosts {
      add(host.host)
      add(host.isRepresentative ? "representative" : "plain")
      add(host.source.rawValue)
      for key in host.endpoints {
        add(key.partition.name)
        add(key.service.name)
        add(key.region.name)
        add(key.variant.rawValue)
        add(primaryName(key) == host.host ? "primary" : "other")
      }
    }
    return String(hash, radix: 16)
  }
}
