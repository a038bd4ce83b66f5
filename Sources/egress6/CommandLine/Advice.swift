// SPDX-License-Identifier: Apache-2.0

import EgressBase

extension ExitStatus {
  /// The status for a category of errors.
  init(_ category: ErrorCode.Category) {
    switch category {
    case .request: self = .usage
    case .input: self = .input
    case .network: self = .network
    case .store: self = .store
    }
  }
}

/// What a person can do about an error, by its code: the only place that joins errors with commands and options.
enum Advice {
  /// The advice for an error; `nil` when the error says all there is to say.
  static func text(for error: any DomainError) -> String? {
    switch error.code.description {
    case "file.unwritable": "check the free space and the folder's permissions; nothing was left behind"
    case "file.not-replaceable":
      "name a new file, or leave out --to and redirect standard output"
    case "output.failed": "check the free space"
    case "view.unknown-field": "the fields are: " + (error.facts[.allowed] ?? "")
    default: nil
    }
  }
}
