// SPDX-License-Identifier: Apache-2.0

extension JSON {
  /// How a value is laid out as text.
  package enum Layout: Sendable, Hashable {
    /// No white space: one line.
    case compact
    /// Two spaces per level, one member or element per line: for people.
    case pretty
  }

  /// The value as text; equal values give equal texts.
  package func text(_ layout: Layout = .compact) -> String { String(decoding: bytes(layout), as: UTF8.self) }

  /// The value as UTF-8; equal values give equal bytes.
  package func bytes(_ layout: Layout = .compact) -> [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes, layout: layout)
    return bytes
  }

  /// Appends the value as UTF-8; a number that is not finite is written as `null`.
  package func write(to bytes: inout [UInt8], layout: Layout = .compact) {
    write(to: &bytes, layout: layout, level: 0)
  }

  private func write(to bytes: inout [UInt8], layout: Layout, level: Int) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += value.description.utf8
    case .number(let value): bytes += (value.isFinite ? value.description : "null").utf8
    case .string(let value): Self.writeQuoted(value, to: &bytes)
    case .array(let elements):
      Self.writeList(elements, brackets: ("[", "]"), to: &bytes, layout: layout, level: level) {
        element, bytes in
        element.write(to: &bytes, layout: layout, level: level + 1)
      }
    case .object(let members):
      Self.writeList(members, brackets: ("{", "}"), to: &bytes, layout: layout, level: level) {
        member, bytes in
        Self.writeQuoted(member.name, to: &bytes)
        bytes += (layout == .pretty ? ": " : ":").utf8
        member.value.write(to: &bytes, layout: layout, level: level + 1)
      }
    }
  }

  private static func writeList<Item>(
    _ items: [Item], brackets: (String, String), to bytes: inout [UInt8], layout: Layout, level: Int,
    item write: (Item, inout [UInt8]) -> Void
  ) {
    bytes += brackets.0.utf8
    var isFirst = true
    for item in items {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      if layout == .pretty { writeLineBreak(to: &bytes, level: level + 1) }
      write(item, &bytes)
    }
    if layout == .pretty, !items.isEmpty { writeLineBreak(to: &bytes, level: level) }
    bytes += brackets.1.utf8
  }

  private static func writeLineBreak(to bytes: inout [UInt8], level: Int) {
    bytes.append(0x0A)
    bytes += repeatElement(0x20, count: 2 * level)
  }

  /// Appends a string in quotes, escaping what RFC 8259 section 7 demands and nothing else.
  package static func writeQuoted(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    // Nearly all texts have nothing to escape, and exports write half a million of them.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      bytes += text.utf8
      bytes.append(UInt8(ascii: "\""))
      return
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case 0x08: bytes += "\\b".utf8
      case 0x09: bytes += "\\t".utf8
      case 0x0A: bytes += "\\n".utf8
      case 0x0C: bytes += "\\f".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x00...0x1F:
        bytes += "\\u00".utf8
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
