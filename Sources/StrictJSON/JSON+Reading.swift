// SPDX-License-Identifier: Apache-2.0

extension JSON {
  /// Limits and choices of the reader.
  package struct ReadingOptions: Sendable, Hashable {
    /// What to do with an object that has a name twice.
    package enum DuplicateNames: Sendable, Hashable {
      /// The text is refused.
      case refused
      /// The last value stands in the place of the first, as Python's `json` does it.
      case lastWins
    }

    /// What to do with an object that has a name twice.
    package var duplicateNames: DuplicateNames
    /// How deep arrays and objects may nest; each level costs stack, and no text of AWS goes beyond 60.
    package var maximumDepth: Int
    /// How many bytes a text may have; the largest service model has 10 MB.
    package var maximumSize: Int

    /// Makes options; without arguments the strictest ones.
    package init(
      duplicateNames: DuplicateNames = .refused, maximumDepth: Int = 128, maximumSize: Int = 256 << 20
    ) {
      self.duplicateNames = duplicateNames
      self.maximumDepth = maximumDepth
      self.maximumSize = maximumSize
    }
  }

  /// Reads a text that holds one value (RFC 8259).
  ///
  /// - Parameters:
  ///   - bytes: The text in UTF-8.
  ///   - options: Limits and choices.
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
        if !members.insert(name, value), options.duplicateNames == .refused {
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
  private var places: [[UInt8]: Int] = [:]

  /// Adds a member; a name that is there gets the new value at its old index, and the result is `false`.
  mutating func insert(_ name: String, _ value: JSON) -> Bool {
    if let place = place(of: name) {
      members[place].value = value
      return false
    }
    if members.count >= Self.linearLimit {
      if places.isEmpty {
        for (place, member) in members.enumerated() { places[Array(member.name.utf8)] = place }
      }
      places[Array(name.utf8)] = members.count
    }
    members.append(JSON.Member(name, value))
    return true
  }

  private func place(of name: String) -> Int? {
    places.isEmpty ? members.firstIndex { sameBytes($0.name, name) } : places[Array(name.utf8)]
  }
}
