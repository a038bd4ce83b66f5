// SPDX-License-Identifier: Apache-2.0

/// A name or a pattern with `*` (any characters) and `?` (one character), such as `eu-*`; case does not matter.
package struct NamePattern: Sendable, Hashable, CustomStringConvertible {
  /// The pattern in lower case.
  package let description: String
  private let bytes: [UInt8]

  /// Makes a pattern.
  package init(_ text: String) {
    description = text.lowercased()
    bytes = Array(description.utf8)
  }

  /// Reads a list such as `aws,aws-cn`; empty parts are left out, and the word `all` restricts nothing.
  package static func list(_ text: String) -> [NamePattern] {
    let parts = text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    return parts.contains("all") ? [] : parts.map { NamePattern(String($0)) }
  }

  /// Whether the whole name matches; takes time in proportion to pattern × name at most.
  package func matches(_ name: String) -> Bool {
    let name = Array(name.utf8)
    let star = UInt8(ascii: "*")
    var pattern = 0
    var position = 0
    var restart: (pattern: Int, position: Int)?
    while position < name.count {
      if pattern < bytes.count, bytes[pattern] == star {
        restart = (pattern + 1, position)
        pattern += 1
      } else if pattern < bytes.count,
        bytes[pattern] == UInt8(ascii: "?") || bytes[pattern] == Self.lower(name[position])
      {
        pattern += 1
        position += 1
      } else if let last = restart {
        restart = (last.pattern, last.position + 1)
        (pattern, position) = (last.pattern, last.position + 1)
      } else {
        return false
      }
    }
    return bytes[pattern...].allSatisfy { $0 == star }
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

extension [NamePattern] {
  /// Whether the list admits a name: it is empty, or one of its patterns matches.
  package func admit(_ name: String) -> Bool { isEmpty || contains { $0.matches(name) } }
}
