// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Reads the `provider "aws"` blocks of a Terraform file: a scope for each, nested blocks as `endpoints.logs`.
///
/// This is the part of HCL that such blocks need. A value that is not a string, number or boolean as it stands is dynamic.
struct TerraformReader {
  /// A piece of HCL.
  private enum Token: Equatable {
    case name(String)
    case string(String, isDynamic: Bool)
    case number(String)
    case symbol(UInt8)
    case heredoc
    case newline
  }

  private let text: DocumentText
  private var tokens: [(token: Token, range: Range<Int>)] = []
  private var offset: Int
  private var index = 0
  /// How many blocks and templates are open.
  private var depth = 0
  /// More levels than this cost stack, and nobody writes them.
  private static let mostLevels = 100

  /// The provider blocks.
  static func scopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    var reader = TerraformReader(text)
    try reader.scan()
    return try reader.providers()
  }

  private init(_ text: DocumentText) {
    self.text = text
    offset = text.hasByteOrderMark ? 3 : 0
  }

  private func byte(_ distance: Int = 0) -> UInt8? {
    offset + distance < text.bytes.count ? text.bytes[offset + distance] : nil
  }

  private mutating func scan() throws(DocumentError) {
    while let byte = byte() {
      let start = offset
      switch byte {
      case 0x20, 0x09, 0x0D: offset += 1
      case 0x0A:
        offset += 1
        tokens.append((.newline, start..<offset))
      case UInt8(ascii: "#"): skipLine()
      case UInt8(ascii: "/") where self.byte(1) == UInt8(ascii: "/"): skipLine()
      case UInt8(ascii: "/") where self.byte(1) == UInt8(ascii: "*"): try skipComment()
      case UInt8(ascii: "\""): tokens.append((try string(), start..<offset))
      case UInt8(ascii: "<") where self.byte(1) == UInt8(ascii: "<"): try skipHeredoc()
      case 0x30...0x39:
        while let byte = self.byte(), byte.isNameByte || byte == UInt8(ascii: ".") { offset += 1 }
        tokens.append((.number(text.text(start..<offset)), start..<offset))
      case _ where byte.isNameByte || byte >= 0x80:
        while let byte = self.byte(), byte.isNameByte || byte == UInt8(ascii: "-") || byte >= 0x80 {
          offset += 1
        }
        tokens.append((.name(text.text(start..<offset)), start..<offset))
      default:
        offset += 1
        tokens.append((.symbol(byte), start..<offset))
      }
    }
  }

  private mutating func skipLine() {
    while let byte = byte(), byte != 0x0A { offset += 1 }
  }

  private mutating func skipComment() throws(DocumentError) {
    let start = offset
    offset += 2
    while let byte = byte() {
      if byte == UInt8(ascii: "*"), self.byte(1) == UInt8(ascii: "/") {
        offset += 2
        return
      }
      offset += 1
    }
    throw text.error("the comment is not closed", at: start)
  }

  /// A quoted string; templates in it may hold strings of their own.
  private mutating func string() throws(DocumentError) -> Token {
    let start = offset
    var content: [UInt8] = []
    var isDynamic = false
    offset += 1
    while let byte = byte(), byte != 0x0A {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return .string(String(decoding: content, as: UTF8.self), isDynamic: isDynamic)
      case UInt8(ascii: "\\"):
        let escapes: [UInt8: UInt8] = [0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09, 0x22: 0x22, 0x5C: 0x5C]
        if let plain = self.byte(1).flatMap({ escapes[$0] }) {
          content.append(plain)
        } else {
          isDynamic = true
        }
        offset += 2
      case UInt8(ascii: "$"), UInt8(ascii: "%"):
        guard self.byte(1) == UInt8(ascii: "{"), offset == start + 1 || text.bytes[offset - 1] != byte else {
          content.append(byte)
          offset += 1
          continue
        }
        isDynamic = true
        let template = offset
        try skipTemplate()
        content += text.bytes[template..<offset]
      default:
        content.append(byte)
        offset += 1
      }
    }
    throw text.error("the string is not closed", at: start)
  }

  private mutating func skipTemplate() throws(DocumentError) {
    let start = offset
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.mostLevels else {
      throw text.error("templates nest deeper than \(Self.mostLevels)", at: start)
    }
    var braces = 0
    offset += 1
    while let byte = byte() {
      switch byte {
      case UInt8(ascii: "{"): braces += 1
      case UInt8(ascii: "}"):
        braces -= 1
        if braces == 0 {
          offset += 1
          return
        }
      case UInt8(ascii: "\""):
        _ = try string()
        continue
      default: break
      }
      offset += 1
    }
    throw text.error("the template is not closed", at: start)
  }

  private mutating func skipHeredoc() throws(DocumentError) {
    let start = offset
    offset += 2
    if byte() == UInt8(ascii: "-") { offset += 1 }
    let name = offset
    while let byte = byte(), byte.isNameByte || byte == UInt8(ascii: "-") { offset += 1 }
    let delimiter = text.text(name..<offset)
    guard !delimiter.isEmpty else {
      tokens.append((.symbol(UInt8(ascii: "<")), start..<offset))
      return
    }
    var number = text.position(of: offset).line
    while number < text.lineCount {
      number += 1
      if text.text(text.trimmed(text.line(number))) == delimiter {
        offset = text.line(number).upperBound
        tokens.append((.heredoc, start..<offset))
        return
      }
    }
    throw text.error("the heredoc \(delimiter) is not closed", at: start)
  }
}

