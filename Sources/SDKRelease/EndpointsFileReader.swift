// SPDX-License-Identifier: Apache-2.0

import EgressBase
import ServiceCatalog
import StrictJSON

/// Reads `endpoints.json` (version 3), the SDK's list of endpoints from before there were rules.
enum EndpointsFileReader {
  /// Reads the file.
  ///
  /// - Throws: ``FormError`` for text that is not JSON, and for the first member that is missing or wrong.
  static func read(_ bytes: [UInt8]) throws(FormError) -> [EndpointsFilePartition] {
    let document = try FormError.parse(bytes)
    guard document["version"]?.integer == 3 else { throw FormError("is not 3", at: "/version") }
    var partitions: [EndpointsFilePartition] = []
    for (index, partition) in try document.list("partitions", at: "").enumerated() {
      let place = "/partitions/\(index)"
      let suffix = try partition.text("dnsSuffix", at: place)
      var services: [EndpointsFileService] = []
      for service in try partition.members("services", at: place) {
        services.append(try read(service, at: "\(place)/services/\(service.name)"))
      }
      partitions.append(
        EndpointsFilePartition(
          id: try partition.text("partition", at: place), dnsSuffix: suffix,
          regionPattern: try partition.text("regionRegex", at: place),
          regions: try partition.members("regions", at: place).map(\.name).sorted(),
          defaults: try endpoint(partition["defaults"] ?? .object([]), at: place + "/defaults"),
          services: services.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }))
    }
    return partitions
  }

  private static func read(_ service: JSON.Member, at place: String) throws(FormError) -> EndpointsFileService
  {
    var endpoints: [EndpointsFileRegion] = []
    for line in try service.value.members("endpoints", at: place) {
      var endpoint = try endpoint(line.value, at: "\(place)/endpoints/\(line.name)")
      endpoint.generalize(region: line.name)
      endpoints.append(EndpointsFileRegion(region: line.name, endpoint: endpoint))
    }
    return EndpointsFileService(
      key: service.name, partitionEndpoint: service.value["partitionEndpoint"]?.string,
      isRegionalized: service.value["isRegionalized"]?.bool ?? true,
      defaults: try endpoint(service.value["defaults"] ?? .object([]), at: place + "/defaults"),
      endpoints: endpoints.sorted { $0.region.utf8.lexicographicallyPrecedes($1.region.utf8) })
  }

  private static func endpoint(_ value: JSON, at place: String) throws(FormError) -> EndpointsFileEntry {
    guard value.object != nil else { throw FormError("is not an object", at: "\(place)") }
    var endpoint = EndpointsFileEntry()
    endpoint.hostname = value["hostname"]?.string
    endpoint.dnsSuffix = value["dnsSuffix"]?.string
    endpoint.certificateName = value["sslCommonName"]?.string
    endpoint.signingRegion = value["credentialScope"]?["region"]?.string
    endpoint.signingName = value["credentialScope"]?["service"]?.string
    endpoint.isDeprecated = value["deprecated"]?.bool ?? false
    for (index, alternative) in (value["variants"]?.array ?? []).enumerated() {
      let tags = Set(try alternative.list("tags", at: "\(place)/variants/\(index)").compactMap(\.string))
      let variant: Variant
      switch tags {
      case ["dualstack"]: variant = .dualstack
      case ["fips"]: variant = .fips
      case ["dualstack", "fips"]: variant = .fipsDualstack
      default: throw FormError("are not known", at: "\(place)/variants/\(index)/tags")
      }
      endpoint.alternatives.append(
        .init(
          variant: variant, hostname: alternative["hostname"]?.string,
          dnsSuffix: alternative["dnsSuffix"]?.string))
    }
    endpoint.alternatives.sort { $0.variant.rawValue < $1.variant.rawValue }
    return endpoint
  }
}

extension EndpointsFileEntry {
  /// Writes `{region}` for what a line's own region would fill in: the same names from far fewer texts.
  fileprivate mutating func generalize(region: String) {
    func general(_ host: String?) -> String? {
      guard let host, !host.contains("{") else { return host }
      let parts = host.split(separator: ".", omittingEmptySubsequences: false)
      return parts.map { $0 == region ? "{region}" : String($0) }.joined(separator: ".")
    }
    hostname = general(hostname)
    for index in alternatives.indices { alternatives[index].hostname = general(alternatives[index].hostname) }
  }
}
