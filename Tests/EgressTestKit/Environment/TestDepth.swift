// SPDX-License-Identifier: Apache-2.0

import Testing

/// How much of a long test runs: `make test` takes the quick depth, `make soak` the full one.
///
/// `EGRESS6_TEST_DEPTH` sets it. Both depths make the same checks; they differ in the number of repetitions only.
package enum TestDepth: String, Sendable {
  case quick, full

  /// The depth of this run.
  package static let current =
    TestEnvironment.variable("EGRESS6_TEST_DEPTH").flatMap(TestDepth.init) ?? .quick

  /// How often a test repeats what it does.
  ///
  /// The choice is printed, so that the summary can say which tests ran at which depth.
  ///
  /// - Parameters:
  ///   - variable: A variable of the environment that sets the number.
  ///   - quick: The number at the quick depth.
  ///   - full: The number at the full depth.
  /// - Returns: The number.
  package static func repetitions(_ variable: String, quick: Int, full: Int) -> Int {
    let number = TestEnvironment.variable(variable).flatMap { Int($0) } ?? (current == .quick ? quick : full)
    print("depth: \(current.rawValue): \(number) of \(full): \(Test.current?.name ?? variable) (\(variable))")
    return number
  }
}

/// The seeds of random tests.
package enum TestSeed {
  /// The seed of a test.
  ///
  /// It is fixed, so that a test gives the same result on each run. `EGRESS6_TEST_SEED` moves all seeds, as `make soak`
  /// does. A variable sets the seed of one test. The seed is printed as the assignment that repeats the run.
  ///
  /// - Parameters:
  ///   - variable: The variable that sets this seed.
  ///   - fixed: The seed when nothing is set.
  /// - Returns: The seed.
  package static func named(_ variable: String, fixed: UInt64 = 6) -> UInt64 {
    var seed = fixed
    if let text = TestEnvironment.variable(variable), let number = UInt64(text) {
      seed = number
    } else if let text = TestEnvironment.variable("EGRESS6_TEST_SEED"), let number = UInt64(text) {
      var generator = SplitMix64(seed: variable.utf8.reduce(number) { $0 &* 31 &+ UInt64($1) })
      seed = generator.next() >> 16
    }
    print("\(variable)=\(seed)")
    return seed
  }
}
