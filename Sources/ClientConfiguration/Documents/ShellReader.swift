// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Reads the assignments of a shell script: `export NAME=value`, `NAME=value`, `unset NAME`.
///
/// Nothing is run and nothing is guessed: a value with an expansion, and an assignment that only some branch makes, is
/// dynamic. Assignments before a command count for that command alone; a scope of its own has them where one may be a setting
/// of AWS clients.
struct ShellReader {
  /// A word of a command, as the shell sees it after quotes are removed.
  private struct Word {
    var text: String
    var range: Range<Int>
    var isDynamic: Bool
    /// The first byte that was quoted; assignments and keywords count only before it.
    var firstQuote: Int?
  }

  private let text: DocumentText
  private var offset: Int
  private var settings: [LocatedSetting] = []
  /// The commands with variables of their own.
  private var commands: [SettingsScope] = []
  private var words: [Word] = []
  /// How many branches, loops, functions and groups are open.
  private var depth = 0
  private var parentheses = 0
  /// How many expansions are open.
  private var nesting = 0
  /// More levels than this cost stack, and nobody writes them.
  private static let mostLevels = 100
  /// Whether the command runs only if the one before it succeeded or failed.
  private var isConditional = false
  private var hereDocuments: [(delimiter: String, stripsTabs: Bool)] = []

  /// The settings of a script.
  static func scopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    var reader = ShellReader(text)
    try reader.read()
    return [SettingsScope(kind: .environment, settings: reader.settings)] + reader.commands
  }

  private init(_ text: DocumentText) {
    self.text = text
    offset = text.hasByteOrderMark ? 3 : 0
  }

  private mutating func read() throws(DocumentError) {
    let bytes = text.bytes
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0D: offset += 1
      case 0x0A:
        offset += 1
        endCommand(isConditional: false)
        skipHereDocuments()
      case UInt8(ascii: "#"):
        while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
      case UInt8(ascii: ";"):
        offset += 1
        endCommand(isConditional: false)
      case UInt8(ascii: "&"), UInt8(ascii: "|"):
        let isDouble = offset + 1 < bytes.count && bytes[offset + 1] == bytes[offset]
        offset += isDouble ? 2 : 1
        // A part of a pipeline, or of a background list, runs in a shell of its own.
        if !isDouble { words = [] }
        endCommand(isConditional: true)
      case UInt8(ascii: "("):
        offset += 1
        parentheses += 1
        endCommand(isConditional: isConditional)
      case UInt8(ascii: ")"):
        offset += 1
        endCommand(isConditional: isConditional)
        parentheses = max(0, parentheses - 1)
      case UInt8(ascii: "<"), UInt8(ascii: ">"): readRedirection()
      case UInt8(ascii: "\\") where offset + 1 < bytes.count && bytes[offset + 1] == 0x0A: offset += 2
      default: words.append(try readWord())
      }
    }
    endCommand(isConditional: false)
  }

  private mutating func readRedirection() {
    let bytes = text.bytes
    let isHere = bytes[offset...].starts(with: "<<".utf8) && !bytes[offset...].starts(with: "<<<".utf8)
    while offset < bytes.count,
      [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&")].contains(bytes[offset])
    {
      offset += 1
    }
    guard isHere else { return }
    let stripsTabs = offset < bytes.count && bytes[offset] == UInt8(ascii: "-")
    if stripsTabs { offset += 1 }
    while offset < bytes.count, bytes[offset].isBlank { offset += 1 }
    if let word = try? readWord() { hereDocuments.append((word.text, stripsTabs)) }
  }

  private mutating func skipHereDocuments() {
    for (delimiter, stripsTabs) in hereDocuments {
      while offset < text.bytes.count {
        let number = text.position(of: offset).line
        var line = text.line(number)
        offset = text.wholeLine(number).upperBound
        while stripsTabs, let first = line.first, text.bytes[first] == 0x09 {
          line = (first + 1)..<line.upperBound
        }
        if text.text(line) == delimiter { break }
      }
    }
    hereDocuments = []
  }

  /// Reads one word with its quotes.
  private mutating func readWord() throws(DocumentError) -> Word {
    let bytes = text.bytes
    let start = offset
    var content: [UInt8] = []
    var isDynamic = false
    var firstQuote: Int?
    func quote() { firstQuote = firstQuote ?? offset }
    word: while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "("),
        UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"):
        break word
      case UInt8(ascii: "'"):
        quote()
        guard let end = bytes[(offset + 1)...].firstIndex(of: byte) else {
          throw text.error("the quote is not closed", at: offset)
        }
        content += bytes[(offset + 1)..<end]
        offset = end + 1
      case UInt8(ascii: "\""):
        quote()
        isDynamic = try readDoubleQuotes(into: &content) || isDynamic
      case UInt8(ascii: "\\"):
        quote()
        if offset + 1 < bytes.count, bytes[offset + 1] != 0x0A { content.append(bytes[offset + 1]) }
        offset = min(offset + 2, bytes.count)
      case UInt8(ascii: "$"), UInt8(ascii: "`"):
        isDynamic = true
        skipExpansion(into: &content)
      default:
        content.append(byte)
        offset += 1
      }
    }
    if offset == start { offset += 1 }
    return Word(
      text: String(decoding: content, as: UTF8.self), range: start..<offset, isDynamic: isDynamic,
      firstQuote: firstQuote)
  }

  /// Reads `"…"`; `true` when it holds an expansion.
  private mutating func readDoubleQuotes(into content: inout [UInt8]) throws(DocumentError) -> Bool {
    let bytes = text.bytes
    let start = offset
    var isDynamic = false
    offset += 1
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        offset += 1
        return isDynamic
      case UInt8(ascii: "\\") where offset + 1 < bytes.count:
        let next = bytes[offset + 1]
        if !"$`\"\\".utf8.contains(next), next != 0x0A { content.append(bytes[offset]) }
        if next != 0x0A { content.append(next) }
        offset += 2
      case UInt8(ascii: "$"), UInt8(ascii: "`"):
        isDynamic = true
        skipExpansion(into: &content)
      default:
        content.append(bytes[offset])
        offset += 1
      }
    }
    throw text.error("the quote is not closed", at: start)
  }

  /// Passes over `$NAME`, `${…}`, `$(…)`, a command in backquotes, and keeps its text.
  private mutating func skipExpansion(into content: inout [UInt8]) {
    let start = offset
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.mostLevels else {
      offset = text.bytes.count
      return
    }
    offset += 1
    if text.bytes[start] == UInt8(ascii: "`") {
      skip(to: UInt8(ascii: "`"))
    } else if offset < text.bytes.count {
      switch text.bytes[offset] {
      case UInt8(ascii: "{"):
        offset += 1
        skip(to: UInt8(ascii: "}"))
      case UInt8(ascii: "("):
        offset += 1
        skip(to: UInt8(ascii: ")"))
      default: break
      }
    }
    content += text.bytes[start..<min(offset, text.bytes.count)]
  }

  /// Passes over everything up to a byte that closes what was opened, with the quotes, expansions and comments in it.
  private mutating func skip(to closing: UInt8) {
    let bytes = text.bytes
    var depth = 1
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      switch byte {
      case closing:
        depth -= 1
        if depth == 0 { return }
      case UInt8(ascii: "\\"): offset += 1
      case UInt8(ascii: "(") where closing == UInt8(ascii: ")"): depth += 1
      case UInt8(ascii: "'") where closing != UInt8(ascii: "}"):
        while offset < bytes.count, bytes[offset] != byte { offset += 1 }
        offset += 1
      case UInt8(ascii: "\""):
        offset -= 1
        var ignored: [UInt8] = []
        if (try? readDoubleQuotes(into: &ignored)) == nil { offset = bytes.count }
      case UInt8(ascii: "$"), UInt8(ascii: "`"):
        offset -= 1
        var ignored: [UInt8] = []
        skipExpansion(into: &ignored)
      case UInt8(ascii: "#") where closing == UInt8(ascii: ")") && offset >= 2 && bytes[offset - 2] <= 0x20:
        while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
      default: break
      }
    }
    offset = bytes.count
  }
}

