// SPDX-License-Identifier: Apache-2.0

import CEgressZlib

/// The check sum CRC-32 of zip, gzip and the catalog image.
///
/// - Parameters:
///   - bytes: the bytes that hold the message.
///   - range: where the message is.
/// - Returns: the sum.
package func crc32(_ bytes: [UInt8], in range: Range<Int>) -> UInt32 {
  var sum: UInt = 0
  unsafe bytes.withUnsafeBufferPointer { buffer in
    unsafe sum = crc32_z(0, buffer.baseAddress.map { unsafe $0 + range.lowerBound }, range.count)
  }
  return UInt32(truncatingIfNeeded: sum)
}

/// The check sum CRC-32 of a part of an image.
func crc32(_ memory: ImageMemory, in range: Range<Int>) -> UInt32 {
  precondition(range.lowerBound >= 0 && range.upperBound <= memory.count, "\(range) is not inside the image")
  let buffer = unsafe memory.buffer
  let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
  let sum = unsafe crc32_z(0, start.map { unsafe $0 + range.lowerBound }, range.count)
  return UInt32(truncatingIfNeeded: sum)
}
