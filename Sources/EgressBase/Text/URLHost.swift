// SPDX-License-Identifier: Apache-2.0

/// A URL split around its host (RFC 3986, section 3.2.2).
package struct URLHost {
  /// What stands before the host, `https://` and any user information.
  package var before: Substring
  /// The host, an IPv6 address with its brackets.
  package var host: Substring
  /// What follows: port, path, query.
  package var after: Substring

  /// Splits a URL; `nil` without `://` or without a host.
  package init?(_ url: String) {
    let bytes = Array(url.utf8)
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
      return nil
    }
    let end = bytes[(colon + 3)...].firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? bytes.count
    let authority = bytes[(colon + 3)..<end]
    let start = authority.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? authority.startIndex
    var hostEnd = end
    if start < end, bytes[start] == UInt8(ascii: "[") {
      guard let bracket = bytes[start..<end].firstIndex(of: UInt8(ascii: "]")) else { return nil }
      hostEnd = bracket + 1
    } else if let port = bytes[start..<end].firstIndex(of: UInt8(ascii: ":")) {
      hostEnd = port
    }
    guard start < hostEnd else { return nil }
    let hostStart = url.utf8.index(url.startIndex, offsetBy: start)
    let hostStop = url.utf8.index(hostStart, offsetBy: hostEnd - start)
    before = url[..<hostStart]
    host = url[hostStart..<hostStop]
    after = url[hostStop...]
  }

  /// Whether the host is an address.
  package var isAddress: Bool {
    if host.first == "[" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Whether a text is a host name that DNS can hold: labels of 1 to 63 letters, digits and inner hyphens, at least two
  /// of them, 253 bytes in all.
  package static func isName(_ text: some StringProtocol) -> Bool {
    guard text.utf8.count <= 253 else { return false }
    let (dot, hyphen) = (UInt8(ascii: "."), UInt8(ascii: "-"))
    var (labels, length, previous) = (1, 0, dot)
    for byte in text.utf8 {
      switch byte {
      case dot:
        guard length > 0, previous != hyphen else { return false }
        labels += 1
        length = 0
      case hyphen:
        guard length > 0 else { return false }
        length += 1
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: length += 1
      default: return false
      }
      guard length <= 63 else { return false }
      previous = byte
    }
    return labels >= 2 && length > 0 && previous != hyphen
  }
}
