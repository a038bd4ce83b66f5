// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Why and where a text is not the JSON that was expected.
package struct JSONError: Error, Sendable, Hashable {
  /// What is wrong with a text.
  package enum Problem: Sendable, Hashable {
    /// Something else stands where a part of the grammar is needed; the value names what was expected.
    case expected(String)
    /// The text ends early; the value names what was expected.
    case unexpectedEnd(String)
    /// An object has the same name twice.
    case duplicateName(String)
    /// A string holds bytes that are not UTF-8 (RFC 3629).
    case invalidUTF8
    /// A `\u` escape is half of a surrogate pair.
    case loneSurrogate
    /// A string holds a control character that needs an escape.
    case controlCharacter
    /// A number is beyond the range of a 64-bit floating point number.
    case numberOutOfRange
    /// The text goes on after its value.
    case trailingData
    /// Arrays and objects nest deeper than the limit.
    case tooDeep(limit: Int)
    /// The text has more bytes than the limit.
    case tooLarge(limit: Int)
  }

  /// What is wrong.
  package var problem: Problem
  /// The offset in bytes from the start of the text.
  package var offset: Int
  /// The line, from 1.
  package var line: Int
  /// The column in characters (Unicode scalars), from 1.
  package var column: Int

  /// Makes an error for an offset of a text.
  ///
  /// - Parameters:
  ///   - problem: What is wrong.
  ///   - offset: Where, in bytes.
  ///   - bytes: The text, to count lines.
  package init(_ problem: Problem, at offset: Int, in bytes: [UInt8]) {
    self.problem = problem
    self.offset = offset
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.line = line
    self.column = column
  }
}

extension JSONError: DomainError {
  /// The kind of failure.
  package var code: ErrorCode { ErrorCode("json.malformed", .input) }
  /// Line and column.
  package var facts: [ErrorFact: String] { [.entry: "line \(line), column \(column)"] }

  /// The position and the problem in words, such as `line 2, column 7: expected a value`.
  package var description: String { "line \(line), column \(column): \(problem)" }
}

extension JSONError.Problem: CustomStringConvertible {
  /// The problem in words.
  package var description: String {
    switch self {
    case .expected(let what): "expected \(what)"
    case .unexpectedEnd(let what): "the text ends where \(what) was expected"
    case .duplicateName(let name): "the object has \"\(name)\" twice; remove one"
    case .invalidUTF8: "the string is not valid UTF-8"
    case .loneSurrogate: "the \\u escape is half of a surrogate pair; write both halves"
    case .controlCharacter: "a control character stands in a string; write it as \\u00XX"
    case .numberOutOfRange: "the number is too large for a 64-bit floating point number"
    case .trailingData: "the text goes on after the end of the value"
    case .tooDeep(let limit): "arrays and objects nest deeper than \(limit)"
    case .tooLarge(let limit): "the text has more than \(limit) bytes"
    }
  }
}
