// SPDX-License-Identifier: Apache-2.0

/// A domain name (RFC 1035, section 3.1).
///
/// Comparison ignores the case of ASCII letters (RFC 4343).
package struct DomainName: Sendable {
  /// The most octets of a name on the wire, including length octets.
  package static let longest = 255
  /// The most octets of a label.
  package static let longestLabel = 63
  /// The most pointers that are followed in one name; a name cannot have more labels.
  package static let mostPointers = 127
  /// The root.
  package static let root = DomainName(wire: [0])

  /// The uncompressed wire form, with the case of the letters preserved.
  package let wire: [UInt8]

  init(wire: [UInt8]) { self.wire = wire }

  /// Parses a name, with or without a final dot.
  ///
  /// `\.` and `\DDD` are escapes, as in zone files (RFC 1035, section 5.1).
  ///
  /// - Returns: `nil` when a label is empty or longer than 63 octets, or the name is longer than 255 octets.
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

  /// Reads a name from a message, follows compression pointers, and advances the offset.
  package init(reading bytes: Span<UInt8>, at offset: inout Int) throws(MessageError) {
    var wire: [UInt8] = []
    wire.reserveCapacity(64)
    try DomainName.walk(bytes, at: &offset) { wire.append($0) }
    self.wire = wire
  }

  /// Visits the octets of a name in its uncompressed form.
  ///
  /// Each pointer must lead to an offset before the target of the last one, and at most `mostPointers` are followed, so the
  /// walk ends. The labels at a pointer's target must end before the pointer, because an earlier name cannot contain it.
  static func walk(_ bytes: Span<UInt8>, at offset: inout Int, _ body: (UInt8) -> Void) throws(MessageError) {
    let start = offset
    var position = offset
    var lowest = offset
    var limit = bytes.count
    var length = 0
    var pointers = 0
    while true {
      let current = position
      guard current < limit || pointers == 0 else { throw .overlappingName(start) }
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
        guard target < lowest else { throw .badPointer(current) }
        pointers += 1
        guard pointers <= mostPointers else { throw .tooManyPointers(current) }
        if pointers == 1 { offset = position }
        limit = current
        lowest = target
        position = target
      default:
        throw .badLabel(current)
      }
    }
  }

  /// The number of labels, not counting the root's empty one.
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

  /// The name's last labels, or all of them if it has fewer.
  package func suffix(labels count: Int) -> DomainName {
    var name = self
    for _ in 0..<max(0, labelCount - count) { name = name.parent ?? .root }
    return name
  }

  /// Whether the name equals the other name or is beneath it.
  package func isBeneathOrEqual(_ other: DomainName) -> Bool {
    var position = 0
    while wire.count - position > other.wire.count { position += Int(wire[position]) + 1 }
    guard wire.count - position == other.wire.count else { return false }
    return other.wire.indices.allSatisfy { Self.fold(wire[position + $0]) == Self.fold(other.wire[$0]) }
  }

  /// The name in lower case.
  package var lowercased: DomainName { DomainName(wire: wire.map(Self.fold)) }

  /// Makes an upper-case ASCII letter lower-case.
  ///
  /// Length octets stay the same, because they are smaller than any letter.
  static func fold(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// The name with the case of each letter flipped by a bit (draft-vixie-dnsext-dns0x20).
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
  /// Whether both names are equal, ignoring case.
  package static func == (left: DomainName, right: DomainName) -> Bool {
    guard left.wire.count == right.wire.count else { return false }
    for index in left.wire.indices where left.wire[index] != right.wire[index] {
      if fold(left.wire[index]) != fold(right.wire[index]) { return false }
    }
    return true
  }

  /// Hashes the name in lower case.
  package func hash(into hasher: inout Hasher) {
    for byte in wire { hasher.combine(Self.fold(byte)) }
  }
}

extension DomainName: CustomStringConvertible {
  /// The name in lower case without a final dot, or `.` for the root.
  ///
  /// Characters that are not printable become `\DDD`.
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
