// SPDX-License-Identifier: Apache-2.0

import EgressBase
import ServiceCatalog

/// The regions of a catalog and the suffixes of its names, for quick looks at hosts.
struct EndpointNames: Sendable {
  private let partitions: [String: String]
  private let suffixes: [(suffix: String, partition: String)]

  /// Collects the names of a catalog.
  init(_ catalog: Catalog) {
    partitions = Dictionary(
      catalog.partitions.flatMap { partition in partition.regions.map { ($0.name, partition.id) } }
    ) { first, _ in first }
    suffixes = catalog.partitions.flatMap { partition in
      [partition.outputs.dnsSuffix, partition.outputs.dualStackDNSSuffix, partition.outputs.onDNSSuffix]
        .filter { !$0.isEmpty }.map { ("." + $0, partition.id) }
    }.sorted { $0.suffix.utf8.count > $1.suffix.utf8.count }
  }

  /// The partition of a listed region; `nil` for other names.
  func partition(of region: String) -> String? {
    partitions[region] ?? partitions[Catalog.withoutFIPS(region)]
  }

  /// The partitions that a host's suffix may belong to.
  func owners(of host: String) -> Set<String> {
    guard let longest = suffixes.first(where: { host.hasSuffix($0.suffix) })?.suffix else { return [] }
    return Set(suffixes.filter { $0.suffix == longest }.map(\.partition))
  }
}

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
  init?(url: String, _ names: EndpointNames) {
    guard let parts = URLHost(url), url.hasPrefix("https://") || url.hasPrefix("http://"),
      !url.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") })
    else { return nil }
    self.init(
      host: String(parts.host), path: String(parts.after.drop { $0 != "/" && $0 != "?" && $0 != "#" }), names)
  }

  /// Reads a host name.
  init(host: String, path: String = "", _ names: EndpointNames) {
    self.host = host.lowercased()
    self.path = path
    let owners = names.owners(of: self.host)
    guard !owners.isEmpty else { return }
    for label in self.host.split(separator: ".").map(String.init) where label.utf8.contains(UInt8(ascii: "-"))
    {
      if let owner = names.partition(of: label), !label.hasSuffix("-global") {
        (region, partition) = (Catalog.withoutFIPS(label), owner)
        return
      }
    }
    partition = owners.sorted().first
  }

  /// Whether the host is one of AWS's.
  var isAWS: Bool { partition != nil }
  /// Whether the host belongs to an interface endpoint.
  var isInterfaceEndpoint: Bool { host.split(separator: ".").contains("vpce") }
}
