// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// The names in the SDK's `endpoints.json`.
struct EndpointsFileHosts {
  /// The catalog.
  let catalog: Catalog
  /// `endpoints.json`.
  let endpointsFile: [EndpointsFilePartition]
  /// The services whose names are wanted.
  let services: [CatalogService]

  /// Adds the names of all lines and of the variants that lines or services spell out.
  ///
  /// Old FIPS pseudo regions (`fips-us-east-1`) count for the region they sign for. A service of the file that the
  /// release no longer has keeps its key as its name; it is left out when services were chosen.
  func add(to collector: inout HostCollector, isWanted: (String, String) -> Bool) {
    let isComplete = services.count == catalog.services.count
    var folders: [String: [String]] = [:]
    for service in services { folders[service.endpointPrefix, default: []].append(service.folder) }
    for partition in endpointsFile {
      let known = Set(
        catalog.partitions.first { $0.id == partition.id }?.regions.map(\.name) ?? partition.regions)
      for service in partition.services {
        guard let owners = folders[service.key] ?? (isComplete ? [service.key] : nil) else { continue }
        for line in service.endpoints {
          let (region, isFIPS) = place(line, known)
          guard isWanted(partition.id, region) else { continue }
          for variant in variants(line, service) {
            let answer = partition.answer(service, prefix: service.key, region: line.region, variant: variant)
            let shown = isFIPS && variant == .default ? .fips : variant
            for host in [answer.host, answer.certificateName].compactMap(\.self) {
              for owner in owners {
                let key = EndpointKey(
                  partition: PartitionID(partition.id), service: ServiceID(owner), region: RegionID(region),
                  variant: shown)
                collector.add(host, for: key, source: .legacy, isRepresentative: false)
              }
            }
          }
        }
      }
    }
  }

  /// The region that a line is about, and whether its name says that it is a FIPS line.
  private func place(_ line: EndpointsFileRegion, _ known: Set<String>) -> (region: String, isFIPS: Bool) {
    if known.contains(line.region) { return (line.region, false) }
    let isFIPS = line.region.utf8.firstRange(of: "fips") != nil
    let plain = Catalog.withoutFIPS(line.region)
    if known.contains(plain) { return (plain, isFIPS) }
    return (line.endpoint.signingRegion ?? line.region, isFIPS)
  }

  /// The variants that a line has names for; what only the partition's defaults would make up is left out.
  private func variants(_ line: EndpointsFileRegion, _ service: EndpointsFileService) -> [Variant] {
    // A service's defaults may be templates, which hold for its regions only.
    let own = line.endpoint.alternatives.map(\.variant)
    let isRegion = line.endpoint.hostname == nil
    let general = isRegion ? service.defaults.alternatives.filter { $0.hostname != nil }.map(\.variant) : []
    return [.default] + Set(own + general).sorted()
  }
}
