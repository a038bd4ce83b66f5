// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension RandomSource {
  /// The operating system's generator, 256 octets a call, the most that `getentropy` gives.
  static var secure: RandomSource {
    RandomSource {
      var numbers = [UInt64](repeating: 0, count: 32)
      let status = unsafe numbers.withUnsafeMutableBytes { unsafe getentropy($0.baseAddress, $0.count) }
      if status == 0 { return numbers }
      // A system without the call: one number at a time, from the standard library's secure generator.
      var generator = SystemRandomNumberGenerator()
      return (0..<32).map { _ in generator.next() }
    }
  }
}
