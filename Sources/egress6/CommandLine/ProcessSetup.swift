// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What must hold before anything is opened or printed.
enum ProcessSetup {
  /// Help texts narrower than this cannot be laid out; wider ones are hard to read.
  private static let columns = 40...200

  /// Opens closed standard streams on the null device, and keeps the width of help within bounds.
  ///
  /// A closed standard stream would give its number to the next file or socket, and messages would land in it. Standard
  /// output is opened for reading only: a result that nobody can get must be an error.
  static func run() {
    for (descriptor, mode) in [(0, O_RDONLY), (1, O_RDONLY), (2, O_WRONLY)] as [(Int32, Int32)]
    where fcntl(descriptor, F_GETFD) == -1 {
      // A program that replaces this one gets the stream closed, as this one did.
      _ = unsafe open("/dev/null", mode | O_CLOEXEC)
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

  /// The variables that name files.
  private static let fileVariables = ["EGRESS6_STORE", "EGRESS6_CATALOG", "XDG_DATA_HOME"]

  /// Refuses a command line and names of files that are not UTF-8.
  ///
  /// Swift would replace the bytes, and the program would read or make a file of another name. The words of a command that
  /// is to be run are passed on as they are.
  static func requireText() throws {
    var isExec = false
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = unsafe CommandLine.unsafeArgv[index] else { break }
      guard let word = unsafe String(validatingCString: argument) else { throw notText("argument \(index)") }
      if index == 1 { isExec = word == "exec" }
      if isExec, word == "--" { break }
    }
    for name in fileVariables {
      guard let value = unsafe getenv(name) else { continue }
      if unsafe String(validatingCString: value) == nil { throw notText(name) }
    }
  }

  private static func notText(_ what: String) -> CommandFailure {
    CommandFailure(
      .usage, "\(what) is not UTF-8",
      help: "rename the file, or make a symbolic link to it with a name in UTF-8")
  }
}
