// SPDX-License-Identifier: Apache-2.0

import Foundation
import Terminal

/// Files that a command writes: all of it or nothing.
enum Files {
  /// Writes a file through a temporary one beside it, so that a reader never sees half of it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - body: Writes the content to a handle.
  /// - Throws: ``CommandFailure``, or what the body throws; no file is left behind then.
  static func write(_ path: String, _ body: (_ write: ([UInt8]) throws -> Void) throws -> Void) throws {
    let temporary = path + ".\(ProcessInfo.processInfo.processIdentifier).part"
    guard FileManager.default.createFile(atPath: temporary, contents: nil),
      let handle = FileHandle(forWritingAtPath: temporary)
    else {
      throw CommandFailure(
        .input, "the file cannot be written", at: path, help: "check the folder and its permissions")
    }
    do {
      try body { try handle.write(contentsOf: $0) }
      try handle.synchronize()
      try handle.close()
      let status = unsafe rename(temporary, path)
      guard status == 0 else {
        throw CommandFailure(.input, "the file cannot be replaced: system error \(errno)", at: path)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      if let failure = error as? CommandFailure { throw failure }
      if error is UnknownFieldError { throw error }
      throw CommandFailure(
        .input, "the file cannot be written: \((error as NSError).localizedDescription)", at: path,
        help: "check the free space and the folder's permissions; nothing was left behind")
    }
  }

  /// Whether a path is a folder.
  static func isFolder(_ path: String) -> Bool {
    (try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
  }
}
