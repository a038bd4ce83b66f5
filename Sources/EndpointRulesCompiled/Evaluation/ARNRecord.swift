// SPDX-License-Identifier: Apache-2.0

/// An ARN parsed into offsets of its text, by the rules of ``ParsedARN``.
///
/// A register holds the ranges of partition, service, region, account and the first pieces of the resource.
enum ARNRecord {
  /// How many parts come before the pieces of the resource.
  static let firstPiece = 4
  /// How many pieces of the resource are remembered; later ones are looked for.
  static let pieceCapacity = 8

  /// Takes a text apart.
  ///
  /// - Returns: Where the resource starts; 0 when the text is not an ARN.
  static func parse(_ text: Text, into registers: RegisterFile, _ register: Int) -> Int {
    guard text.count >= 10, text.count < Int(Int32.max), text.slice(0, 4).isEqual("arn:") else { return 0 }
    registers.clearRanges(register)
    var part = 0
    var start = 4
    var resource = 0
    var index = 4
    while index < text.count, part < firstPiece + pieceCapacity {
      let word = text.word(index).littleEndian
      // Eight bytes at once: the high bit of each byte that is a colon or a slash.
      var hits =
        Self.bytes(equalTo: 0x3A3A_3A3A_3A3A_3A3A, word) | Self.bytes(equalTo: 0x2F2F_2F2F_2F2F_2F2F, word)
      while hits != 0 {
        let place = index &+ hits.trailingZeroBitCount >> 3
        hits &= hits &- 1
        if place >= text.count { break }
        if part < firstPiece {
          if text[place] == UInt8(ascii: "/") { continue }
          if place == start, part < 2 { return 0 }
          registers.setRange(start, place, register, part)
          resource = place &+ 1
        } else if part < firstPiece + pieceCapacity {
          registers.setRange(start, place, register, part)
        }
        start = place &+ 1
        part &+= 1
      }
      index &+= 8
    }
    guard part >= firstPiece, resource < text.count else { return 0 }
    if part < firstPiece + pieceCapacity { registers.setRange(start, text.count, register, part) }
    return resource
  }

  @inline(__always)
  private static func bytes(equalTo pattern: UInt64, _ word: UInt64) -> UInt64 {
    let difference = word ^ pattern
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    return ~(((difference & low) &+ low) | difference | low)
  }
}

extension Text {
  /// A piece of a resource between colons and slashes; a negative index counts from the end.
  @inline(never)
  func resourcePiece(_ index: Int) -> Text? {
    func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ":") || byte == UInt8(ascii: "/") }
    var wanted = index
    if index < 0 {
      var pieces = 1
      for place in 0..<count where isSeparator(self[place]) { pieces &+= 1 }
      wanted = pieces &+ index
      if wanted < 0 { return nil }
    }
    var from = 0
    var place = 0
    while place < count {
      if isSeparator(self[place]) {
        if wanted == 0 { return slice(from, place) }
        wanted &-= 1
        from = place &+ 1
      }
      place &+= 1
    }
    return wanted == 0 ? slice(from, count) : nil
  }
}
