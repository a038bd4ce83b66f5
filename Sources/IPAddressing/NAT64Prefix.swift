// SPDX-License-Identifier: Apache-2.0

/// A prefix under which a translator shows IPv4 addresses as IPv6 addresses (RFC 6052).
public struct NAT64Prefix: Sendable, Hashable {
  /// The lengths that RFC 6052 section 2.2 allows.
  public static let lengths = [32, 40, 48, 56, 64, 96]

  /// The well-known prefix `64:ff9b::/96` (RFC 6052 section 2.1).
  public static let wellKnown = NAT64Prefix(high: 0x0064_ff9b_0000_0000, low: 0, length: 96)

  /// The prefix as an address whose other bits are zero.
  public let address: IPv6Address
  /// The prefix length, one of ``lengths``.
  public let length: Int

  private init(high: UInt64, low: UInt64, length: Int) {
    address = IPv6Address(high: high, low: low)
    self.length = length
  }

  /// Makes a prefix from a block.
  ///
  /// The result is `nil` when the block is not IPv6, its length is none of ``lengths``, or bits 64 to 71 are set.
  public init?(_ prefix: IPPrefix) {
    guard case .ipv6(let address) = prefix.address, Self.lengths.contains(prefix.length),
      address.low >> 56 == 0
    else { return nil }
    self.address = address
    length = prefix.length
  }

  /// Makes the prefix of that length which an address lies in; conditions as for ``init(_:)``.
  public init?(containing address: IPv6Address, length: Int) {
    guard let prefix = IPPrefix(containing: .ipv6(address), length: length) else { return nil }
    self.init(prefix)
  }

  /// The prefix as a block of addresses.
  public var prefix: IPPrefix? { IPPrefix(containing: .ipv6(address), length: length) }

  /// The IPv6 address that represents an IPv4 address; the suffix is zero.
  public func embed(_ ipv4: IPv4Address) -> IPv6Address {
    let value = UInt64(ipv4.value)
    if length == 96 { return IPv6Address(high: address.high, low: address.low | value) }
    // The 32 bits start at the prefix's end and jump over bits 64 to 71, which stay zero.
    let inHigh = 64 - length
    let high = inHigh >= 32 ? value << UInt64(inHigh - 32) : value >> UInt64(32 - inHigh)
    let rest = inHigh >= 32 ? 0 : value & ((1 << UInt64(32 - inHigh)) - 1)
    return IPv6Address(high: address.high | high, low: address.low | rest << UInt64(24 + inHigh))
  }

  /// The IPv4 address that an IPv6 address represents; suffix bits are ignored as RFC 6052 section 2.2 demands.
  ///
  /// - Returns: `nil` when the address is not under this prefix or bits 64 to 71 are not zero.
  public func extract(_ ipv6: IPv6Address) -> IPv4Address? {
    guard prefix?.contains(.ipv6(ipv6)) == true, ipv6.low >> 56 == 0 else { return nil }
    if length == 96 { return IPv4Address(UInt32(truncatingIfNeeded: ipv6.low)) }
    let inHigh = 64 - length
    let high = inHigh >= 32 ? ipv6.high >> UInt64(inHigh - 32) : ipv6.high << UInt64(32 - inHigh)
    let rest = inHigh >= 32 ? 0 : ipv6.low >> UInt64(24 + inHigh) & ((1 << UInt64(32 - inHigh)) - 1)
    return IPv4Address(UInt32(truncatingIfNeeded: high | rest))
  }
}

extension NAT64Prefix: CustomStringConvertible {
  /// The prefix as `64:ff9b::/96`.
  public var description: String { "\(address)/\(length)" }
}
