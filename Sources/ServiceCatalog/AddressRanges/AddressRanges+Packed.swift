// SPDX-License-Identifier: Apache-2.0

internal import EgressBase
internal import IPAddressing

extension AddressRanges {
  /// Reads the packed form, which `scripts/ip_ranges.py` writes and describes; `nil` when the bytes are not in that form.
  init?(packed bytes: [UInt8]) {
    var reader = PackedReader(bytes)
    guard reader.skip(Array("packed ip-ranges 1\n".utf8)), let created = reader.number(),
      let seconds = Int64(exactly: created), let regions = reader.texts(), let services = reader.texts(),
      let ownerCount = reader.count()
    else { return nil }
    var owners: [Owner] = []
    for _ in 0..<ownerCount {
      guard let region = reader.count(), region < regions.count, let count = reader.count() else {
        return nil
      }
      var owner = Owner(region: regions[region], services: [])
      for _ in 0..<count {
        guard let service = reader.count(), service < services.count else { return nil }
        owner.services.append(services[service])
      }
      owners.append(owner)
    }
    var table = AddressTable()
    var next: UInt128 = 0
    guard let blockCount = reader.count() else { return nil }
    for _ in 0..<blockCount {
      guard let gap = reader.scaledNumber(), let size = reader.scaledNumber(), size > 0,
        let owner = reader.count(), owner < owners.count, let label = UInt16(exactly: owner)
      else { return nil }
      let (start, startOverflows) = next.addingReportingOverflow(gap)
      let (end, endOverflows) = start.addingReportingOverflow(size - 1)
      guard !startOverflows, !endOverflows, table.append(from: start, to: end, label: label) else {
        return nil
      }
      next = end &+ 1
    }
    guard reader.isAtEnd else { return nil }
    self.init(created: Timestamp(seconds: seconds), table: table, owners: owners)
  }
}

/// Reads numbers and texts from the start of bytes to their end.
private struct PackedReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func skip(_ expected: [UInt8]) -> Bool {
    guard bytes.dropFirst(offset).starts(with: expected) else { return false }
    offset += expected.count
    return true
  }

  /// A number in groups of seven bits, the lowest first; the highest bit of a byte says that another follows.
  mutating func number() -> UInt128? {
    var value: UInt128 = 0
    for shift in stride(from: 0, to: 126, by: 7) {
      guard offset < bytes.count else { return nil }
      let byte = bytes[offset]
      offset += 1
      value |= UInt128(byte & 0x7F) << UInt128(shift)
      if byte < 0x80 { return value }
    }
    return nil
  }

  /// A number that counts things or is an index.
  mutating func count() -> Int? { number().flatMap { $0 < 1 << 24 ? Int($0) : nil } }

  /// A byte that says how many zero bits end the number, and the bits before them.
  mutating func scaledNumber() -> UInt128? {
    guard offset < bytes.count else { return nil }
    let shift = bytes[offset]
    offset += 1
    guard shift < 128, let value = number(), value <= UInt128.max >> UInt128(shift) else { return nil }
    return value << UInt128(shift)
  }

  mutating func texts() -> [String]? {
    guard let count = count() else { return nil }
    var texts: [String] = []
    for _ in 0..<count {
      guard let length = self.count(), length <= bytes.count - offset else { return nil }
      texts.append(String(decoding: bytes[offset..<offset + length], as: UTF8.self))
      offset += length
    }
    return texts
  }
}
