// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A folder that belongs to one test and is removed at its end.
package final class TemporaryFolder: Sendable {
  /// Where it is.
  package let url: URL

  /// Makes a folder.
  ///
  /// - Throws: What the file manager throws.
  package init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("egress6-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// Where it is, as text.
  package var path: String { url.path }

  /// Removes the folder now.
  package func remove() { try? FileManager.default.removeItem(at: url) }

  deinit { remove() }
}
