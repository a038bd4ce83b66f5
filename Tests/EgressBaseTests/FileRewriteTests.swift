// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import Foundation
import Testing

/// A user's file is replaced as a whole or not at all.
@Suite struct FileRewriteTests {
  private let folder: TemporaryFolder
  private let path: String
  private var backup: String { path + FileRewrite.backupSuffix }

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/config"
  }

  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func modeStaysAndTheFirstOriginalIsKept() throws {
    try write("one", to: path)
    for mode in [0o640, 0o600, 0o444] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      let old = Array(try read(path).utf8)
      let new = Array("mode \(mode)".utf8)
      #expect(try FileRewrite.replace(path, original: old, with: new) == .written(backup: backup))
      #expect(try self.mode(path) == mode)
      #expect(try read(path) == "mode \(mode)")
    }
    #expect(try read(backup) == "one")
    #expect(try mode(backup) == 0o640)
    #expect(
      try FileRewrite.replace(path, original: Array(read(path).utf8), with: Array(read(path).utf8))
        == .unchanged)
    #expect(names == ["config", "config.egress6-backup"])
  }

  @Test func noBackupWhereNoneIsWanted() throws {
    try write("one", to: path)
    #expect(
      try FileRewrite.replace(path, original: Array("one".utf8), with: Array("two".utf8), keepsBackup: false)
        == .written(backup: nil))
    #expect(try read(path) == "two" && names == ["config"])
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func ownerStays() throws {
    try write("one", to: path)
    let given = unsafe chown(path, 4321, 1234)
    #expect(given == 0)
    _ = try FileRewrite.replace(path, original: Array("one".utf8), with: Array("two".utf8))
    for file in [path, backup] {
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      #expect(attributes[.ownerAccountID] as? Int == 4321)
      #expect(attributes[.groupOwnerAccountID] as? Int == 1234)
    }
  }

  @Test func aFileThatIsNotThereIsMadeForItsUserOnly() throws {
    let path = folder.path + "/new/.aws/config"
    #expect(try FileRewrite.replace(path, original: nil, with: Array("one".utf8)) == .written(backup: nil))
    #expect(try read(path) == "one")
    #expect(try mode(path) == 0o600)
    #expect(!FileManager.default.fileExists(atPath: path + FileRewrite.backupSuffix))
    #expect(throws: FileError(.changed, path: path)) {
      try FileRewrite.replace(path, original: nil, with: Array("two".utf8))
    }
  }

  @Test func linksStayAndTheirTargetIsReplaced() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path + "/dotfiles", withIntermediateDirectories: false)
    let target = folder.path + "/dotfiles/aws"
    try write("one", to: target)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/middle", withDestinationPath: "dotfiles/aws")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "middle")
    _ = try FileRewrite.replace(path, original: Array("one".utf8), with: Array("two".utf8))
    #expect(try read(target) == "two")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "middle")
    #expect(try read(backup) == "one")
  }

  @Test func whatIsNotAFileIsNotReplaced() throws {
    let manager = FileManager.default
    for (name, target) in [("loop", "loop"), ("dangling", "none")] {
      let link = folder.path + "/" + name
      try manager.createSymbolicLink(atPath: link, withDestinationPath: target)
      #expect(throws: FileError.self) { try FileRewrite.replace(link, original: nil, with: [1]) }
      #expect(throws: FileError.self) { try FileRewrite.replace(link, original: [], with: [1]) }
      #expect(try manager.destinationOfSymbolicLink(atPath: link) == target)
    }
    let fifo = folder.path + "/fifo"
    let made = unsafe mkfifo(fifo, 0o600)
    #expect(made == 0)
    #expect(throws: FileError.self) { try FileRewrite.replace(fifo, original: [], with: [1]) }
    #expect(throws: FileError.self) { try FileRewrite.replace(folder.path, original: [], with: [1]) }
    // A backup that cannot be one stops everything.
    try write("one", to: path)
    try manager.createDirectory(atPath: backup, withIntermediateDirectories: false)
    #expect(throws: FileError.self) { try FileRewrite.replace(path, original: Array("one".utf8), with: [1]) }
    #expect(try read(path) == "one")
    #expect(names == ["config", "config.egress6-backup", "dangling", "fifo", "loop"])
  }

  @Test(arguments: ["other", "on", "twos", ""])
  func aChangeByAnotherProgramIsNotLost(theirs: String) throws {
    try write("one", to: path)
    #expect(throws: FileError(.changed, path: path)) {
      try FileRewrite.replace(path, original: Array("two".utf8), with: Array("new".utf8))
    }
    #expect(names == ["config"])
    var steps = 0
    #expect(throws: FileError(.changed, path: path)) {
      try FileRewrite.replace(path, original: Array("one".utf8), with: Array("new".utf8)) { step in
        steps += 1
        if step == .synchronized(path) { try? write(theirs, to: path) }
      }
    }
    #expect(steps > 3)
    #expect(try read(path) == theirs)
    #expect(names == ["config", "config.egress6-backup"])
  }

  @Test func aFileThatAppearsIsAChange() throws {
    #expect(throws: FileError(.changed, path: path)) {
      try FileRewrite.replace(path, original: nil, with: Array("new".utf8)) { step in
        if step == .synchronized(path) { try? write("theirs", to: path) }
      }
    }
    #expect(try read(path) == "theirs")
    #expect(names == ["config"])
  }

  @Test func aFileThatVanishesOrMovesIsAChange() throws {
    try write("one", to: path)
    #expect(throws: FileError(.changed, path: path)) {
      try FileRewrite.replace(path, original: Array("one".utf8), with: Array("new".utf8)) { step in
        if step == .synchronized(path) { try? FileManager.default.removeItem(atPath: path) }
      }
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// The process ends at each step of a rewrite of a large file, with no chance to clean up.
  @Test func aKillLeavesTheOldOrTheNewFile() async throws {
    let old = [UInt8](repeating: UInt8(ascii: "o"), count: 100_000)
    let new = [UInt8](repeating: UInt8(ascii: "n"), count: 120_000)
    let counted = folder.path + "/counted"
    try Data(old).write(to: URL(fileURLWithPath: counted))
    var steps = 0
    _ = try FileRewrite.replace(counted, original: old, with: new) { _ in steps += 1 }
    #expect(steps > 50)
    var kept: Set<Int> = []
    let count = TestDepth.repetitions("EGRESS6_REWRITE_KILLS", quick: 12, full: steps)
    for number in 1...count {
      // The last of them is the last step.
      let index = number * steps / count - 1
      AtomicFile.remove(backup)
      try Data(old).write(to: URL(fileURLWithPath: path))
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, index = index as Int] in
        let old = [UInt8](repeating: UInt8(ascii: "o"), count: 100_000)
        let new = [UInt8](repeating: UInt8(ascii: "n"), count: 120_000)
        var step = 0
        _ = try FileRewrite.replace(path, original: old, with: new) { _ in
          if step == index { raise(SIGKILL) }
          step += 1
        }
      }
      let found = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(found == old || found == new, "step \(index)")
      kept.insert(found.count)
      if let backup = try? Data(contentsOf: URL(fileURLWithPath: backup)) {
        #expect([UInt8](backup) == old, "step \(index)")
      } else {
        #expect(found == old, "step \(index)")
      }
    }
    print("rewrite: killed at \(count) of \(steps) points")
    // The last step is behind the change of names; all others are before it.
    #expect(kept == [old.count, new.count])
    // The next run removes what the killed ones left.
    let last = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    _ = try FileRewrite.replace(path, original: last, with: old)
    #expect(names.filter { $0.hasSuffix(".part") && $0.hasPrefix("config.") } == [])
  }
}
