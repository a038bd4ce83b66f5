// SPDX-License-Identifier: Apache-2.0

/// Random numbers drawn in bulk, because the system's generator makes a system call for each.
package struct RandomSource: RandomNumberGenerator, Sendable {
  private let refill: @Sendable () -> [UInt64]
  private var pool: [UInt64] = []

  /// Makes a source.
  ///
  /// - Parameter refill: Gives the next numbers, at least one; from a secure generator outside tests.
  package init(refill: @escaping @Sendable () -> [UInt64]) { self.refill = refill }

  /// The next number.
  package mutating func next() -> UInt64 {
    if pool.isEmpty { pool = refill() }
    return pool.popLast() ?? 0
  }
}
