// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Parses lines as the AWS SDKs' common specification says.
///
/// The kind of a line follows from its first byte: `[` begins a section, `#` or `;` a comment, a space or a tab a line that
/// belongs to the property above it, anything else a property. Where published test suites leave something open, the parser
/// of smithy-java decides: a section ends at its first `]`, and lines of ignored sections are checked, too.
struct SpecificationParser {
  typealias Part = ConfigurationSyntax.Part

  let syntax: ConfigurationSyntax
  let path: String
  private var sections: [ConfigurationSyntax.Section] = []
  /// Whether the last section has a property that a line may continue.
  private var hasProperty = false

  init(syntax: ConfigurationSyntax, path: String) {
    self.syntax = syntax
    self.path = path
  }

  private var bytes: [UInt8] { syntax.bytes }

  mutating func parse() throws(ConfigurationFileError) -> [ConfigurationSyntax.Section] {
    for (number, line) in syntax.lines.enumerated() {
      let content = trim(line.content)
      guard let first = bytes[line.content].first, !content.isEmpty else { continue }
      switch first {
      case UInt8(ascii: "#"), UInt8(ascii: ";"): continue
      case UInt8(ascii: "["): try parseSection(Part(line: number, range: content))
      case UInt8(ascii: " "), UInt8(ascii: "\t"): try parseContinuation(Part(line: number, range: content))
      default: try parseProperty(Part(line: number, range: content))
      }
    }
    return sections
  }

  private mutating func parseSection(_ line: Part) throws(ConfigurationFileError) {
    guard let end = bytes[line.range].firstIndex(of: UInt8(ascii: "]")) else {
      throw error("section definition must end with ']'", at: line)
    }
    let rest = trim(end + 1..<line.range.upperBound)
    guard rest.isEmpty || isCommentSign(bytes[rest.lowerBound]) else {
      throw error(
        "unexpected text after the ']' of a section definition", at: Part(line: line.line, range: rest))
    }
    let name = Part(line: line.line, range: trim(line.range.lowerBound + 1..<end))
    sections.append(ConfigurationSyntax.Section(name: name))
    hasProperty = false
  }

  private mutating func parseProperty(_ line: Part) throws(ConfigurationFileError) {
    guard !sections.isEmpty else {
      throw error("expected a section definition before the first property", at: line)
    }
    var (name, value) = try split(line, suffix: "")
    value.range = trim(withoutComment(value.range))
    name.range = trim(name.range)
    sections[sections.count - 1].properties.append(ConfigurationSyntax.Property(name: name, value: value))
    hasProperty = true
  }

  private mutating func parseContinuation(_ line: Part) throws(ConfigurationFileError) {
    guard !sections.isEmpty else {
      throw error("expected a section definition before the first property", at: line)
    }
    let section = sections.count - 1
    guard hasProperty else { throw error("expected a property definition, found continuation", at: line) }
    let property = sections[section].properties.count - 1
    if sections[section].properties[property].value.range.isEmpty {
      _ = try split(line, suffix: " in sub-property")
    }
    sections[section].properties[property].continuations.append(line)
  }

  /// The two sides of the first `=`; only the name is trimmed.
  private func split(_ line: Part, suffix: String) throws(ConfigurationFileError) -> (name: Part, value: Part)
  {
    guard let equals = bytes[line.range].firstIndex(of: UInt8(ascii: "=")) else {
      throw error("expected an '=' sign defining a property" + suffix, at: line)
    }
    let name = trim(line.range.lowerBound..<equals)
    guard !name.isEmpty else { throw error("property did not have a name" + suffix, at: line) }
    return (
      Part(line: line.line, range: name), Part(line: line.line, range: equals + 1..<line.range.upperBound)
    )
  }

  /// A value up to a `#` or `;` that follows a space or a tab.
  private func withoutComment(_ range: Range<Int>) -> Range<Int> {
    for index in range.dropFirst() where isCommentSign(bytes[index]) && Self.isSpace(bytes[index - 1]) {
      return range.lowerBound..<index
    }
    return range
  }

  private func isCommentSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") }

  private func trim(_ range: Range<Int>) -> Range<Int> { Self.trim(range, of: bytes) }

  /// A range without spaces and tabs at its ends.
  static func trim(_ range: Range<Int>, of bytes: [UInt8]) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  private func error(_ problem: String, at part: Part) -> ConfigurationFileError {
    ConfigurationFileError(path: path, position: syntax.position(part), problem: problem)
  }
}
