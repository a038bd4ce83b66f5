// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation

/// Makes a folder unwritable: root needs a read-only mount, a user only the mode bits.
enum ReadOnlyMount {
  /// Whether this process can make a folder unwritable.
  static var isPossible: Bool {
    get async throws {
      if geteuid() != 0 { return true }
      let folder = try TemporaryFolder()
      do {
        try await during(folder.url.path) {}
        return true
      } catch is ServerError {
        return false
      }
    }
  }

  /// Makes a folder unwritable while a closure runs.
  static func during(_ path: String, _ body: () throws -> Void) async throws {
    if geteuid() != 0 {
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: path)
      defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path) }
      return try body()
    }
    try await run("mount", ["--bind", path, path])
    let result: Result<Void, any Error>
    do {
      try await run("mount", ["-o", "remount,bind,ro", path])
      result = .success(try body())
    } catch {
      result = .failure(error)
    }
    try await run("umount", [path])
    try result.get()
  }

  private static func run(_ tool: String, _ arguments: [String]) async throws {
    guard let program = Command.find(tool) else { throw ServerError(description: "\(tool) is not installed") }
    let result = try await Command.run(program, arguments)
    guard result.status == 0 else { throw ServerError(description: "\(tool): \(result.errorText)") }
  }
}
