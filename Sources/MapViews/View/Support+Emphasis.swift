// SPDX-License-Identifier: Apache-2.0

package import EgressBase

extension Support {
  /// How much each kind of support matters to somebody who wants to leave IPv4.
  package var emphasis: Emphasis {
    switch self {
    case .ipv6: .good
    case .optIn: .caution
    case .ipv4: .bad
    case .none, .unknown: .faint
    }
  }
}