extension TerraformReader {
  private var current: Token? { index < tokens.count ? tokens[index].token : nil }

  private mutating func providers() throws(DocumentError) -> [SettingsScope] {
    var scopes: [SettingsScope] = []
    while let token = current {
      if token == .name("provider"), index + 2 < tokens.count,
        tokens[index + 1].token == .string("aws", isDynamic: false),
        tokens[index + 2].token == .symbol(UInt8(ascii: "{"))
      {
        index += 3
        var settings: [LocatedSetting] = []
        try readBlock("", &settings)
        let alias = settings.first { $0.name == "alias" }.map { " alias \($0.value)" } ?? ""
        scopes.append(
          SettingsScope(kind: .options(client: "terraform"), name: "provider aws" + alias, settings: settings)
        )
      } else if token == .symbol(UInt8(ascii: "{")) {
        index += 1
        try skipBrackets()
      } else {
        index += 1
      }
    }
    return scopes
  }

  /// Reads the body of a block up to its closing brace.
  private mutating func readBlock(_ prefix: String, _ settings: inout [LocatedSetting]) throws(DocumentError)
  {
    let start = index > 0 ? tokens[index - 1].range.lowerBound : 0
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.mostLevels else {
      throw text.error("blocks nest deeper than \(Self.mostLevels)", at: start)
    }
    while let token = current {
      let range = tokens[index].range
      index += 1
      switch token {
      case .symbol(UInt8(ascii: "}")): return
      case .newline: continue
      case .name(let name):
        switch current {
        case .symbol(UInt8(ascii: "=")):
          index += 1
          settings.append(try value(of: prefix + name, range))
        case .symbol(UInt8(ascii: "{")):
          index += 1
          try readBlock(prefix + name + ".", &settings)
        case .string(let label, _):
          index += 1
          guard current == .symbol(UInt8(ascii: "{")) else {
            throw text.error("expected a block", at: range.lowerBound)
          }
          index += 1
          var ignored: [LocatedSetting] = []
          try readBlock("\(prefix)\(name).\(label).", &ignored)
        default: throw text.error("expected '=' or '{' behind \(name)", at: range.lowerBound)
        }
      default: throw text.error("expected the name of a setting", at: range.lowerBound)
      }
    }
    throw text.error("the block is not closed", at: start)
  }

  /// The value behind an equals sign: a literal alone on its line, or an expression.
  private mutating func value(of name: String, _ nameRange: Range<Int>) throws(DocumentError)
    -> LocatedSetting
  {
    let start = index
    while let token = current, token != .newline, token != .symbol(UInt8(ascii: "}")) {
      index += 1
      if case .symbol(let byte) = token, "{[(".utf8.contains(byte) { try skipBrackets() }
    }
    guard start < index else { throw text.error("\(name) has no value", at: nameRange.lowerBound) }
    let range = tokens[start].range.lowerBound..<tokens[index - 1].range.upperBound
    var setting = LocatedSetting(
      name: name, value: text.text(range), position: text.position(of: nameRange.lowerBound),
      valueRange: range,
      nameRange: nameRange, certainty: .dynamic)
    guard index == start + 1 else { return setting }
    switch tokens[start].token {
    case .string(let value, false):
      setting.value = value
      setting.certainty = .literal
    case .name("true"), .name("false"), .number: setting.certainty = .literal
    default: break
    }
    return setting
  }

  /// Passes over everything up to the bracket that closes an open one.
  private mutating func skipBrackets() throws(DocumentError) {
    let start = tokens[index - 1].range.lowerBound
    var depth = 1
    while let token = current {
      index += 1
      guard case .symbol(let byte) = token else { continue }
      if "{[(".utf8.contains(byte) { depth += 1 }
      if "}])".utf8.contains(byte) { depth -= 1 }
      if depth == 0 { return }
    }
    throw text.error("the bracket is not closed", at: start)
  }
}
