// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// A configuration file as one dialect parses it, with every byte kept.
///
/// ``lines`` cover the file without gaps, so ``text()`` gives back the bytes that were read, whatever line endings,
/// comments and spaces they hold. ``sections`` say what the lines mean; every part of them is a range of bytes of one line.
package struct ConfigurationSyntax: Sendable, Hashable {
  /// A line.
  package struct Line: Sendable, Hashable {
    /// The bytes before the line ending.
    package var content: Range<Int>
    /// Where the next line begins: after `\n`, `\r\n` or a lone `\r`.
    package var end: Int

    /// All bytes of the line.
    package var range: Range<Int> { content.lowerBound..<end }
  }

  /// A part of a line.
  package struct Part: Sendable, Hashable {
    /// The line, from 0.
    package var line: Int
    /// The bytes.
    package var range: Range<Int>
  }

  /// A setting as it is written.
  package struct Property: Sendable, Hashable {
    /// The name.
    package var name: Part
    /// What follows the delimiter on the same line, trimmed; without a comment where the dialect has comments there.
    package var value: Part
    /// The trimmed lines that continue the value, or hold the nested settings; a blank line that counts is an empty part.
    package var continuations: [Part] = []
  }

  /// A section as it is written; the same name may come again.
  package struct Section: Sendable, Hashable {
    /// The name between the brackets.
    package var name: Part
    /// The settings in their order.
    package var properties: [Property] = []
  }

  /// The bytes of the file.
  package let bytes: [UInt8]
  /// All lines.
  package let lines: [Line]
  /// All sections in their order.
  package internal(set) var sections: [Section] = []

  /// Splits a file into lines.
  init(lines bytes: [UInt8]) {
    self.bytes = bytes
    lines = Self.lines(of: bytes)
  }

  /// Parses a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - dialect: Whose rules are applied.
  /// - Throws: ``ConfigurationFileError``.
  package init(_ file: ConfigurationFile, as dialect: FileDialect) throws(ConfigurationFileError) {
    self.init(lines: file.bytes)
    guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
      throw ConfigurationFileError(
        path: file.path, position: TextPosition(line: 1, column: 1),
        problem: "the file begins with a byte order mark, which clients take for a part of the first line")
    }
    switch dialect {
    case .specification:
      var parser = SpecificationParser(syntax: self, path: file.path)
      sections = try parser.parse()
    case .botocore:
      var parser = BotocoreParser(syntax: self, path: file.path)
      sections = try parser.parse()
    }
  }

  /// The bytes that were read.
  package func text() -> [UInt8] { lines.flatMap { bytes[$0.range] } }

  /// Where a part begins.
  package func position(_ part: Part) -> TextPosition { position(part.range.lowerBound, line: part.line) }

  /// Where a byte of a line is.
  func position(_ offset: Int, line: Int) -> TextPosition {
    TextPosition(line: line + 1, column: offset - lines[line].content.lowerBound + 1)
  }

  private static func lines(of bytes: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var start = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
        index += 1
        continue
      }
      let content = start..<index
      index += 1
      if byte == UInt8(ascii: "\r"), index < bytes.count, bytes[index] == UInt8(ascii: "\n") { index += 1 }
      lines.append(Line(content: content, end: index))
      start = index
    }
    if start < bytes.count { lines.append(Line(content: start..<bytes.count, end: bytes.count)) }
    return lines
  }
}

/// Collects the settings of one section, each name once; linear in their number.
struct PropertyCollector {
  private(set) var properties: [ConfigurationSections.Property] = []
  private var indices: [[UInt8]: Int] = [:]

  /// Adds a setting, or puts it in the place of an earlier one of the same name.
  mutating func set(_ property: ConfigurationSections.Property) {
    let name = Array(property.name.utf8)
    if let index = indices[name] {
      properties[index] = property
    } else {
      indices[name] = properties.count
      properties.append(property)
    }
  }

  /// Whether a name is there.
  func contains(_ name: String) -> Bool { indices[Array(name.utf8)] != nil }
}
