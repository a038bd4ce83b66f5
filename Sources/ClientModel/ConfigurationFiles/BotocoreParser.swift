// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Parses lines as Python's `configparser.RawConfigParser` does, which botocore uses.
///
/// A line that is indented deeper than the property above it continues that property; a section or property may be
/// indented, too. `=` and `:` delimit, comments have lines of their own, and a duplicate is an error. Line endings are
/// Python's universal newlines. All of the text must be UTF-8.
struct BotocoreParser {
  typealias Part = ConfigurationSyntax.Part

  let syntax: ConfigurationSyntax
  let path: String
  private var sections: [ConfigurationSyntax.Section] = []
  private var names: Set<[UInt8]> = []
  /// The names of the settings of a section: lower case, after the section's index.
  private var options: Set<OptionKey> = []
  private var hasProperty = false
  /// The indentation of the last line that was not a continuation.
  private var indentation = 0

  private struct OptionKey: Hashable {
    var section: Int
    var name: [UInt8]
  }

  /// The section whose settings all others have, too.
  static let defaults = Array("DEFAULT".utf8)
  /// The number that stands for all sections of that name, which may come more than once.
  private static let defaultsNumber = -1

  init(syntax: ConfigurationSyntax, path: String) {
    self.syntax = syntax
    self.path = path
  }

  private var bytes: [UInt8] { syntax.bytes }

  mutating func parse() throws(ConfigurationFileError) -> [ConfigurationSyntax.Section] {
    for (number, line) in syntax.lines.enumerated() {
      if let offset = UTF8Check.firstInvalid(bytes, in: line.content) {
        throw ConfigurationFileError(
          path: path, position: syntax.position(offset, line: number), problem: UTF8Check.problem)
      }
      try parse(Part(line: number, range: PythonText.strip(line.content, of: bytes)), content: line.content)
    }
    return sections
  }

  private mutating func parse(_ line: Part, content: Range<Int>) throws(ConfigurationFileError) {
    guard let first = bytes[line.range].first else {
      addContinuation(line)
      return
    }
    if first == UInt8(ascii: "#") || first == UInt8(ascii: ";") { return }
    let depth = PythonText.indentation(content, of: bytes)
    if hasProperty, depth > indentation {
      addContinuation(line)
      return
    }
    indentation = depth
    if first == UInt8(ascii: "["), let end = bytes[line.range].lastIndex(of: UInt8(ascii: "]")),
      end > line.range.lowerBound + 1
    {
      try parseSection(Part(line: line.line, range: line.range.lowerBound + 1..<end), line: line)
    } else {
      try parseProperty(line)
    }
  }

  private mutating func addContinuation(_ line: Part) {
    guard hasProperty else { return }
    let section = sections.count - 1
    sections[section].properties[sections[section].properties.count - 1].continuations.append(line)
  }

  private mutating func parseSection(_ name: Part, line: Part) throws(ConfigurationFileError) {
    let text = Array(bytes[name.range])
    guard text == Self.defaults || names.insert(text).inserted else {
      throw error("the section '\(String(decoding: text, as: UTF8.self))' exists already", at: line)
    }
    sections.append(ConfigurationSyntax.Section(name: name))
    hasProperty = false
  }

  private mutating func parseProperty(_ line: Part) throws(ConfigurationFileError) {
    guard let section = sections.last else {
      throw error("the file contains no section header before this line", at: line)
    }
    guard
      let delimiter = bytes[line.range].firstIndex(where: {
        $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":")
      })
    else { throw error("the line is neither a section header nor a setting with '=' or ':'", at: line) }
    let name = Part(
      line: line.line, range: PythonText.strip(line.range.lowerBound..<delimiter, of: bytes))
    guard !name.range.isEmpty else { throw error("the setting has no name", at: line) }
    let value = Part(
      line: line.line, range: PythonText.strip(delimiter + 1..<line.range.upperBound, of: bytes))
    let lowered = Array(PythonText.lower(String(decoding: bytes[name.range], as: UTF8.self)).utf8)
    let isDefaults = bytes[section.name.range].elementsEqual(Self.defaults)
    let number = isDefaults ? Self.defaultsNumber : sections.count - 1
    guard options.insert(OptionKey(section: number, name: lowered)).inserted else {
      throw error(
        "the setting '\(String(decoding: lowered, as: UTF8.self))' exists already in its section", at: line)
    }
    sections[sections.count - 1].properties.append(ConfigurationSyntax.Property(name: name, value: value))
    hasProperty = true
  }

  private func error(_ problem: String, at part: Part) -> ConfigurationFileError {
    ConfigurationFileError(path: path, position: syntax.position(part), problem: problem)
  }
}
