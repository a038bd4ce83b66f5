// SPDX-License-Identifier: Apache-2.0

/// Bytes of a text that somebody else keeps: in an image, in arguments, or in scratch memory.
///
/// This type and ``ImageView``, ``RegisterFile``, ``Scratch`` and ``Output`` are where the evaluator touches memory; all
/// are used inside one call only, while the memory is held. Sixteen bytes behind a text can be read, too, so that short
/// texts are copied without a loop over bytes.
@safe struct Text {
  let start: UnsafeRawPointer
  let count: Int

  /// How many bytes behind a text must be readable.
  static let slack = 16

  @inline(__always)
  init(start: UnsafeRawPointer, count: Int) {
    unsafe self.start = unsafe start
    self.count = count
  }

  @inline(__always)
  subscript(index: Int) -> UInt8 { unsafe start.load(fromByteOffset: index, as: UInt8.self) }

  @inline(__always)
  func word(_ index: Int) -> UInt64 { unsafe start.loadUnaligned(fromByteOffset: index, as: UInt64.self) }

  @inline(__always)
  private func half(_ index: Int) -> UInt32 {
    unsafe start.loadUnaligned(fromByteOffset: index, as: UInt32.self)
  }

  /// The bytes between two offsets inside the text.
  @inline(__always)
  func slice(_ from: Int, _ to: Int) -> Text { unsafe Text(start: start + from, count: to &- from) }

  /// Whether both have the same bytes.
  @inline(__always)
  func isEqual(_ other: Text) -> Bool {
    guard count == other.count else { return false }
    if count >= 8 {
      var index = 0
      while index &+ 8 <= count {
        if word(index) != other.word(index) { return false }
        index &+= 8
      }
      return word(count &- 8) == other.word(count &- 8)
    }
    if count >= 4 { return half(0) == other.half(0) && half(count &- 4) == other.half(count &- 4) }
    var index = 0
    while index < count {
      if self[index] != other[index] { return false }
      index &+= 1
    }
    return true
  }

  @inline(__always)
  func isEqual(_ literal: StaticString) -> Bool {
    unsafe isEqual(Text(start: UnsafeRawPointer(literal.utf8Start), count: literal.utf8CodeUnitCount))
  }

  /// Whether all bytes are ASCII.
  @inline(__always)
  var isASCII: Bool {
    var index = 0
    var bits: UInt64 = 0
    while index &+ 8 <= count {
      bits |= word(index)
      index &+= 8
    }
    while index < count {
      bits |= UInt64(self[index])
      index &+= 1
    }
    return bits & 0x8080_8080_8080_8080 == 0
  }

  /// A number that is the same for the same bytes.
  @inline(__always)
  var hash: UInt64 {
    var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    if count >= 8 {
      hash ^= word(0)
      hash &*= 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 29
      hash ^= word(count &- 8)
    } else {
      var index = 0
      var bytes: UInt64 = 0
      while index < count {
        bytes = bytes << 8 | UInt64(self[index])
        index &+= 1
      }
      hash ^= bytes
    }
    hash &*= 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 32
  }

  /// The text as a string.
  var string: String {
    unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}
