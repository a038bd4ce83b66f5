// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// What a rule set says for given parameters.
public enum Resolution: Sendable, Hashable {
  /// An endpoint rule matched.
  case endpoint(Endpoint)
  /// An error rule matched; the text is AWS's.
  case ruleError(String)
  /// No rule matched.
  case noMatch
}

/// Why a rule set could not be run with given parameters.
public enum ResolveError: Error, Sendable, Hashable {
  /// A value has a name that the rule set does not declare; the second value holds the declared names most like it.
  case undeclaredParameter(String, nearest: [String])
  /// A required parameter has neither a value nor a default.
  case missingParameter(String)
  /// A value has the wrong type, or a rule uses a value that is unset.
  case engine(String)
}

extension ResolveError: DomainError {
  /// The kind of failure.
  package var code: ErrorCode {
    switch self {
    case .undeclaredParameter: ErrorCode("rules.undeclared-parameter", .request)
    case .missingParameter: ErrorCode("rules.missing-parameter", .request)
    case .engine: ErrorCode("rules.not-evaluated", .request)
    }
  }

  /// The parameter, and the declared ones most like it.
  package var facts: [ErrorFact: String] {
    switch self {
    case .undeclaredParameter(let name, let nearest):
      [.given: name, .nearest: nearest.joined(separator: ", ")]
    case .missingParameter(let name): [.given: name]
    case .engine: [:]
    }
  }
}

extension ResolveError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .undeclaredParameter(let name, let nearest):
      "the rules declare no parameter \(readable(name))"
        + (nearest.isEmpty ? "" : "; the nearest: \(nearest.joined(separator: ", "))")
    case .missingParameter(let name): "required parameter \(name) has no value; give it one"
    case .engine(let reason): reason
    }
  }
}
