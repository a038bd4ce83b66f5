// SPDX-License-Identifier: Apache-2.0

/// What Python's `str` does with text, on well-formed UTF-8.
enum PythonText {
  /// The number of bytes of the white space at an index (`str.isspace`, also `\s`); 0 when there is none.
  static func spaceLength(_ bytes: [UInt8], at index: Int) -> Int {
    switch bytes[index] {
    case 0x09...0x0D, 0x1C...0x20: 1
    case 0xC2: bytes[index + 1] == 0x85 || bytes[index + 1] == 0xA0 ? 2 : 0
    case 0xE1: bytes[index + 1] == 0x9A && bytes[index + 2] == 0x80 ? 3 : 0
    case 0xE2:
      switch (bytes[index + 1], bytes[index + 2]) {
      case (0x80, 0x80...0x8A), (0x80, 0xA8), (0x80, 0xA9), (0x80, 0xAF), (0x81, 0x9F): 3
      default: 0
      }
    case 0xE3: bytes[index + 1] == 0x80 && bytes[index + 2] == 0x80 ? 3 : 0
    default: 0
    }
  }

  /// `str.strip`.
  static func strip(_ range: Range<Int>, of bytes: [UInt8]) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end {
      let length = spaceLength(bytes, at: start)
      if length == 0 { break }
      start += length
    }
    while end > start {
      var last = end - 1
      while last > start, bytes[last] & 0xC0 == 0x80 { last -= 1 }
      guard spaceLength(bytes, at: last) > 0 else { break }
      end = last
    }
    return start..<end
  }

  /// The number of characters of white space at the beginning of a line.
  static func indentation(_ range: Range<Int>, of bytes: [UInt8]) -> Int {
    var (index, count) = (range.lowerBound, 0)
    while index < range.upperBound {
      let length = spaceLength(bytes, at: index)
      if length == 0 { break }
      index += length
      count += 1
    }
    return count
  }

  /// `str.splitlines`, within a line of a file.
  static func splitLines(_ range: Range<Int>, of bytes: [UInt8]) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var (start, index) = (range.lowerBound, range.lowerBound)
    while index < range.upperBound {
      let length =
        switch bytes[index] {
        case 0x0A...0x0D, 0x1C...0x1E: 1
        case 0xC2 where bytes[index + 1] == 0x85: 2
        case 0xE2 where bytes[index + 1] == 0x80 && (bytes[index + 2] == 0xA8 || bytes[index + 2] == 0xA9): 3
        default: 0
        }
      if length > 0 {
        lines.append(start..<index)
        start = index + length
      }
      index += max(length, 1)
    }
    if start < range.upperBound { lines.append(start..<range.upperBound) }
    return lines
  }

  /// `str.lower`: the full mapping of each character, and the final form of sigma at the end of a word.
  static func lower(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      if scalar == "\u{3A3}" {
        result.append(isFinalSigma(scalars, at: index) ? "\u{3C2}" : "\u{3C3}")
      } else {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return String(result)
  }

  private static func isFinalSigma(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
    guard let before = scalars[..<index].last(where: { !$0.properties.isCaseIgnorable }),
      before.properties.isCased
    else { return false }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return after.map { !$0.properties.isCased } ?? true
  }

  /// `shlex.split`; `nil` where it raises an error.
  static func shellWords(_ text: String) -> [String]? {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var hasWord = false
    var quote: Unicode.Scalar?
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        // Within quotes a backslash stays, unless it precedes the quote or another backslash.
        if let quote, scalar != "\\", scalar != quote { word.append("\\") }
        word.append(scalar)
        isEscaped = false
      } else if scalar == "\\", quote != "'" {
        (isEscaped, hasWord) = (true, true)
      } else if let open = quote {
        if scalar == open { quote = nil } else { word.append(scalar) }
      } else if scalar == "'" || scalar == "\"" {
        (quote, hasWord) = (scalar, true)
      } else if scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\n" {
        if hasWord { words.append(String(word)) }
        (word, hasWord) = (String.UnicodeScalarView(), false)
      } else {
        word.append(scalar)
        hasWord = true
      }
    }
    guard quote == nil, !isEscaped else { return nil }
    if hasWord { words.append(String(word)) }
    return words
  }
}
