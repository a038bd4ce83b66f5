// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation

/// A catalog image of a few services of the pinned release, so that tests with many scans do not list every host.
enum SmallCatalog {
  /// The services.
  static let services = ["dynamodb", "ec2", "iam", "kms", "lambda", "logs", "route53", "s3", "sqs", "sts"]

  /// More services, for trials.
  static let moreServices =
    services + [
      "kinesis", "kinesisvideo", "s3control", "secretsmanager", "sns",
    ]

  private static let made = Task { try await make(services) }
  private static let madeWithMore = Task { try await make(moreServices) }

  /// The image's path.
  ///
  /// The program itself makes the image, once.
  static var path: String { get async throws { try await made.value.url.path + "/small.image" } }

  /// The release's folder that the image was made from.
  static var release: String { get async throws { try await made.value.url.path + "/release" } }

  /// The environment that makes the program use the image.
  static var environment: [String: String] { get async throws { ["EGRESS6_CATALOG": try await path] } }

  /// The environment that makes the program use an image of `moreServices`.
  static var moreEnvironment: [String: String] {
    get async throws { ["EGRESS6_CATALOG": try await madeWithMore.value.url.path + "/small.image"] }
  }

  private static func make(_ services: [String]) async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let release = URL(fileURLWithPath: PinnedRelease.folder).appendingPathComponent("botocore")
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
