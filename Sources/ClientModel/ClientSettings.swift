// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
import ServiceCatalog
import StrictJSON

/// The values that a client gives to the built-ins of endpoint rules, as botocore computes them
/// (`ClientArgsCreator.compute_endpoint_resolver_builtin_defaults`).
struct ClientSettings {
  /// The client's region, after FIPS pseudo regions were rewritten; none when the client has none.
  var region: String?
  /// The values by built-in name.
  var builtIns: [String: RuleSet.Value]
  /// What the older list says for the client.
  var legacy: LegacyResolver.Answer?

  /// Computes the values.
  ///
  /// - Parameters:
  ///   - query: what was asked.
  ///   - prefix: the service's endpoint prefix.
  ///   - legacy: the older list.
  /// - Throws: ``QueryError/missingRegion(service:)`` when the service has no endpoint without a region.
  init(_ query: EndpointQuery, prefix: String, legacy: LegacyResolver) throws(QueryError) {
    let given = query.region.map(Catalog.withoutFIPS)
    // A custom endpoint cannot be combined with either switch.
    let isFIPS = query.endpointURL == nil && (query.useFIPS || given != query.region)
    let isDualStack = query.endpointURL == nil && query.useDualStack
    // S3 without a region, and in us-east-1 with the older setting that is still the default, means the global name.
    let isGlobalS3 = prefix == "s3" && (given == nil || given == "us-east-1")
    let variant = Variant(isDualStack: isDualStack, isFIPS: isFIPS)
    self.legacy = legacy.answer(prefix, region: isGlobalS3 ? nil : given, variant: variant)
    if isGlobalS3 {
      region = "us-east-1"
    } else if let given {
      region = given
    } else if let answer = self.legacy {
      // With a custom endpoint a client keeps to having no region.
      region = query.endpointURL == nil ? answer.region : nil
    } else {
      throw .missingRegion(service: query.service)
    }
    builtIns = [
      "AWS::UseFIPS": .boolean(isFIPS),
      "AWS::UseDualStack": .boolean(isDualStack),
      "AWS::STS::UseGlobalEndpoint": .boolean(false),
      "AWS::S3::UseGlobalEndpoint": .boolean(isGlobalS3),
      "AWS::S3::Accelerate": .boolean(false),
      "AWS::S3::ForcePathStyle": .boolean(query.endpointURL.map { !Self.isAccelerate($0) } ?? false),
      "AWS::S3::UseArnRegion": .boolean(true),
      "AWS::S3Control::UseArnRegion": .boolean(false),
      "AWS::S3::DisableMultiRegionAccessPoints": .boolean(false),
      "AWS::Auth::AccountIdEndpointMode": .string("preferred"),
    ]
    builtIns["AWS::Region"] = region.map { .string($0) }
    builtIns["SDK::Endpoint"] = query.endpointURL.map { .string($0) }
    if prefix == "s3" { adjustPathStyle(query) }
    for (name, value) in query.settings where name.contains("::") { builtIns[name] = value }
  }

  /// S3 asks for a bucket's place by path, and cannot name a bucket by ARN that way.
  private mutating func adjustPathStyle(_ query: EndpointQuery) {
    if query.operation == "GetBucketLocation" {
      builtIns["AWS::S3::ForcePathStyle"] = .boolean(true)
    } else if query.input["Bucket"]?.string?.hasPrefix("arn:") == true {
      builtIns["AWS::S3::ForcePathStyle"] = .boolean(false)
    }
  }

  /// Whether a URL is one of S3's accelerated names.
  private static func isAccelerate(_ url: String) -> Bool {
    guard let host = URLHost(url)?.host else { return false }
    let parts = host.split(separator: ".")
    return parts.first == "s3-accelerate" && host.hasSuffix("amazonaws.com")
      && parts.dropFirst().dropLast(2).allSatisfy { $0 == "dualstack" } && parts.count <= 4
  }
}
