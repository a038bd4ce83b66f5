// SPDX-License-Identifier: Apache-2.0

internal import IPAddressing

/// The parts of an HTTP URL (`parseURL` of the rules language).
package struct ParsedURL: Sendable, Hashable {
  /// `http` or `https`.
  package var scheme: String
  /// Host and port as they were written, with user information if there is any.
  package var authority: String
  /// The path as it was written; empty when there is none.
  package var path: String
  /// The path with dot segments and double slashes removed, percent-encoded, with a slash at both ends.
  package var normalizedPath: String
  /// Whether the host is an IPv4 address or an IPv6 address in brackets.
  package var isIP: Bool

  /// Parses a URL; `nil` when an endpoint may not have it.
  ///
  /// Schemes other than `http` and `https`, a missing host, a query, a port that is not a number up to 65535, brackets
  /// around anything but an IPv6 address, and control characters make it `nil`. A fragment is dropped, and so are
  /// parameters of the last path segment (`;…`), as botocore does it.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    var rest = bytes[(colon + 1)...]
    guard rest.starts(with: "//".utf8) else { return nil }
    rest = rest.dropFirst(2)

    let delimiters = Array("/?#".utf8)
    let authorityBytes = rest.prefix { !delimiters.contains($0) }
    rest = rest[authorityBytes.endIndex...].prefix { $0 != UInt8(ascii: "#") }
    if let query = rest.firstIndex(of: UInt8(ascii: "?")) {
      guard query + 1 == rest.endIndex else { return nil }
      rest = rest[..<query]
    }
    let lastSegment = rest.lastIndex(of: UInt8(ascii: "/")) ?? rest.startIndex
    if let parameters = rest[lastSegment...].firstIndex(of: UInt8(ascii: ";")) { rest = rest[..<parameters] }

    guard let host = Host(authorityBytes) else { return nil }
    isIP = host.isIP
    authority = String(decoding: authorityBytes, as: UTF8.self)
    path = String(decoding: rest, as: UTF8.self)
    normalizedPath = Self.normalized(rest)
  }

  /// Dot segments (RFC 3986 section 5.2.4) and empty segments removed, then percent-encoded.
  private static func normalized(_ path: ArraySlice<UInt8>) -> String {
    var segments: [ArraySlice<UInt8>] = []
    for segment in path.split(separator: UInt8(ascii: "/")) where !segment.elementsEqual(".".utf8) {
      if !segment.elementsEqual("..".utf8) {
        segments.append(segment)
      } else if !segments.isEmpty {
        segments.removeLast()
      }
    }
    return "/" + segments.map { percentEncoded($0) + "/" }.joined()
  }
}

/// The host of an authority, checked.
private struct Host {
  let isIP: Bool

  init?(_ authority: ArraySlice<UInt8>) {
    var rest = authority
    if let at = rest.lastIndex(of: UInt8(ascii: "@")) { rest = rest[(at + 1)...] }
    let port: ArraySlice<UInt8>
    if rest.contains(UInt8(ascii: "[")) || rest.contains(UInt8(ascii: "]")) {
      guard rest.first == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")),
        let isIP = Self.isIPv6(rest[(rest.startIndex + 1)..<end])
      else { return nil }
      self.isIP = isIP
      rest = rest[(end + 1)...]
      guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { return nil }
      port = rest.dropFirst()
    } else {
      let name = rest.prefix { $0 != UInt8(ascii: ":") }
      guard !name.isEmpty else { return nil }
      isIP = isIPv4Shaped(name)
      port = rest[name.endIndex...].dropFirst()
    }
    guard Self.isPort(port) else { return nil }
  }

  /// Whether text in brackets is an address whose zone, if any, has only unreserved characters; `nil` when there is no address.
  private static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool? {
    let address = text.prefix { $0 != UInt8(ascii: "%") }
    guard IPv6Address(String(decoding: address, as: UTF8.self)) != nil else { return nil }
    if address.endIndex == text.endIndex { return true }
    let zone = text[(address.endIndex + 1)...]
    guard !zone.isEmpty, !zone.contains(UInt8(ascii: "%")) else { return nil }
    // A zone of 25 alone is a percent sign without a zone behind it, or a zone named 25: both count.
    return zone.allSatisfy(isUnreserved)
  }

  /// An empty port is a port that is not given.
  private static func isPort(_ digits: ArraySlice<UInt8>) -> Bool {
    var number = 0
    for digit in digits {
      guard isDigit(digit) else { return false }
      number = min(number * 10 + Int(digit - UInt8(ascii: "0")), 65_536)
    }
    return number <= 65_535
  }
}

/// The text with every byte but unreserved ones as `%XX` (`uriEncode` of the rules language).
package func percentEncoded(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var result: [UInt8] = []
  for byte in bytes {
    if isUnreserved(byte) {
      result.append(byte)
    } else {
      result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: result, as: UTF8.self)
}
