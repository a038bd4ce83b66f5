// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import EndpointRulesCompiled
import ServiceCatalog

/// The rules that a resolver runs: the catalog's, or those of an older release where that says otherwise.
struct HeldRules: Sendable {
  /// The older release; `nil` for the catalog's own rules.
  let older: OlderRelease?
  private let catalog: Catalog
  private let evaluation: RuleEvaluation
  /// Whether the release that was asked for is older than every one that is held.
  private let isLaterThanAsked: Bool

  /// Chooses the rules.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - release: The botocore release; `nil` for the catalog's own.
  /// - Throws: ``QueryError/image(_:)`` when what is held is damaged.
  init(_ catalog: Catalog, release: ReleaseVersion?) throws(QueryError) {
    self.catalog = catalog
    let older: OlderRelease?
    do throws(ImageError) {
      older = try Self.older(catalog, release)
    } catch {
      throw .image(error)
    }
    self.older = older
    isLaterThanAsked = zip(older, release).map { Self.version($0) > $1 } ?? false
    guard let older else {
      evaluation = RuleEvaluation(catalog)
      return
    }
    do throws(RuleCompilerError) {
      evaluation = try RuleEvaluation(catalog, older: older)
    } catch {
      throw .image(.damaged("the programs do not take the partitions of \(older.release): \(error)"))
    }
  }

  /// The newest release that is not newer than the one asked for, or the oldest one; `nil` where the catalog's own rules are.
  private static func older(_ catalog: Catalog, _ release: ReleaseVersion?) throws(ImageError)
    -> OlderRelease?
  {
    guard let release else { return nil }
    if let own = ReleaseVersion(catalog.origin.release), release >= own { return nil }
    let held = try OlderRules.embedded()
    // What is held was compared with one catalog: beside another one it means nothing.
    guard held.base == catalog.contentHash else { return nil }
    return held.releases.last { version($0) <= release } ?? held.releases.first
  }

  private static func version(_ release: OlderRelease) -> ReleaseVersion {
    ReleaseVersion(release.release) ?? ReleaseVersion(0)
  }

  /// The service of a name, which the older release may have had alone.
  func lookup(service name: String) throws(QueryError) -> CatalogService {
    guard let older, !catalog.hasClient(named: name) else { return try catalog.lookup(service: name) }
    let removed = try image { () throws(ImageError) in
      try older.removedService(named: name, from: catalog)
    }
    if let removed { return removed }
    return try catalog.lookup(service: name)
  }

  /// What holds for one API version of a service.
  struct Version {
    /// The model without its operations.
    var model: ServiceModel?
    /// The parameters of the rules.
    var parameters: [RuleSet.Parameter]
    /// What the older release says otherwise.
    var older: OlderVersion?
    /// Whether the catalog has the version too.
    var isInCatalog: Bool
  }

  /// The rules and the model of an API version.
  func version(_ version: CatalogVersion, of service: CatalogService) throws(QueryError) -> Version {
    let found = try image { () throws(ImageError) in
      try older?.version(version.apiVersion, of: service.folder)
    }
    let program = evaluation.program(of: version)
    guard let parameters = found?.rules?.parameters ?? program?.parameters else {
      throw .noRules(service: service.folder, version: version.apiVersion)
    }
    return Version(
      model: found?.model ?? version.model, parameters: parameters, older: found, isInCatalog: program != nil)
  }

  /// The operation of a name.
  func lookup(
    operation name: String, of version: CatalogVersion, _ held: Version, service: String
  ) throws(QueryError) -> Operation {
    if let operations = held.older?.operations, !operations.isEmpty {
      let key = ServiceName.key(name)
      if let operation = operations.first(where: { ServiceName.key($0.name) == key }) { return operation }
      if !held.isInCatalog { throw .unknownOperation(name, service: service, nearest: []) }
    }
    return try catalog.lookup(operation: name, of: version, service: service)
  }

  /// What the rules of a version say.
  func resolve(
    _ parameters: Parameters, of version: CatalogVersion, _ held: Version
  ) throws(QueryError) -> Resolution {
    guard let older, let rules = held.older?.rules else {
      return try evaluation.resolve(parameters, of: version)
    }
    do throws(ResolveError) {
      return try rules.resolve(parameters, partitions: older.rulePartitions)
    } catch {
      throw .rules(error)
    }
  }

  /// Where an answer's rules are from, where that is not the catalog.
  func origin(of held: Version?, service: String, region: String?) -> ResolvedEndpoint.RulesOrigin? {
    guard let older else { return nil }
    let isListed = region.map { catalog.match(region: $0).isListed && !older.lists(region: $0) } ?? false
    return ResolvedEndpoint.RulesOrigin(
      release: older.release, date: older.date, isLaterThanAsked: isLaterThanAsked,
      lacksService: older.lacks(service: service), lacksRegion: isListed, rules: held?.older?.rules,
      partitions: older.rulePartitions)
  }

  private func image<Value>(_ body: () throws(ImageError) -> Value) throws(QueryError) -> Value {
    do throws(ImageError) {
      return try body()
    } catch {
      throw .image(error)
    }
  }
}

/// Two values that are both there.
private func zip<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
  guard let first, let second else { return nil }
  return (first, second)
}
