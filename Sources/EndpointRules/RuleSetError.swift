// SPDX-License-Identifier: Apache-2.0

package import EgressBase
internal import StrictJSON

/// Why a rule set or a partitions file was refused, and where.
public struct RuleSetError: Error, Sendable, Hashable {
  /// The JSON path, such as `$.rules[3].conditions[0].argv[1]`; `$` for the text as a whole.
  public var path: String
  /// What is wrong and what to do about it.
  public var message: String

  init(_ path: JSONPath, _ message: String) {
    self.path = readable(path.description)
    self.message = readable(message)
  }

  init(_ error: JSONError) {
    path = "$"
    message = readable("the text is not valid JSON: \(error)")
  }
}

extension RuleSetError: DomainError {
  /// The kind of failure.
  package var code: ErrorCode { ErrorCode("rules.malformed", .input) }
  /// The JSON path.
  package var facts: [ErrorFact: String] { [.entry: path] }
}

extension RuleSetError: CustomStringConvertible {
  /// The path and the message in one line.
  public var description: String { "\(path): \(message)" }
}

/// A path in a JSON document, built step by step from the root.
indirect enum JSONPath: Sendable, Hashable {
  case root
  case member(JSONPath, String)
  case element(JSONPath, Int)

  func appending(_ name: String) -> JSONPath { .member(self, name) }
  func appending(_ index: Int) -> JSONPath { .element(self, index) }
}

extension JSONPath: CustomStringConvertible {
  var description: String {
    switch self {
    case .root: "$"
    case .element(let parent, let index): "\(parent)[\(index)]"
    case .member(let parent, let name): isIdentifier(name) ? "\(parent).\(name)" : "\(parent)['\(name)']"
    }
  }
}
