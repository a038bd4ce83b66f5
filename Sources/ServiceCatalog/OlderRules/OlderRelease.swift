// SPDX-License-Identifier: Apache-2.0

package import EndpointRules
@_spi(Performance) import EndpointRulesCompiled
import Synchronization

/// What one older release says otherwise than a catalog.
package final class OlderRelease: Sendable {
  /// The release's version, such as `1.43.11`.
  package let release: String
  /// The day of the release.
  package let date: String
  /// The SHA-256 of the archive that it was read from, in hexadecimal.
  package let sourceHash: String
  /// The partitions, in the order that decides which one an unknown region belongs to.
  package let partitions: [PartitionModel]
  /// The partitions as endpoint rules read them.
  package let rulePartitions: Partitions
  let base: String
  private let tables: OlderRulesTables
  private let listed: [EndpointsFilePartition]
  private let missing: Set<String>
  private let listedServices: [String: [Int]]
  private let versions: [String: [Place]]
  private let known = Mutex<[Place: OlderVersion]>([:])
  private let removed = Mutex<[String: CatalogService]?>(nil)
  private let programs = Mutex<CompiledRules?>(nil)

  /// Where a version's records are.
  private struct Place: Hashable {
    var version: Int
    var operations: Int
  }

  init(_ tables: OlderRulesTables, _ index: Int) throws(ImageError) {
    self.tables = tables
    let reader = tables.reader
    var record = tables[.releases][index]
    func existing(_ index: Int, in table: OlderRulesLayout.Table) -> Int {
      if index >= tables[table].count { record.fail() }
      return index
    }
    base = reader.text(&record)
    release = reader.text(&record)
    date = reader.text(&record)
    sourceHash = reader.text(&record)
    var partitions: [PartitionModel] = []
    for _ in 0..<record.count() {
      var partition = tables[.partitions][existing(record.number(), in: .partitions)]
      partitions.append(reader.partition(&partition))
    }
    var listed: [EndpointsFilePartition] = []
    for _ in 0..<record.count() {
      var partition = tables[.listed][existing(record.number(), in: .listed)]
      listed.append(reader.endpointsFilePartition(&partition))
    }
    missing = Set(reader.list(&record))
    var listedServices: [String: [Int]] = [:]
    for _ in 0..<record.count() {
      let key = reader.text(&record)
      var places: [Int] = []
      for _ in 0..<record.count() { places.append(existing(record.number() - 1, in: .listedServices)) }
      if places.count != listed.count { record.fail() }
      listedServices[key] = places
    }
    var versions: [String: [Place]] = [:]
    for _ in 0..<record.count() {
      let folder = reader.text(&record)
      let version = existing(record.number(), in: .versions)
      let operations = existing(record.number(), in: .operations)
      versions[folder, default: []].append(Place(version: version, operations: operations))
    }
    guard record.isValid, record.isAtEnd, let all = Partitions(models: partitions) else {
      throw .damaged("release \(index) is malformed")
    }
    self.partitions = partitions
    self.listed = listed
    self.listedServices = listedServices
    self.versions = versions
    rulePartitions = all
  }

  /// Whether the release lacks a service that the catalog has.
  package func lacks(service folder: String) -> Bool { missing.contains(folder) }

  /// Whether the release lists a region.
  package func lists(region: String) -> Bool {
    let name = Catalog.withoutFIPS(region)
    return partitions.contains { $0.regions.contains { $0.name == name } }
  }

  /// What the release says otherwise about an API version of a service.
  ///
  /// - Returns: `nil` where what the catalog says gives the same answers.
  package func version(_ apiVersion: String, of folder: String) throws(ImageError) -> OlderVersion? {
    for place in versions[folder] ?? [] {
      let version = try version(at: place)
      if version.apiVersion == apiVersion { return version }
    }
    return nil
  }

  /// The service of a name, where the release has it and the catalog does not.
  ///
  /// - Parameters:
  ///   - name: A botocore folder, a service id in any case with or without spaces and hyphens, or an endpoint prefix.
  ///   - catalog: The catalog.
  /// - Returns: The service, without rules of its own: they are those of ``version(_:of:)``.
  /// - Throws: ``ImageError`` when a record is damaged.
  package func removedService(named name: String, from catalog: Catalog) throws(ImageError) -> CatalogService?
  {
    let key = ServiceName.key(name)
    if let services = removed.withLock({ $0 }) { return services[key] }
    var services: [String: CatalogService] = [:]
    for (folder, places) in versions.sorted(by: { $0.key < $1.key })
    where catalog.service(folder: folder) == nil {
      var service = CatalogService(folder: folder, versions: [])
      for place in places {
        let older = try version(at: place)
        var version = CatalogVersion(apiVersion: older.apiVersion)
        version.model = older.model
        service.versions.append(version)
      }
      guard !service.versions.isEmpty else { continue }
      for name in [folder, service.serviceID, service.endpointPrefix]
      where services[ServiceName.key(name)] == nil {
        services[ServiceName.key(name)] = service
      }
    }
    let found = services
    removed.withLock { $0 = found }
    return found[key]
  }

  /// What `endpoints.json` of the release says about a service, as far as signing and default regions depend on it.
  ///
  /// - Parameters:
  ///   - key: The endpoint prefix.
  ///   - catalog: The catalog.
  /// - Returns: The partitions of the release, each with that service alone.
  /// - Throws: ``ImageError`` when a record is damaged.
  package func endpointsFile(
    service key: String, catalog: Catalog
  ) throws(ImageError) -> [EndpointsFilePartition] {
    var partitions = listed
    if let places = listedServices[key] {
      for (index, place) in places.enumerated() where place >= 0 {
        var record = tables[.listedServices][place]
        partitions[index].services = [tables.reader.endpointsFileService(&record).service]
      }
      return partitions
    }
    let newest = try catalog.endpointsFile(service: key)
    for index in partitions.indices {
      partitions[index].services = newest.first { $0.id == partitions[index].id }?.services ?? []
    }
    return partitions
  }

  /// The catalog's programs with the partitions of the release.
  func programs(of catalog: Catalog) throws(RuleCompilerError) -> CompiledRules {
    if let found = programs.withLock({ $0 }) { return found }
    let replaced = try catalog.compiled.replacing(partitions: rulePartitions)
    programs.withLock { $0 = replaced }
    return replaced
  }

  private func version(at place: Place) throws(ImageError) -> OlderVersion {
    if let found = known.withLock({ $0[place] }) { return found }
    var record = tables[.versions][place.version]
    let stored = tables.reader.version(&record, index: 0)
    var operations = tables[.operations][place.operations]
    var rules: RuleSet?
    if let root = stored.rules?.tree { rules = try tables.rules(root) }
    let found = OlderVersion(
      apiVersion: stored.apiVersion, model: stored.model, rules: rules,
      operations: tables.reader.operations(&operations))
    known.withLock { $0[place] = found }
    return found
  }
}

/// What an older release says otherwise about an API version of a service.
package struct OlderVersion: Sendable {
  /// The API version.
  package var apiVersion: String
  /// The model without operations; `nil` for the catalog's.
  package var model: ServiceModel?
  /// The rules; `nil` for the catalog's.
  package var rules: RuleSet?
  /// The operations that differ; all of them where the catalog does not have the service.
  package var operations: [Operation]
}
