// SPDX-License-Identifier: Apache-2.0

/// Which release of the endpoint rules a client's release has.
///
/// AWS's clients are generated from the same models on the same days, so the rules of a client are told as the botocore
/// release of its day. botocore's releases are the only ones that this program holds rules of.
package enum RulesRelease {
  /// The botocore release whose rules a client has.
  ///
  /// - Parameters:
  ///   - client: The client's name, such as `boto3`, `cli-v1`, `cli-v2`, `go-v2`, `terraform`.
  ///   - version: The client's version; `nil` for its newest one.
  /// - Returns: The release; `nil` for the newest one, and where it is not known.
  package static func of(client: String, version: ReleaseVersion?) -> ReleaseVersion? {
    guard let version else { return nil }
    switch client {
    case "botocore": return version
    case "boto3": return boto3(version)
    default: break
    }
    let lines = Self.lines.filter { $0.client == client }
    guard let line = lines.last(where: { $0.from <= version }) ?? lines.first else { return nil }
    return line.release(of: version)
  }

  /// boto3 1.33.0 and later have the number of their botocore; before, botocore was three minor releases ahead.
  private static func boto3(_ version: ReleaseVersion) -> ReleaseVersion {
    guard let minor = version[1], version[0] == 1, minor < 33 else { return version }
    return ReleaseVersion(1, minor + 3, version[2] ?? 0)
  }

  /// From a version of a client on, its rules are those of a botocore release.
  private struct Line {
    var client: String
    var from: ReleaseVersion
    var release: ReleaseVersion
    /// Whether each patch release of the client has the next patch release of botocore.
    var counts = false

    func release(of version: ReleaseVersion) -> ReleaseVersion {
      guard counts, let minor = release[1] else { return release }
      let steps = max(0, (version[2] ?? 0) - (from[2] ?? 0))
      return ReleaseVersion(release[0] ?? 1, minor, (release[2] ?? 0) + steps)
    }
  }

  /// Sorted by client and version.
  private static let lines: [Line] =
    pinned.map { cli, botocore in
      Line(client: "cli-v1", from: ReleaseVersion(1, cli), release: botocore, counts: true)
    } + [
      // From 1.46.0 on the AWS CLI holds a copy of botocore of its own, of 1.43.62.
      Line(client: "cli-v1", from: ReleaseVersion(1, 46), release: ReleaseVersion(1, 43, 62)),
      // 2.36.7 is of 23 July 2026, 2.13.0 of 7 July 2023.
      Line(client: "cli-v2", from: ReleaseVersion(2, 13), release: ReleaseVersion(1, 31)),
      Line(client: "cli-v2", from: ReleaseVersion(2, 36), release: ReleaseVersion(1, 43, 55)),
      // 5.100.0 is of 12 June 2025.
      Line(client: "terraform", from: ReleaseVersion(5, 100), release: ReleaseVersion(1, 38, 36)),
    ]

  /// The botocore release that `1.X.0` of the AWS CLI pins in its `setup.cfg`; each patch release of the CLI pins the next one.
  private static let pinned: [(cli: Int, botocore: ReleaseVersion)] = [
    (29, ReleaseVersion(1, 31)), (30, ReleaseVersion(1, 32)), (31, ReleaseVersion(1, 33)),
    (32, ReleaseVersion(1, 34)), (33, ReleaseVersion(1, 34, 118)), (34, ReleaseVersion(1, 35)),
    (35, ReleaseVersion(1, 35, 36)), (36, ReleaseVersion(1, 35, 59)), (37, ReleaseVersion(1, 36)),
    (38, ReleaseVersion(1, 37)), (40, ReleaseVersion(1, 38)), (41, ReleaseVersion(1, 39)),
    (42, ReleaseVersion(1, 40)), (43, ReleaseVersion(1, 41)), (44, ReleaseVersion(1, 42)),
    (45, ReleaseVersion(1, 43)),
  ]
}
