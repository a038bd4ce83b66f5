// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules

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
  /// Old FIPS pseudo regions (`fips-us-east-1`) count for the region they sign for.
  func add(to collector: inout HostCollector, isWanted: (String, String) -> Bool) {
    let owners = owners()
    for partition in endpointsFile {
      let model = catalog.partitions.first { $0.id == partition.id }
      let known = Set(model?.regions.map(\.name) ?? partition.regions)
      let pattern = RegionPattern(partition.regionPattern)
      for service in partition.services {
        guard let folders = owners[service.key] else { continue }
        for line in service.endpoints {
          let (region, isFIPS) = place(line, known)
          guard isWanted(partition.id, region) else { continue }
          let isRegion = known.contains(line.region) || pattern?.matches(line.region) == true
          for variant in variants(line, service) {
            let shown = isFIPS && variant == .default ? .fips : variant
            for host in names(line, service, partition, variant, isRegion: isRegion) {
              for folder in folders {
                let key = EndpointKey(
                  partition: PartitionID(partition.id), service: ServiceID(folder), region: RegionID(region),
                  variant: shown)
                collector.add(host, for: key, source: .legacy, isRepresentative: false)
              }
            }
          }
        }
      }
    }
  }

  /// The wanted services by the keys of the file.
  ///
  /// A key is an endpoint prefix, which several services may share; where no service has it, it is one of the other names
  /// that a service can be called by.
  private func owners() -> [String: [String]] {
    var prefixes: [String: [String]] = [:]
    for service in catalog.services { prefixes[service.endpointPrefix, default: []].append(service.folder) }
    let wanted = Set(services.map(\.folder))
    var owners: [String: [String]] = [:]
    for key in Set(endpointsFile.flatMap(\.services).map(\.key)) {
      var folders = prefixes[key] ?? catalog.clients(named: key).map(\.folder)
      if folders.isEmpty { folders = [key] }
      let kept = folders.filter(wanted.contains)
      if !kept.isEmpty { owners[key] = kept }
    }
    return owners
  }

  /// The names of a line.
  ///
  /// A template is filled with regions only: filled with a line's other marks, such as `iam` or `prod-us-east-1`, it gives
  /// names that exist nowhere. A name that runs the region together with another word (`ramus-gov-east-1`) is a slip of
  /// the file, and does not exist either.
  private func names(
    _ line: EndpointsFileRegion, _ service: EndpointsFileService, _ partition: EndpointsFilePartition,
    _ variant: Variant, isRegion: Bool
  ) -> [String] {
    let templates = partition.templates(service, region: line.region, variant: variant)
    let mayFill = isRegion || templates.isSpeltOut
    let host = templates.host.flatMap { mayFill || $0.utf8.firstRange(of: "{region}") == nil ? $0 : nil }
    let certificateName = templates.certificateName.flatMap {
      isRegion || $0.utf8.firstRange(of: "{region}") == nil ? $0 : nil
    }
    return [host, certificateName].compactMap(\.self)
      .map { templates.filled($0, prefix: service.key, region: line.region) }
      .filter { !isRegion || !Self.runsTogether($0, with: line.region) }
  }

  /// Whether a letter or digit stands directly before or after a region in a name.
  static func runsTogether(_ name: String, with region: String) -> Bool {
    let (name, region) = (Array(name.utf8), Array(region.utf8))
    guard !region.isEmpty, name.count >= region.count else { return false }
    let separators = [UInt8(ascii: "."), UInt8(ascii: "-")]
    return (0...(name.count - region.count)).contains { start in
      let end = start + region.count
      guard name[start..<end].elementsEqual(region) else { return false }
      return start > 0 && !separators.contains(name[start - 1])
        || end < name.count && !separators.contains(name[end])
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
