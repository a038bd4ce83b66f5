// SPDX-License-Identifier: Apache-2.0

extension JSONScanner {
  /// Reads a string.
  package mutating func readString() throws(JSONError) -> String { try readString("a string") }

  mutating func readString(_ what: String) throws(JSONError) -> String {
    let start = position
    let hasEscape = try passString(what)
    // The opening quote may stand after white space; the closing one is the byte before the cursor.
    var first = start
    while bytes[first] != UInt8(ascii: "\"") { first += 1 }
    let content = bytes[(first + 1)..<(position - 1)]
    return String(decoding: hasEscape ? unescaped(content)[...] : content, as: UTF8.self)
  }

  mutating func skipString(_ what: String) throws(JSONError) { _ = try passString(what) }

  /// Passes over a string, checks all of it, and tells whether it holds an escape.
  private mutating func passString(_ what: String) throws(JSONError) -> Bool {
    try expect(UInt8(ascii: "\""), what)
    let count = bytes.count
    var hasEscape = false
    while position < count {
      let byte = bytes[position]
      if byte >= 0x80 {
        try passSequence()
      } else if byte == UInt8(ascii: "\"") {
        position += 1
        return hasEscape
      } else if byte == UInt8(ascii: "\\") {
        hasEscape = true
        try passEscape()
      } else if byte < 0x20 {
        throw error(.controlCharacter)
      } else {
        position += 1
      }
    }
    throw error(.unexpectedEnd("a closing quote"))
  }

  /// Passes over one well-formed UTF-8 sequence of several bytes (RFC 3629, section 4).
  private mutating func passSequence() throws(JSONError) {
    let lead = bytes[position]
    var second: ClosedRange<UInt8> = 0x80...0xBF
    let length: Int
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0:
      length = 3
      second = 0xA0...0xBF
    case 0xED:
      length = 3
      second = 0x80...0x9F
    case 0xE1...0xEF: length = 3
    case 0xF0:
      length = 4
      second = 0x90...0xBF
    case 0xF4:
      length = 4
      second = 0x80...0x8F
    case 0xF1...0xF3: length = 4
    default: throw error(.invalidUTF8)
    }
    guard position + length <= bytes.count, second.contains(bytes[position + 1]) else {
      throw error(.invalidUTF8)
    }
    for index in 2..<max(2, length) where bytes[position + index] & 0xC0 != 0x80 {
      throw error(.invalidUTF8)
    }
    position += length
  }

  private mutating func passEscape() throws(JSONError) {
    let start = position
    position += 1
    guard position < bytes.count else { throw error(.unexpectedEnd("an escape")) }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return
    case UInt8(ascii: "u"):
      let unit = try passHexadecimal()
      guard unit & 0xF800 == 0xD800 else { return }
      guard unit < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw JSONError(.loneSurrogate, at: start, in: bytes) }
      position += 2
      guard try passHexadecimal() & 0xFC00 == 0xDC00 else {
        throw JSONError(.loneSurrogate, at: start, in: bytes)
      }
    default:
      throw JSONError(
        .expected("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"), at: start, in: bytes)
    }
  }

  private mutating func passHexadecimal() throws(JSONError) -> UInt32 {
    guard position + 4 <= bytes.count, let value = hexadecimal(bytes[position..<position + 4]) else {
      throw error(.expected("four hexadecimal digits"))
    }
    position += 4
    return value
  }

  private func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(digit - 0x57)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(digit - 0x37)
      default: return nil
      }
    }
    return value
  }

  /// The bytes of a string whose escapes ``passString(_:)`` has checked.
  private func unescaped(_ content: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(content.count)
    var index = content.startIndex
    while index < content.endIndex {
      guard content[index] == UInt8(ascii: "\\") else {
        result.append(content[index])
        index += 1
        continue
      }
      let byte = content[index + 1]
      index += 2
      switch byte {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        var value = hexadecimal(content[index..<index + 4]) ?? 0
        index += 4
        if value & 0xFC00 == 0xD800 {
          let low = hexadecimal(content[(index + 2)..<(index + 6)]) ?? 0
          index += 6
          value = 0x10000 + ((value & 0x3FF) << 10) + (low & 0x3FF)
        }
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        result.append(contentsOf: String(Character(scalar)).utf8)
      default: result.append(byte)
      }
    }
    return result
  }
}
