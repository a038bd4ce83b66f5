// SPDX-License-Identifier: Apache-2.0

/// Where a result is written; what does not fit is only counted.
@safe struct Output {
  private let start: UnsafeMutableRawPointer
  private let capacity: Int
  private(set) var count = 0

  @inline(__always)
  init(start: UnsafeMutableRawPointer, capacity: Int) {
    unsafe self.start = unsafe start
    self.capacity = capacity
  }

  /// Whether everything has been written.
  @inline(__always)
  var isComplete: Bool { count <= capacity }

  @inline(__always)
  private func copyPiece(_ text: Text, _ index: Int) {
    let piece = unsafe text.start.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
    unsafe start.storeBytes(of: piece, toByteOffset: count &+ index, as: SIMD16<UInt8>.self)
  }

  @inline(__always)
  mutating func append(_ text: Text) {
    let end = count &+ text.count
    if end &+ Text.slack <= capacity {
      // Whole pieces of sixteen bytes: texts have as many readable bytes behind them, and here is room.
      copyPiece(text, 0)
      if text.count > Text.slack {
        copyPiece(text, Text.slack)
        if text.count > 2 * Text.slack { copyPiece(text, 2 * Text.slack) }
        if text.count > 3 * Text.slack {
          unsafe (start + count).copyMemory(from: text.start, byteCount: text.count)
        }
      }
    } else if end <= capacity {
      unsafe (start + count).copyMemory(from: text.start, byteCount: text.count)
    }
    count = end
  }

  /// Lets something be written into a buffer, which may be empty.
  @inline(__always)
  static func into<Outcome>(
    _ buffer: inout MutableSpan<UInt8>, _ body: (inout Output) -> Outcome
  ) -> Outcome {
    unsafe buffer.withUnsafeMutableBytes { bytes in
      var nothing: UInt8 = 0
      guard let base = bytes.baseAddress else {
        return unsafe withUnsafeMutableBytes(of: &nothing) { bytes in
          var output = unsafe Output(start: bytes.baseAddress.unsafelyUnwrapped, capacity: 0)
          return body(&output)
        }
      }
      var output = unsafe Output(start: base, capacity: bytes.count)
      return body(&output)
    }
  }

  /// What has been written, as long as it is complete.
  var text: Text { unsafe Text(start: UnsafeRawPointer(start), count: count) }
}
