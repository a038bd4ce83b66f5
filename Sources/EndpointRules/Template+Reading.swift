// SPDX-License-Identifier: Apache-2.0

extension RuleSet.Template {
  /// A template without references.
  public init(literal text: String) { self.init(parts: text.isEmpty ? [] : [.literal(text)]) }

  /// The text of a template without references; `nil` when it has one.
  public var literal: String? {
    if parts.isEmpty { return "" }
    guard parts.count == 1, case .literal(let text) = parts[0] else { return nil }
    return text
  }

  /// Reads `{Name}`, `{Name#path}` and, as plain braces, `{{` and `}}`.
  init(parsing text: String, _ path: JSONPath) throws(RuleSetError) {
    var parts: [Part] = []
    var literal: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") else {
        literal.append(byte)
        continue
      }
      if rest.first == byte {
        literal.append(byte)
        rest.removeFirst()
        continue
      }
      guard byte == UInt8(ascii: "{") else {
        throw RuleSetError(path, "\"}\" without \"{\" in a template; write \"}}\" for a brace")
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
        throw RuleSetError(path, "\"{\" without \"}\" in a template; write \"{{\" for a brace")
      }
      let reference = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
      literal = []
      parts.append(try Self.reference(reference, path))
    }
    if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
    self.init(parts: parts)
  }

  private static func reference(_ text: String, _ path: JSONPath) throws(RuleSetError) -> Part {
    let pieces = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard isIdentifier(pieces[0]), pieces.count == 1 || !pieces[1].isEmpty else {
      throw RuleSetError(path, "\"{\(text)}\" is neither {Name} nor {Name#attribute}")
    }
    return .reference(pieces[0], path: pieces.count == 2 ? pieces[1] : nil)
  }
}

extension RuleSet.Template: CustomStringConvertible {
  /// The template as it is written in a rule set.
  public var description: String {
    parts.map { part in
      switch part {
      case .literal(let text):
        text.split(separator: "{", omittingEmptySubsequences: false).joined(separator: "{{")
          .split(separator: "}", omittingEmptySubsequences: false).joined(separator: "}}")
      case .reference(let name, let path): path.map { "{\(name)#\($0)}" } ?? "{\(name)}"
      }
    }.joined()
  }
}
