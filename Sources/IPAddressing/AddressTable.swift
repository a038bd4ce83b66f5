// SPDX-License-Identifier: Apache-2.0

/// Blocks of addresses with a label each, of which none overlap: finds the label of an address by binary search.
///
/// A lookup allocates nothing. Neighbouring blocks with the same label are one.
public struct AddressTable: Sendable, Hashable {
  /// Addresses from a first to a last one, of one family.
  public struct Block: Sendable, Hashable {
    /// The first address.
    public var first: IPAddress
    /// The last address.
    public var last: IPAddress
    /// The label.
    public var label: UInt16
  }

  /// The first addresses as numbers, ascending; an IPv4 address counts as its IPv4-mapped form.
  private var starts: [UInt128] = []
  private var ends: [UInt128] = []
  private var labels: [UInt16] = []

  /// Makes an empty table.
  public init() {}

  /// Makes a table of blocks that may lie in each other.
  ///
  /// Where a block lies in others, `label` is asked for the label of the whole nest.
  ///
  /// - Parameters:
  ///   - blocks: The blocks, each with what is known of it; the order does not matter. None of IPv6 holds the IPv4-mapped
  ///     addresses.
  ///   - label: Gives the label of addresses whose blocks are these, the largest block first.
  public init<Entry>(_ blocks: [(prefix: IPPrefix, entry: Entry)], label: ([Entry]) -> UInt16) {
    // A block that holds another one sorts before it, and blocks never overlap in part.
    let ranges = blocks.map { (range: Self.range(of: $0.prefix), entry: $0.entry) }
    let sorted = ranges.sorted { left, right in
      left.range.start != right.range.start
        ? left.range.start < right.range.start : left.range.end > right.range.end
    }
    var nest: [(entry: Entry, end: UInt128)] = []
    var next: UInt128 = 0
    func close(before start: UInt128?) {
      while let inner = nest.last, start.map({ inner.end < $0 }) ?? true {
        if next <= inner.end {
          append(from: next, to: inner.end, label: label(nest.map(\.entry)))
          next = inner.end &+ 1
        }
        nest.removeLast()
      }
    }
    for ((start, end), entry) in sorted {
      close(before: start)
      if !nest.isEmpty, next < start { append(from: next, to: start - 1, label: label(nest.map(\.entry))) }
      next = start
      nest.append((entry, end))
    }
    close(before: nil)
  }

  /// Adds a block behind all others.
  ///
  /// - Parameters:
  ///   - start: The first address as a number; an IPv4 address counts as its IPv4-mapped form.
  ///   - end: The last address.
  ///   - label: The label.
  /// - Returns: `false` when the block does not lie behind the others or ends before it begins.
  @discardableResult
  public mutating func append(from start: UInt128, to end: UInt128, label: UInt16) -> Bool {
    guard start <= end, ends.last.map({ $0 < start }) ?? true else { return false }
    if let last = ends.last, last + 1 == start, labels.last == label {
      ends[ends.count - 1] = end
      return true
    }
    starts.append(start)
    ends.append(end)
    labels.append(label)
    return true
  }

  /// The number of blocks.
  public var count: Int { starts.count }

  /// The label of the block that holds an address; `nil` when none does.
  public func label(of address: IPAddress) -> UInt16? {
    // Written as IPv6, an IPv4 address is not the IPv4 address.
    if case .ipv6(let ipv6) = address, ipv6.mappedIPv4 != nil { return nil }
    let number = Self.number(of: address)
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= number { low = middle + 1 } else { high = middle }
    }
    return low > 0 && number <= ends[low - 1] ? labels[low - 1] : nil
  }

  /// All blocks, ascending.
  public var blocks: [Block] {
    starts.indices.map { index in
      Block(
        first: Self.address(starts[index]), last: Self.address(ends[index]), label: labels[index])
    }
  }

  private static let mapped: UInt128 = 0xFFFF << 32

  private static func number(of address: IPAddress) -> UInt128 {
    switch address {
    case .ipv4(let ipv4): mapped | UInt128(ipv4.value)
    case .ipv6(let ipv6): UInt128(ipv6.high) << 64 | UInt128(ipv6.low)
    }
  }

  private static func address(_ number: UInt128) -> IPAddress {
    if number >> 32 == 0xFFFF { return .ipv4(IPv4Address(UInt32(truncatingIfNeeded: number))) }
    return .ipv6(
      IPv6Address(high: UInt64(truncatingIfNeeded: number >> 64), low: UInt64(truncatingIfNeeded: number)))
  }

  private static func range(of prefix: IPPrefix) -> (start: UInt128, end: UInt128) {
    let start = number(of: prefix.address)
    let bits = prefix.address.family == .ipv4 ? 32 - prefix.length : 128 - prefix.length
    return (start, start | (bits >= 128 ? .max : (1 << UInt128(bits)) - 1))
  }
}
