// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import ServiceCatalog

/// A text file with one host name a line.
enum HostFile {
  /// A list of a million names is about 60 MB.
  static let largestFile = 64 << 20

  /// Letters, digits, hyphens, dots, and the underscore that some names have (RFC 1123, RFC 8552).
  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }

  /// Reads the names; they have no endpoints.
  static func read(_ path: String) throws -> [EndpointHost] {
    var bytes = try FileAccess.read(path, limit: largestFile)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    var hosts: [EndpointHost] = []
    var seen: Set<String> = []
    for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let text = String(decoding: line, as: UTF8.self).prefix { $0 != "#" && $0 != "\r" }
      var host = text.trimmed.lowercased()
      if host.hasSuffix(".") { host.removeLast() }
      if host.isEmpty { continue }
      guard DomainName(host) != nil, host.utf8.allSatisfy(Self.isNameByte) else {
        throw CommandFailure(
          .input, "'\(host.prefix(80))' is not a host name", at: "\(path):\(number + 1)",
          help: "write one name a line")
      }
      if seen.insert(host).inserted { hosts.append(EndpointHost(host: host, endpoints: [], source: .facts)) }
    }
    return hosts
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text.drop(while: \.isWhitespace))
  }
}
