// SPDX-License-Identifier: Apache-2.0

/// Whether a stream may carry colour and characters beyond ASCII.
package struct Style: Sendable, Hashable {
  /// What a person asked for with `--color`.
  package enum Choice: String, Sendable, CaseIterable {
    /// Colour on a terminal, unless the environment says otherwise.
    case auto
    /// Colour in any case.
    case always
    /// No colour.
    case never
  }

  /// A colour or weight of text; never the only carrier of a meaning.
  package enum Ink: String, Sendable, CaseIterable {
    case good = "32"
    case caution = "33"
    case bad = "31"
    case strong = "1"
    case faint = "2"
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

  /// Paints a text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - ink: The colour; `nil` leaves the text as it is.
  /// - Returns: The text, within escape sequences where colour is allowed.
  package func paint(_ text: String, _ ink: Ink?) -> String {
    guard hasColor, let ink, !text.isEmpty else { return text }
    return "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m"
  }
}
