// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// The bytes of a file that is read, with its lines.
package struct DocumentText: Sendable {
  /// The bytes.
  package let bytes: [UInt8]
  /// The path, for messages.
  package let path: String
  /// The offset of the first byte of each line.
  private let lineStarts: [Int]

  /// Finds the lines of a file.
  package init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
    lineStarts = starts
  }

  /// The number of lines.
  var lineCount: Int { lineStarts.count }

  /// Whether the file begins with a byte order mark.
  package var hasByteOrderMark: Bool { bytes.starts(with: [0xEF, 0xBB, 0xBF]) }

  /// The position of a byte.
  package func position(of offset: Int) -> TextPosition {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return TextPosition(line: low + 1, column: offset - lineStarts[low] + 1)
  }

  /// The bytes of a line without its line break; lines count from 1.
  package func line(_ number: Int) -> Range<Int> {
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return start..<max(start, end)
  }

  /// The bytes of a line with its line break.
  package func wholeLine(_ number: Int) -> Range<Int> {
    lineStarts[number - 1]..<(number < lineStarts.count ? lineStarts[number] : bytes.count)
  }

  /// The text of some bytes.
  package func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Some bytes without spaces and tabs at both ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start].isBlank { start += 1 }
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    return start..<end
  }

  /// An error at a byte.
  func error(_ problem: String, at offset: Int) -> DocumentError {
    DocumentError(path: path, position: position(of: offset), problem: problem)
  }
}

extension UInt8 {
  /// Whether the byte is a space or a tab.
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  /// Whether the byte may be in the name of a variable.
  var isNameByte: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
    default: false
    }
  }
}

/// The names that environment variables can have in all formats.
enum VariableName {
  /// Whether a text is one.
  static func isValid(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy(\.isNameByte)
  }
}
