// SPDX-License-Identifier: Apache-2.0

/// Why a support changed.
package enum ChangeCause: String, Sendable, Hashable, CaseIterable {
  /// The names that decided before answer otherwise.
  case network
  /// The names that decided before still give the support before: the SDK release uses other names.
  case release
}

extension ChangeCause: StoredCode {
  var code: Int {
    switch self {
    case .network: 1
    case .release: 2
    }
  }

  init?(code: Int) {
    switch code {
    case 1: self = .network
    case 2: self = .release
    default: return nil
    }
  }
}
