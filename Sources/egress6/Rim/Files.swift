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
    let path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    try requireReplaceable(path)
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

  /// Refuses a path that holds anything but a regular file: a device or a pipe must not be replaced.
  static func requireReplaceable(_ path: String) throws {
    guard let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType,
      kind != .typeRegular
    else { return }
    throw CommandFailure(
      .usage, "this is not a regular file and is not replaced", at: path,
      help: "name a new file, or leave out --to and redirect standard output")
  }

  /// Refuses to write over a file that the command reads from.
  static func require(_ path: String, differsFrom source: String) throws {
    func real(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().standardized.path
    }
    func identity(_ path: String) -> [UInt64]? {
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: real(path)),
        let file = attributes[.systemFileNumber] as? UInt64, let volume = attributes[.systemNumber] as? UInt64
      else { return nil }
      return [file, volume]
    }
    let besides = ["", "-wal", "-shm", ".lock"].map { source + $0 }
    let isSame = besides.contains { other in
      real(other) == real(path) || (identity(other) != nil && identity(other) == identity(path))
    }
    guard isSame else { return }
    throw CommandFailure(
      .usage, "this is the store that is read; it is not written over", at: path,
      help: "name another file with --to")
  }
}
