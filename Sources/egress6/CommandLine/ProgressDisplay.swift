// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressTerminal
import Synchronization

/// When progress is shown.
enum ProgressChoice: String, CaseIterable, ExpressibleByArgument {
  /// On a terminal only.
  case auto
  /// Never.
  case never
}

/// Draws progress on standard error: one line, ten times a second at most, cleared at the end.
final class ProgressDisplay: Sendable {
  private struct State {
    var last: ContinuousClock.Instant?
    var isDrawn = false
  }

  private static let interval = Duration.milliseconds(100)

  private let state = Mutex(State())
  private let isShown: Bool
  private let style: Style
  private let start = ContinuousClock.now

  init(choice: ProgressChoice, messages: MessageOptions) {
    isShown = choice == .auto && !messages.quiet && StandardStream.errors.isTerminal
    style = messages.messageStyle
  }

  /// Shows how far the work is.
  func update(done: Int, total: Int, unit: String) {
    guard isShown else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      if let last = state.last, now - last < Self.interval, done < total { return }
      state.last = now
      state.isDrawn = true
      let line = ProgressLine(unit: unit, total: total)
      let width = StandardStream.errors.width
      let text = line.text(done: done, elapsed: now - start, width: width, style: style)
      try? StandardStream.errors.write("\r\u{1B}[K" + text)
    }
  }

  /// Takes the line away.
  func clear() {
    guard isShown else { return }
    state.withLock { state in
      guard state.isDrawn else { return }
      state.isDrawn = false
      try? StandardStream.errors.write("\r\u{1B}[K")
    }
  }
}
