// SPDX-License-Identifier: Apache-2.0

import EgressBase
import StrictJSON

/// Names outside the SDK's rules that workloads need, from the project's own data file.
enum FactHosts {
  /// A line of the data file.
  struct Fact {
    var service: String
    var variant: Variant
    var template: String
    var partitions: [String]
    var regions: [String]?
    var isGlobal: Bool
    var isRepresentative: Bool
    /// The endpoint group, where the file names it.
    var group: String?
  }

  /// Adds the names of all facts.
  static func add(
    to collector: inout HostCollector, partitions: [PartitionModel], services: Set<String>,
    isWanted: (String, String) -> Bool
  ) {
    for fact in facts() where services.contains(fact.service) {
      for partition in partitions where fact.partitions.contains(partition.id) {
        for region in partition.regions
        where region.isPseudo == fact.isGlobal && isWanted(partition.id, region.name) {
          if let only = fact.regions, !only.contains(region.name) { continue }
          let name = fact.template.replacingAll("{region}", with: region.name)
            .replacingAll("{dnsSuffix}", with: partition.outputs.dnsSuffix)
            .replacingAll("{dualStackDnsSuffix}", with: partition.outputs.dualStackDNSSuffix)
            .replacingAll("{onDnsSuffix}", with: partition.outputs.onDNSSuffix)
            .replacingAll("{account}", with: RepresentativeValues.account).replacingAll(
              "{name}", with: RepresentativeValues.name)
          let key = EndpointKey(
            partition: PartitionID(partition.id), service: ServiceID(fact.service),
            region: RegionID(region.name), variant: fact.variant)
          collector.add(
            name, for: key, source: .facts, group: fact.group,
            isRepresentative: fact.isRepresentative || RepresentativeValues.stand(in: name))
        }
      }
    }
  }

  /// The zones of S3 Express by region, as the embedded file has them.
  static let expressZones: [String: [String]] = {
    let rows = (try? JSON(parsing: EmbeddedFiles.facts))?["s3_express_zones"]?.array ?? []
    let pairs = rows.compactMap { row -> (String, [String])? in
      guard let region = row["region"]?.string, let zones = row["zones"]?.array else { return nil }
      return (region, zones.compactMap(\.string))
    }
    return Dictionary(pairs) { $0 + $1 }
  }()

  /// Reads the embedded file; tests check that no row is skipped.
  static func facts() -> [Fact] {
    guard let document = try? JSON(parsing: EmbeddedFiles.facts), let lines = document["names"]?.array else {
      return []
    }
    return lines.compactMap { line in
      guard let service = line["service"]?.string, let template = line["host"]?.string,
        let variant = Variant(rawValue: line["variant"]?.string ?? ""),
        let partitions = line["partitions"]?.array
      else { return nil }
      return Fact(
        service: service, variant: variant, template: template, partitions: partitions.compactMap(\.string),
        regions: line["regions"]?.array?.compactMap(\.string), isGlobal: line["scope"]?.string == "partition",
        isRepresentative: line["representative"]?.bool ?? false, group: line["group"]?.string)
    }
  }
}
