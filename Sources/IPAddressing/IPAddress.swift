// SPDX-License-Identifier: Apache-2.0

/// Which of the two Internet protocols an address or a record belongs to.
public enum AddressFamily: String, Sendable, Hashable, CaseIterable {
  /// Internet Protocol version 4 (RFC 791); its addresses stand in A records.
  case ipv4
  /// Internet Protocol version 6 (RFC 8200); its addresses stand in AAAA records.
  case ipv6
}

/// An address of either family.
///
/// ```swift
/// let address = IPAddress("2001:db8::1")
/// ```
/// Every IPv4 address sorts before every IPv6 address.
public enum IPAddress: Sendable, Hashable {
  /// An IPv4 address.
  case ipv4(IPv4Address)
  /// An IPv6 address.
  case ipv6(IPv6Address)

  /// Reads an address of either family; `nil` when the text is none.
  ///
  /// Brackets, a prefix length and a zone are not part of an address.
  public init?(_ text: some StringProtocol) {
    if let address = IPv4Address(text) {
      self = .ipv4(address)
    } else if let address = IPv6Address(text) {
      self = .ipv6(address)
    } else {
      return nil
    }
  }

  /// The protocol that the address belongs to.
  public var family: AddressFamily {
    switch self {
    case .ipv4: .ipv4
    case .ipv6: .ipv6
    }
  }

  /// The bytes in network order: 4 or 16.
  public var octets: [UInt8] {
    switch self {
    case .ipv4(let address): address.octets
    case .ipv6(let address): address.octets
    }
  }
}

extension IPAddress: Comparable {
  /// Whether the left address sorts first: IPv4 before IPv6, then by number.
  public static func < (left: IPAddress, right: IPAddress) -> Bool {
    switch (left, right) {
    case (.ipv4(let left), .ipv4(let right)): left < right
    case (.ipv6(let left), .ipv6(let right)): left < right
    case (.ipv4, .ipv6): true
    case (.ipv6, .ipv4): false
    }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The address as text.
  public var description: String {
    switch self {
    case .ipv4(let address): address.description
    case .ipv6(let address): address.description
    }
  }
}
