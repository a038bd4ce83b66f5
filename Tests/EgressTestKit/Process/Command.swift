// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import SystemPackage

/// Runs programs for tests, with bounded output and bounded time.
package enum Command {
  /// The most bytes that a program may write to one stream.
  private static let outputLimit = 1 << 28

  /// What a program left behind.
  package struct Result: Sendable {
    /// The exit status; 128 and the signal's number when a signal ended the program.
    package var status: Int32
    /// What it wrote to standard output.
    package var output: [UInt8]
    /// What it wrote to standard error.
    package var errorOutput: [UInt8]

    /// Standard output as text.
    package var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard error as text.
    package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
  }

  /// Says that a program ran longer than `TestEnvironment.hangLimit`.
  package struct Hang: Error, CustomStringConvertible {
    /// The command line.
    package var command: [String]
    package var description: String {
      "\(command.joined(separator: " ")) was killed: it ran longer than \(TestEnvironment.hangLimit)"
    }
  }

  /// Finds a program in `PATH` and in the folders of system programs.
  package static func find(_ name: String) -> String? {
    let path = TestEnvironment.variable("PATH") ?? ""
    return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/local/sbin"])
      .map { $0 + "/" + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - path: The program.
  ///   - arguments: Its arguments.
  ///   - input: What it reads from standard input.
  ///   - environment: Its whole environment; `nil` to inherit that of the tests.
  ///   - killAfter: When to kill it, for tests that kill; `nil` lets it run.
  /// - Returns: What it left behind.
  /// - Throws: `Hang` when the program does not end, and what `Subprocess` throws when it cannot be started.
  package static func run(
    _ path: String, _ arguments: [String] = [], input: [UInt8] = [], environment: [String: String]? = nil,
    killAfter: Duration? = nil
  ) async throws -> Result {
    let (launch, launched) = AsyncStream.makeStream(of: Void.self)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        try await collect(path, arguments, input: input, environment: environment) { launched.finish() }
      }
      group.addTask {
        for await _ in launch {}
        if let killAfter {
          try await Task.sleep(for: killAfter)
        } else {
          try await TestEnvironment.sleepUntilHung()
        }
        return nil
      }
      let first = try await group.next() ?? nil
      // This ends the timer, or else the program: cancelling its task kills it.
      group.cancelAll()
      if let first { return first }
      guard killAfter != nil, let killed = try await group.next() ?? nil else {
        throw Hang(command: [path] + arguments)
      }
      return killed
    }
  }

  private static func collect(
    _ path: String, _ arguments: [String], input: [UInt8], environment: [String: String]?,
    whenLaunched: @escaping @Sendable () -> Void
  ) async throws -> Result {
    // Input comes from a file: Subprocess 1.0.2 traps when a program ends before it has read a pipe.
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = folder.url.appendingPathComponent("input")
    try Data(input).write(to: file)
    let descriptor = try FileDescriptor.open(FilePath(file.path), .readOnly)
    let outcome = try await Subprocess.run(
      .path(FilePath(path)), arguments: Arguments(arguments), environment: variables(environment),
      input: .fileDescriptor(descriptor, closeAfterSpawningProcess: true),
      output: .bytes(limit: outputLimit), error: .bytes(limit: outputLimit)
    ) { _ in whenLaunched() }
    return Result(
      status: outcome.terminationStatus.shellStatus, output: outcome.standardOutput,
      errorOutput: outcome.standardError)
  }

  /// The library's form of an environment.
  static func variables(_ environment: [String: String]?) -> Environment {
    guard let environment else { return .inherit }
    return .custom(environment.map { Array("\($0.key)=\($0.value)".utf8) + [0] })
  }
}

extension TerminationStatus {
  /// The status as a shell reports it.
  var shellStatus: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let signal): signal + 128
    }
  }
}
