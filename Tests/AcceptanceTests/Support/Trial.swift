// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import StrictJSON
import Testing

/// A case from a public report: what was asked, what DNS says there, and the right answer.
struct Trial: Sendable, CustomTestStringConvertible {
  /// The case's name.
  let id: String
  /// Its commands, without the program's name, as words.
  let commands: [[String]]
  /// What the name server answers; `nil` where none is asked.
  let world: TrialWorld?
  /// What the program must say.
  let expected: JSON
  var testDescription: String { id }

  /// Reads a line.
  init(_ line: some StringProtocol) throws {
    let json = try JSON(parsing: Array(line.utf8))
    guard let id = json["id"]?.string, let command = json["command"]?.string, let expected = json["expected"]
    else { throw TrialWorld.Misunderstanding(description: "a trial lacks a field: \(line)") }
    self.id = id
    self.expected = expected
    world = try json["dns"].map { try TrialWorld($0) }
    commands = try command.components(separatedBy: "; ").map { try Self.words($0) }
  }

  /// Reads a file of JSON lines.
  static func read(_ file: URL) throws -> [Trial] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { try Trial($0) }
  }

  /// The words of a command, of which some are in quotes.
  private static func words(_ text: String) throws -> [String] {
    // A trial with two scans tells its commands in words.
    if text.hasPrefix("scan with a faithful server, then scan with the filter, then ") {
      return try words(text.components(separatedBy: "then ").last ?? "")
    }
    let words = text.replacingOccurrences(of: "(import of botocore 1.39.0)", with: "OLDER-IMAGE")
      .split(separator: " ").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "'")) }
    guard words.first == "egress6", words.count > 1 else {
      throw TrialWorld.Misunderstanding(description: "not a command of egress6: \(text)")
    }
    return Array(words.dropFirst())
  }
}
