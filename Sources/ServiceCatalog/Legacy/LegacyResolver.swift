// SPDX-License-Identifier: Apache-2.0

package import EgressBase
import EndpointRules

/// Answers from the SDK's older list of endpoints, as botocore's `ClientResolver` gives them.
///
/// Endpoint rules decide the URL; the list still decides the default region of services without regions, and what to
/// sign for where the rules do not say.
package struct LegacyResolver: Sendable {
  /// What the list says about a service in a region.
  package struct Answer: Sendable, Hashable {
    /// The partition.
    package var partition: String
    /// The region or pseudo region whose line was used.
    package var region: String
    /// The host.
    package var host: String?
    /// Another name of the server's certificate.
    package var certificateName: String?
    /// The region to sign for.
    package var signingRegion: String
    /// The name to sign with, where the list says one.
    package var signingName: String?
    /// Whether AWS wants nobody to use the line.
    package var isDeprecated: Bool
  }

  private let partitions: [LegacyPartition]
  private let patterns: [RegionPattern?]
  private let services: [[String: Int]]

  /// Takes the list.
  package init(_ partitions: [LegacyPartition]) {
    self.partitions = partitions
    patterns = partitions.map { RegionPattern($0.regionPattern) }
    services = partitions.map { partition in
      Dictionary(partition.services.enumerated().map { ($1.key, $0) }) { first, _ in first }
    }
  }

  /// The answer for a service's endpoint prefix.
  ///
  /// - Parameters:
  ///   - prefix: the endpoint prefix.
  ///   - region: the region; the service's pseudo region when missing.
  ///   - variant: the variant.
  /// - Returns: none when there is no region and the service has no pseudo region.
  package func answer(_ prefix: String, region: String?, variant: Variant) -> Answer? {
    let isDualStack = variant == .dualstack || variant == .fipsDualstack
    for index in partitions.indices {
      // botocore leaves these two out for dual-stack names.
      if isDualStack, partitions[index].id == "aws-iso" || partitions[index].id == "aws-iso-b" { continue }
      let service = services[index][prefix].map { partitions[index].services[$0] }
      guard let wanted = region ?? service?.partitionEndpoint else { return nil }
      let isLine = service?.endpoint(wanted) != nil
      guard isLine || belongs(wanted, to: index) else { continue }
      return answer(index, service, prefix, line(wanted, service, isLine: isLine), variant)
    }
    guard let region, let index = partitions.firstIndex(where: { $0.id == "aws" }) else { return nil }
    let service = services[index][prefix].map { partitions[index].services[$0] }
    return answer(index, service, prefix, line(region, service, isLine: false), variant)
  }

  private func belongs(_ region: String, to index: Int) -> Bool {
    partitions[index].regions.contains(region) || patterns[index]?.matches(region) == true
  }

  private func line(_ region: String, _ service: LegacyService?, isLine: Bool) -> String {
    guard !isLine, let service, let pseudo = service.partitionEndpoint, !service.isRegionalized else {
      return region
    }
    return pseudo
  }

  /// Fills the name in: the line first, then the service's and the partition's defaults.
  func answer(
    _ index: Int, _ service: LegacyService?, _ prefix: String, _ region: String, _ variant: Variant
  ) -> Answer {
    let partition = partitions[index]
    let line = service?.endpoint(region) ?? LegacyEndpoint()
    let levels = [line, service?.defaults ?? LegacyEndpoint(), partition.defaults]
    var host: String?
    var suffix: String?
    if variant == .default {
      host = levels.lazy.compactMap(\.hostname).first
      suffix = levels.lazy.compactMap(\.dnsSuffix).first
    } else {
      let alternatives = levels.compactMap { level in level.alternatives.first { $0.variant == variant } }
      host = alternatives.lazy.compactMap(\.hostname).first
      suffix = alternatives.lazy.compactMap(\.dnsSuffix).first
    }
    func filled(_ template: String) -> String {
      template.replacingAll("{service}", with: prefix).replacingAll("{region}", with: region)
        .replacingAll("{dnsSuffix}", with: suffix ?? partition.dnsSuffix)
    }
    return Answer(
      partition: partition.id, region: region, host: host.map(filled),
      certificateName: levels.lazy.compactMap(\.certificateName).first.map(filled),
      signingRegion: levels.lazy.compactMap(\.signingRegion).first ?? region,
      signingName: levels.lazy.compactMap(\.signingName).first, isDeprecated: line.isDeprecated)
  }
}
