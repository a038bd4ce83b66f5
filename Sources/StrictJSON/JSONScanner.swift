// SPDX-License-Identifier: Apache-2.0

/// A cursor over a JSON text that reads or skips one value after another without building a tree.
///
/// ```swift
/// var scanner = try JSONScanner(bytes)
/// try scanner.beginObject()
/// while let name = try scanner.nextMember() {
///   if name == "version" { version = try scanner.readString() } else { try scanner.skipValue() }
/// }
/// try scanner.finish()
/// ```
/// Everything that is passed, read or skipped, is checked against the grammar (RFC 8259) and for UTF-8.
package struct JSONScanner: Sendable {
  /// The kind of the next value.
  package enum Kind: Sendable, Hashable {
    /// A value in braces.
    case object
    /// A value in brackets.
    case array
    /// A value in quotes.
    case string
    /// A number.
    case number
    /// `true` or `false`.
    case bool
    /// `null`.
    case null
  }

  /// The text.
  package let bytes: [UInt8]
  /// The offset of the next byte to read.
  package internal(set) var position = 0
  /// The offset of the last name that was read.
  package private(set) var nameOffset = 0
  /// How deep the cursor is in arrays and objects.
  package internal(set) var depth = 0
  /// The limits and choices of the reader.
  package let options: JSON.ReadingOptions
  /// Whether an array or object was opened and nothing of it was read.
  private var isAtStart = false

  /// Makes a cursor at the start of a text; a byte order mark is skipped.
  ///
  /// - Throws: ``JSONError`` when the text is larger than the options allow.
  package init(_ bytes: [UInt8], options: JSON.ReadingOptions = .init()) throws(JSONError) {
    self.bytes = bytes
    self.options = options
    guard bytes.count <= options.maximumSize else {
      throw JSONError(.tooLarge(limit: options.maximumSize), at: 0, in: [])
    }
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
  }

  /// The kind of the next value.
  ///
  /// - Throws: ``JSONError`` when no value starts here.
  package mutating func peek() throws(JSONError) -> Kind {
    skipSpace()
    guard position < bytes.count else { throw error(.unexpectedEnd("a value")) }
    switch bytes[position] {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    default: throw error(.expected("a value"))
    }
  }

  /// Enters an object; follow with ``nextMember()`` until it returns `nil`.
  package mutating func beginObject() throws(JSONError) { try open(UInt8(ascii: "{"), "an object") }

  /// Enters an array; follow with ``nextElement()`` until it returns `false`.
  package mutating func beginArray() throws(JSONError) { try open(UInt8(ascii: "["), "an array") }

  /// The name of the next member, whose value must be read or skipped next.
  ///
  /// At the end of the object the result is `nil` and the object is left. Names that occur twice are not noticed.
  package mutating func nextMember() throws(JSONError) -> String? {
    guard try advance(closing: UInt8(ascii: "}"), "\",\" or \"}\"") else { return nil }
    skipSpace()
    nameOffset = position
    let name = try readString("a name in quotes")
    try expect(UInt8(ascii: ":"), "\":\"")
    return name
  }

  /// Whether another element follows, which must be read or skipped next; `false` leaves the array.
  package mutating func nextElement() throws(JSONError) -> Bool {
    try advance(closing: UInt8(ascii: "]"), "\",\" or \"]\"")
  }

  /// Reads `true` or `false`.
  package mutating func readBool() throws(JSONError) -> Bool {
    guard try peek() == .bool else { throw error(.expected("true or false")) }
    if bytes[position] == UInt8(ascii: "t") {
      try literal("true")
      return true
    }
    try literal("false")
    return false
  }

  /// Reads `null`.
  package mutating func readNull() throws(JSONError) {
    guard try peek() == .null else { throw error(.expected("null")) }
    try literal("null")
  }

  /// Passes over one value of any kind.
  package mutating func skipValue() throws(JSONError) {
    switch try peek() {
    case .object:
      try beginObject()
      while try advance(closing: UInt8(ascii: "}"), "\",\" or \"}\"") {
        try skipString("a name in quotes")
        try expect(UInt8(ascii: ":"), "\":\"")
        try skipValue()
      }
    case .array:
      try beginArray()
      while try nextElement() { try skipValue() }
    case .string: try skipString("a string")
    case .number: _ = try passNumber()
    case .bool: _ = try readBool()
    case .null: try readNull()
    }
  }

  /// Checks that only white space follows.
  package mutating func finish() throws(JSONError) {
    skipSpace()
    guard position == bytes.count else { throw error(.trailingData) }
  }

  /// An error at the cursor, for callers that find fault with what they read.
  package func error(_ problem: JSONError.Problem) -> JSONError {
    JSONError(problem, at: position, in: bytes)
  }
}

extension JSONScanner {
  private mutating func open(_ bracket: UInt8, _ what: String) throws(JSONError) {
    try expect(bracket, what)
    guard depth < options.maximumDepth else {
      position -= 1
      throw error(.tooDeep(limit: options.maximumDepth))
    }
    depth += 1
    isAtStart = true
  }

  /// Steps over the comma before the next element, or over the closing bracket, which gives `false`.
  private mutating func advance(closing bracket: UInt8, _ what: String) throws(JSONError) -> Bool {
    skipSpace()
    guard position < bytes.count else { throw error(.unexpectedEnd(what)) }
    let byte = bytes[position]
    if byte == bracket {
      position += 1
      depth -= 1
      isAtStart = false
      return false
    }
    if isAtStart {
      isAtStart = false
      return true
    }
    guard byte == UInt8(ascii: ",") else { throw error(.expected(what)) }
    position += 1
    return true
  }

  mutating func expect(_ byte: UInt8, _ what: String) throws(JSONError) {
    skipSpace()
    guard position < bytes.count else { throw error(.unexpectedEnd(what)) }
    guard bytes[position] == byte else { throw error(.expected(what)) }
    position += 1
  }

  mutating func skipSpace() {
    let count = bytes.count
    while position < count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func literal(_ text: StaticString) throws(JSONError) {
    let word = text.description
    guard position + word.utf8.count <= bytes.count,
      bytes[position..<position + word.utf8.count].elementsEqual(word.utf8)
    else { throw error(.expected(word)) }
    position += word.utf8.count
  }
}
