// SPDX-License-Identifier: Apache-2.0

import EgressBase
import StrictJSON

/// A JSON value with the bytes of each of its parts.
struct LocatedJSON {
  /// What the value is.
  enum Content {
    case string(String)
    case number
    case bool(Bool)
    case null
    case array([LocatedJSON])
    case object([Member])
  }

  /// A member of an object.
  struct Member {
    var name: String
    /// The bytes of the name without its quotes.
    var nameRange: Range<Int>
    var value: LocatedJSON
  }

  /// What the value is.
  var content: Content
  /// Its bytes, the quotes of a string included.
  var range: Range<Int>

  /// Reads a text that holds one value.
  static func read(_ text: DocumentText) throws(DocumentError) -> LocatedJSON {
    do throws(JSONError) {
      var scanner = try JSONScanner(text.bytes, options: .init(maximumSize: SettingsDocument.largestFile))
      let value = try read(&scanner)
      try scanner.finish()
      return value
    } catch {
      throw DocumentError(
        path: text.path, position: TextPosition(line: error.line, column: error.column),
        problem: "not JSON: \(error.problem)")
    }
  }

  private static func read(_ scanner: inout JSONScanner) throws(JSONError) -> LocatedJSON {
    let kind = try scanner.peek()
    let start = scanner.position
    let content: Content
    switch kind {
    case .string: content = .string(try scanner.readString())
    case .bool: content = .bool(try scanner.readBool())
    case .null:
      try scanner.readNull()
      content = .null
    case .number:
      _ = try scanner.readNumber()
      content = .number
    case .array:
      try scanner.beginArray()
      var elements: [LocatedJSON] = []
      while try scanner.nextElement() { elements.append(try read(&scanner)) }
      content = .array(elements)
    case .object: content = .object(try members(&scanner))
    }
    return LocatedJSON(content: content, range: start..<scanner.position)
  }

  private static func members(_ scanner: inout JSONScanner) throws(JSONError) -> [Member] {
    try scanner.beginObject()
    var members: [Member] = []
    var names: Set<String> = []
    while let name = try scanner.nextMember() {
      let start = scanner.nameOffset
      guard names.insert(name).inserted else {
        throw JSONError(.duplicateName(name), at: start, in: scanner.bytes)
      }
      var end = start + 1
      while scanner.bytes[end] != UInt8(ascii: "\"") {
        end += scanner.bytes[end] == UInt8(ascii: "\\") ? 2 : 1
      }
      members.append(Member(name: name, nameRange: (start + 1)..<end, value: try read(&scanner)))
    }
    return members
  }

  /// The value of a member; `nil` when there is none.
  subscript(name: String) -> LocatedJSON? { members.first { $0.name == name }?.value }
  /// The members; none when this is not an object.
  var members: [Member] { if case .object(let members) = content { members } else { [] } }
  /// The elements; none when this is not an array.
  var elements: [LocatedJSON] { if case .array(let elements) = content { elements } else { [] } }
  /// The string, when this is one.
  var string: String? { if case .string(let text) = content { text } else { nil } }

  /// The value as the text of a setting; `nil` for arrays, objects and null.
  func scalar(_ text: DocumentText) -> String? {
    switch content {
    case .string(let value): value
    case .bool(let value): value ? "true" : "false"
    case .number: text.text(range)
    case .null, .array, .object: nil
    }
  }
}

extension LocatedJSON.Member {
  /// The member as a setting; `nil` when its value is not a scalar.
  func setting(_ text: DocumentText, name path: String? = nil) -> LocatedSetting? {
    guard let value = value.scalar(text) else { return nil }
    return LocatedSetting(
      name: path ?? name, value: value, position: text.position(of: nameRange.lowerBound),
      valueRange: self.value.range, nameRange: path == nil || path == name ? nameRange : nil)
  }
}
