// SPDX-License-Identifier: Apache-2.0

package import ServiceCatalog

extension ClientBehavior {
  /// What botocore's clients do: boto3, and the AWS CLI apart from its own exceptions.
  ///
  /// Read in `botocore/args.py`, `regions.py`, `handlers.py` and `utils.py` of 1.39.17, 1.40.0 and 1.44.5.
  ///
  /// - Parameter version: The release; `nil` for the newest one.
  /// - Returns: The behavior of that release.
  package static func botocore(version: ReleaseVersion? = nil) -> ClientBehavior {
    // `args.py`, `_get_sts_regional_endpoints_config`: 1.39.17, the last release before 1.40.0, still has `legacy`.
    let hasRegionalSTS = version.map { $0 >= ReleaseVersion(1, 40) } ?? true
    return ClientBehavior(
      name: "botocore", version: version,
      endpointURLDisablesSwitches: true, rewritesFIPSRegions: true,
      partitionsWithoutDualStack: ["aws-iso", "aws-iso-b"],
      stsRegionalEndpoints: hasRegionalSTS ? .regional : .legacy, stsGlobalRegions: botocoreGlobalSTSRegions,
      s3USEast1RegionalEndpoint: .legacy, endpointURLForcesPathStyle: true,
      pathStyleOperations: ["GetBucketLocation"], bucketARNPreventsPathStyle: true,
      usesS3ARNRegion: true, usesS3ControlARNRegion: false, splitsOutpostsARN: true,
      leavesAccountToRules: true, accountIDEndpointMode: .preferred, prefixesAddresses: true,
      discoversEndpoints: .required, endpointURLSignsForClientRegion: true)
  }

  /// What botocore's clients do at the release of a catalog.
  package static func botocore(of catalog: Catalog) -> ClientBehavior {
    .botocore(version: ReleaseVersion(catalog.origin.release))
  }

  /// `args.py`, `LEGACY_GLOBAL_STS_REGIONS`: the regions that STS had when it got regional names, and `aws-global`.
  static let botocoreGlobalSTSRegions: Set<String> = [
    "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "aws-global", "ca-central-1",
    "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1",
    "us-east-2", "us-west-1", "us-west-2",
  ]
}
