// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Makes a folder unwritable for a while.
struct ReadOnlyMount {
  private let path: String
  private let isMount: Bool

  /// Binds the folder read-only on itself as root, or takes the write bits as a user; `nil` when neither works.
  init?(_ path: String) throws {
    self.path = path
    if geteuid() != 0 {
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: path)
      isMount = false
      return
    }
    guard try run("mount", ["--bind", path, path]) == 0 else { return nil }
    isMount = true
    guard try run("mount", ["-o", "remount,bind,ro", path]) == 0 else {
      end()
      return nil
    }
  }

  /// Makes it writable again.
  func end() {
    if isMount {
      _ = try? run("umount", [path])
    } else {
      try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
  }
}

/// Runs a program quietly.
///
/// - Returns: Its exit status.
@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> Int32 {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [program] + arguments
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  return process.terminationStatus
}
