// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase
import EgressTerminal
import Foundation
import ServiceCatalog

/// Reads queries line by line and prints an answer a line, in order.
struct BatchRun {
  /// How much is read at once.
  private static let pieceSize = 1 << 16
  /// The bytes after which a line that was refused for its length ends the run: it has no end, as of `/dev/zero`.
  private static let endlessLine = 1 << 26

  var evaluation: BatchEvaluation

  /// Answers a file, or standard input for `-`.
  func run(_ path: String) throws {
    let handle: FileHandle
    if path == "-" {
      handle = .standardInput
    } else {
      do throws(FileError) {
        // Foundation would read a file named ~ as a folder.
        handle = FileHandle(fileDescriptor: try FileAccess.openFile(path), closeOnDealloc: true)
      } catch {
        throw CommandFailure(
          .input, error.message, at: path, help: "give a file of JSON lines, or '-' for standard input")
      }
    }
    var rest: [UInt8] = []
    var isSkipping = false
    var skipped = 0
    var line = 1
    while let piece = try next(handle, path) {
      var output = ""
      for (number, part) in piece.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
        if number > 0 {
          // A newline ends what has been gathered, or the rest of a line that was refused.
          if !isSkipping { output += answer(rest, line) }
          isSkipping = false
          line += 1
          rest.removeAll(keepingCapacity: true)
        }
        skipped = isSkipping ? skipped + part.count : 0
        if !isSkipping { rest += part }
        if rest.count > BatchEvaluation.maximumLine {
          output += answer(rest, line)
          isSkipping = true
          rest = []
        }
      }
      try StandardStream.output.write(output)
      if skipped > Self.endlessLine {
        throw CommandFailure(
          .input, "a line does not end within \(Self.endlessLine) bytes", at: "\(path):\(line)",
          help: "give JSON lines, each with its newline")
      }
    }
    if !rest.isEmpty, !isSkipping { try StandardStream.output.write(answer(rest, line)) }
  }

  private func next(_ handle: FileHandle, _ path: String) throws -> [UInt8]? {
    do {
      guard let data = try handle.read(upToCount: Self.pieceSize), !data.isEmpty else { return nil }
      return [UInt8](data)
    } catch {
      throw CommandFailure(
        .input, "the queries cannot be read", at: path, help: "give a file of JSON lines, or '-'")
    }
  }

  private func answer(_ line: [UInt8], _ number: Int) -> String {
    let line = line.last == 0x0D ? Array(line.dropLast()) : line
    // An empty line asks nothing.
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return "" }
    return evaluation.answer(line, number: number) + "\n"
  }
}
