// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import Testing

/// Only the executable knows options and commands: no string literal of another target may name one.
@Suite("Layers")
struct LayerTests {
  /// A string literal and where it starts.
  struct Literal: Hashable {
    var line: Int
    var text: String
  }

  /// Whether a literal contains an option (`--name`) or a command (`egress6 name`).
  ///
  /// Two hyphens before a space start a comment of SQL, and those behind a letter are part of a name, such as S3's
  /// `bucket--zone--x-s3`.
  static func namesOption(_ literal: String) -> Bool {
    for prefix in ["--", "egress6 "] {
      var rest = literal[...]
      while let range = rest.range(of: prefix) {
        let before = rest[..<range.lowerBound].last
        rest = rest[range.upperBound...]
        if let before, before.isLetter || before.isNumber || before == "_" { continue }
        if let first = rest.first, first.isLowercase || first == "_" { return true }
      }
    }
    return false
  }

  @Test("only the executable's string literals name options and commands")
  func optionsStayInExecutable() throws {
    let sources = TestEnvironment.root.appendingPathComponent("Sources")
    let targets = try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted()
    try #require(targets.contains("egress6") && targets.contains("EgressBase"))
    var places: [String] = []
    for target in targets where target != "egress6" {
      let folder = sources.appendingPathComponent(target)
      for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
      where file.hasSuffix(".swift") {
        let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        for literal in Self.literals(of: text) where Self.namesOption(literal.text) {
          places.append("Sources/\(target)/\(file):\(literal.line): \(literal.text)")
        }
      }
    }
    #expect(places.isEmpty, "\(places.count) places:\n\(places.joined(separator: "\n"))")
  }

  @Test("literals are found in code, and in code only")
  func scanner() {
    let source = ##"""
      let a = "one" // "no --comment"
      /* "no" /* "nested" */ "no" */ let b = "a \"quoted\" \(c("inner --x")) end"
      let d = """
        first --line
        "quoted" \(e)
        """
      let f = #"raw \(not) "--quoted""#
      let g = ""
      let h = "after"
      """##
    #expect(
      Self.literals(of: source) == [
        Literal(line: 1, text: "one"), Literal(line: 2, text: "inner --x"),
        Literal(line: 2, text: "a \"quoted\" _ end"),
        Literal(line: 3, text: "\n  first --line\n  \"quoted\" _\n  "),
        Literal(line: 7, text: "raw \\(not) \"--quoted\""),
        Literal(line: 8, text: ""), Literal(line: 9, text: "after"),
      ])
  }

  /// The string literals of a Swift file; `_` replaces each interpolation.
  static func literals(of source: String) -> [Literal] {
    var scanner = LiteralScanner(source)
    scanner.code(until: nil)
    return scanner.found
  }
}

/// Reads the part of Swift's syntax that decides where a string literal starts and ends.
private struct LiteralScanner {
  private let source: [Character]
  private var index = 0
  private var line = 1
  private(set) var found: [LayerTests.Literal] = []

  init(_ source: String) { self.source = Array(source) }

  private func has(_ text: String) -> Bool { source[index...].starts(with: text) }

  private mutating func skip(_ count: Int = 1) {
    for _ in 0..<count where index < source.count {
      if source[index].isNewline { line += 1 }
      index += 1
    }
  }

  /// Reads code up to a closing parenthesis of an interpolation, or to the end.
  mutating func code(until end: Character?) {
    var depth = 0
    while index < source.count {
      if has("//") {
        while index < source.count, !source[index].isNewline { skip() }
      } else if has("/*") {
        comment()
      } else if source[index] == "\"" {
        literal(hashes: 0)
      } else if source[index] == "#", let hashes = rawDelimiter() {
        skip(hashes)
        literal(hashes: hashes)
      } else if source[index] == end, depth == 0 {
        skip()
        return
      } else {
        if source[index] == "(" { depth += 1 }
        if source[index] == ")" { depth -= 1 }
        skip()
      }
    }
  }

  /// The number of `#` before a quotation mark.
  private func rawDelimiter() -> Int? {
    let end = source[index...].firstIndex { $0 != "#" } ?? source.count
    return end < source.count && source[end] == "\"" ? end - index : nil
  }

  private mutating func comment() {
    var depth = 0
    repeat {
      if has("/*") {
        depth += 1
        skip(2)
      } else if has("*/") {
        depth -= 1
        skip(2)
      } else {
        skip()
      }
    } while depth > 0 && index < source.count
  }

  private mutating func literal(hashes: Int) {
    let mark = String(repeating: "#", count: hashes)
    let quotes = has("\"\"\"") ? "\"\"\"" : "\""
    let start = line
    var text = ""
    skip(quotes.count)
    while index < source.count, !has(quotes + mark) {
      if has("\\\(mark)(") {
        skip(2 + hashes)
        code(until: ")")
        text.append("_")
      } else if has("\\" + mark) {
        skip(1 + hashes)
        if index < source.count { text.append(source[index]) }
        skip()
      } else {
        text.append(source[index])
        skip()
      }
    }
    skip(quotes.count + hashes)
    found.append(LayerTests.Literal(line: start, text: text))
  }
}
