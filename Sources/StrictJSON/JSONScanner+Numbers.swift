// SPDX-License-Identifier: Apache-2.0

extension JSONScanner {
  /// Reads a number; one without fraction and exponent that fits 64 bits comes as ``JSON/integer(_:)``.
  package mutating func readNumber() throws(JSONError) -> JSON {
    guard try peek() == .number else { throw error(.expected("a number")) }
    let start = position
    let isWhole = try passNumber()
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw JSONError(.numberOutOfRange, at: start, in: bytes)
    }
    return .number(value)
  }

  /// Passes over a number and tells whether it has neither fraction nor exponent.
  mutating func passNumber() throws(JSONError) -> Bool {
    var isWhole = true
    if byte == UInt8(ascii: "-") { position += 1 }
    if byte == UInt8(ascii: "0") {
      position += 1
      if let byte, isDigit(byte) { throw error(.expected("no digit after a leading zero")) }
    } else {
      try passDigits()
    }
    if byte == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      try passDigits()
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
      try passDigits()
    }
    return isWhole
  }

  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private mutating func passDigits() throws(JSONError) {
    guard let first = byte else { throw error(.unexpectedEnd("a digit")) }
    guard isDigit(first) else { throw error(.expected("a digit")) }
    while let byte, isDigit(byte) { position += 1 }
  }
}
