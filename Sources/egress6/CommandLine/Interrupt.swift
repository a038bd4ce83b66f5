// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import MapViews
import Synchronization

/// Runs work that Ctrl-C ends cleanly; a second Ctrl-C ends the process at once.
///
/// SIGTERM counts as Ctrl-C, since a supervisor that stops a scan wants what is complete to be saved, too; and SIGHUP, with
/// which a terminal goes away, unless the process was started to ignore it (`nohup`).
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
    let numbers = [SIGINT, SIGTERM, SIGHUP].filter { number in
      let before = signal(number, SIG_IGN)
      return number != SIGHUP || address(before) != address(SIG_IGN)
    }
    let sources = numbers.map { number in
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
      for number in numbers { signal(number, SIG_DFL) }
    }
    return (try await task.value, signals.value > 0)
  }

  private static func address(_ handler: (@convention(c) (Int32) -> Void)?) -> UInt {
    unsafe unsafeBitCast(handler, to: UInt.self)
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
