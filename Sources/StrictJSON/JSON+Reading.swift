// SPDX-License-Identifier: Apache-2.0

extension JSON {
  /// Limits of the reader.
  package struct ReadingOptions: Sendable, Hashable {
    /// How deep arrays and objects may nest; each level costs stack, and no text of AWS goes beyond 60.
    package var maximumDepth: Int
    /// How many bytes a text may have; the largest service model has 10 MB.
    package var maximumSize: Int

    /// Makes options; without arguments the strictest ones.
    package init(maximumDepth: Int = 128, maximumSize: Int = 256 << 20) {
      self.maximumDepth = maximumDepth
      self.maximumSize = maximumSize
    }
  }

  /// Reads a text that holds one value (RFC 8259).
  ///
  /// - Parameters:
  ///   - bytes: The text in UTF-8.
  ///   - options: Limits.
  /// - Throws: ``JSONError`` with the position and what was expected there.
  package init(parsing bytes: [UInt8], options: ReadingOptions = .init()) throws(JSONError) {
    var scanner = try JSONScanner(bytes, options: options)
    self = try scanner.readValue()
    try scanner.finish()
  }
}

extension JSONScanner {
  /// Reads the next value of any kind as a tree.
  package mutating func readValue() throws(JSONError) -> JSON {
    switch try peek() {
    case .string: return .string(try readString())
    case .number: return try readNumber()
    case .bool: return .bool(try readBool())
    case .null:
      try readNull()
      return .null
    case .array:
      try beginArray()
      var elements: [JSON] = []
      while try nextElement() { elements.append(try readValue()) }
      return .array(elements)
    case .object:
      try beginObject()
      var members = MemberList()
      while let name = try nextMember() {
        let start = nameOffset
        let value = try readValue()
        guard members.insert(name, value) else {
          throw JSONError(.duplicateName(name), at: start, in: bytes)
        }
      }
      return .object(members.members)
    }
  }
}

/// The members of an object that is being read, with an index of the names once there are many.
private struct MemberList {
  /// Up to this many names a linear search is faster than hashing.
  private static let linearLimit = 16

  private(set) var members: [JSON.Member] = []
  private var names: Set<[UInt8]> = []

  /// Adds a member; `false` when the name is there already.
  mutating func insert(_ name: String, _ value: JSON) -> Bool {
    if members.count < Self.linearLimit {
      if members.contains(where: { sameBytes($0.name, name) }) { return false }
    } else {
      if names.isEmpty { names = Set(members.map { Array($0.name.utf8) }) }
      guard names.insert(Array(name.utf8)).inserted else { return false }
    }
    members.append(JSON.Member(name, value))
    return true
  }
}
