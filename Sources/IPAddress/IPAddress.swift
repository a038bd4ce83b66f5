// SPDX-License-Identifier: Apache-2.0

/// Which of the two Internet protocols an address or a record belongs to.
public enum AddressFamily: String, Sendable, Hashable, CaseIterable {
  /// Internet Protocol version 4 (RFC 791); its addresses stand in A records.
  case ipv4
  /// Internet Protocol version 6 (RFC 8200); its addresses stand in AAAA records.
  case ipv6
}

/// An IPv4 address (RFC 791).
public struct IPv4Address: Sendable, Hashable {
  /// The address as a number in host order: `192.0.2.1` is `0xC000_0201`.
  public var value: UInt32

  /// Makes an address from its number in host order.
  public init(_ value: UInt32) { self.value = value }
}

/// An IPv6 address (RFC 4291).
public struct IPv6Address: Sendable, Hashable {
  /// The first 64 bits, in host order.
  public var high: UInt64
  /// The last 64 bits, in host order.
  public var low: UInt64

  /// Makes an address from its two halves in host order.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

/// An address of either family.
public enum IPAddress: Sendable, Hashable {
  /// An IPv4 address.
  case ipv4(IPv4Address)
  /// An IPv6 address.
  case ipv6(IPv6Address)
}
