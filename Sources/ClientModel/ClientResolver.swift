// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
import EndpointRulesCompiled
package import ServiceCatalog

/// Answers what a client would call: binds parameters as a client does, runs the rules, and tells what to sign for.
///
/// It keeps what it unpacked of the catalog, so one resolver should serve many queries; it may serve many tasks at once.
/// ```swift
/// let resolver = ClientResolver(catalog)
/// let endpoint = try resolver.resolve(EndpointQuery(service: "ec2", region: "eu-west-1"))
/// ```
package struct ClientResolver: Sendable {
  private let catalog: Catalog
  private let legacy: LegacyResolvers
  private let evaluation: RuleEvaluation

  /// Makes a resolver.
  package init(_ catalog: Catalog) {
    self.catalog = catalog
    legacy = LegacyResolvers(catalog)
    evaluation = RuleEvaluation(catalog)
  }

  /// Answers a query as botocore's clients do.
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
    let settings = try ClientSettings(query, prefix: prefix, legacy: try legacy.resolver(of: prefix))
    var binding = OperationBinding(
      operation: try operation(query, version, service), input: query.input,
      clientParameters: version.model?.clientParameters ?? [], settings: query.settings,
      builtIns: settings.builtIns)
    if prefix == "s3-control" { try binding.splitOutpostsARN() }
    let parameters = try binding.parameters(for: program.parameters)
    let resolution = try evaluation.resolve(parameters, of: version)
    var result = ResolvedEndpoint(
      service: service, version: version, operation: binding.operation, region: settings.region, match: match,
      catalog: catalog, parameters: parameters, resolution: resolution)
    if case .endpoint(let endpoint) = resolution {
      result.hostPrefix = try binding.hostPrefix()
      result.signing = Signing(
        endpoint: endpoint, model: version.model, operation: binding.operation, legacy: settings.legacy,
        region: settings.region, hasOwnEndpoint: query.endpointURL != nil)
    }
    return result
  }

  private func operation(
    _ query: EndpointQuery, _ version: CatalogVersion, _ service: CatalogService
  ) throws(QueryError) -> Operation? {
    guard let name = query.operation else { return nil }
    if let operation = catalog.operation(name, of: version) { return operation }
    let known = catalog.operations(of: version).map(\.name)
    // `get-object` and `get_object` as the AWS CLI and botocore write them.
    let key = ServiceName.key(name)
    if let match = known.first(where: { ServiceName.key($0) == key }) {
      return catalog.operation(match, of: version)
    }
    throw .unknownOperation(name, service: service.folder, nearest: NearestNames.of(name, among: known))
  }
}
