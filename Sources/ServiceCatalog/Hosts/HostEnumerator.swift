// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules

/// Runs the rules of every service for every region and variant, and adds the names of `endpoints.json` and the facts.
struct HostEnumerator {
  private let catalog: Catalog
  private let partitions: [PartitionModel]
  private let regions: Set<String>?
  private let services: [CatalogService]
  private let endpointsFile: [EndpointsFilePartition]
  private let pseudoRegions: [String: Set<String>]
  private var collector: HostCollector

  /// Takes what is to be enumerated; missing limits mean everything.
  init(_ catalog: Catalog, partitions: Set<String>?, regions: Set<String>?, services: Set<String>?)
    throws(ImageError)
  {
    self.catalog = catalog
    self.partitions = catalog.partitions.filter { partitions?.contains($0.id) ?? true }
    self.regions = regions
    let all = catalog.services + (try catalog.servicesWithoutClient())
    self.services = all.filter { services?.contains($0.folder) ?? true }
    endpointsFile = try catalog.endpointsFile()
    var pseudoRegions: [String: Set<String>] = [:]
    for service in endpointsFile.flatMap(\.services) {
      if let region = service.partitionEndpoint { pseudoRegions[service.key, default: []].insert(region) }
    }
    self.pseudoRegions = pseudoRegions
    collector = HostCollector(catalog.partitions)
  }

  /// Makes the list.
  mutating func run() throws(ImageError) -> HostList {
    for service in services { enumerate(service) }
    let (ids, regions) = (Set(partitions.map(\.id)), regions)
    let isWanted = { (partition: String, region: String) in
      ids.contains(partition) && (regions?.contains(region) ?? true)
    }
    EndpointsFileHosts(catalog: catalog, endpointsFile: endpointsFile, services: services).add(
      to: &collector, isWanted: isWanted)
    FactHosts.add(
      to: &collector, partitions: partitions, services: Set(services.map(\.folder)), isWanted: isWanted)
    let groups = collector.groups()
    collector.statistics.endpoints = groups.count
    return HostList(hosts: collector.hosts(), statistics: collector.statistics, groups: groups)
  }

  private mutating func enumerate(_ service: CatalogService) {
    var known: Set<Int> = []
    // The newest version first: its hosts are the primary ones; older versions add names only where they differ.
    for version in service.versions.reversed() {
      guard let number = version.rules?.program, known.insert(number).inserted,
        let program = catalog.program(of: version).map(ProbedProgram.init)
      else { continue }
      let isCurrent = version.apiVersion == service.current.apiVersion
      let probes = ServiceProbes(
        catalog.operations(of: version), parameters: program.parameters,
        read: catalog.parametersRead(by: version))
      for partition in partitions {
        for region in partition.regions where regions?.contains(region.name) ?? true {
          if region.isPseudo, !isGlobal(service, program, region: region.name) {
            continue
          }
          let place = ServiceRegion(
            partition: PartitionID(partition.id), service: ServiceID(service.folder),
            region: RegionID(region.name))
          if isCurrent { notePlain(program, place) }
          for group in probes.groups {
            enumerate(service, program, group, isCurrent: isCurrent, place)
          }
        }
      }
    }
  }

  /// Whether a pseudo region means anything to a service.
  ///
  /// It does when `endpoints.json` says so, or when the rules know it: then a name does not contain it.
  /// Other services' rules would only fill it in like any region's name.
  private func isGlobal(_ service: CatalogService, _ program: ProbedProgram, region: String) -> Bool {
    if pseudoRegions[service.endpointPrefix]?.contains(region) == true { return true }
    var arguments = program.arguments(Parameters(), region: region)
    return Variant.allCases.contains { variant in
      guard let url = program.url(&arguments, variant) else { return false }
      return url.utf8.firstRange(of: region) == nil
    }
  }

  private mutating func notePlain(_ program: ProbedProgram, _ place: ServiceRegion) {
    var arguments = program.arguments(Parameters(), region: place.region.name)
    guard let url = program.url(&arguments, .default), let host = URLHost(url)?.host else { return }
    collector.notePlain(String(host), in: place)
  }

  private mutating func enumerate(
    _ service: CatalogService, _ program: ProbedProgram, _ group: ServiceProbes.Group, isCurrent: Bool,
    _ place: ServiceRegion
  ) {
    let (partition, region) = (place.partition.name, place.region.name)
    var sets: [Parameters] = [Parameters()]
    for fixed in group.probe.fixed { for index in sets.indices { sets[index][fixed.name] = fixed.value } }
    for flag in group.probe.flags {
      for index in sets.indices {
        sets[index][flag] = flag == "AccountId" ? .string(RepresentativeValues.account) : .boolean(true)
        if flag == "AccountId" { sets[index]["AccountIdEndpointMode"] = "preferred" }
      }
    }
    for member in group.probe.members {
      let values = RepresentativeValues.values(
        of: member, prefix: service.endpointPrefix, partition: partition, region: region)
      guard !values.isEmpty else { return }
      sets = sets.flatMap { set in
        values.map { value in
          var set = set
          set[member] = value
          return set
        }
      }
    }
    var prepared = sets.map { program.arguments($0, region: region) }
    let mayBeRepresentative =
      !group.probe.members.isEmpty || !group.probe.flags.isEmpty
      || group.prefixes.keys.contains { !$0.isEmpty }
    let isPseudo = PartitionModel.Region(name: region, description: "").isPseudo
    for index in prepared.indices {
      let hosts = Variant.allCases.compactMap { variant -> (Variant, String)? in
        collector.statistics.resolutions += 1
        guard let url = program.url(&prepared[index], variant), let host = URLHost(url)?.host else {
          collector.statistics.withoutName += 1
          return nil
        }
        return (variant, String(host))
      }
      for (prefix, operations) in group.prefixes {
        let origin = isCurrent ? (operations > 0 ? NameRank.Origin.called : .reachable) : .older
        let way = hosts.compactMap { variant, host -> (variant: Variant, host: String, rank: NameRank)? in
          let name = prefix + host
          let isRepresentative = mayBeRepresentative && RepresentativeValues.stand(in: name)
          // A bucket in a pseudo region is in no region that could have a name.
          if isRepresentative, isPseudo, name.utf8.firstRange(of: region) != nil { return nil }
          let rank = NameRank(
            origin: origin, isRepresentative: isRepresentative, parameters: group.probe.parameterCount,
            operations: isCurrent ? operations : 0)
          return (variant, name, rank)
        }
        collector.addWay(way, in: place, isClientsOwn: group.probe.isClientsOwn)
      }
    }
  }
}

extension Catalog {
  /// All names of services, for some or all partitions, regions and services.
  ///
  /// - Parameters:
  ///   - partitions: ids of partitions; `nil` for all.
  ///   - regions: regions and pseudo regions; `nil` for all.
  ///   - services: botocore folders; `nil` for all.
  /// - Returns: the hosts with the endpoints that lead to them.
  /// - Throws: ``ImageError`` when the image is damaged.
  package func hosts(
    partitions: Set<String>? = nil, regions: Set<String>? = nil, services: Set<String>? = nil
  ) throws(ImageError) -> HostList {
    var enumerator = try HostEnumerator(self, partitions: partitions, regions: regions, services: services)
    return try enumerator.run()
  }
}
