// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// The partitions of an image: a hash table of the listed regions, and patterns for all other names.
@safe struct PartitionTable {
  let image: ImageView
  let offset: Int

  @inline(__always)
  init(_ image: ImageView, at offset: Int) {
    self.image = image
    self.offset = offset
  }

  /// The record of the partition of a region, as an offset in the image; of none, the first one.
  @inline(__always)
  func record(of region: Text?) -> Int {
    let records = image.u32(offset &+ PartitionLayout.records)
    guard let region else { return records }
    let mask = image.u32(offset &+ PartitionLayout.mask)
    let entries = image.u32(offset &+ PartitionLayout.entries)
    var slot = Int(truncatingIfNeeded: region.hash) & mask
    // The table has free entries, so the search ends; the count only makes that certain for any image.
    for _ in 0...mask {
      let entry = entries &+ slot &* PartitionLayout.entrySize
      let partition = image.u16(entry &+ 6)
      if partition == PartitionLayout.freeEntry { break }
      if image.text(image.u32(entry), image.u16(entry &+ 4)).isEqual(region) {
        return records &+ partition &* PartitionLayout.recordSize
      }
      slot = (slot &+ 1) & mask
    }
    return unlistedRecord(of: region, records)
  }

  @inline(never)
  private func unlistedRecord(of region: Text, _ records: Int) -> Int {
    for index in 0..<image.u32(offset + PartitionLayout.count) {
      let record = records + index * PartitionLayout.recordSize
      let pattern = image.text(at: record + PartitionLayout.pattern)
      if Self.matches(region, pattern) { return record }
    }
    return records
  }

  /// Whether a name matches a pattern that ``RegionPattern`` accepts.
  static func matches(_ name: Text, _ pattern: Text) -> Bool {
    guard name.count < 64 else { return RegionPattern(pattern.string)?.matches(name.string) ?? false }
    // Bit n: the elements so far can end at byte n of the name.
    var places: UInt64 = 1
    var index = 1
    let end = pattern.count - 1
    while index < end, places != 0 {
      switch pattern[index] {
      case UInt8(ascii: "("):
        let before = places
        var way = before
        var all: UInt64 = 0
        index += 1
        while index < end, pattern[index] != UInt8(ascii: ")") {
          if pattern[index] == UInt8(ascii: "|") {
            all |= way
            way = before
          } else {
            if pattern[index] == UInt8(ascii: "\\") { index += 1 }
            way = step(name, way, pattern[index])
          }
          index += 1
        }
        places = all | way
        index += 1
      case UInt8(ascii: "\\")
      where pattern[index + 1] == UInt8(ascii: "w") || pattern[index + 1] == UInt8(ascii: "d"):
        places = run(name, places, digitsOnly: pattern[index + 1] == UInt8(ascii: "d"))
        index += 3
      case UInt8(ascii: "\\"):
        places = step(name, places, pattern[index + 1])
        index += 2
      default:
        places = step(name, places, pattern[index])
        index += 1
      }
    }
    return places >> UInt64(name.count) & 1 == 1
  }

  private static func step(_ name: Text, _ places: UInt64, _ byte: UInt8) -> UInt64 {
    var next: UInt64 = 0
    for place in 0..<name.count where places >> UInt64(place) & 1 == 1 && name[place] == byte {
      next |= 1 << UInt64(place + 1)
    }
    return next
  }

  private static func run(_ name: Text, _ places: UInt64, digitsOnly: Bool) -> UInt64 {
    var next: UInt64 = 0
    for place in 0..<name.count where places >> UInt64(place) & 1 == 1 {
      var end = place
      while end < name.count, digitsOnly ? isDigit(name[end]) : isWordByte(name[end]) { end += 1 }
      if end > place { next |= 1 << UInt64(end) }
    }
    return next
  }
}
