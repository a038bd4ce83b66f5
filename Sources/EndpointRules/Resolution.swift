// SPDX-License-Identifier: Apache-2.0

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
  /// A required parameter has neither a value nor a default.
  case missingParameter(String)
  /// A value has the wrong type, or a rule uses a value that is unset.
  case engine(String)
}

extension ResolveError: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .missingParameter(let name): "required parameter \(name) has no value; give it one"
    case .engine(let reason): reason
    }
  }
}
