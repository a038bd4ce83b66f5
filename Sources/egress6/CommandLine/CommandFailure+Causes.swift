// SPDX-License-Identifier: Apache-2.0

import EgressBase

extension CommandFailure {
  /// Classifies an error of the layers below.
  init(describing error: any Error) {
    switch error {
    case let error as CommandFailure: self = error
    case let error as any DomainError:
      self.init(ExitStatus(error.code.category), "\(error)", help: Advice.text(for: error))
    case is CancellationError: self.init(.interrupted, "interrupted")
    default:
      self.init(.internal, "\(error)", help: "this is a defect of egress6; please report it with the command")
    }
  }
}
