// SPDX-License-Identifier: Apache-2.0

import EgressBase
import ServiceCatalog

/// An endpoint as a setting gives it.
struct EndpointAddress {
  /// The host in lower case.
  var host: String
  /// What follows the host and port: path, query.
  var path: String
  /// The region in the host's name; `nil` where there is none.
  var region: String?
  /// The partition of the region, or of the host's name; `nil` for hosts that are not AWS's.
  var partition: String?

  /// Reads a URL; `nil` when it is not one that a client can call.
  init?(url: String, catalog: Catalog) {
    guard let parts = URLHost(url), url.hasPrefix("https://") || url.hasPrefix("http://"),
      !url.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") })
    else { return nil }
    self.init(
      host: String(parts.host), path: String(parts.after.drop { $0 != "/" && $0 != "?" && $0 != "#" }),
      catalog)
  }

  /// Reads a host name.
  init(host: String, path: String = "", _ catalog: Catalog) {
    self.host = host.lowercased()
    self.path = path
    let name = self.host
    func fits(_ suffix: String) -> Bool { name.hasSuffix("." + suffix) }
    let suffixes = catalog.partitions.flatMap { partition in
      [partition.outputs.dnsSuffix, partition.outputs.dualStackDNSSuffix, partition.outputs.onDNSSuffix].map {
        (suffix: $0, partition: partition.id)
      }
    }.filter { !$0.suffix.isEmpty && fits($0.suffix) }
    guard let longest = suffixes.max(by: { $0.suffix.utf8.count < $1.suffix.utf8.count }) else { return }
    for label in name.split(separator: ".").map(String.init) {
      if case .listed(let owner) = catalog.match(region: label), !label.hasSuffix("-global") {
        (region, partition) = (Catalog.withoutFIPS(label), owner)
        return
      }
    }
    partition = longest.partition
  }

  /// Whether the host is one of AWS's.
  var isAWS: Bool { partition != nil }
  /// Whether the host belongs to an interface endpoint.
  var isInterfaceEndpoint: Bool { host.split(separator: ".").contains("vpce") }
}
