// SPDX-License-Identifier: Apache-2.0

/// Finds bytes that are not UTF-8.
enum UTF8Check {
  /// What is wrong with such a byte.
  static let problem = "the text is not UTF-8"

  /// The first byte that does not begin a well-formed character (Unicode, table 3-7); `nil` when all are well-formed.
  static func firstInvalid(_ bytes: [UInt8], in range: Range<Int>) -> Int? {
    var index = range.lowerBound
    while index < range.upperBound {
      let length = length(bytes, at: index, end: range.upperBound)
      if length == 0 { return index }
      index += length
    }
    return nil
  }

  /// The number of bytes of the character at an index; 0 when it is not well-formed.
  private static func length(_ bytes: [UInt8], at index: Int, end: Int) -> Int {
    let first = bytes[index]
    if first < 0x80 { return 1 }
    let (length, second): (Int, ClosedRange<UInt8>) =
      switch first {
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xE1...0xEF: (3, 0x80...0xBF)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: (0, 0x80...0xBF)
      }
    guard length > 0, index + length <= end, second.contains(bytes[index + 1]) else { return 0 }
    return bytes[index + 2..<index + length].allSatisfy { 0x80...0xBF ~= $0 } ? length : 0
  }
}
