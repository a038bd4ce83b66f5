// SPDX-License-Identifier: Apache-2.0

/// A text whose control characters, which could steer a terminal, are written as `\u{1B}`.
func readable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
    return text
  }
  return text.unicodeScalars.map { scalar in
    scalar.properties.generalCategory == .control
      ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
  }.joined()
}

/// Whether a text is a name of the rules language: a letter or `_`, then letters, digits and `_`.
func isIdentifier(_ text: String) -> Bool {
  guard let first = text.utf8.first, !isDigit(first) else { return false }
  return text.utf8.allSatisfy(isWordByte)
}

/// Whether a byte is an ASCII digit.
@inlinable
package func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

/// Whether a byte is an ASCII letter.
@inlinable
package func isLetter(_ byte: UInt8) -> Bool {
  let lower = byte | 0x20
  return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
}

/// Whether a byte is an ASCII letter, digit or `_`, which is what `\w` matches.
@inlinable
package func isWordByte(_ byte: UInt8) -> Bool {
  isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
}

/// Whether percent-encoding leaves a byte as it is (RFC 3986 section 2.3).
@inlinable
package func isUnreserved(_ byte: UInt8) -> Bool {
  isWordByte(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~")
}

/// Whether two strings have the same bytes; `==` also holds for canonically equivalent ones, such as `K` and U+212A.
package func sameBytes(_ left: String, _ right: String) -> Bool {
  left == right && left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}
