// SPDX-License-Identifier: Apache-2.0

package import EgressBase

extension Support {
  /// The word with its mark, for a grid; the mark carries the meaning where there is no color.
  package func label(_ style: Style) -> String {
    switch self {
    case .ipv6: style.hasUnicode ? "IPv6 ✓" : "IPv6 +"
    case .optIn: style.hasUnicode ? "opt-in ◐" : "opt-in ~"
    case .ipv4: style.hasUnicode ? "IPv4 ✗" : "IPv4 x"
    case .none: style.hasUnicode ? "–" : "-"
    case .unknown: "?"
    }
  }
}

extension Style {
  /// The mark of a grid's cell of which nothing is shown.
  package var missingMark: String { hasUnicode ? "·" : "." }
}
