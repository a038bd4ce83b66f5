// SPDX-License-Identifier: Apache-2.0

extension String {
  /// The text with every occurrence of a part replaced.
  package func replacingAll(_ part: String, with replacement: String) -> String {
    let (bytes, part) = (Array(utf8), Array(part.utf8))
    guard !part.isEmpty, bytes.count >= part.count else { return self }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == part[0], bytes[index...].starts(with: part) {
        result += replacement.utf8
        index += part.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

extension String.UTF8View {
  /// The first occurrence of a short text; `nil` when there is none.
  package func firstRange(of part: String) -> Range<Index>? {
    let (bytes, wanted) = (Array(self), Array(part.utf8))
    guard let first = wanted.first, bytes.count >= wanted.count else { return nil }
    for offset in 0...(bytes.count - wanted.count) where bytes[offset] == first {
      guard bytes[offset...].starts(with: wanted) else { continue }
      let start = index(startIndex, offsetBy: offset)
      return start..<index(start, offsetBy: wanted.count)
    }
    return nil
  }
}
