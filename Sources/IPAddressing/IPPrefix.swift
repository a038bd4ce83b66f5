// SPDX-License-Identifier: Apache-2.0

/// A block of addresses that share their first bits, such as `2001:db8::/32`.
public struct IPPrefix: Sendable, Hashable {
  /// The first address of the block.
  public let address: IPAddress
  /// How many leading bits the block's addresses share: 0 to 32 or 0 to 128.
  public let length: Int

  /// Makes the block around an address; bits beyond the length are cleared.
  ///
  /// A length that does not fit the family gives `nil`.
  public init?(containing address: IPAddress, length: Int) {
    switch address {
    case .ipv4(let address):
      guard (0...32).contains(length) else { return nil }
      self.address = .ipv4(IPv4Address(address.value & Self.mask(length)))
    case .ipv6(let address):
      guard (0...128).contains(length) else { return nil }
      let (high, low) = Self.mask(length) as (UInt64, UInt64)
      self.address = .ipv6(IPv6Address(high: address.high & high, low: address.low & low))
    }
    self.length = length
  }

  /// Reads an address, a slash and a length in decimal.
  ///
  /// Anything else gives `nil`, and so do bits that are set beyond the length.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    let digits = bytes[(slash + 1)...]
    guard (1...3).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0"),
      digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
    else { return nil }
    let length = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    guard let address = IPAddress(String(decoding: bytes[..<slash], as: UTF8.self)),
      let prefix = IPPrefix(containing: address, length: length), prefix.address == address
    else { return nil }
    self = prefix
  }

  /// Whether an address lies in the block; never across families.
  public func contains(_ other: IPAddress) -> Bool {
    switch (address, other) {
    case (.ipv4(let first), .ipv4(let other)): return other.value & Self.mask(length) == first.value
    case (.ipv6(let first), .ipv6(let other)):
      let (high, low) = Self.mask(length) as (UInt64, UInt64)
      return other.high & high == first.high && other.low & low == first.low
    default: return false
    }
  }

  /// Whether another block lies wholly in this one; a block contains itself.
  public func contains(_ other: IPPrefix) -> Bool { other.length >= length && contains(other.address) }

  private static func mask(_ length: Int) -> UInt32 { length == 0 ? 0 : ~0 << UInt32(32 - length) }

  private static func mask(_ length: Int) -> (high: UInt64, low: UInt64) {
    // Swift's smart shifts give 0 when all bits are shifted out.
    (high: length >= 64 ? ~0 : ~(~0 >> length), low: length <= 64 ? 0 : ~(~0 >> (length - 64)))
  }
}

extension IPPrefix: Comparable {
  /// Whether the left block sorts first: by first address, then the larger block first.
  public static func < (left: IPPrefix, right: IPPrefix) -> Bool {
    (left.address, left.length) < (right.address, right.length)
  }
}

extension IPPrefix: CustomStringConvertible {
  /// The first address, a slash and the length.
  public var description: String { "\(address)/\(length)" }
}
