// SPDX-License-Identifier: Apache-2.0

/// Why a rule set was not compiled; the interpreter still runs it.
public struct RuleCompilerError: Error, Sendable, Hashable {
  /// The kind of a refusal.
  public enum Code: Sendable, Hashable {
    /// The rule set is larger than what a program can hold.
    case tooLarge
    /// The rule set was made without the check for references and types.
    case unchecked
    /// The program gave another answer than the interpreter when it was proved.
    case differs
  }

  /// The kind of refusal.
  public var code: Code
  /// What is wrong, where, and what to do about it.
  public var message: String

  /// Makes an error.
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

extension RuleCompilerError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}
