// SPDX-License-Identifier: Apache-2.0

import EgressBase
import IPAddressing

/// What clients accept as an endpoint URL.
enum EndpointURLCheck {
  /// Whether botocore accepts a URL (`utils.is_valid_endpoint_url`, `is_valid_ipv6_endpoint_url`).
  static func botocoreAccepts(_ url: String) -> Bool {
    guard !url.utf8.contains(where: { [0x09, 0x0A, 0x0D].contains($0) }) else { return false }
    // urlsplit takes spaces and control characters from the front.
    let text = String(decoding: url.utf8.drop { $0 <= 0x20 }, as: UTF8.self)
    guard hasScheme(text), let parts = URLHost(text) else { return false }
    if parts.host.first == "[" {
      return IPv6Address(parts.host.dropFirst().dropLast()) != nil
    }
    var labels = parts.host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.host.utf8.count <= 255 else { return false }
    if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
    return labels.allSatisfy { label in
      (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy {
          (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == UInt8(ascii: "-")
        }
    }
  }

  /// Whether a URL begins with a scheme and `://`.
  static func hasScheme(_ url: String) -> Bool {
    guard let end = url.utf8.firstRange(of: "://"), let first = url.utf8.first,
      (0x61...0x7A).contains(first | 0x20)
    else { return false }
    return url.utf8[..<end.lowerBound].allSatisfy {
      (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D
        || $0 == 0x2E
    }
  }
}
