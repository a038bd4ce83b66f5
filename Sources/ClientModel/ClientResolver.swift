// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
import EndpointRulesCompiled
package import ServiceCatalog

/// Finds the endpoint that a client would call: binds parameters as the client does, runs the rules, and adds what to
/// sign for.
///
/// A resolver keeps what it unpacked of the catalog: let one resolver answer many queries, from any number of tasks.
/// ```swift
/// let resolver = ClientResolver(catalog)
/// let endpoint = try resolver.resolve(EndpointQuery(service: "ec2", region: "eu-west-1"))
/// ```
package struct ClientResolver: Sendable {
  private let catalog: Catalog
  /// What the client does.
  package let behavior: ClientBehavior
  private let files: EndpointsFileResolvers
  private let held: Result<HeldRules, QueryError>

  /// Makes a resolver.
  ///
  /// - Parameters:
  ///   - catalog: The SDK release whose rules are run.
  ///   - behavior: What the client does; by default, what botocore does at that release.
  ///   - rulesRelease: The botocore release whose rules are run, where that is an older one than the catalog's; the newest
  ///     rules that are held and not newer than it are run. `nil` for the catalog's own rules.
  package init(_ catalog: Catalog, behavior: ClientBehavior? = nil, rulesRelease: ReleaseVersion? = nil) {
    self.catalog = catalog
    let behavior = behavior ?? .botocore(version: rulesRelease ?? ReleaseVersion(catalog.origin.release))
    self.behavior = behavior
    held = Result { () throws(QueryError) in try HeldRules(catalog, release: rulesRelease) }
    files = EndpointsFileResolvers(
      catalog, older: (try? held.get())?.older, withoutDualStack: behavior.partitionsWithoutDualStack)
  }

  /// The service of a name, which an older release may have had alone.
  ///
  /// - Throws: ``QueryError/unknownService(_:nearest:)``, ``QueryError/ambiguousService(_:folders:)``.
  package func service(named name: String) throws(QueryError) -> CatalogService {
    try held.get().lookup(service: name)
  }

  /// Answers a query as the client does.
  ///
  /// - Throws: ``QueryError`` when there is nothing to run; an error that the rules themselves give is a result.
  package func resolve(_ query: EndpointQuery) throws(QueryError) -> ResolvedEndpoint {
    let held = try held.get()
    let service = try held.lookup(service: query.service)
    guard let version = service.version(query.apiVersion), service.hasClient || query.apiVersion == nil else {
      throw .unknownVersion(
        query.apiVersion ?? "", service: service.folder,
        versions: service.hasClient ? service.versions.map(\.apiVersion) : [])
    }
    guard service.hasClient, !behavior.answersFromEndpointsFile else {
      return try resolveListed(query, service, version)
    }
    let rules = try held.version(version, of: service)
    // From here on the operation has the name that the model gives it, and the input what the operation takes.
    var query = query
    var operation: Operation?
    if let name = query.operation {
      operation = try held.lookup(operation: name, of: version, rules, service: service.folder)
      query.operation = operation?.name
    }
    let clientParameters = rules.model?.clientParameters ?? []
    if let operation, rules.isInCatalog {
      let known = try inputMembers(of: operation, version)
      try query.giveToClient(membersBeyond: known, operation, rules.parameters, clientParameters)
    }
    try query.giveClientParameters(clientParameters, service: service.folder)
    let match = try match(query.region)
    let prefix = rules.model?.endpointPrefix ?? service.endpointPrefix
    let settings = try ClientSettings(
      query, prefix: prefix, behavior: behavior, endpointsFile: try files.resolver(of: prefix))
    // botocore checks the name of `endpoints.json`, even where it then calls another (`args.py`, `_build_endpoint_resolver`).
    if query.region == "", query.endpointURL == nil,
      settings.listed?.host?.utf8.firstRange(of: "..") != nil
    {
      throw .invalidRegion("", nearest: [])
    }
    if behavior.needsListedName, query.endpointURL == nil, let listed = settings.listed, listed.host == nil {
      throw .rules(.engine("endpoints.json has no name in \(listed.partition) for these switches"))
    }
    var input = query.input
    if prefix == "s3-control", behavior.splitsOutpostsARN, let operation {
      input = try OutpostsARN.split(
        input, of: operation, isAccelerated: query.options.s3Accelerate == true)
    }
    let binding = OperationBinding(
      operation: operation, input: input, clientParameters: clientParameters,
      settings: query.settings, builtIns: settings.builtIns)
    let parameters = try binding.parameters(for: rules.parameters)
    let resolution = try held.resolve(parameters, of: version, rules)
    var result = ResolvedEndpoint(
      service: service, version: version, operation: operation, region: settings.region, match: match,
      catalog: catalog, parameters: parameters, resolution: resolution)
    result.rulesOrigin = held.origin(of: rules, service: service.folder, region: query.region)
    result.ignoredSettings = query.options.given.filter { setting in
      switch setting {
      case .disableHostPrefixInjection: operation?.hostPrefix == nil
      case .s3DisableExpressSessionAuth:
        !clientParameters.contains { $0.name == EndpointQuery.expressSessionParameter }
      default: !rules.parameters.contains { setting.builtIns.contains($0.builtIn ?? "") }
      }
    }
    if case .endpoint(let endpoint) = resolution {
      let prefix = try binding.hostPrefix(leavesAccountToRules: behavior.leavesAccountToRules)
      result.hostPrefix = query.options.disableHostPrefixInjection == true ? nil : prefix
      result.prefixesAddresses = behavior.prefixesAddresses
      if query.endpointURL == nil, rules.isInCatalog {
        result.discoversEndpoints = behavior.discoversEndpoints
      }
      result.signing = Signing(
        endpoint: endpoint, model: rules.model, operation: operation, listed: settings.listed,
        region: settings.region,
        usesClientRegion: query.endpointURL != nil && behavior.endpointURLSignsForClientRegion)
    }
    return result
  }

  /// The answer for a service that only `endpoints.json` names.
  private func resolveListed(
    _ query: EndpointQuery, _ service: CatalogService, _ version: CatalogVersion
  ) throws(QueryError) -> ResolvedEndpoint {
    if let operation = query.operation, !service.hasClient {
      throw .unknownOperation(operation, service: service.folder, nearest: [])
    }
    var query = query
    try query.giveClientParameters([], service: service.folder)
    let match = try match(query.region)
    let settings = try ClientSettings(
      query, prefix: service.endpointPrefix, behavior: behavior,
      endpointsFile: try files.resolver(of: service.endpointPrefix))
    let url = query.endpointURL ?? settings.listed?.host.map { "https://" + $0 }
    var result = ResolvedEndpoint(
      service: service, version: version, operation: nil, region: settings.region, match: match,
      catalog: catalog, parameters: Parameters(),
      resolution: url.map { .endpoint(Endpoint(url: $0)) }
        ?? .ruleError("endpoints.json has no such name of \(service.folder)"))
    result.ignoredSettings = query.options.given
    if url != nil {
      result.signing = Signing(
        scheme: "sigv4", name: settings.listed?.signingName ?? service.signingName,
        region: settings.listed?.signingRegion ?? settings.region)
    }
    return result
  }

  /// How the region's name is known.
  private func match(_ region: String?) throws(QueryError) -> Catalog.RegionMatch? {
    guard let region else { return nil }
    let match = catalog.match(region: region)
    guard behavior.accepts(region: region) else {
      let nearest: [String] =
        switch match {
        case .unknown(let nearest), .pattern(_, let nearest): nearest
        case .listed: []
        }
      throw .invalidRegion(region, nearest: nearest)
    }
    return match
  }

  private func inputMembers(
    of operation: Operation, _ version: CatalogVersion
  ) throws(QueryError) -> [String] {
    do throws(ImageError) {
      return try catalog.inputMembers(of: operation, in: version)
    } catch {
      throw .image(error)
    }
  }
}
