// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressTerminal
import Foundation
import ServiceCatalog

/// Reads queries line by line and prints an answer a line, in order.
struct BatchRun {
  /// How much is read at once.
  private static let pieceSize = 1 << 16

  var evaluation: BatchEvaluation

  /// Answers a file, or standard input for `-`.
  func run(_ path: String) throws {
    let handle: FileHandle
    if path == "-" {
      handle = .standardInput
    } else {
      guard let file = FileHandle(forReadingAtPath: path), !Files.isFolder(path) else {
        throw CommandFailure(
          .input, "the file cannot be read", at: path, help: "give a file of JSON lines, or '-'")
      }
      handle = file
    }
    var rest: [UInt8] = []
    var isSkipping = false
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
        if !isSkipping { rest += part }
        if rest.count > BatchEvaluation.maximumLine {
          output += answer(rest, line)
          isSkipping = true
          rest = []
        }
      }
      try StandardStream.output.write(output)
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
