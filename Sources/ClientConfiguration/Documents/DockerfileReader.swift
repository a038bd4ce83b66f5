// SPDX-License-Identifier: Apache-2.0

/// Reads the `ENV` instructions of a Dockerfile, a scope for each stage.
///
/// A stage that is built from an earlier one has that one's settings, too. A value with `$` is dynamic.
struct DockerfileReader {
  private let text: DocumentText
  private var escape = UInt8(ascii: "\\")
  private var scopes: [SettingsScope] = []

  /// The settings of each stage.
  static func scopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    var reader = DockerfileReader(text)
    try reader.read()
    return reader.scopes
  }

  private init(_ text: DocumentText) { self.text = text }

  private mutating func read() throws(DocumentError) {
    var number = 1
    var mayHaveDirective = true
    while number <= text.lineCount {
      let line = text.trimmed(text.line(number))
      defer { number += 1 }
      guard let first = line.first else { continue }
      if text.bytes[first] == UInt8(ascii: "#") {
        let words = text.text(line.dropFirst()).lowercased().split { " \t=".contains($0) }
        if mayHaveDirective, words.count == 2, words[0] == "escape", words[1] == "`" {
          escape = UInt8(ascii: "`")
        }
        continue
      }
      mayHaveDirective = false
      let instruction = instruction(from: &number)
      let content = instruction.flatMap { Array($0) }
      try read(content)
      if let keyword = words(content).first.map(string),
        ["RUN", "COPY", "ADD"].contains(keyword.uppercased())
      {
        skipHereDocuments(content, &number)
      }
    }
  }

  /// The bytes of an instruction on all its lines, without line continuations and the comments and blank lines between.
  private func instruction(from number: inout Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    while true {
      let line = text.line(number)
      let content = text.trimmed(line)
      let isSkipped =
        !parts.isEmpty && (content.isEmpty || text.bytes[content.lowerBound] == UInt8(ascii: "#"))
      let isContinued = isSkipped || content.last.map { text.bytes[$0] == escape } ?? false
      if !isSkipped { parts.append(isContinued ? line.lowerBound..<(content.upperBound - 1) : line) }
      guard isContinued, number < text.lineCount else { return parts }
      number += 1
    }
  }

  private func skipHereDocuments(_ content: [Int], _ number: inout Int) {
    for word in words(content).map(string) where word.hasPrefix("<<") && !word.hasPrefix("<<<") {
      let delimiter = word.dropFirst(2).drop { $0 == "-" }.filter { $0 != "\"" && $0 != "'" }
      guard !delimiter.isEmpty else { continue }
      while number < text.lineCount {
        number += 1
        if text.text(text.trimmed(text.line(number))) == delimiter { break }
      }
    }
  }

  /// The words between blanks, as offsets of their bytes.
  private func words(_ content: [Int]) -> [[Int]] {
    content.split { text.bytes[$0].isBlank }.map(Array.init)
  }

  private func string(_ offsets: some Sequence<Int>) -> String {
    String(decoding: offsets.map { text.bytes[$0] }, as: UTF8.self)
  }

  private mutating func read(_ content: [Int]) throws(DocumentError) {
    let words = words(content)
    guard let keyword = words.first.map({ string($0).uppercased() }) else { return }
    switch keyword {
    case "FROM": addStage(Array(words.dropFirst()))
    case "ENV":
      guard words.count > 1 else {
        throw text.error("ENV needs NAME=value", at: content.first ?? 0)
      }
      if scopes.isEmpty { scopes.append(SettingsScope(kind: .environment)) }
      let rest = Array(content.drop { $0 < words[1][0] })
      if words[1].contains(where: { text.bytes[$0] == UInt8(ascii: "=") }) {
        try addPairs(rest)
      } else {
        addLegacy(words[1], rest)
      }
    default: break
    }
  }

  private mutating func addStage(_ words: [[Int]]) {
    let words = words.filter { !string($0).hasPrefix("--") }
    guard let image = words.first, let start = image.first, let end = image.last else { return }
    let source = string(image)
    var name = "stage \(scopes.count)"
    if words.count == 3, string(words[1]).lowercased() == "as" { name = string(words[2]) }
    var scope = SettingsScope(kind: .environment, name: name)
    if let parent = scopes.last(where: { $0.name.lowercased() == source.lowercased() }) {
      scope.settings = parent.settings.map(\.inherited)
    } else {
      scope.images = [
        LocatedSetting(
          name: "FROM", value: source, position: text.position(of: start), valueRange: start..<(end + 1),
          certainty: source.contains("$") ? .dynamic : .literal)
      ]
    }
    scopes.append(scope)
  }

  /// `ENV NAME the rest of the line`.
  private mutating func addLegacy(_ name: [Int], _ rest: [Int]) {
    let value = rest.drop { $0 <= (name.last ?? 0) }.drop { text.bytes[$0].isBlank }
    let bytes = value.map { text.bytes[$0] }
    add(
      name, String(decoding: bytes, as: UTF8.self), Array(value), isDynamic: bytes.contains(UInt8(ascii: "$"))
    )
  }

  /// `ENV NAME=value NAME="value"`.
  private mutating func addPairs(_ content: [Int]) throws(DocumentError) {
    var index = 0
    while index < content.count {
      while index < content.count, text.bytes[content[index]].isBlank { index += 1 }
      guard index < content.count else { return }
      let start = index
      while index < content.count, text.bytes[content[index]] != UInt8(ascii: "="),
        !text.bytes[content[index]].isBlank
      {
        index += 1
      }
      guard index < content.count, text.bytes[content[index]] == UInt8(ascii: "=") else {
        throw text.error("expected NAME=value", at: content[start])
      }
      let name = Array(content[start..<index])
      index += 1
      try addValue(of: name, content, &index)
    }
  }

  private mutating func addValue(of name: [Int], _ content: [Int], _ index: inout Int) throws(DocumentError) {
    let start = index
    var value: [UInt8] = []
    var isDynamic = false
    var quote: UInt8?
    while index < content.count {
      let byte = text.bytes[content[index]]
      if quote == nil, byte.isBlank { break }
      if byte == quote {
        quote = nil
      } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
      } else if byte == escape, quote != UInt8(ascii: "'"), index + 1 < content.count {
        let next = text.bytes[content[index + 1]]
        if quote != nil, next != UInt8(ascii: "\""), next != escape, next != UInt8(ascii: "$") {
          value.append(byte)
        }
        value.append(next)
        index += 1
      } else {
        if byte == UInt8(ascii: "$"), quote != UInt8(ascii: "'") { isDynamic = true }
        value.append(byte)
      }
      index += 1
    }
    guard quote == nil else { throw text.error("the quote is not closed", at: content[start]) }
    add(
      name, String(decoding: value, as: UTF8.self), Array(content[start..<index]), isDynamic: isDynamic,
      emptyAt: (name.last ?? 0) + 2)
  }

  private mutating func add(
    _ name: [Int], _ value: String, _ offsets: [Int], isDynamic: Bool, emptyAt: Int? = nil
  ) {
    guard let start = name.first, let end = name.last else { return }
    var range = emptyAt.map { $0..<$0 }
    if let first = offsets.first, let last = offsets.last {
      // A value over several lines cannot be replaced in place.
      range = last - first + 1 == offsets.count ? first..<(last + 1) : nil
    }
    scopes[scopes.count - 1].settings.append(
      LocatedSetting(
        name: string(name), value: value, position: text.position(of: start), valueRange: range,
        nameRange: start..<(end + 1), certainty: isDynamic ? .dynamic : .literal))
  }
}
