// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
import ServiceCatalog
import StrictJSON

/// The values that a client gives to the built-ins of endpoint rules (botocore:
/// `ClientArgsCreator.compute_endpoint_resolver_builtin_defaults`).
struct ClientSettings {
  /// The client's region, after FIPS pseudo regions were rewritten; `nil` when the client has no region.
  let region: String?
  /// The values by built-in name.
  let builtIns: [String: RuleSet.Value]
  /// What `endpoints.json` says for the client.
  let listed: EndpointsFileAnswer?
  /// Whether dual-stack names are wanted, after what an endpoint URL does to the switch.
  let isDualStack: Bool
  /// The same for FIPS names.
  let isFIPS: Bool

  /// Computes the values.
  ///
  /// - Parameters:
  ///   - query: What was asked.
  ///   - prefix: The service's endpoint prefix.
  ///   - behavior: What the client does.
  ///   - endpointsFile: The entries of the service in `endpoints.json`.
  /// - Throws: ``QueryError/missingRegion(service:)`` when the service has no endpoint without a region.
  init(
    _ query: EndpointQuery, prefix: String, behavior: ClientBehavior, endpointsFile: EndpointsFileResolver
  ) throws(QueryError) {
    let given = behavior.rewritesFIPSRegions ? query.region.map(Catalog.withoutFIPS) : query.region
    let hasSwitches = query.endpointURL == nil || !behavior.endpointURLDisablesSwitches
    isFIPS = hasSwitches && (query.useFIPS || given != query.region)
    isDualStack = hasSwitches && query.useDualStack
    let options = query.options
    let isGlobalS3 =
      prefix == "s3" && behavior.usesGlobalS3(in: given, setting: options.s3USEast1RegionalEndpoint)
    let variant = Variant(isDualStack: isDualStack, isFIPS: isFIPS)
    // Without a region, S3's dual-stack names are those of one region.
    let regionless: String? = prefix == "s3" && query.useDualStack ? "us-east-1" : nil
    listed =
      behavior.consultsEndpointsFile
      ? endpointsFile.answer(
        prefix, region: isGlobalS3 ? regionless : given ?? regionless, variant: variant) : nil
    if isGlobalS3 {
      region = "us-east-1"
    } else if let given {
      region = given
    } else if let listed {
      // With an endpoint URL, a client that has no region keeps having none, unless it is one of S3.
      region = query.endpointURL == nil || prefix == "s3" ? listed.region : nil
    } else {
      throw .missingRegion(service: query.service)
    }
    var builtIns: [String: RuleSet.Value] = [
      "AWS::UseFIPS": .boolean(isFIPS),
      "AWS::UseDualStack": .boolean(isDualStack),
      "AWS::STS::UseGlobalEndpoint": .boolean(
        behavior.usesGlobalSTS(in: region, setting: options.stsRegionalEndpoints)),
      "AWS::S3::UseGlobalEndpoint": .boolean(isGlobalS3),
      "AWS::S3::Accelerate": .boolean(options.s3Accelerate ?? false),
      "AWS::S3::ForcePathStyle": .boolean(Self.isPathStyle(query, prefix: prefix, behavior)),
      "AWS::S3::UseArnRegion": .boolean(options.s3UseARNRegion ?? behavior.usesS3ARNRegion),
      "AWS::S3Control::UseArnRegion": .boolean(
        options.s3UseARNRegion ?? behavior.usesS3ControlARNRegion),
      "AWS::S3::DisableMultiRegionAccessPoints": .boolean(
        options.s3DisableMultiRegionAccessPoints ?? false),
      "AWS::Auth::AccountIdEndpointMode": .string(
        (options.accountIDEndpointMode ?? behavior.accountIDEndpointMode).rawValue),
    ]
    builtIns["AWS::Region"] = region.map { .string($0) }
    builtIns["AWS::Auth::AccountId"] = options.accountID.map { .string($0) }
    builtIns["SDK::Endpoint"] = query.endpointURL.map { .string($0) }
    for (name, value) in query.settings where name.contains("::") { builtIns[name] = value }
    self.builtIns = builtIns
  }

  /// Whether S3 requests name the bucket in the path.
  private static func isPathStyle(
    _ query: EndpointQuery, prefix: String, _ behavior: ClientBehavior
  ) -> Bool {
    if prefix == "s3" {
      if behavior.pathStyleOperations.contains(query.operation ?? "") { return true }
      if behavior.bucketARNPreventsPathStyle, query.input["Bucket"]?.string?.hasPrefix("arn:") == true {
        return false
      }
    }
    if query.options.s3Accelerate == true { return false }
    let style = query.options.s3AddressingStyle
    guard behavior.endpointURLForcesPathStyle, let url = query.endpointURL, !isAccelerated(url) else {
      return style == .path
    }
    return style != .virtual
  }

  /// Whether a URL is one of S3's accelerated names.
  private static func isAccelerated(_ url: String) -> Bool {
    guard let host = URLHost(url)?.host else { return false }
    let parts = host.split(separator: ".")
    return parts.first == "s3-accelerate" && host.hasSuffix("amazonaws.com")
      && parts.dropFirst().dropLast(2).allSatisfy { $0 == "dualstack" } && parts.count <= 4
  }
}
