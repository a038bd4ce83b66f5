// SPDX-License-Identifier: Apache-2.0

import Synchronization
package import Testing

/// Limits how many tests run servers and programs at the same time.
///
/// The tests are correct on a busy machine, too. But thirty servers and scans at once take longer together than one after
/// another.
package struct ServerTurns: SuiteTrait, TestTrait, TestScoping {
  /// The most tests at a time.
  package static let most = 3

  private static let turns = Turns(ServerTurns.most)

  package var isRecursive: Bool { true }

  @concurrent package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
  ) async throws {
    await Self.turns.take()
    defer { Self.turns.giveBack() }
    try await function()
  }
}

extension Trait where Self == ServerTurns {
  /// Limits how many tests run servers and programs at the same time.
  package static var serverTurns: Self { Self() }
}

/// A counting semaphore for tasks that serves them in order of arrival.
private final class Turns: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(free: count)) }

  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  func giveBack() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if state.waiting.isEmpty {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
