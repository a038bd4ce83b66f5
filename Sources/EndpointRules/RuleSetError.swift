// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Why a rule set or a partitions file was refused, and where.
public struct RuleSetError: Error, Sendable, Hashable {
  /// The place as a JSON path, as `$.rules[3].conditions[0].argv[1]`; `$` for the text as a whole.
  public var path: String
  /// What is wrong and what to do about it.
  public var message: String

  init(_ path: JSONPath, _ message: String) {
    self.path = readable(path.description)
    self.message = readable(message)
  }

  init(_ error: JSONError) {
    path = "$"
    message = readable("the text is not valid JSON: \(error)")
  }
}

extension RuleSetError: CustomStringConvertible {
  /// Place and message in one line.
  public var description: String { "\(path): \(message)" }
}

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

/// A place in a JSON document, built step by step on the way down.
indirect enum JSONPath: Sendable, Hashable {
  case root
  case member(JSONPath, String)
  case element(JSONPath, Int)

  func appending(_ name: String) -> JSONPath { .member(self, name) }
  func appending(_ index: Int) -> JSONPath { .element(self, index) }
}

extension JSONPath: CustomStringConvertible {
  var description: String {
    switch self {
    case .root: "$"
    case .element(let parent, let index): "\(parent)[\(index)]"
    case .member(let parent, let name): isIdentifier(name) ? "\(parent).\(name)" : "\(parent)['\(name)']"
    }
  }
}

/// Whether a text is a name of the rules language: a letter or `_`, then letters, digits and `_`.
func isIdentifier(_ text: String) -> Bool {
  guard let first = text.utf8.first, !isDigit(first) else { return false }
  return text.utf8.allSatisfy(isWordByte)
}

/// Whether a byte is an ASCII digit.
func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

/// Whether a byte is an ASCII letter.
func isLetter(_ byte: UInt8) -> Bool {
  let lower = byte | 0x20
  return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
}

/// Whether a byte is an ASCII letter, digit or `_`: what `\w` stands for.
func isWordByte(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") }

/// Whether two strings have the same bytes; `==` would also join canonically equivalent ones as `K` and U+212A.
func sameBytes(_ left: String, _ right: String) -> Bool {
  left == right && left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}
