// SPDX-License-Identifier: Apache-2.0

package import MapViews

/// Whether a stream may carry color and characters beyond ASCII.
package struct Style: Sendable, Hashable {
  /// What a person asked for with `--color`.
  package enum Choice: String, Sendable, CaseIterable {
    /// Color on a terminal, unless the environment says otherwise.
    case auto
    /// Color in any case.
    case always
    /// No color.
    case never
  }

  /// Whether escape sequences may be written.
  package var hasColor: Bool
  /// Whether characters beyond ASCII may be written.
  package var hasUnicode: Bool

  /// Makes a style.
  package init(hasColor: Bool, hasUnicode: Bool) {
    self.hasColor = hasColor
    self.hasUnicode = hasUnicode
  }

  /// Decides by flag, then `NO_COLOR`, then `CLICOLOR_FORCE`, then whether the stream is a terminal.
  ///
  /// - Parameters:
  ///   - choice: The flag.
  ///   - isTerminal: Whether this stream is a terminal; standard output and standard error are judged apart.
  ///   - environment: The process environment.
  package init(choice: Choice, isTerminal: Bool, environment: [String: String]) {
    let isDumb = environment["TERM"] == "dumb"
    switch choice {
    case .always: hasColor = true
    case .never: hasColor = false
    case .auto:
      if let value = environment["NO_COLOR"], !value.isEmpty {
        hasColor = false
      } else if let value = environment["CLICOLOR_FORCE"], !value.isEmpty, value != "0" {
        hasColor = true
      } else {
        hasColor = isTerminal && !isDumb
      }
    }
    let locale =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy
      .compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let folded = locale.lowercased()
    hasUnicode = !isDumb && (folded.contains("utf-8") || folded.contains("utf8"))
  }

  /// Gives a text the color or weight of an emphasis (ECMA-48, select graphic rendition).
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - emphasis: The emphasis; `nil` leaves the text as it is.
  /// - Returns: The text, within escape sequences where color is allowed.
  package func styled(_ text: String, _ emphasis: Emphasis?) -> String {
    guard hasColor, let emphasis, !text.isEmpty else { return text }
    let code =
      switch emphasis {
      case .good: "32"
      case .caution: "33"
      case .bad: "31"
      case .strong: "1"
      case .faint: "2"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
