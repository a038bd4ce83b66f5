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
  private let evaluation: RuleEvaluation

  /// Makes a resolver.
  ///
  /// - Parameters:
  ///   - catalog: The SDK release whose rules are run.
  ///   - behavior: What the client does; by default, what botocore does at that release.
  package init(_ catalog: Catalog, behavior: ClientBehavior? = nil) {
    self.catalog = catalog
    let behavior = behavior ?? .botocore(of: catalog)
    self.behavior = behavior
    files = EndpointsFileResolvers(catalog, withoutDualStack: behavior.partitionsWithoutDualStack)
    evaluation = RuleEvaluation(catalog)
  }

  /// Answers a query as the client does.
  ///
  /// - Throws: ``QueryError`` when there is nothing to run; an error that the rules themselves give is a result.
  package func resolve(_ query: EndpointQuery) throws(QueryError) -> ResolvedEndpoint {
    let service = try catalog.lookup(service: query.service)
    guard let version = service.version(query.apiVersion) else {
      throw .unknownVersion(
        query.apiVersion ?? "", service: service.folder, versions: service.versions.map(\.apiVersion))
    }
    guard let program = evaluation.program(of: version) else {
      throw .noRules(service: service.folder, version: version.apiVersion)
    }
    var match: Catalog.RegionMatch?
    if let region = query.region {
      let found = catalog.match(region: region)
      if case .unknown(let nearest) = found { throw .unknownRegion(region, nearest: nearest) }
      match = found
    }
    let prefix = version.model?.endpointPrefix ?? service.endpointPrefix
    let settings = try ClientSettings(
      query, prefix: prefix, behavior: behavior, endpointsFile: try files.resolver(of: prefix))
    let operation = try operation(query, version, service)
    var input = query.input
    if prefix == "s3-control", behavior.splitsOutpostsARN, let operation {
      input = try OutpostsARN.split(input, of: operation)
    }
    let binding = OperationBinding(
      operation: operation, input: input, clientParameters: version.model?.clientParameters ?? [],
      settings: query.settings, builtIns: settings.builtIns)
    let parameters = try binding.parameters(for: program.parameters)
    let resolution = try evaluation.resolve(parameters, of: version)
    var result = ResolvedEndpoint(
      service: service, version: version, operation: operation, region: settings.region, match: match,
      catalog: catalog, parameters: parameters, resolution: resolution)
    if case .endpoint(let endpoint) = resolution {
      result.hostPrefix = try binding.hostPrefix(leavesAccountToRules: behavior.leavesAccountToRules)
      result.signing = Signing(
        endpoint: endpoint, model: version.model, operation: operation, listed: settings.listed,
        region: settings.region,
        usesClientRegion: query.endpointURL != nil && behavior.endpointURLSignsForClientRegion)
    }
    return result
  }

  private func operation(
    _ query: EndpointQuery, _ version: CatalogVersion, _ service: CatalogService
  ) throws(QueryError) -> Operation? {
    guard let name = query.operation else { return nil }
    if let operation = catalog.operation(name, of: version) { return operation }
    let known = catalog.operations(of: version).map(\.name)
    // The AWS CLI writes `get-object`, botocore `get_object`.
    let key = ServiceName.key(name)
    if let match = known.first(where: { ServiceName.key($0) == key }) {
      return catalog.operation(match, of: version)
    }
    throw .unknownOperation(name, service: service.folder, nearest: NearestNames.of(name, among: known))
  }
}
