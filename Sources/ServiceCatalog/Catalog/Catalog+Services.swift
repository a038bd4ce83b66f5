// SPDX-License-Identifier: Apache-2.0

package import EndpointRules
@_spi(Performance) package import EndpointRulesCompiled

extension Catalog {
  /// All services, sorted by folder.
  package var services: [CatalogService] { (0..<image.services.count).map { service(at: $0) } }

  /// The service of a folder.
  package func service(folder: String) -> CatalogService? {
    cache.service(folder) { find(folder) }
  }

  /// The service of a folder, found by binary search.
  private func find(_ folder: String) -> CatalogService? {
    var (low, high) = (0, image.services.count)
    while low < high {
      let middle = (low + high) / 2
      var record = image.services[middle]
      let found = reader.service(&record).folder
      if found == folder { return service(at: middle) }
      if found.utf8.lexicographicallyPrecedes(folder.utf8) { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  func service(at index: Int) -> CatalogService {
    var record = image.services[index]
    let (folder, range) = reader.service(&record)
    let versions = range.clamped(to: 0..<image.versions.count).map { index in
      var record = image.versions[index]
      return reader.version(&record, index: index)
    }
    return CatalogService(
      folder: folder,
      versions: versions.isEmpty ? [CatalogVersion(apiVersion: "")] : versions)
  }

  /// The operations of an API version, sorted by name.
  package func operations(of version: CatalogVersion) -> [Operation] {
    var record = image.operations[version.index]
    return reader.operations(&record)
  }

  /// One operation of an API version.
  package func operation(_ name: String, of version: CatalogVersion) -> Operation? {
    var record = image.operations[version.index]
    return reader.operations(&record, wanted: name).first
  }

  /// The members of the inputs of an API version's operations, sorted, by the operation's name; an operation without members
  /// is left out.
  ///
  /// Every call unpacks them again: keep the result.
  ///
  /// - Throws: ``ImageError`` when they cannot be unpacked.
  package func inputMembers(of version: CatalogVersion) throws(ImageError) -> [String: [String]] {
    let members = try InputTables.members(of: version.index, in: image)
    let named = zip(operations(of: version), members).filter { !$1.isEmpty }
    return Dictionary(named.map { ($0.name, $1) }) { first, _ in first }
  }

  /// The members of an operation's input, sorted.
  ///
  /// - Throws: ``ImageError`` when they cannot be unpacked.
  package func inputMembers(
    of operation: Operation, in version: CatalogVersion
  ) throws(ImageError) -> [String] {
    guard let index = operations(of: version).firstIndex(where: { $0.name == operation.name }) else {
      return []
    }
    let members = try InputTables.members(of: version.index, operation: index, in: image)
    return members.indices.contains(index) ? members[index] : []
  }

  /// The services that only `endpoints.json` names: the SDK has no client for them.
  ///
  /// - Throws: ``ImageError`` when the file cannot be unpacked.
  package func servicesWithoutClient() throws(ImageError) -> [CatalogService] {
    let keys = Set(try endpointsFile().flatMap(\.services).map(\.key))
    return keys.sorted().filter { clients(named: $0).isEmpty }.map {
      CatalogService(folder: $0, versions: [CatalogVersion(apiVersion: "")])
    }
  }

  /// The compiled endpoint rules of an API version.
  ///
  /// - Returns: `nil` when the version has no rules.
  package func program(of version: CatalogVersion) -> EndpointProgram? {
    version.rules.map { compiled.program(at: $0.program) }
  }

  /// The names of the parameters that the rules of a version read.
  func parametersRead(by version: CatalogVersion) -> Set<String> {
    guard let rules = version.rules, let program = program(of: version) else { return [] }
    return Set(
      program.parameters.enumerated().filter { rules.reads >> UInt64($0.offset) & 1 == 1 }.map(\.element.name)
    )
  }

  /// The endpoint rules of an API version as a tree, which explains answers.
  ///
  /// Every call unpacks the tree again: keep the result.
  ///
  /// - Returns: `nil` when the version has no rules.
  package func rules(of version: CatalogVersion) throws(ImageError) -> RuleSet? {
    guard let root = version.rules?.tree else { return nil }
    let tables = try image.trees.tables()
    var nodes = RuleNodeReader(nodes: tables.records[0], strings: tables.strings)
    return try nodes.ruleSet(root)
  }

  /// The content of the SDK's `endpoints.json`.
  ///
  /// Every call unpacks it again: keep the result.
  ///
  /// - Parameter key: the endpoint prefix of the only service to read; `nil` for all services.
  /// - Returns: the partitions in the order of the file.
  /// - Throws: ``ImageError`` when the list cannot be unpacked.
  package func endpointsFile(service key: String? = nil) throws(ImageError) -> [EndpointsFilePartition] {
    let tables = try image.endpointsFile.tables()
    let (partitionTable, services) = (tables.records[0], tables.records[1])
    let reader = RecordReader(strings: tables.strings)
    var partitions = (0..<partitionTable.count).map { index in
      var record = partitionTable[index]
      return reader.endpointsFilePartition(&record)
    }
    let wanted = key.map { tables.strings.rank(of: $0) ?? -1 }
    for index in 0..<services.count {
      var record = services[index]
      var head = record
      _ = head.number()
      guard wanted == nil || head.number() == wanted else { continue }
      let (partition, service) = reader.endpointsFileService(&record)
      guard partitions.indices.contains(partition) else { continue }
      partitions[partition].services.append(service)
    }
    return partitions
  }
}
