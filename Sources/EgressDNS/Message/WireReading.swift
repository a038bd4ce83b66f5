// SPDX-License-Identifier: Apache-2.0

// Every field of a message is read through these functions, so that all bounds are checked in one place (RFC 9267).
extension Span<UInt8> {
  /// Reads one octet and advances the offset.
  func readUInt8(at offset: inout Int) throws(MessageError) -> UInt8 {
    guard offset >= 0, offset < count else { throw .truncated(offset) }
    defer { offset += 1 }
    return self[offset]
  }

  /// Reads two octets in network order and advances the offset.
  func readUInt16(at offset: inout Int) throws(MessageError) -> UInt16 {
    guard offset >= 0, count - offset >= 2 else { throw .truncated(offset) }
    defer { offset += 2 }
    return UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
  }

  /// Reads four octets in network order and advances the offset.
  func readUInt32(at offset: inout Int) throws(MessageError) -> UInt32 {
    guard offset >= 0, count - offset >= 4 else { throw .truncated(offset) }
    defer { offset += 4 }
    return UInt32(self[offset]) << 24 | UInt32(self[offset + 1]) << 16 | UInt32(self[offset + 2]) << 8
      | UInt32(self[offset + 3])
  }

  /// Reads eight octets in network order and advances the offset.
  func readUInt64(at offset: inout Int) throws(MessageError) -> UInt64 {
    let high = try readUInt32(at: &offset)
    return try UInt64(high) << 32 | UInt64(readUInt32(at: &offset))
  }

  /// Reads a number of octets and advances the offset.
  func readBytes(_ length: Int, at offset: inout Int) throws(MessageError) -> [UInt8] {
    guard offset >= 0, length >= 0, count - offset >= length else { throw .truncated(offset) }
    defer { offset += length }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    for index in offset..<offset + length { bytes.append(self[index]) }
    return bytes
  }
}
