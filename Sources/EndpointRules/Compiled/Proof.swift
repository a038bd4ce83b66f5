// SPDX-License-Identifier: Apache-2.0

/// How thoroughly programs are compared with the interpreter when they are compiled.
public struct Proof: Sendable, Hashable {
  /// How many cases are aimed at each result of a program.
  public var casesPerResult: Int
  /// How many random cases come on top.
  public var randomCases: Int
  /// The seed of all random numbers; the same seed gives the same cases.
  public var seed: UInt64

  /// What ``CompiledRules`` does unless told otherwise.
  public static let standard = Proof(casesPerResult: 2, randomCases: 100, seed: 6)
  /// No comparison, for rule sets that have been proved before.
  public static let none = Proof(casesPerResult: 0, randomCases: 0, seed: 0)

  /// Makes a measure of proof.
  public init(casesPerResult: Int, randomCases: Int, seed: UInt64) {
    self.casesPerResult = casesPerResult
    self.randomCases = randomCases
    self.seed = seed
  }

  func check(
    _ program: EndpointProgram, _ name: String, _ rules: RuleSet, _ partitions: Partitions
  ) throws(RuleCompilerError) {
  }
}
