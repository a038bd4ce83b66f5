// SPDX-License-Identifier: Apache-2.0

/// A validated image as memory; every offset that it holds has been checked once, when it was loaded.
@safe struct ImageView {
  private let base: UnsafeRawPointer

  @inline(__always)
  init(_ base: UnsafeRawPointer) { unsafe self.base = unsafe base }

  @inline(__always)
  func u8(_ offset: Int) -> UInt8 { unsafe base.load(fromByteOffset: offset, as: UInt8.self) }

  @inline(__always)
  func u16(_ offset: Int) -> Int {
    Int(unsafe UInt16(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
  }

  @inline(__always)
  func i16(_ offset: Int) -> Int { Int(Int16(truncatingIfNeeded: u16(offset))) }

  @inline(__always)
  func u32(_ offset: Int) -> Int {
    Int(unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }

  @inline(__always)
  func i32(_ offset: Int) -> Int { Int(Int32(truncatingIfNeeded: u32(offset))) }

  @inline(__always)
  func u64(_ offset: Int) -> UInt64 {
    unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Bytes of the image as a text.
  @inline(__always)
  func text(_ offset: Int, _ count: Int) -> Text { unsafe Text(start: base + offset, count: count) }

  /// The text whose offset and count are stored at an offset.
  @inline(__always)
  func text(at place: Int) -> Text { text(u32(place), u32(place + 4)) }
}
