// SPDX-License-Identifier: Apache-2.0

package import EgressBase
public import EndpointRules

/// Why ``EndpointProgram/url(_:)`` has no URL to give.
///
/// Only that convenience throws the error of a rule; ``EndpointProgram/resolve(_:)`` returns it as a ``Resolution``.
public enum EndpointError: Error, Sendable, Hashable {
  /// An error rule matched; the text is AWS's.
  case rule(String)
  /// No rule matched.
  case noMatch
  /// The rules could not be run.
  case notResolved(ResolveError)
}

extension EndpointError: DomainError {
  /// The kind of failure.
  package var code: ErrorCode {
    switch self {
    case .rule: ErrorCode("rules.error-rule", .request)
    case .noMatch: ErrorCode("rules.no-match", .request)
    case .notResolved(let error): error.code
    }
  }

  /// The facts of the error that kept the rules from running.
  package var facts: [ErrorFact: String] {
    if case .notResolved(let error) = self { error.facts } else { [:] }
  }
}

extension EndpointError: CustomStringConvertible {
  /// What is wrong.
  public var description: String {
    switch self {
    case .rule(let text): text
    case .noMatch: "no rule matches these parameters"
    case .notResolved(let error): error.description
    }
  }
}
