// SPDX-License-Identifier: Apache-2.0

package import EgressBase

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Standard output or standard error, with what a writer must know of it.
package struct StandardStream: Sendable {
  /// Why a stream could not be written.
  package enum Failure: DomainError, Hashable {
    /// The reading program ended, as `head` does once it has its lines.
    case closed
    /// The system refused, with its error number.
    case system(Int32)

    /// The kind of failure.
    package var code: ErrorCode {
      switch self {
      case .closed: ErrorCode("output.closed", .input)
      case .system: ErrorCode("output.failed", .input)
      }
    }

    /// The sentence, with the system's words.
    package var description: String {
      switch self {
      case .closed: "standard output cannot be written: its reader went away"
      case .system(let number):
        unsafe "standard output cannot be written: \(String(cString: strerror(number)))"
      }
    }
  }

  /// The stream of results.
  package static let output = StandardStream(descriptor: 1)
  /// The stream of everything else.
  package static let errors = StandardStream(descriptor: 2)

  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  /// Whether the stream is a terminal.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The terminal's width in columns; 80 where it is not known.
  package var width: Int {
    var size = winsize()
    let request = UInt(TIOCGWINSZ)
    guard unsafe ioctl(descriptor, request, &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes text.
  ///
  /// - Parameter text: The text, written as UTF-8.
  /// - Throws: ``Failure`` when not all of it could be written.
  package func write(_ text: String) throws(Failure) {
    try write(Array(text.utf8))
  }

  /// Writes bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: ``Failure`` when not all of them could be written.
  package func write(_ bytes: [UInt8]) throws(Failure) {
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: buffer[start...]))
      }
      if count > 0 {
        start += count
      } else if errno == EPIPE {
        throw .closed
      } else if errno != EINTR, errno != EAGAIN {
        throw .system(errno)
      }
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
  unsafe write(descriptor, buffer.baseAddress, buffer.count)
}
