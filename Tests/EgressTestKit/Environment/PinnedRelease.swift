// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The SDK release that `scripts/sdk-release` names, and its files in the cache.
package enum PinnedRelease {
  /// The lines `NAME=VALUE` of the file; empty when it cannot be read, which the tests of the release then report.
  private static let values: [String: String] = {
    let file = TestEnvironment.root.appendingPathComponent("scripts/sdk-release")
    let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
    let pairs = lines.filter { !$0.hasPrefix("#") }.map {
      $0.split(separator: "=", maxSplits: 1).map(String.init)
    }
    return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
  }()

  /// The version, such as `1.44.5`.
  package static var version: String { values["SDK_RELEASE"] ?? "" }
  /// The SHA-256 of the wheel.
  package static var wheelHash: String { values["SDK_WHEEL_SHA256"] ?? "" }
  /// The SHA-256 of the source archive.
  package static var sourceArchiveHash: String { values["SDK_SDIST_SHA256"] ?? "" }
  /// The wheel.
  package static var wheel: String { path("botocore-\(version)-py3-none-any.whl") }
  /// The source archive.
  package static var sourceArchive: String { path("botocore-\(version).tar.gz") }
  /// The wheel of an older release, whose clients call STS at its global name.
  package static var olderWheel: String {
    path("older/botocore-\(values["OLDER_SDK_RELEASE"] ?? "")-py3-none-any.whl")
  }
  /// The unpacked source archive.
  package static var folder: String { path("botocore-\(version)") }
  /// The endpoint rule sets of the release as plain JSON: `SERVICE/VERSION/endpoint-rule-set-1.json`.
  package static var ruleSets: String { path("rule-sets-\(version)") }

  private static func path(_ name: String) -> String {
    TestEnvironment.cache.appendingPathComponent(name).path
  }
}
