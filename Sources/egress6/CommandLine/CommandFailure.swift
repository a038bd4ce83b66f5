// SPDX-License-Identifier: Apache-2.0

import EgressTerminal
import MapViews

/// An error for a person: what happened, where, and what to do.
struct CommandFailure: Error {
  /// The exit code.
  var status: ExitStatus
  /// What happened, in one line.
  var message: String
  /// Where: a file, a line, a service.
  var location: String?
  /// What to do.
  var help: String?

  init(_ status: ExitStatus, _ message: String, at location: String? = nil, help: String? = nil) {
    self.status = status
    self.message = message
    self.location = location
    self.help = help
  }

  /// The lines for standard error.
  func text(style: Style) -> String {
    var lines = style.styled("error:", .bad) + " " + message.withoutControlsKeepingLines + "\n"
    if let location { lines += "   at: " + location.withoutControls + "\n" }
    if let help { lines += style.styled(" help:", .good) + " " + help.withoutControlsKeepingLines + "\n" }
    return lines
  }
}

extension String {
  /// The text with control characters made visible, newlines kept and indented.
  fileprivate var withoutControlsKeepingLines: String {
    split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).withoutControls }.joined(separator: "\n       ")
  }
}
