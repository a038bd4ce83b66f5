// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// What changed between two catalogs: regions, services, API versions, operations, models and endpoints.
package struct CatalogDifference: Sendable, Hashable {
  /// What a change is about.
  package enum Subject: String, Sendable, Hashable, CaseIterable {
    /// A region or pseudo region.
    case region
    /// A service.
    case service
    /// An API version of a service.
    case version
    /// A property of a service's newest model, such as `signingName`.
    case property
    /// An operation of a service's newest version.
    case operation
    /// The hosts of an endpoint.
    case endpoint
  }

  /// One change.
  package struct Entry: Sendable, Hashable {
    /// What the change is about.
    package var subject: Subject
    /// The partition, for regions and endpoints.
    package var partition: String?
    /// The service's folder, for everything but regions.
    package var service: String?
    /// The region, for regions and endpoints.
    package var region: String?
    /// The variant, for endpoints.
    package var variant: Variant?
    /// The name of the version, property or operation.
    package var name: String?
    /// What was there, sorted; empty for what is new.
    package var before: [String]
    /// What is there, sorted; empty for what is gone.
    package var after: [String]

    /// Whether the subject was not there before.
    package var isAdded: Bool { before.isEmpty }
    /// Whether the subject was removed.
    package var isRemoved: Bool { after.isEmpty }
  }

  /// The changes: regions first, then services in alphabetical order.
  package private(set) var entries: [Entry] = []
  /// Whether the contents are the same, whatever they were imported from.
  package private(set) var isEmpty = true

  /// Compares two catalogs.
  ///
  /// - Parameters:
  ///   - old: the older one.
  ///   - new: the newer one.
  /// - Throws: ``ImageError`` when an image is damaged.
  package init(from old: Catalog, to new: Catalog) throws(ImageError) {
    guard old.contentHash != new.contentHash else { return }
    compareRegions(old, new)
    let services = Set(old.services.map(\.folder)).union(new.services.map(\.folder)).sorted()
    var affected: Set<String> = []
    for folder in services
    where try compareService(old.service(folder: folder), new.service(folder: folder), old, new) {
      affected.insert(folder)
    }
    // Where partitions or `endpoints.json` differ, names of every service may.
    let isEndpointsFileSame = try old.endpointsFile() == new.endpointsFile()
    let isLocal = old.partitions == new.partitions && isEndpointsFileSame
    try compareEndpoints(
      old.hosts(services: isLocal ? affected : nil), new.hosts(services: isLocal ? affected : nil))
    isEmpty = entries.isEmpty
  }

  private mutating func add(
    _ subject: Subject, partition: String? = nil, service: String? = nil, region: String? = nil,
    variant: Variant? = nil, name: String? = nil, _ before: [String], _ after: [String]
  ) {
    guard before != after else { return }
    entries.append(
      Entry(
        subject: subject, partition: partition, service: service, region: region, variant: variant,
        name: name,
        before: before, after: after))
  }

  private mutating func compareRegions(_ old: Catalog, _ new: Catalog) {
    func regions(_ catalog: Catalog) -> [String: [String: String]] {
      Dictionary(
        catalog.partitions.map {
          ($0.id, Dictionary($0.regions.map { ($0.name, $0.description) }) { first, _ in first })
        }
      ) { first, _ in first }
    }
    let (before, after) = (regions(old), regions(new))
    for partition in Set(before.keys).union(after.keys).sorted() {
      let (old, new) = (before[partition] ?? [:], after[partition] ?? [:])
      for region in Set(old.keys).union(new.keys).sorted() {
        add(
          .region, partition: partition, region: region, old[region].map { [$0] } ?? [],
          new[region].map { [$0] } ?? [])
      }
    }
  }

  /// Compares a service; returns whether its endpoints may differ.
  private mutating func compareService(
    _ old: CatalogService?, _ new: CatalogService?, _ before: Catalog, _ after: Catalog
  ) throws(ImageError) -> Bool {
    let folder = new?.folder ?? old?.folder ?? ""
    guard let old, let new else {
      add(.service, service: folder, old.map { [$0.serviceID] } ?? [], new.map { [$0.serviceID] } ?? [])
      return true
    }
    let (oldVersions, newVersions) = (
      Set(old.versions.map(\.apiVersion)), Set(new.versions.map(\.apiVersion))
    )
    for version in oldVersions.union(newVersions).sorted() {
      add(
        .version, service: folder, name: version, oldVersions.contains(version) ? [version] : [],
        newVersions.contains(version) ? [version] : [])
    }
    for (name, value) in Self.properties {
      add(.property, service: folder, name: name, value(old.current.model), value(new.current.model))
    }
    let (oldOperations, newOperations) = (
      before.operations(of: old.current), after.operations(of: new.current)
    )
    let (oldNames, newNames) = (Set(oldOperations.map(\.name)), Set(newOperations.map(\.name)))
    for name in oldNames.symmetricDifference(newNames).sorted() {
      add(
        .operation, service: folder, name: name, oldNames.contains(name) ? [name] : [],
        newNames.contains(name) ? [name] : [])
    }
    if oldVersions != newVersions || oldOperations != newOperations { return true }
    if old.current.model != new.current.model { return true }
    for (left, right) in zip(old.versions, new.versions) {
      if try before.rules(of: left) != after.rules(of: right) { return true }
    }
    return false
  }

  private static let properties: [(String, @Sendable (ServiceModel?) -> [String])] = [
    ("serviceID", { $0.map { [$0.serviceID] } ?? [] }),
    ("fullName", { $0.map { [$0.fullName] } ?? [] }),
    ("endpointPrefix", { $0.map { [$0.endpointPrefix] } ?? [] }),
    ("signingName", { $0?.signingName.map { [$0] } ?? [] }),
    ("signatureVersion", { $0.map { [$0.signatureVersion] } ?? [] }),
    ("authSchemes", { $0?.authSchemes ?? [] }),
    ("protocols", { $0?.protocols ?? [] }),
    ("globalEndpoint", { $0?.globalEndpoint.map { [$0] } ?? [] }),
  ]

  private mutating func compareEndpoints(_ old: HostList, _ new: HostList) {
    for key in Set(old.endpoints).union(new.endpoints).sorted() {
      add(
        .endpoint, partition: key.partition.name, service: key.service.name, region: key.region.name,
        variant: key.variant,
        old.names(of: key).sorted(), new.names(of: key).sorted())
    }
  }
}
