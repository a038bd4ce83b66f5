// SPDX-License-Identifier: Apache-2.0

package import EgressBase
import MapViews

extension Support {
  /// The word with its mark, for a grid; the mark carries the meaning where there is no color.
  package func label(_ style: Style) -> String {
    let mark =
      switch self {
      case .ipv6: style.hasUnicode ? "✓" : "+"
      case .optIn: style.hasUnicode ? "◐" : "~"
      case .ipv4: style.hasUnicode ? "✗" : "x"
      case .none: style.hasUnicode ? "–" : "-"
      case .unknown: "?"
      }
    return word.map { "\($0) \(mark)" } ?? mark
  }
}

extension SupportCell {
  /// The word with its mark and signs, for a grid; what is too old to be a "no" has its date in place of the mark.
  package func label(_ style: Style) -> String {
    let word =
      staleDate.map { "\(support.word ?? support.rawValue) \($0)" } ?? support.label(style)
      + (isAtLeast ? "+" : "")
    return signs.isEmpty ? word : "\(word) \(signs)"
  }
}

extension Style {
  /// The mark of a grid's cell of which nothing is shown.
  package var missingMark: String { hasUnicode ? "·" : "." }
}
