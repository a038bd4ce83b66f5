// SPDX-License-Identifier: Apache-2.0

/// Random numbers that are drawn in bulk, because each call of the system's generator is a system call.
package struct RandomSource: RandomNumberGenerator, Sendable {
  private let refill: @Sendable () -> [UInt64]
  private var pool: [UInt64] = []

  /// Makes a source.
  ///
  /// - Parameter refill: Returns the next numbers, at least one. Outside tests they come from a secure generator.
  package init(refill: @escaping @Sendable () -> [UInt64]) { self.refill = refill }

  /// The next number.
  package mutating func next() -> UInt64 {
    if pool.isEmpty { pool = refill() }
    return pool.popLast() ?? 0
  }
}
