// SPDX-License-Identifier: Apache-2.0

/// A domain name (RFC 1035, section 3.1); compared without regard to the case of ASCII letters (RFC 4343).
package struct DomainName: Sendable {
  /// The most octets of a name on the wire, length octets included.
  package static let longest = 255
  /// The most octets of a label.
  package static let longestLabel = 63
  /// The most pointers that are followed in one name: a name has no more labels than that.
  package static let mostPointers = 127
  /// The root.
  package static let root = DomainName(wire: [0])

  /// The name on the wire, uncompressed, in its own case.
  package let wire: [UInt8]

  init(wire: [UInt8]) { self.wire = wire }

  /// Reads a host name, with or without a final dot; `\.` and `\DDD` escape as in zone files (RFC 1035, section 5.1).
  ///
  /// - Returns: `nil` when a label is empty or longer than 63 octets, or the name longer than 255.
  package init?(_ text: some StringProtocol) {
    var wire: [UInt8] = []
    var label: [UInt8] = []
    var bytes = text.utf8.makeIterator()
    if text == "." {
      self = .root
      return
    }
    var endsWithDot = false
    while let byte = bytes.next() {
      endsWithDot = false
      if byte == UInt8(ascii: ".") {
        guard Self.append(label, to: &wire) else { return nil }
        label = []
        endsWithDot = true
        continue
      }
      var value = byte
      if byte == UInt8(ascii: "\\") {
        guard let first = bytes.next() else { return nil }
        value = first
        if (0x30...0x39).contains(first) {
          guard let second = bytes.next(), let third = bytes.next(), (0x30...0x39).contains(second),
            (0x30...0x39).contains(third)
          else { return nil }
          let number = Int(first - 0x30) * 100 + Int(second - 0x30) * 10 + Int(third - 0x30)
          guard number <= 255 else { return nil }
          value = UInt8(number)
        }
      }
      label.append(value)
      if label.count > Self.longestLabel { return nil }
    }
    if !endsWithDot { guard Self.append(label, to: &wire) else { return nil } }
    wire.append(0)
    self.wire = wire
  }

  private static func append(_ label: [UInt8], to wire: inout [UInt8]) -> Bool {
    guard !label.isEmpty, label.count <= longestLabel, wire.count + label.count + 2 <= longest else {
      return false
    }
    wire.append(UInt8(label.count))
    wire += label
    return true
  }

  /// Reads a name from a message, following compression pointers, and moves behind it.
  package init(reading bytes: Span<UInt8>, at offset: inout Int) throws(MessageError) {
    var wire: [UInt8] = []
    wire.reserveCapacity(64)
    try DomainName.walk(bytes, at: &offset) { wire.append($0) }
    self.wire = wire
  }

  /// Goes through a name's octets, uncompressed.
  ///
  /// Each pointer must lie before the place that the last one led to, so the walk ends after `mostPointers` jumps. What it
  /// leads to must end before the pointer: an earlier name cannot hold the pointer itself.
  static func walk(_ bytes: Span<UInt8>, at offset: inout Int, _ body: (UInt8) -> Void) throws(MessageError) {
    let start = offset
    var position = offset
    var lowest = offset
    var limit = bytes.count
    var length = 0
    var pointers = 0
    while true {
      let place = position
      guard place < limit || pointers == 0 else { throw .overlappingName(start) }
      let size = try bytes.readUInt8(at: &position)
      switch size >> 6 {
      case 0:
        length += Int(size) + 1
        guard length <= longest else { throw .nameTooLong(start) }
        guard limit - position >= Int(size) else {
          throw pointers == 0 ? .truncated(bytes.count) : .overlappingName(start)
        }
        body(size)
        for index in position..<position + Int(size) { body(bytes[index]) }
        position += Int(size)
        if size == 0 {
          if pointers == 0 { offset = position }
          return
        }
      case 3:
        let target = try Int(size & 0x3F) << 8 | Int(bytes.readUInt8(at: &position))
        guard target < lowest else { throw .badPointer(place) }
        pointers += 1
        guard pointers <= mostPointers else { throw .tooManyPointers(place) }
        if pointers == 1 { offset = position }
        limit = place
        lowest = target
        position = target
      default:
        throw .badLabel(place)
      }
    }
  }

  /// The number of labels, the root's empty one not counted.
  package var labelCount: Int {
    var position = 0
    var labels = 0
    while position < wire.count, wire[position] != 0 {
      position += Int(wire[position]) + 1
      labels += 1
    }
    return labels
  }

  /// The name without its first label; `nil` for the root.
  package var parent: DomainName? {
    guard let first = wire.first, first != 0 else { return nil }
    return DomainName(wire: Array(wire[(Int(first) + 1)...]))
  }

  /// The last labels of the name, or all when it has fewer.
  package func suffix(labels count: Int) -> DomainName {
    var name = self
    for _ in 0..<max(0, labelCount - count) { name = name.parent ?? .root }
    return name
  }

  /// Whether the name is the other or stands beneath it.
  package func isBeneathOrEqual(_ other: DomainName) -> Bool {
    var position = 0
    while wire.count - position > other.wire.count { position += Int(wire[position]) + 1 }
    guard wire.count - position == other.wire.count else { return false }
    return other.wire.indices.allSatisfy { Self.fold(wire[position + $0]) == Self.fold(other.wire[$0]) }
  }

  /// The same name with lower-case letters.
  package var lowercased: DomainName { DomainName(wire: wire.map(Self.fold)) }

  /// An octet with an upper-case ASCII letter made lower-case; length octets are below any letter.
  static func fold(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// The name with the case of its letters taken from random bits, one for each (draft-vixie-dnsext-dns0x20).
  package func mixed(by bits: UInt64) -> DomainName {
    var wire = self.wire
    var bits = bits
    for index in wire.indices where (wire[index] | 0x20) &- 0x61 < 26 {
      if bits & 1 == 1 { wire[index] ^= 0x20 }
      bits = bits >> 1 | bits << 63
    }
    return DomainName(wire: wire)
  }
}

extension DomainName: Hashable {
  /// Whether both are the same name, whatever the case.
  package static func == (left: DomainName, right: DomainName) -> Bool {
    guard left.wire.count == right.wire.count else { return false }
    for index in left.wire.indices where left.wire[index] != right.wire[index] {
      if fold(left.wire[index]) != fold(right.wire[index]) { return false }
    }
    return true
  }

  /// Hashes the lower-case name.
  package func hash(into hasher: inout Hasher) {
    for byte in wire { hasher.combine(Self.fold(byte)) }
  }
}

extension DomainName: CustomStringConvertible {
  /// The name in lower case without a final dot, `.` for the root; what is not a plain character stands as `\DDD`.
  package var description: String {
    guard wire.count > 1 else { return "." }
    var text: [UInt8] = []
    var position = 0
    while position < wire.count, wire[position] != 0 {
      let end = position + 1 + Int(wire[position])
      if position > 0 { text.append(UInt8(ascii: ".")) }
      for byte in wire[position + 1..<end] {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
        case 0x21...0x7E: text.append(Self.fold(byte))
        default: text += [UInt8(ascii: "\\"), 0x30 + byte / 100, 0x30 + byte / 10 % 10, 0x30 + byte % 10]
        }
      }
      position = end
    }
    return String(decoding: text, as: UTF8.self)
  }
}
