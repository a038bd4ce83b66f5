// SPDX-License-Identifier: Apache-2.0

import EgressBase
import Yams

/// The documents of a YAML file, with the bytes of their scalars.
struct LocatedYAML {
  /// The file.
  let text: DocumentText
  /// The root of each document.
  let documents: [Node]

  /// Reads a file.
  init(_ text: DocumentText) throws(DocumentError) {
    self.text = text
    let start = text.hasByteOrderMark ? 3 : 0
    guard String(validating: text.bytes, as: UTF8.self) != nil else {
      throw text.error("the file is not UTF-8", at: 0)
    }
    try Self.requireSimpleKeys(text)
    do {
      var sequence = try compose_all(yaml: String(decoding: text.bytes[start...], as: UTF8.self))
      var documents: [Node] = []
      while let document = sequence.next() { documents.append(document) }
      if let error = sequence.error { throw error }
      self.documents = documents
    } catch {
      throw Self.failure(error, text)
    }
  }

  /// Refuses collections as keys in a file with many aliases: comparing such keys takes time without bounds where aliases
  /// lead to aliases.
  private static func requireSimpleKeys(_ text: DocumentText) throws(DocumentError) {
    let bytes = text.bytes
    let harmless = 20
    var aliases = 0
    for (byte, next) in zip(bytes, bytes.dropFirst()) where byte == UInt8(ascii: "*") && next.isNameByte {
      aliases += 1
    }
    guard aliases > harmless, bytes.contains(UInt8(ascii: "&")) else { return }
    for offset in bytes.indices where bytes[offset] == UInt8(ascii: "?") || bytes[offset] == UInt8(ascii: ":")
    {
      let next = offset + 1 < bytes.count ? bytes[offset + 1] : 0x0A
      guard next <= 0x20 || "[{*,]}".utf8.contains(next) else { continue }
      var end = offset
      while end > 0, bytes[end - 1].isBlank { end -= 1 }
      let last = end > 0 ? bytes[end - 1] : 0x0A
      let isKey: Bool
      if bytes[offset] == UInt8(ascii: "?") {
        isKey = "\n-{[,".utf8.contains(last)
      } else {
        var start = end
        while start > 0, bytes[start - 1].isNameByte || bytes[start - 1] == UInt8(ascii: "-") { start -= 1 }
        isKey = "]}".utf8.contains(last) || start > 0 && start < end && bytes[start - 1] == UInt8(ascii: "*")
      }
      guard !isKey else {
        throw text.error("a collection or an alias is a key in a file with many aliases", at: offset)
      }
    }
  }

  private static func failure(_ error: any Error, _ text: DocumentText) -> DocumentError {
    func failure(_ mark: Mark, _ problem: String) -> DocumentError {
      DocumentError(
        path: text.path, position: TextPosition(line: mark.line, column: mark.column),
        problem: "not YAML: \(problem)")
    }
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return failure(mark, problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return failure(
        context.mark, "a mapping has \(duplicates.map { "\($0)" }.joined(separator: ", ")) twice")
    default: return text.error("not YAML: \(error)", at: 0)
    }
  }

  /// The offset of a node's first byte.
  func offset(of node: Node) -> Int? {
    guard let mark = node.mark, mark.line >= 1, mark.line <= text.lineCount else { return nil }
    let line = text.line(mark.line)
    var offset = line.lowerBound
    if mark.line == 1, text.hasByteOrderMark { offset += 3 }
    // Columns count characters.
    var column = 1
    while column < mark.column, offset < line.upperBound {
      offset += 1
      while offset < line.upperBound, text.bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      column += 1
    }
    return offset
  }

  /// The position of a node.
  func position(of node: Node) -> TextPosition {
    offset(of: node).map(text.position) ?? TextPosition(line: 1, column: 1)
  }

  /// The bytes of a scalar on one line, quotes included; `nil` for others, and for what an alias leads to.
  func range(of node: Node) -> Range<Int>? {
    guard case .scalar(let scalar) = node, let start = offset(of: node) else { return nil }
    let line = text.line(text.position(of: start).line)
    switch scalar.style {
    case .plain, .any:
      let end = start + scalar.string.utf8.count
      guard end <= line.upperBound, text.text(start..<end) == scalar.string else { return nil }
      return start..<end
    case .singleQuoted, .doubleQuoted:
      guard start < line.upperBound else { return nil }
      let quote = text.bytes[start]
      var end = start + 1
      while end < line.upperBound {
        if text.bytes[end] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
          end += 2
          continue
        }
        if text.bytes[end] == quote {
          if quote == UInt8(ascii: "'"), end + 1 < line.upperBound, text.bytes[end + 1] == quote {
            end += 2
            continue
          }
          return start..<(end + 1)
        }
        end += 1
      }
      return nil
    default: return nil
    }
  }

  /// A setting from the nodes of its name and value; `nil` when the value is not a scalar.
  func setting(_ name: Node, _ value: Node, as path: String? = nil) -> LocatedSetting? {
    guard let text = name.string, let content = value.string else { return nil }
    return LocatedSetting(
      name: path ?? text, value: content, position: position(of: name), valueRange: range(of: value),
      nameRange: bare(range(of: name)))
  }

  private func bare(_ range: Range<Int>?) -> Range<Int>? {
    guard let range, let first = range.first else { return nil }
    let isQuoted = text.bytes[first] == UInt8(ascii: "'") || text.bytes[first] == UInt8(ascii: "\"")
    return isQuoted ? (range.lowerBound + 1)..<(range.upperBound - 1) : range
  }
}

extension Node {
  /// The pairs of a mapping; none when this is something else.
  var pairs: [(key: Node, value: Node)] { mapping.map { $0.map { ($0.key, $0.value) } } ?? [] }
  /// The elements of a sequence; none when this is something else.
  var elements: [Node] { sequence.map(Array.init) ?? [] }

  /// The pair of a key; `nil` when there is none.
  func pair(_ name: String) -> (key: Node, value: Node)? { pairs.first { $0.key.string == name } }
  /// The node that a path of keys leads to.
  func at(_ path: String...) -> Node? {
    path.reduce(Optional(self)) { node, name in node?.pair(name)?.value }
  }
}
