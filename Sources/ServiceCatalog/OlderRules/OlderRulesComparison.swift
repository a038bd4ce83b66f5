// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules

/// Finds out what an older release says otherwise than a newer one, as far as endpoints and signing depend on it.
///
/// The newer rules, run with the older release's partitions, are what a client of the older release would be answered with if
/// nothing were held of it. Rules that give the same answers then are not held again, however they are written.
package struct OlderRulesComparison {
  private let newest: ReleaseModel
  private let services: [String: ReleaseService]
  private let prefixes: Set<String>
  /// How many rule sets were written in another way and gave the same answers.
  package private(set) var equivalent = 0

  /// Takes the release to compare with.
  package init(with newest: ReleaseModel) {
    self.newest = newest
    services = Dictionary(newest.services.map { ($0.folder, $0) }) { first, _ in first }
    prefixes = Self.prefixes(of: newest)
  }

  private static func prefixes(of release: ReleaseModel) -> Set<String> {
    Set(release.services.flatMap(\.versions).compactMap { $0.model?.endpointPrefix })
  }

  /// What a release says otherwise.
  ///
  /// - Parameter older: The older release.
  /// - Returns: The release; `nil` when its partitions are none, or one has a wrong region pattern.
  package mutating func difference(of older: ReleaseModel) -> OlderRulesModel.Release? {
    guard let partitions = Partitions(models: older.partitions) else { return nil }
    var versions: [OlderRulesModel.Version] = []
    for service in older.services {
      for version in service.versions {
        let same = services[service.folder]?.versions.first { $0.apiVersion == version.apiVersion }
        if let found = difference(of: version, service.folder, from: same, partitions) {
          versions.append(found)
        }
      }
    }
    let folders = Set(older.services.map(\.folder))
    return OlderRulesModel.Release(
      origin: older.origin,
      partitions: older.partitions.map { partition in
        var partition = partition
        partition.regions = partition.regions.map { .init(name: $0.name, description: "") }
        return partition
      },
      listed: older.endpointsFile.map { partition in
        var partition = partition
        partition.services = []
        partition.defaults.alternatives = []
        return partition
      },
      missingServices: newest.services.map(\.folder).filter { !folders.contains($0) },
      listedServices: listedServices(of: older), versions: versions)
  }

  private mutating func difference(
    of version: ReleaseServiceVersion, _ folder: String, from newest: ReleaseServiceVersion?,
    _ partitions: Partitions
  ) -> OlderRulesModel.Version? {
    guard let rules = version.rules, var model = version.model else { return nil }
    model.inputMembers = [:]
    model.fullName = ""
    guard let newest, let newestRules = newest.rules, let newestModel = newest.model else {
      return .init(folder: folder, apiVersion: version.apiVersion, rules: rules, model: model)
    }
    var keepsRules = false
    if rules != newestRules {
      keepsRules = !RuleProbes(rules, newestRules, partitions).areEquivalent
      if !keepsRules { equivalent += 1 }
    }
    let names = Set((keepsRules ? rules : newestRules).parameters.map(\.name))
    let known = Dictionary(newestModel.operations.map { ($0.name, $0) }) { first, _ in first }
    model.operations = model.operations.filter { operation in
      guard let other = known[operation.name] else { return false }
      return Self.bound(operation, names) != Self.bound(other, names)
    }
    let isModelSame = model.operations.isEmpty && Self.head(model, names) == Self.head(newestModel, names)
    if isModelSame, !keepsRules { return nil }
    return .init(
      folder: folder, apiVersion: version.apiVersion, rules: keepsRules ? rules : nil,
      model: isModelSame ? nil : model)
  }

  /// What endpoints and signing take from an operation under rules with certain parameters.
  private static func bound(_ operation: Operation, _ names: Set<String>) -> Operation {
    var bound = operation
    bound.staticParameters.removeAll { !names.contains($0.name) && $0.name != "RequiresAccountId" }
    bound.memberParameters.removeAll { !names.contains($0.name) }
    bound.pathParameters.removeAll { !names.contains($0.name) }
    // Whether the payload is signed changes no endpoint and no scope.
    if bound.signing == .unsignedPayload { bound.signing = .asService }
    return bound
  }

  /// What endpoints and signing take from a model under rules with certain parameters.
  private static func head(_ model: ServiceModel, _ names: Set<String>) -> [String] {
    let scheme = model.authSchemes.first.map { String($0.split(separator: "#").last ?? "sigv4") }
    let parameters = model.clientParameters.filter { names.contains($0.name) }
    return [
      model.serviceID, model.endpointPrefix, model.signingName ?? model.endpointPrefix,
      scheme ?? (model.signatureVersion == "bearer" ? "httpBearerAuth" : "sigv4"),
    ] + parameters.map { "\($0.name) \($0.kind)" }.sorted()
  }

  private func listedServices(of older: ReleaseModel) -> [OlderRulesModel.ListedService] {
    let newestByID = Dictionary(newest.endpointsFile.map { ($0.id, $0) }) { first, _ in first }
    let keys = Set((older.endpointsFile + newest.endpointsFile).flatMap { $0.services.map(\.key) })
      .intersection(prefixes.union(Self.prefixes(of: older)))
    return keys.sorted().compactMap { key in
      func reduced(_ partition: EndpointsFilePartition, of file: EndpointsFilePartition?)
        -> EndpointsFileService?
      {
        file?.services.first { $0.key == key }.flatMap { partition.reduced($0) }
      }
      let before = older.endpointsFile.map { reduced($0, of: $0) }
      let after = older.endpointsFile.map { reduced($0, of: newestByID[$0.id]) }
      return before == after ? nil : .init(key: key, services: before)
    }
  }
}

extension EndpointsFilePartition {
  /// A service of the partition with all that decides what clients sign for and which region they have by default, and
  /// nothing else: no host names, which endpoint rules give, and no entry that says what holds without it.
  ///
  /// - Returns: `nil` for a service that is as one that the partition does not have.
  func reduced(_ service: EndpointsFileService) -> EndpointsFileService? {
    func reduced(_ entry: EndpointsFileEntry) -> EndpointsFileEntry {
      var kept = EndpointsFileEntry()
      (kept.signingName, kept.signingRegion) = (entry.signingName, entry.signingRegion)
      return kept
    }
    let pattern = RegionPattern(regionPattern)
    var service = service
    service.defaults = reduced(service.defaults)
    service.endpoints = service.endpoints.compactMap { line in
      // Clients rewrite such a region before they look anything up.
      guard Catalog.withoutFIPS(line.region) == line.region else { return nil }
      let entry = reduced(line.endpoint)
      let belongs = regions.contains(line.region) || pattern?.matches(line.region) == true
      if service.isRegionalized, belongs, entry == EndpointsFileEntry() { return nil }
      return EndpointsFileRegion(region: line.region, endpoint: entry)
    }
    let isPlain =
      service.isRegionalized && service.partitionEndpoint == nil && service.endpoints.isEmpty
      && service.defaults == EndpointsFileEntry()
    return isPlain ? nil : service
  }
}
