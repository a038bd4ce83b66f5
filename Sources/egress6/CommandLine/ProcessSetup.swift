// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What must hold before anything is opened or printed.
enum ProcessSetup {
  /// Help texts narrower than this cannot be laid out; wider ones are hard to read.
  private static let columns = 40...200

  /// Opens closed standard streams on the null device, and keeps the width of help within bounds.
  ///
  /// A closed standard stream would give its number to the next file or socket, and messages would land in it.
  static func run() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = unsafe open("/dev/null", O_RDWR)
    }
    if let text = ProcessInfo.processInfo.environment["COLUMNS"] {
      let width = min(max(Int(text) ?? 80, columns.lowerBound), columns.upperBound)
      unsafe setenv("COLUMNS", "\(width)", 1)
    }
  }

  /// Refuses a long command where /proc is missing: on Linux the Swift runtime counts its threads there each second, and ends the
  /// process when it cannot.
  static func requireProcFileSystem() throws {
    #if os(Linux)
      guard unsafe access("/proc/self/task", F_OK) != 0 else { return }
      throw CommandFailure(
        .usage, "a scan needs /proc, which is not mounted here", help: "run: mount -t proc proc /proc")
    #endif
  }
}
