// SPDX-License-Identifier: Apache-2.0

import EgressDNS
package import IPAddressing

/// What a name server of a test knows, as a zone file is written from it.
///
/// ```swift
/// var zone = Zone()
/// zone.add("ec2.eu-west-1.api.aws", [.ipv4, .ipv6])
/// zone.add("www.example", cname: "ec2.eu-west-1.api.aws")
/// ```
package struct Zone: Sendable {
  /// The zone's own name; the root by default, so that one server knows all names.
  package var origin: String
  private var lines: [String] = []
  private var owners: Set<String> = []

  /// Makes a zone with a start of authority, a name server at 127.0.0.1 and the names of RFC 7050.
  package init(origin: String = ".") {
    self.origin = origin
    let dot = origin == "." ? "." : "\(origin)."
    lines = [
      "$TTL 60",
      "\(dot) 900 IN SOA ns.\(dot == "." ? "" : dot) host.\(dot == "." ? "" : dot) 1 7200 900 1209600 60",
      "\(dot) IN NS ns.\(dot == "." ? "" : dot)", "ns.\(dot == "." ? "" : dot) IN A 127.0.0.1",
    ]
    if origin == "." { lines += ["ipv4only.arpa. IN A 192.0.0.170", "ipv4only.arpa. IN A 192.0.0.171"] }
  }

  /// Adds a name with an address of `WorldAddress` for each family; with none, the name exists without addresses.
  package mutating func add(_ host: String, _ families: Set<AddressFamily>) {
    if families.isEmpty { add(host, "TXT", "\"here\"") }
    if families.contains(.ipv4) { add(host, "A", "\(WorldAddress.ipv4(of: host))") }
    if families.contains(.ipv6) { add(host, "AAAA", "\(WorldAddress.ipv6(of: host))") }
  }

  /// Adds the names by which a scan judges its resolvers, each that the zone does not have yet.
  package mutating func addControlNames() {
    for host in ControlNames.withBoth where !has(host) { add(host, [.ipv4, .ipv6]) }
    for host in ControlNames.withIPv4 where !has(host) { add(host, [.ipv4]) }
  }

  /// Adds a name that stands for another.
  package mutating func add(_ host: String, cname target: String) { add(host, "CNAME", "\(target).") }

  /// Adds a record in a zone file's words.
  package mutating func add(_ host: String, _ type: String, _ data: String) {
    owners.insert(host)
    lines.append("\(host). IN \(type) \(data)")
  }

  /// Whether the zone has records of a host.
  package func has(_ host: String) -> Bool { owners.contains(host) }

  /// The zone file; assign one to serve it as it is.
  package var text: String {
    get { lines.joined(separator: "\n") + "\n" }
    set { lines = [newValue] }
  }
}
