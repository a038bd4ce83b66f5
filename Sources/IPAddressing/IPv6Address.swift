// SPDX-License-Identifier: Apache-2.0

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

  /// Makes an address from its sixteen bytes in network order; `nil` when there are not sixteen.
  public init?(octets: some Collection<UInt8>) {
    guard octets.count == 16 else { return nil }
    high = octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = octets.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Reads an address in any of the three forms of RFC 4291 section 2.2.
  ///
  /// Anything else gives `nil`, so also brackets, a prefix length or a zone.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard (2...45).contains(bytes.count) else { return nil }
    var fields = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    // "::" at an end leaves two empty fields; one of them is the gap itself.
    if fields.count > 2, fields[0].isEmpty, fields[1].isEmpty { fields.removeFirst() }
    if fields.count >= 2, fields[fields.count - 1].isEmpty, fields[fields.count - 2].isEmpty {
      fields.removeLast()
    }
    var groups: [UInt16] = []
    var gap: Int?
    for (index, field) in fields.enumerated() {
      if field.isEmpty {
        guard gap == nil else { return nil }
        gap = groups.count
      } else if index == fields.count - 1, field.contains(UInt8(ascii: ".")) {
        guard let tail = IPv4Address(utf8: field) else { return nil }
        groups += [UInt16(tail.value >> 16), UInt16(tail.value & 0xFFFF)]
      } else {
        guard let group = Self.group(field) else { return nil }
        groups.append(group)
      }
    }
    if let gap {
      // A lone colon at an end is an empty field without its twin.
      guard groups.count < 8, Self.hasDoubleColon(bytes) else { return nil }
      groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
    low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
  }

  private static func hasDoubleColon(_ bytes: [UInt8]) -> Bool {
    zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: ":") }
  }

  private static func group(_ digits: ArraySlice<UInt8>) -> UInt16? {
    guard (1...4).contains(digits.count) else { return nil }
    var value: UInt16 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(digit - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(digit - 0x57)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(digit - 0x37)
      default: return nil
      }
    }
    return value
  }

  /// The sixteen bytes in network order.
  public var octets: [UInt8] {
    [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
  }

  /// The eight groups of 16 bits, first to last.
  public var groups: [UInt16] {
    [high, low].flatMap { half in (0..<4).map { UInt16(truncatingIfNeeded: half >> (48 - 16 * $0)) } }
  }

  /// The IPv4 address inside an IPv4-mapped address (`::ffff:0:0/96`, RFC 4291 section 2.5.5.2).
  public var mappedIPv4: IPv4Address? {
    high == 0 && low >> 32 == 0xFFFF ? IPv4Address(UInt32(truncatingIfNeeded: low)) : nil
  }
}

extension IPv6Address: Comparable {
  /// Whether the left address is the smaller number.
  public static func < (left: IPv6Address, right: IPv6Address) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

extension IPv6Address: CustomStringConvertible {
  /// The canonical text of RFC 5952; IPv4-mapped addresses end in dotted decimal (its section 5).
  public var description: String {
    if let mappedIPv4 { return "::ffff:\(mappedIPv4)" }
    let groups = groups
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(1, best.count) { best = start..<end }
      start = end + 1
    }
    func text(_ part: ArraySlice<UInt16>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    if best.isEmpty { return text(groups[...]) }
    return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
  }
}
