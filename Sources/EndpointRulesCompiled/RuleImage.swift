// SPDX-License-Identifier: Apache-2.0

/// The memory of an image, which never changes: its own copy, or memory that lives as long as the process.
final class RuleImage: Sendable {
  private let address: UInt
  let count: Int
  private let isOwned: Bool

  /// Copies an image.
  init(copying bytes: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(bytes.count, ImageLayout.headerSize) + ImageLayout.padding, alignment: 16)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
    unsafe memory.copyBytes(from: bytes)
    address = UInt(bitPattern: memory.baseAddress)
    count = bytes.count
    isOwned = true
  }

  /// Refers to memory that nobody changes or frees.
  init(permanent bytes: UnsafeRawBufferPointer) {
    address = UInt(bitPattern: bytes.baseAddress)
    count = bytes.count
    isOwned = false
  }

  deinit {
    if isOwned { unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  /// The image, to be used while this object is held.
  @inline(__always)
  var view: ImageView { unsafe ImageView(UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped) }

  var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
  }
}
