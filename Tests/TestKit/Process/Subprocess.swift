// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Synchronization

/// A program that a test runs, bounded in time and ended by its own process only.
package struct Subprocess: Sendable {
  /// What a program left behind.
  package struct Result: Sendable {
    /// The exit status; the signal's number plus 128 when a signal ended it.
    package var status: Int32
    /// What it wrote to standard output.
    package var output: Data
    /// What it wrote to standard error.
    package var errorOutput: Data
    /// Whether the time limit ended it.
    package var timedOut: Bool

    /// Standard output as text.
    package var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard error as text.
    package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
  }

  /// Finds a program in `PATH` and in the folders of system programs.
  package static func find(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/local/sbin"])
      .map { $0 + "/" + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a program to its end, without holding a thread that other tests need.
  ///
  /// - Parameters:
  ///   - path: The program.
  ///   - arguments: Its arguments.
  ///   - input: What it reads from standard input.
  ///   - environment: Its environment; `nil` for that of the test.
  ///   - timeout: After how many seconds it is killed.
  /// - Returns: What it left behind.
  /// - Throws: What `Process` throws when the program cannot be started.
  package static func run(
    _ path: String, _ arguments: [String] = [], input: Data = Data(), environment: [String: String]? = nil,
    timeout: TimeInterval = 60
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Swift.Result {
            try wait(path, arguments, input: input, environment: environment, timeout: timeout)
          })
      }
    }
  }

  private static func wait(
    _ path: String, _ arguments: [String], input: Data, environment: [String: String]?, timeout: TimeInterval
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    if let environment { process.environment = environment }
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    try process.run()
    let timedOut = Mutex(false)
    let killer = DispatchWorkItem {
      timedOut.withLock { $0 = true }
      kill(process.processIdentifier, SIGKILL)
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + timeout, execute: killer)
    let errors = Mutex(Data())
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
      let data = stderr.fileHandleForReading.readDataToEndOfFile()
      errors.withLock { $0 = data }
    }
    DispatchQueue.global().async(group: group) {
      // A program that does not read its input closes the pipe; that is its own affair.
      try? stdin.fileHandleForWriting.write(contentsOf: input)
      try? stdin.fileHandleForWriting.close()
    }
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    killer.cancel()
    let status =
      process.terminationReason == .exit ? process.terminationStatus : process.terminationStatus + 128
    return Result(
      status: status, output: output, errorOutput: errors.withLock { $0 }, timedOut: timedOut.withLock { $0 })
  }
}

/// A program that runs beside a test until it is stopped.
package final class Daemon: Sendable {
  private let process: Mutex<Process?>
  /// The file that takes what it writes.
  package let log: URL

  /// Starts a program.
  ///
  /// - Throws: What `Process` throws when the program cannot be started.
  package init(_ path: String, _ arguments: [String], log: URL) throws {
    self.log = log
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    self.process = Mutex(process)
  }

  /// Whether it still runs.
  package var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }

  /// What it wrote.
  package var logText: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

  /// Kills it; there is nothing to save in a test's own folder, and a name server may miss a gentler signal.
  package func stop() {
    let running = process.withLock { running in
      defer { running = nil }
      return running
    }
    guard let running, running.isRunning else { return }
    kill(running.processIdentifier, SIGKILL)
  }

  deinit { stop() }
}

/// A folder of a test's own, removed at its end.
package final class TemporaryFolder: Sendable {
  /// Where it is.
  package let url: URL

  /// Makes a folder.
  ///
  /// - Throws: What the file manager throws.
  package init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("egress6-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// Where it is, as text.
  package var path: String { url.path }

  /// Removes the folder now.
  package func remove() { try? FileManager.default.removeItem(at: url) }

  deinit { remove() }
}
