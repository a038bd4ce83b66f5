// SPDX-License-Identifier: Apache-2.0

package import ServiceCatalog

/// How one release of one client chooses endpoints, apart from the endpoint rules: its defaults and its exceptions.
///
/// Another client is another value. What only another client does becomes a property here, with a value that keeps
/// botocore's way for botocore:
/// ```swift
/// let resolver = ClientResolver(catalog, behavior: .botocore(version: ReleaseVersion("1.39.17")))
/// ```
package struct ClientBehavior: Sendable, Hashable {
  /// Whether a service with one older global name is called by that name or by its regional name.
  package enum RegionalEndpoints: String, Sendable, Hashable, CaseIterable {
    /// By the global name, in the regions that had no other name at first.
    case legacy
    /// By the regional name, in every region.
    case regional
  }

  /// The client's name, such as `botocore`.
  package var name: String
  /// The release; `nil` when it is not known: the newest behavior applies.
  package var version: ReleaseVersion?

  // MARK: Switches

  /// Whether an endpoint URL turns the dual-stack and FIPS switches off; a client without this passes both to the
  /// rules, most of which then give an error.
  package var endpointURLDisablesSwitches: Bool
  /// Whether a region such as `fips-us-east-1` or `us-east-1-fips` is read as its region with the FIPS switch on.
  package var rewritesFIPSRegions: Bool
  /// Whether a blank region is one, which makes names that cannot exist (botocore: `utils.validate_region_name`); otherwise it
  /// is refused.
  package var acceptsBlankRegion = false
  /// The partitions in which the client looks for no dual-stack entry of `endpoints.json`.
  package var partitionsWithoutDualStack: Set<String>

  // MARK: Services

  /// The default of the setting `sts_regional_endpoints` (`AWS_STS_REGIONAL_ENDPOINTS`).
  package var stsRegionalEndpoints: RegionalEndpoints
  /// The regions in which ``RegionalEndpoints/legacy`` means the global name of STS.
  package var stsGlobalRegions: Set<String>
  /// The default of the setting `s3_us_east_1_regional_endpoint`.
  package var s3USEast1RegionalEndpoint: RegionalEndpoints
  /// Whether an endpoint URL makes S3 requests name the bucket in the path; accelerated names never do.
  package var endpointURLForcesPathStyle: Bool
  /// The S3 operations that always name the bucket in the path.
  package var pathStyleOperations: Set<String>
  /// Whether a bucket that is given as an ARN is never named in the path.
  package var bucketARNPreventsPathStyle: Bool
  /// Whether S3 requests go to the region of an ARN rather than to the client's.
  package var usesS3ARNRegion: Bool
  /// The same for S3 Control.
  package var usesS3ControlARNRegion: Bool
  /// Whether S3 Control takes the account from an ARN of S3 on Outposts.
  package var splitsOutpostsARN: Bool
  /// Whether S3 Control leaves out the host prefix `{AccountId}.` where the rules add the account themselves.
  package var leavesAccountToRules: Bool
  /// The default of the setting `account_id_endpoint_mode`.
  package var accountIDEndpointMode: ClientOptions.AccountIDEndpointMode
  /// Whether a host prefix is put before an IP address as well, which gives a name that does not exist.
  package var prefixesAddresses: Bool
  /// The operations for which the client asks for an endpoint first, unless it has an endpoint URL.
  package var discoversEndpoints: Operation.Discovery

  // MARK: endpoints.json

  /// Whether `endpoints.json` decides the region of a client without one, and what to sign for where the rules do not say.
  package var consultsEndpointsFile = true
  /// Whether the names themselves come from `endpoints.json` rather than from the rules.
  package var answersFromEndpointsFile = false

  // MARK: Signing

  /// Whether an endpoint URL makes the client sign for its own region where the rules do not name one, rather than
  /// for the region of `endpoints.json`.
  package var endpointURLSignsForClientRegion: Bool

  /// Whether STS is called by its global name.
  ///
  /// - Parameters:
  ///   - region: The client's region.
  ///   - setting: The setting `sts_regional_endpoints`; `nil` for its default.
  /// - Returns: Whether the global name is used.
  func usesGlobalSTS(in region: String?, setting: RegionalEndpoints?) -> Bool {
    guard let region, (setting ?? stsRegionalEndpoints) == .legacy else { return false }
    return stsGlobalRegions.contains(region)
  }

  /// Whether S3 is called by its global name.
  ///
  /// - Parameters:
  ///   - region: The region that was given; a client without a region uses the global name.
  ///   - setting: The setting `s3_us_east_1_regional_endpoint`; `nil` for its default.
  /// - Returns: Whether the global name is used.
  func usesGlobalS3(in region: String?, setting: RegionalEndpoints?) -> Bool {
    (setting ?? s3USEast1RegionalEndpoint) == .legacy && (region == nil || region == "us-east-1")
  }

  /// Whether the client accepts a region (botocore: `utils.validate_region_name`, which takes an empty name as well and makes
  /// names of it that cannot exist).
  func accepts(region: String) -> Bool {
    if region.isEmpty { return acceptsBlankRegion }
    let bytes = Array(region.utf8)
    let hyphen = UInt8(ascii: "-")
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    return (1...63).contains(bytes.count) && bytes.first != hyphen && bytes.last != hyphen
      && !bytes.allSatisfy(isDigit)
      && bytes.allSatisfy { isDigit($0) || $0 == hyphen || (0x61...0x7A).contains($0 | 0x20) }
  }
}
