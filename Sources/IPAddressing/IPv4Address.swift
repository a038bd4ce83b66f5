// SPDX-License-Identifier: Apache-2.0

/// An IPv4 address (RFC 791).
public struct IPv4Address: Sendable, Hashable {
  /// The address as a number in host order: `192.0.2.1` is `0xC000_0201`.
  public var value: UInt32

  /// Makes an address from its number in host order.
  public init(_ value: UInt32) { self.value = value }

  /// Makes an address from its four bytes in network order; `nil` when there are not four.
  public init?(octets: some Collection<UInt8>) {
    guard octets.count == 4 else { return nil }
    value = octets.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Reads four decimal numbers with dots between them, each from 0 to 255 without leading zeros.
  ///
  /// Anything else gives `nil`, so also the short and octal forms that `inet_aton` takes.
  public init?(_ text: some StringProtocol) {
    self.init(utf8: Array(text.utf8)[...])
  }

  init?(utf8 bytes: ArraySlice<UInt8>) {
    guard bytes.count <= 15 else { return nil }
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else {
        return nil
      }
      var number: UInt32 = 0
      for byte in part {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        number = number * 10 + UInt32(byte - UInt8(ascii: "0"))
      }
      guard number <= 255 else { return nil }
      value = value << 8 | number
    }
    self.value = value
  }

  /// The four bytes in network order.
  public var octets: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
}

extension IPv4Address: Comparable {
  /// Whether the left address is the smaller number.
  public static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.value < right.value }
}

extension IPv4Address: CustomStringConvertible {
  /// Four decimal numbers with dots between them.
  public var description: String {
    "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
  }
}
