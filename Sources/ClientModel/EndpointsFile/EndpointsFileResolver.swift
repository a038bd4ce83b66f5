// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
import ServiceCatalog

/// Looks services up in `endpoints.json` as a client does (botocore: `EndpointResolver.construct_endpoint`).
///
/// Endpoint rules decide the URL. The file still decides the default region of services without regions, and what to
/// sign for where the rules do not say.
struct EndpointsFileResolver: Sendable {
  private let partitions: [EndpointsFilePartition]
  private let patterns: [RegionPattern?]
  private let services: [[String: EndpointsFileService]]
  private let withoutDualStack: Set<String>

  /// Makes a resolver.
  ///
  /// - Parameters:
  ///   - partitions: The file.
  ///   - withoutDualStack: The partitions to leave out for dual-stack names.
  init(_ partitions: [EndpointsFilePartition], withoutDualStack: Set<String>) {
    self.partitions = partitions
    self.withoutDualStack = withoutDualStack
    patterns = partitions.map { RegionPattern($0.regionPattern) }
    services = partitions.map { partition in
      Dictionary(partition.services.map { ($0.key, $0) }) { first, _ in first }
    }
  }

  /// What the file says about a service.
  ///
  /// - Parameters:
  ///   - prefix: The service's endpoint prefix.
  ///   - region: The region; `nil` for the service's pseudo region.
  ///   - variant: Which names are wanted.
  /// - Returns: `nil` when there is no region and the service has no pseudo region.
  func answer(_ prefix: String, region: String?, variant: Variant) -> EndpointsFileAnswer? {
    for (index, partition) in partitions.enumerated() {
      if variant.isDualStack, withoutDualStack.contains(partition.id) { continue }
      let service = services[index][prefix]
      guard let wanted = region ?? service?.partitionEndpoint else { return nil }
      guard service?.endpoint(wanted) != nil || belongs(wanted, to: index) else { continue }
      return answer(index, prefix, wanted, variant)
    }
    guard let region, let index = partitions.firstIndex(where: { $0.id == "aws" }) else { return nil }
    return answer(index, prefix, region, variant)
  }

  private func belongs(_ region: String, to index: Int) -> Bool {
    partitions[index].regions.contains(region) || patterns[index]?.matches(region) == true
  }

  /// The answer of one partition; a service without regions answers for its pseudo region instead.
  private func answer(
    _ index: Int, _ prefix: String, _ region: String, _ variant: Variant
  ) -> EndpointsFileAnswer {
    let service = services[index][prefix]
    var region = region
    if let service, service.endpoint(region) == nil, let pseudo = service.partitionEndpoint,
      !service.isRegionalized
    {
      region = pseudo
    }
    return partitions[index].answer(service, prefix: prefix, region: region, variant: variant)
  }
}
