// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestKit

/// A catalog image of a few services of the pinned release, so that tests that scan often do not list every host.
enum SmallCatalog {
  /// The services.
  static let services = ["dynamodb", "ec2", "iam", "kms", "lambda", "logs", "route53", "s3", "sqs", "sts"]

  private static let made = Task { try await make() }

  /// The image's path; it is made once, by the program itself.
  static var path: String { get async throws { try await made.value.url.path + "/small.image" } }

  /// What makes the program use it.
  static var environment: [String: String] { get async throws { ["EGRESS6_CATALOG": try await path] } }

  private static func make() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let release = TestEnvironment.cache.appendingPathComponent("botocore-1.44.5/botocore")
    let copy = folder.url.appendingPathComponent("release/botocore")
    let files = FileManager.default
    try files.createDirectory(at: copy.appendingPathComponent("data"), withIntermediateDirectories: true)
    let names =
      ["__init__.py", "data/partitions.json", "data/endpoints.json"] + services.map { "data/\($0)" }
    for name in names {
      try files.copyItem(at: release.appendingPathComponent(name), to: copy.appendingPathComponent(name))
    }
    let image = folder.url.path + "/small.image"
    let outcome = try await Program.run([
      "catalog", "import", folder.url.path + "/release", "--to", image, "--quiet",
    ])
    guard outcome.status == 0 else {
      throw CocoaError(.fileReadCorruptFile, userInfo: [NSLocalizedDescriptionKey: outcome.errors])
    }
    return folder
  }
}
