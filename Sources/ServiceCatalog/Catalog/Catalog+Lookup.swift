// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules

extension Catalog {
  /// The service of a name: the one lookup of everything that takes names of services.
  ///
  /// - Parameter name: a botocore folder, a service id in any case with or without spaces and hyphens, an endpoint prefix, or
  ///   the key of a service that only `endpoints.json` names; the first kind that fits counts.
  /// - Returns: the service; its versions and models are read.
  /// - Throws: ``QueryError/unknownService(_:nearest:)`` with the nearest names, or
  ///   ``QueryError/ambiguousService(_:folders:)`` for a prefix that several services share.
  package func lookup(service name: String) throws(QueryError) -> CatalogService {
    let clients = clients(named: name)
    if clients.count == 1 { return clients[0] }
    if clients.count > 1 { throw .ambiguousService(name, folders: clients.map(\.folder).sorted()) }
    let others: [CatalogService]
    do throws(ImageError) {
      others = try servicesWithoutClient()
    } catch {
      throw .image(error)
    }
    let key = ServiceName.key(name)
    if let other = others.first(where: { ServiceName.key($0.folder) == key }) { return other }
    var keys: Set<String> = []
    let known = (services.flatMap { [$0.folder, $0.serviceID, $0.endpointPrefix] } + others.map(\.folder))
      .filter { keys.insert(ServiceName.key($0)).inserted }
    throw .unknownService(name, nearest: NearestNames.of(name, among: known))
  }

  /// Whether a name means one or several services that the SDK has clients for.
  package func hasClient(named name: String) -> Bool { !clients(named: name).isEmpty }

  /// The services with clients that a name may mean: none, one, or several that share an endpoint prefix.
  func clients(named name: String) -> [CatalogService] {
    if let service = service(folder: name) { return [service] }
    let named = names(ServiceName.key(name))
    for kind in [ServiceName.Kind.folder, .serviceID, .endpointPrefix] {
      let fits = named.filter { $0.kind == kind }.map { service(at: $0.service) }
      if !fits.isEmpty { return fits }
    }
    return []
  }

  /// The operation of a name.
  ///
  /// - Parameters:
  ///   - name: the operation as the API, a library or a command line writes it: `GetObject`, `get_object`, `get-object`, in
  ///     any case.
  ///   - version: the API version.
  ///   - service: the service's name, for errors.
  /// - Returns: the operation; everything that depends on its name must use the operation's own.
  /// - Throws: ``QueryError/unknownOperation(_:service:nearest:)`` with the nearest names.
  package func lookup(
    operation name: String, of version: CatalogVersion, service: String
  ) throws(QueryError) -> Operation {
    if let operation = operation(name, of: version) { return operation }
    let all = operations(of: version)
    let key = ServiceName.key(name)
    if let operation = all.first(where: { ServiceName.key($0.name) == key }) { return operation }
    throw .unknownOperation(name, service: service, nearest: NearestNames.of(name, among: all.map(\.name)))
  }

  /// How a region's name is known.
  package enum RegionMatch: Sendable, Hashable {
    /// The release lists the region.
    case listed(partition: String)
    /// The release does not list it, but it looks like the partition's regions; the nearest listed names.
    case pattern(partition: String, nearest: [String])
    /// No partition knows it; the nearest listed names.
    case unknown(nearest: [String])

    /// Whether the release lists the region.
    package var isListed: Bool { if case .listed = self { true } else { false } }
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
