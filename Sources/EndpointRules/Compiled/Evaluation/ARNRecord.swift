// SPDX-License-Identifier: Apache-2.0

/// An ARN taken apart into places of its text, the same way as ``ParsedARN``.
///
/// A register holds, as numbers of four bytes: the places of the five colons that end `arn`, partition, service, region and
/// account, then the ends of the first pieces of the resource.
enum ARNRecord {
  /// How many pieces of the resource are remembered; later ones are looked for.
  static let pieceCapacity = 8
  private static let firstEnd = 5

  /// Takes a text apart.
  ///
  /// - Returns: How many pieces of the resource are remembered; 0 for what is no ARN.
  static func parse(_ text: Text, into registers: RegisterFile, _ register: Int) -> Int {
    guard text.count >= 10, text.count < Int(Int32.max), text.slice(0, 4).isEqual("arn:") else { return 0 }
    registers.setPlace(3, register, 0)
    var colons = 1
    var pieces = 0
    var resource = 0
    var index = 4
    while index < text.count {
      let word = text.word(index)
      // Eight bytes at once: the high bit of each byte that is a colon, or a slash.
      var hits = Self.bytes(equalTo: 0x3A3A_3A3A_3A3A_3A3A, word)
      if colons >= 5 || hits.nonzeroBitCount &+ colons >= 5 {
        hits |= Self.bytes(equalTo: 0x2F2F_2F2F_2F2F_2F2F, word)
      }
      while hits != 0 {
        let byte = hits.trailingZeroBitCount >> 3
        let place = index &+ byte
        hits &= hits &- 1
        if place >= text.count { break }
        if colons < 5 {
          if text[place] == UInt8(ascii: "/") { continue }
          registers.setPlace(place, register, colons)
          colons &+= 1
          resource = place &+ 1
        } else {
          registers.setPlace(place, register, Self.firstEnd &+ pieces)
          pieces &+= 1
          if pieces == Self.pieceCapacity {
            index = text.count
            hits = 0
          }
        }
      }
      index &+= 8
    }
    guard colons == 5, registers.place(register, 1) > 4,
      registers.place(register, 2) &- registers.place(register, 1) > 1, resource < text.count
    else { return 0 }
    if pieces < Self.pieceCapacity {
      registers.setPlace(text.count, register, Self.firstEnd &+ pieces)
      pieces &+= 1
    }
    return pieces
  }

  @inline(__always)
  private static func bytes(equalTo pattern: UInt64, _ word: UInt64) -> UInt64 {
    let difference = word.littleEndian ^ pattern
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    return ~(((difference & low) &+ low) | difference | low)
  }

  /// One of the parts before the resource.
  @inline(__always)
  static func part(_ attribute: Int, of text: Text, _ registers: RegisterFile, _ register: Int) -> Text {
    text.slice(registers.place(register, attribute) &+ 1, registers.place(register, attribute &+ 1))
  }

  /// A piece of the resource; a negative index counts from the end.
  @inline(__always)
  static func resource(
    _ index: Int, of text: Text, pieces: Int, _ registers: RegisterFile, _ register: Int
  ) -> Text? {
    if index >= 0, index < pieces {
      let start = registers.place(register, index == 0 ? 4 : Self.firstEnd &+ index &- 1) &+ 1
      return text.slice(start, registers.place(register, Self.firstEnd &+ index))
    }
    if index >= 0, pieces < Self.pieceCapacity { return nil }
    let resource = text.slice(registers.place(register, 4) &+ 1, text.count)
    return resource.piece(index)
  }
}

extension Text {
  /// A piece of a resource between colons and slashes; a negative index counts from the end.
  @inline(never)
  fileprivate func piece(_ index: Int) -> Text? {
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
