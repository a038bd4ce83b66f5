// SPDX-License-Identifier: Apache-2.0

/// The bytes of an image, which never change: its own copy, or bytes that are part of the program and stay in place.
///
/// All places are checked, so the type is safe to use; no pointer leaves this file but to zlib and to compiled rules.
@safe final class ImageMemory: Sendable {
  private let address: UInt
  /// How many bytes there are.
  let count: Int
  /// Whether the bytes stay where they are for as long as the process lives.
  let isPermanent: Bool

  /// Copies bytes.
  init(_ bytes: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
    unsafe memory.copyBytes(from: bytes)
    address = UInt(bitPattern: memory.baseAddress)
    count = bytes.count
    isPermanent = false
  }

  /// Refers to bytes that nobody changes or frees.
  @unsafe init(permanent bytes: UnsafeRawBufferPointer) {
    address = UInt(bitPattern: bytes.baseAddress)
    count = bytes.count
    isPermanent = true
  }

  deinit {
    if !isPermanent { unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  /// All bytes, to be used while this object is held.
  @unsafe var buffer: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
  }

  /// A byte.
  @inline(__always)
  subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count, "byte \(index) is outside the image's \(count)")
    return unsafe UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped.load(
      fromByteOffset: index, as: UInt8.self)
  }

  /// A copy of some bytes.
  subscript(range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) is not inside the image")
    return unsafe Array(UnsafeRawBufferPointer(rebasing: buffer[range]))
  }

  /// Whether these are the first bytes.
  func starts(with bytes: [UInt8]) -> Bool { bytes.count <= count && self[0..<bytes.count] == bytes }

  /// Four bytes as a little-endian number; `nil` when they pass the end.
  func littleEndian32(at position: Int) -> UInt32? {
    guard position >= 0, position <= count - 4 else { return nil }
    return (0..<4).reduce(0) { $0 | UInt32(self[position + $1]) << UInt32(8 * $1) }
  }
}
