// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// Memory for texts that exist only while rules run: a piece of the stack, and the heap when that is used up.
///
/// What a test has built can be freed after it, but for texts that an ARN or URL was taken from.
@safe struct Scratch: ~Copyable {
  private var next: UnsafeMutableRawPointer
  private var left: Int
  /// How many bytes of the heap may still be taken.
  private var allowance = RuleSet.maximumTextBuilt
  /// The newest piece of the heap; each starts with the address of the one before it, and its size.
  private var heap: UnsafeMutableRawPointer?
  /// The newest piece that a record refers to.
  private var kept: UnsafeMutableRawPointer?
  /// Whether memory ran out: values computed afterwards were treated as unset and must not be used.
  private(set) var isExhausted = false

  init(_ memory: UnsafeMutableRawBufferPointer) {
    unsafe next = memory.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped
    left = memory.count
    unsafe heap = nil
    unsafe kept = nil
  }

  /// Frees everything.
  mutating func restart() {
    unsafe kept = nil
    release()
    isExhausted = false
  }

  /// Keeps what there is, for a record that refers to it.
  @inline(__always)
  mutating func keep() { unsafe kept = unsafe heap }

  /// Frees what no record refers to, when nothing else does either.
  @inline(never)
  mutating func release() {
    while let current = unsafe heap, unsafe current != kept {
      allowance += unsafe current.load(fromByteOffset: 8, as: Int.self)
      unsafe heap = UnsafeMutableRawPointer(bitPattern: current.load(as: UInt.self))
      unsafe current.deallocate()
    }
  }

  /// Memory of a size, with readable bytes behind it; `nil` when a run holds more than ``RuleSet/maximumTextBuilt``.
  mutating func reserve(_ count: Int) -> ScratchText? {
    let size = count + Text.slack
    if size <= left {
      defer {
        unsafe next += size
        left -= size
      }
      return unsafe ScratchText(next)
    }
    guard size <= allowance else {
      isExhausted = true
      return nil
    }
    allowance -= size
    let piece = UnsafeMutableRawPointer.allocate(byteCount: 16 + size, alignment: 16)
    unsafe piece.storeBytes(of: UInt(bitPattern: heap), as: UInt.self)
    unsafe piece.storeBytes(of: size, toByteOffset: 8, as: Int.self)
    unsafe heap = unsafe piece
    return unsafe ScratchText(piece + 16)
  }

  deinit {
    var piece = unsafe heap
    while let current = unsafe piece {
      unsafe piece = UnsafeMutableRawPointer(bitPattern: current.load(as: UInt.self))
      unsafe current.deallocate()
    }
  }
}

/// A text that is being written into memory that is large enough.
@safe struct ScratchText {
  private let start: UnsafeMutableRawPointer
  private(set) var count = 0

  init(_ start: UnsafeMutableRawPointer) { unsafe self.start = unsafe start }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    unsafe start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  mutating func append(_ text: Text) {
    unsafe (start + count).copyMemory(from: text.start, byteCount: text.count)
    count += text.count
  }

  mutating func appendPercentEncoded(_ text: Text) {
    for index in 0..<text.count {
      let byte = text[index]
      if isUnreserved(byte) {
        append(byte)
      } else {
        append(UInt8(ascii: "%"))
        append(Self.hexadecimal(byte >> 4))
        append(Self.hexadecimal(byte & 15))
      }
    }
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "A") &+ digit &- 10
  }

  /// Takes back everything from the last slash but one on; the text ends with a slash and is not that slash alone.
  mutating func removeLastSegment() {
    var end = count &- 1
    while end > 0, unsafe start.load(fromByteOffset: end &- 1, as: UInt8.self) != UInt8(ascii: "/") {
      end &-= 1
    }
    count = end
  }

  var text: Text { unsafe Text(start: UnsafeRawPointer(start), count: count) }
}
