// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// The address and port of a resolver.
package struct ResolverAddress: Sendable, Hashable, CustomStringConvertible {
  /// The default port of resolvers (RFC 1035, section 4.2).
  package static let defaultPort: UInt16 = 53

  /// The IP address.
  package var address: IPAddress
  /// The interface of a link-local IPv6 address, by name or number; otherwise `nil`.
  package var zone: String?
  /// The port.
  package var port: UInt16

  /// Makes an address.
  package init(_ address: IPAddress, zone: String? = nil, port: UInt16 = ResolverAddress.defaultPort) {
    self.address = address
    self.zone = zone
    self.port = port
  }

  /// Parses an address such as `192.0.2.53`, `127.0.0.1:5353`, `2001:db8::53`, `[::1]:53` or `[fe80::1%eth0]:53`.
  ///
  /// - Throws: `ScanError.badResolver`, which names the text and the accepted forms.
  package init(_ text: String) throws(ScanError) {
    var host = Substring(text)
    var portText: Substring?
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else {
        throw ScanError.badResolver(text, reason: "the \"[\" is not closed")
      }
      host = text[text.index(after: text.startIndex)..<close]
      let rest = text[text.index(after: close)...]
      if rest.hasPrefix(":") {
        portText = rest.dropFirst()
      } else if !rest.isEmpty {
        throw ScanError.badResolver(text, reason: "only \":port\" may follow \"]\"")
      }
    } else if text.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 1, let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      portText = text[text.index(after: colon)...]
    }
    var port = ResolverAddress.defaultPort
    if let portText {
      guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(portText),
        number > 0
      else { throw ScanError.badResolver(text, reason: "the port is not a number from 1 to 65535") }
      port = number
    }
    try self.init(host: host, port: port, text: text)
  }

  private init(host: Substring, port: UInt16, text: String) throws(ScanError) {
    let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(first) else {
      throw ScanError.badResolver(text, reason: "\"\(host)\" is not an IP address (names are not accepted)")
    }
    if parts.count == 2 {
      guard address.family == .ipv6, !parts[1].isEmpty else {
        throw ScanError.badResolver(
          text, reason: "\"%\" must be followed by an interface and belongs to IPv6 only")
      }
    }
    self.init(address, zone: parts.count == 2 ? String(parts[1]) : nil, port: port)
  }

  /// The address with its port, such as `127.0.0.1:5353` or `[::1]:53`.
  package var description: String {
    let zoned = zone.map { "\(address)%\($0)" } ?? "\(address)"
    return address.family == .ipv6 ? "[\(zoned)]:\(port)" : "\(zoned):\(port)"
  }

  /// Whether the resolver is reached over the public Internet, where a stranger could forge an answer.
  package var isPublic: Bool {
    switch address.scope {
    case .loopback, .privateUse, .shared, .linkLocal, .uniqueLocal: false
    default: true
    }
  }
}
