// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Counts that follow from the pinned SDK release, as `Tests/Fixtures/recorded-counts.json` holds them.
///
/// ```swift
/// #expect(list.hosts.count == RecordedCounts.value("hosts", found: list.hosts.count))
/// ```
/// `scripts/record-counts` runs the tests that call this and writes what they found. A change of the file is then
/// reviewed like a change of code.
package enum RecordedCounts {
  private struct Document: Codable {
    var release: String
    var counts: [String: Int]
  }

  private static let file = TestEnvironment.root.appendingPathComponent("Tests/Fixtures/recorded-counts.json")
  private static let isRecording = TestEnvironment.variable("EGRESS6_RECORD_COUNTS") != nil
  private static let document = Mutex(load())

  private static func load() -> Document {
    guard let data = try? Data(contentsOf: file),
      let document = try? JSONDecoder().decode(Document.self, from: data)
    else { return Document(release: "", counts: [:]) }
    return document
  }

  /// The release that the counts were recorded from.
  package static var release: String { document.withLock { $0.release } }

  /// The recorded count of a name, or -1 when none is recorded.
  ///
  /// - Parameters:
  ///   - name: What is counted.
  ///   - found: What the test counted; it is written to the file while recording.
  /// - Returns: The recorded count.
  package static func value(_ name: String, found: Int) -> Int {
    document.withLock { document in
      if isRecording {
        document.release = PinnedRelease.version
        document.counts[name] = found
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let written = Result {
          try (encoder.encode(document) + Data("\n".utf8)).write(to: file, options: .atomic)
        }
        if case .failure(let error) = written { print("recorded-counts.json cannot be written: \(error)") }
      }
      return document.counts[name] ?? -1
    }
  }
}
