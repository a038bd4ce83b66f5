// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension RandomSource {
  /// The operating system's generator, read 256 octets at a time, the most that `getentropy` returns.
  static var secure: RandomSource {
    RandomSource {
      var numbers = [UInt64](repeating: 0, count: 32)
      let status = unsafe numbers.withUnsafeMutableBytes { unsafe getentropy($0.baseAddress, $0.count) }
      if status == 0 { return numbers }
      // On a system without the call, the standard library's secure generator is read instead.
      var generator = SystemRandomNumberGenerator()
      return (0..<32).map { _ in generator.next() }
    }
  }
}
