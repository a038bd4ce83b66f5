// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import MapViews
import Synchronization

/// Runs work that Ctrl-C ends cleanly; a second Ctrl-C ends the process at once.
///
/// SIGTERM counts as Ctrl-C, since a supervisor that stops a scan wants what is complete to be saved, too.
enum Interrupt {
  /// Runs work as a task that the first signal cancels.
  ///
  /// - Parameters:
  ///   - onFirst: Called once at the first signal.
  ///   - work: The work; it should return soon once it is cancelled.
  /// - Returns: What the work returns, and whether a signal came.
  /// - Throws: What the work throws.
  static func catching<Value: Sendable>(
    onFirst: @escaping @Sendable () -> Void, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> (value: Value, wasInterrupted: Bool) {
    let signals = SignalCount()
    let task = Task { try await work() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        guard signals.raise() == 1 else { exit(ExitStatus.interrupted.rawValue) }
        onFirst()
        task.cancel()
      }
      source.resume()
      return source
    }
    defer {
      for source in sources { source.cancel() }
      signal(SIGINT, SIG_DFL)
      signal(SIGTERM, SIG_DFL)
    }
    return (try await task.value, signals.value > 0)
  }

  private final class SignalCount: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func raise() -> Int {
      count.withLock {
        $0 += 1
        return $0
      }
    }
  }
}
