// SPDX-License-Identifier: Apache-2.0

/// A set of hosts by their numbers, one bit each.
struct HostSet: Equatable {
  /// The bits, lowest number first.
  private(set) var bits: [UInt8] = []

  /// The numbers that fit are below this one: a damaged file must not make the set huge.
  static let numberLimit: Int64 = 1 << 27

  /// Makes an empty set.
  init() {}

  /// Makes a set of stored bits.
  init(bits: [UInt8]) { self.bits = bits }

  /// Adds a host; a number that does not fit is left out.
  mutating func insert(_ host: Int64) {
    guard host >= 0, host < Self.numberLimit else { return }
    let index = Int(host >> 3)
    if index >= bits.count { bits += repeatElement(0, count: index - bits.count + 1) }
    bits[index] |= 1 << UInt8(host & 7)
  }

  /// Whether the set holds a host.
  func contains(_ host: Int64) -> Bool {
    guard host >= 0, host >> 3 < Int64(bits.count) else { return false }
    return bits[Int(host >> 3)] & (1 << UInt8(host & 7)) != 0
  }

  /// A digest to find an equal set by (FNV-1a, 64 bits).
  var digest: Int64 {
    Int64(bitPattern: bits.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
  }
}
