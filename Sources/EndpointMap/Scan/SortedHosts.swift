// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import ServiceCatalog

/// A catalog's list of hosts in the order in which the store numbers them.
struct SortedHosts: Sendable {
  /// The hosts, sorted by name.
  let hosts: [EndpointHost]
  /// What a host is to an endpoint that leads to it, a role for each group.
  let roles: HostRoles

  /// Sorts a list.
  init(_ hosts: [EndpointHost], roles: @escaping HostRoles) {
    self.hosts = hosts.sorted { $0.host < $1.host }
    self.roles = roles
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
        for role in roles(host.host, key) {
          add(role.group)
          add(role.isMain ? "main" : "other")
          add(role.isDeciding ? "deciding" : "other")
        }
      }
    }
    return String(hash, radix: 16)
  }
}

/// What a host is to an endpoint that leads to it, a role for each group.
package typealias HostRoles = @Sendable (_ host: String, _ endpoint: EndpointKey) -> [EndpointRole]

extension EndpointRole {
  /// The role of a host where nothing is known of groups: its service has one, and no name of it is preferred.
  package static let only = EndpointRole(group: "all", isMain: true, isDeciding: false)
}
