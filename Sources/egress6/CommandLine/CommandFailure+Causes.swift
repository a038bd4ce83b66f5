// SPDX-License-Identifier: Apache-2.0

import ClientModel
import DNS
import EgressBase
import EndpointMap
import EndpointRules
import EndpointRulesCompiled
import SDKRelease
import ServiceCatalog
import Terminal

extension CommandFailure {
  /// Classes an error of the layers below.
  init(describing error: any Error) {
    switch error {
    case let error as CommandFailure: self = error
    case let error as ScanError:
      self.init(
        ExitStatus(error.code.category), Advice.sentence(for: error), help: Advice.text(for: error))
    case let error as any DomainError:
      self.init(ExitStatus(error.code.category), "\(error)", help: Advice.text(for: error))
    case let error as ImportError: self.init(.input, "\(error)")
    case let error as QueryError: self.init(Self.status(of: error), "\(error)")
    case let error as ImageError:
      self.init(.input, "\(error)", help: "name another image with --catalog, or rebuild the program")
    case let error as RuleCompilerError: self.init(.input, "\(error)")
    case is CancellationError: self.init(.interrupted, "interrupted")
    default:
      self.init(.internal, "\(error)", help: "this is a defect of egress6; please report it with the command")
    }
  }

  private static func status(of error: QueryError) -> ExitStatus {
    if case .image = error { .input } else { .usage }
  }
}
