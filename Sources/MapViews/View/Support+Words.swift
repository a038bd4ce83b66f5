// SPDX-License-Identifier: Apache-2.0

package import EgressBase

extension Support {
  /// The word for a cell that people read; `nil` where a cell has a mark alone.
  package var word: String? {
    switch self {
    case .ipv6: "IPv6"
    case .optIn: "opt-in"
    case .ipv4: "IPv4"
    case .none, .unknown: nil
    }
  }

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