extension ShellReader {
  private static let opening: Set<String> = ["if", "while", "until", "for", "case", "select", "{"]
  private static let closing: Set<String> = ["fi", "done", "esac", "}"]
  private static let passing: Set<String> = ["then", "else", "elif", "do", "in", "!", "time"]

  /// Takes the words of a command as what they set.
  private mutating func endCommand(isConditional next: Bool) {
    defer {
      words = []
      isConditional = next
    }
    var rest = words[...]
    while let word = rest.first, word.firstQuote == nil {
      if Self.opening.contains(word.text) {
        depth += 1
      } else if Self.closing.contains(word.text) {
        depth = max(0, depth - 1)
      } else if !Self.passing.contains(word.text) {
        break
      }
      rest = rest.dropFirst()
    }
    guard let first = rest.first else { return }
    switch first.text {
    case "export", "readonly", "declare", "typeset", "local":
      for word in rest.dropFirst() where !word.text.hasPrefix("-") { add(word) }
    case "unset":
      for word in rest.dropFirst() where VariableName.isValid(word.text) {
        settings.append(
          LocatedSetting(
            name: word.text, value: "", position: text.position(of: word.range.lowerBound),
            certainty: certainty(of: word) == .literal ? .unset : .dynamic))
      }
    default:
      let assignments = rest.prefix { assignment($0) != nil }
      if assignments.count == rest.count {
        for word in rest { add(word) }
      } else if assignments.contains(where: { $0.text.hasPrefix("AWS_") }) {
        // With a command behind them, assignments are that command's.
        let line = text.position(of: first.range.lowerBound).line
        commands.append(
          SettingsScope(
            kind: .environment, name: "command in line \(line)",
            settings: settings.map(\.inherited) + assignments.compactMap(setting)))
      }
    }
  }

  private func certainty(of word: Word) -> LocatedSetting.Certainty {
    word.isDynamic || depth > 0 || parentheses > 0 || isConditional ? .dynamic : .literal
  }

  /// The offset of the equals sign of an assignment; `nil` for another word.
  private func assignment(_ word: Word) -> Int? {
    let limit = word.firstQuote ?? word.range.upperBound
    guard let equals = text.bytes[word.range.lowerBound..<limit].firstIndex(of: UInt8(ascii: "=")),
      VariableName.isValid(text.text(word.range.lowerBound..<equals))
    else { return nil }
    return equals
  }

  private mutating func add(_ word: Word) {
    if let setting = setting(word) { settings.append(setting) }
  }

  private func setting(_ word: Word) -> LocatedSetting? {
    guard let equals = assignment(word) else { return nil }
    let name = word.range.lowerBound..<equals
    var value = word.text[...]
    value.unicodeScalars.removeFirst(equals - name.lowerBound + 1)
    // Whether a tilde was quoted is not kept; a home folder is no setting either way.
    let isTilde = value.hasPrefix("~") || value.contains(":~")
    return LocatedSetting(
      name: text.text(name), value: String(value), position: text.position(of: name.lowerBound),
      valueRange: (equals + 1)..<word.range.upperBound, nameRange: name,
      certainty: isTilde ? .dynamic : certainty(of: word))
  }
}
