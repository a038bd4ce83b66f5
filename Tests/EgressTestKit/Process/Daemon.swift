// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A program that runs beside a test until it is stopped.
package final class Daemon: Sendable {
  /// The process id while the program runs, then `nil`.
  private let running: Mutex<Int32?>
  private let end: Task<Int32, any Error>
  /// The process id.
  package let processIdentifier: Int32
  /// The file that takes what the program writes.
  package let log: URL

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - path: The program.
  ///   - arguments: Its arguments.
  ///   - environment: Its whole environment; `nil` to inherit that of the tests.
  ///   - log: The file that takes standard output and standard error.
  /// - Throws: What `Subprocess` throws when the program cannot be started.
  package init(_ path: String, _ arguments: [String], environment: [String: String]? = nil, log: URL)
    async throws
  {
    let (launch, launched) = AsyncStream.makeStream(of: Int32.self)
    let file = try FileDescriptor.open(
      FilePath(log.path), .writeOnly, options: [.create, .truncate, .append], permissions: .ownerReadWrite)
    end = Task {
      defer { launched.finish() }
      let outcome = try await Subprocess.run(
        .path(FilePath(path)), arguments: Arguments(arguments), environment: Command.variables(environment),
        input: .none, output: .fileDescriptor(file, closeAfterSpawningProcess: true),
        error: .combinedWithOutput
      ) { launched.yield($0.processIdentifier.value) }
      return outcome.terminationStatus.shellStatus
    }
    guard let process = await launch.first(where: { _ in true }) else {
      _ = try await end.value
      throw ServerError(description: "\(path) ended before its process id was known")
    }
    processIdentifier = process
    running = Mutex(process)
    self.log = log
    Task { [weak self, end] in
      _ = await end.result
      self?.running.withLock { $0 = nil }
    }
  }

  /// Whether it still runs.
  package var isRunning: Bool { running.withLock { $0 != nil } }

  /// What it wrote.
  package var logText: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

  /// Waits until the program has ended.
  ///
  /// - Returns: Its exit status; 128 and the signal's number when a signal ended it.
  package func status() async throws -> Int32 { try await end.value }

  /// Sends a signal to the program, unless it has ended.
  package func signal(_ number: Int32) {
    running.withLock { if let process = $0 { _ = kill(process, number) } }
  }

  /// Waits until the program stands still after `SIGSTOP`, or has ended.
  package func waitUntilStopped() async throws {
    #if os(Linux)
      while isRunning {
        let stat = try? String(contentsOfFile: "/proc/\(processIdentifier)/stat", encoding: .utf8)
        // The state follows the name, which stands in parentheses and may hold anything (proc(5)).
        let state = stat?.split(separator: ")").last?.first { $0 != " " }
        guard let state, !"TtZX".contains(state) else { return }
        try await Task.sleep(for: .milliseconds(1))
      }
    #else
      try await Task.sleep(for: .milliseconds(100))
    #endif
  }

  /// Kills the program.
  ///
  /// A server of a test has nothing to save, and it may miss a gentler signal while it starts.
  package func stop() {
    running.withLock { running in
      if let process = running { kill(process, SIGKILL) }
      running = nil
    }
  }

  deinit { stop() }
}
