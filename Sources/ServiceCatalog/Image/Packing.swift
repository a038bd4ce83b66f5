// SPDX-License-Identifier: Apache-2.0

/// Packs bytes so that repetitions are stored once; every machine packs the same bytes in the same way.
///
/// A step is a byte with two counts of four bits: how many plain bytes follow, and how long the repetition after them is, less
/// three; 15 means that the rest of the count follows in LEB128. Then come the plain bytes, then how far back the repetition
/// begins, in LEB128. The last step has no repetition.
enum Packing {
  /// The shortest repetition that is worth a step.
  private static let shortest = 3
  /// How many places that begin alike are compared: more would take longer for little.
  private static let candidates = 64

  /// Packs bytes.
  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var output = ImageBytes()
    // The last place of each hash of three bytes, and for each place the one before it with the same hash.
    var (last, before) = ([Int](repeating: -1, count: 1 << 16), [Int](repeating: -1, count: bytes.count))
    var (position, plain) = (0, 0)
    func note(_ place: Int) {
      guard place + shortest <= bytes.count else { return }
      let hash = hash(bytes, place)
      before[place] = last[hash]
      last[hash] = place
    }
    while position + shortest <= bytes.count {
      let (length, distance) = repetition(bytes, at: position, last[hash(bytes, position)], before)
      guard length > 1 + size(distance) else {
        note(position)
        position += 1
        continue
      }
      write(bytes[plain..<position], repetition: length, to: &output)
      output.number(distance)
      for place in position..<position + length { note(place) }
      position += length
      plain = position
    }
    if plain < bytes.count { write(bytes[plain...], repetition: shortest, to: &output) }
    return output.bytes
  }

  private static func hash(_ bytes: [UInt8], _ place: Int) -> Int {
    let word = UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
    return Int((word &* 0x9E37_79B1) >> 16)
  }

  private static func size(_ number: Int) -> Int { number < 1 << 7 ? 1 : number < 1 << 14 ? 2 : 3 }

  private static func repetition(
    _ bytes: [UInt8], at position: Int, _ first: Int, _ before: [Int]
  ) -> (length: Int, distance: Int) {
    var (best, distance, candidate) = (0, 0, first)
    for _ in 0..<candidates where candidate >= 0 {
      var length = 0
      while position + length < bytes.count, bytes[candidate + length] == bytes[position + length] {
        length += 1
      }
      if length > best { (best, distance) = (length, position - candidate) }
      candidate = before[candidate]
    }
    return best < shortest ? (0, 0) : (best, distance)
  }

  private static func write(_ plain: ArraySlice<UInt8>, repetition length: Int, to output: inout ImageBytes) {
    let rest = length - shortest
    output.byte(UInt8(min(plain.count, 15) << 4 | min(rest, 15)))
    if plain.count >= 15 { output.number(plain.count - 15) }
    if rest >= 15 { output.number(rest - 15) }
    output.append(plain)
  }

  /// Unpacks bytes.
  ///
  /// - Parameters:
  ///   - cursor: the packed bytes, all of which must belong to the content.
  ///   - count: how many bytes must come out.
  /// - Returns: the bytes; `nil` when the packed data is malformed.
  static func unpacked(_ cursor: inout ImageCursor, count: Int) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(count)
    while output.count < count {
      let counts = Int(cursor.byte())
      let plain = counts >> 4 == 15 ? 15 + cursor.number() : counts >> 4
      let length = shortest + (counts & 15 == 15 ? 15 + cursor.number() : counts & 15)
      guard cursor.isValid, plain <= count - output.count else { return nil }
      output += cursor.take(plain)
      guard cursor.isValid else { return nil }
      if output.count == count { break }
      let distance = cursor.number()
      guard cursor.isValid, distance > 0, distance <= output.count, length <= count - output.count else {
        return nil
      }
      for place in output.count - distance..<output.count - distance + length { output.append(output[place]) }
    }
    return cursor.isAtEnd ? output : nil
  }
}
