// SPDX-License-Identifier: Apache-2.0

import CEgressZlib
import EgressBase

/// Why compressed bytes could not be unpacked.
enum InflateError: String, DomainError, Hashable {
  /// The bytes are not a deflate stream, or their check sum is wrong.
  case damaged = "the compressed data is broken"
  /// The input ends before the stream does.
  case truncated = "the compressed data is cut off"
  /// More bytes come out than the caller allows.
  case tooLarge = "the compressed data unpacks to more bytes than allowed"

  /// The kind of failure.
  var code: ErrorCode {
    switch self {
    case .damaged: ErrorCode("inflate.damaged", .input)
    case .truncated: ErrorCode("inflate.truncated", .input)
    case .tooLarge: ErrorCode("inflate.too-large", .input)
    }
  }

  /// What is wrong.
  var description: String { rawValue }
}

/// A deflate stream being unpacked by zlib (RFC 1951, RFC 1952).
///
/// All calls of zlib are in this file. The type is safe to use: the pointer never leaves it, and every call gives zlib
/// the bounds of both buffers.
@safe struct Inflater: ~Copyable {
  /// What surrounds the deflate stream.
  enum Wrapping {
    /// Nothing, as in a zip file.
    case none
    /// A gzip header, and a check sum at the end.
    case gzip
  }

  /// zlib keeps a pointer back to the stream, so it may not move.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether the stream's end was reached.
  private(set) var isAtEnd = false

  /// Begins a stream.
  init(_ wrapping: Wrapping) throws(InflateError) {
    let bits: Int32 = wrapping == .gzip ? 15 + 16 : -15
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe inflateInit2_(stream, bits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      unsafe stream.deallocate()
      throw .damaged
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Unpacks until the output chunk is full, the input is used up or the stream ends.
  ///
  /// - Parameters:
  ///   - input: the packed bytes.
  ///   - position: where to read on; moved behind what was used.
  ///   - end: where the packed bytes end.
  ///   - chunk: the output; its bytes up to the returned count are replaced.
  /// - Returns: how many bytes came out; 0 at the stream's end or when the input is used up.
  /// - Throws: ``InflateError/damaged`` when the bytes are not such a stream.
  mutating func read(
    _ input: [UInt8], from position: inout Int, to end: Int, into chunk: inout [UInt8]
  ) throws(InflateError) -> Int {
    guard !isAtEnd, position < end else { return 0 }
    let available = min(end - position, 1 << 30)
    let capacity = chunk.count
    let start = position
    let stream = unsafe stream
    var (status, left, room) = (Z_OK, UInt32(0), UInt32(0))
    unsafe input.withUnsafeBufferPointer { source in
      unsafe chunk.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: source.baseAddress.map { unsafe $0 + start })
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = target.baseAddress
        unsafe stream.pointee.avail_out = UInt32(capacity)
        unsafe status = inflate(stream, Z_NO_FLUSH)
        unsafe left = stream.pointee.avail_in
        unsafe room = stream.pointee.avail_out
        unsafe stream.pointee.next_in = nil
        unsafe stream.pointee.next_out = nil
      }
    }
    position += available - Int(left)
    switch status {
    case Z_STREAM_END: isAtEnd = true
    case Z_OK, Z_BUF_ERROR: break
    default: throw .damaged
    }
    return capacity - Int(room)
  }

  /// Unpacks a whole stream.
  ///
  /// - Parameters:
  ///   - wrapping: what surrounds the stream.
  ///   - input: the bytes that hold it.
  ///   - range: the range of the bytes that the stream must fill.
  ///   - limit: the most bytes that may come out.
  /// - Returns: what came out.
  /// - Throws: ``InflateError`` when the bytes are not such a stream, end early, continue after it or unpack to too many bytes.
  static func unpack(
    _ wrapping: Wrapping, _ input: [UInt8], in range: Range<Int>, limit: Int
  ) throws(InflateError) -> [UInt8] {
    var inflater = try Inflater(wrapping)
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var position = range.lowerBound
    while !inflater.isAtEnd {
      let count = try inflater.read(input, from: &position, to: range.upperBound, into: &chunk)
      guard output.count + count <= limit else { throw .tooLarge }
      output += chunk[..<count]
      if count == 0, !inflater.isAtEnd, position == range.upperBound { throw .truncated }
    }
    guard position == range.upperBound else { throw .damaged }
    return output
  }
}
