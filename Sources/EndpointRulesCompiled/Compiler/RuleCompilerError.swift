// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Why a rule set was not compiled; the interpreter still runs it.
public struct RuleCompilerError: Error, Sendable, Hashable {
  /// A kind of refusal.
  public enum Reason: Sendable, Hashable {
    /// The rule set is larger than what a program can hold.
    case tooLarge
    /// The rule set was made without the check for references and types.
    case unchecked
    /// The program gave another answer than the interpreter when it was proved.
    case differs
  }

  /// The kind of refusal.
  public var reason: Reason
  /// What is wrong, where, and what to do about it.
  public var message: String

  /// Makes an error.
  package init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }
}

extension RuleCompilerError: DomainError {
  /// The kind of failure.
  package var code: ErrorCode {
    switch reason {
    case .tooLarge: ErrorCode("rule-compiler.too-large", .input)
    case .unchecked: ErrorCode("rule-compiler.unchecked", .input)
    case .differs: ErrorCode("rule-compiler.differs", .input)
    }
  }
}

extension RuleCompilerError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}
