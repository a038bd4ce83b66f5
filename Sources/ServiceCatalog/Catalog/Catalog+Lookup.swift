// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules

extension Catalog {
  /// The service of a name.
  ///
  /// - Parameter name: a botocore folder, a service id in any case with or without spaces and hyphens, or an endpoint prefix;
  ///   the first kind that fits counts.
  /// - Returns: the service; its versions and models are read.
  /// - Throws: ``QueryError/unknownService(_:nearest:)`` with the nearest names, or
  ///   ``QueryError/ambiguousService(_:folders:)`` for a prefix that several services share.
  package func lookup(service name: String) throws(QueryError) -> CatalogService {
    if let service = service(folder: name) { return service }
    let named = names(ServiceName.key(name))
    for kind in [ServiceName.Kind.folder, .serviceID, .endpointPrefix] {
      let fits = named.filter { $0.kind == kind }.map { service(at: $0.service) }
      if fits.count == 1 { return fits[0] }
      if fits.count > 1 { throw .ambiguousService(name, folders: fits.map(\.folder).sorted()) }
    }
    var keys: Set<String> = []
    let known = services.flatMap { [$0.folder, $0.serviceID, $0.endpointPrefix] }
      .filter { keys.insert(ServiceName.key($0)).inserted }
    throw .unknownService(name, nearest: NearestNames.of(name, among: known))
  }

  /// How a region's name is known.
  package enum RegionMatch: Sendable, Hashable {
    /// The release lists the region.
    case listed(partition: String)
    /// The release does not list it, but it looks like the partition's regions; the nearest listed names.
    case pattern(partition: String, nearest: [String])
    /// No partition knows it; the nearest listed names.
    case unknown(nearest: [String])
  }

  /// Looks a region up.
  ///
  /// - Parameter region: a region or pseudo region; a leading `fips-` and a trailing `-fips` are ignored.
  /// - Returns: whether the release lists the region, or which partition it looks like, with the nearest names.
  package func match(region: String) -> RegionMatch {
    let name = Self.withoutFIPS(region)
    for partition in partitions where partition.regions.contains(where: { $0.name == name }) {
      return .listed(partition: partition.id)
    }
    let nearest = NearestNames.of(name, among: partitions.flatMap { $0.regions.map(\.name) })
    for partition in rulePartitions.all where partition.regionPattern.matches(name) {
      return .pattern(partition: partition.id, nearest: nearest)
    }
    return .unknown(nearest: nearest)
  }

  /// A region's name without the mark of an old FIPS pseudo region, as SDKs take it away.
  package static func withoutFIPS(_ region: String) -> String {
    remove("-fips", from: remove("fips-", from: region))
  }

  private static func remove(_ part: String, from text: String) -> String {
    let (bytes, part) = (Array(text.utf8), Array(part.utf8))
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index...].starts(with: part) {
        index += part.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// All names of a key, found by binary search.
  private func names(_ key: String) -> [ServiceName] {
    func name(_ index: Int) -> ServiceName? {
      var record = image.names[index]
      return reader.name(&record)
    }
    var (low, high) = (0, image.names.count)
    while low < high {
      let middle = (low + high) / 2
      guard let found = name(middle) else { return [] }
      if found.key.utf8.lexicographicallyPrecedes(key.utf8) { low = middle + 1 } else { high = middle }
    }
    var found: [ServiceName] = []
    while low < image.names.count, let name = name(low), name.key == key {
      found.append(name)
      low += 1
    }
    return found
  }
}
