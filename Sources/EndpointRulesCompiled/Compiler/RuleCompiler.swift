// SPDX-License-Identifier: Apache-2.0

/// The limits of compiled rule sets.
enum RuleCompiler {
  /// The most conditions and results of a rule set; the largest of AWS (s3) has about 3,000.
  static let maximumConditions = 20_000
  /// The most states of the walk that shares equal states; beyond it, conditions are tested one after the other as written.
  static let maximumStates = 200_000
  /// The most nodes, and the most results, of a program: what 16 bits with a sign can name.
  static let maximumNodes = 32_767
  /// The most texts of a program.
  static let maximumValues = 255
  /// The most records (partitions, ARNs and URLs) of a program.
  static let maximumRegisters = 9
  /// The most parameters of a program: the bits of a word but two for the partition of the region.
  static let maximumParameters = 62
  /// The most bytes of a text in a rule set; those of AWS stay below a thousand.
  static let maximumLiteral = 64 << 10
  /// The most steps that one text may take to compute, and how deep its parts may nest.
  static let maximumCost = 4096
  static let maximumDepth = 24
}
