// SPDX-License-Identifier: Apache-2.0

package import EndpointRules

/// Answers what a client would call: binds parameters as a client does, runs the rules, and tells what to sign for.
///
/// It keeps what it unpacked of the catalog, so one resolver should serve many queries.
/// ```swift
/// var resolver = ClientResolver(catalog)
/// let endpoint = try resolver.resolve(EndpointQuery(service: "ec2", region: "eu-west-1"))
/// ```
package struct ClientResolver: Sendable {
  private let catalog: Catalog
  private var legacy: [String: LegacyResolver] = [:]
  private var evaluation: RuleEvaluation

  /// Makes a resolver.
  package init(_ catalog: Catalog) {
    self.catalog = catalog
    evaluation = RuleEvaluation(catalog)
  }

  /// Answers a query as botocore's clients do.
  ///
  /// - Throws: ``QueryError`` when there is nothing to run; an error that the rules themselves give is a result.
  package mutating func resolve(_ query: EndpointQuery) throws(QueryError) -> ResolvedEndpoint {
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
    let settings = try ClientSettings(query, prefix: prefix, legacy: try legacyResolver(prefix))
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

  /// The part of the older list that is about a service, unpacked once.
  private mutating func legacyResolver(_ prefix: String) throws(QueryError) -> LegacyResolver {
    if let known = legacy[prefix] { return known }
    do throws(ImageError) {
      let resolver = LegacyResolver(try catalog.legacyPartitions(service: prefix))
      legacy[prefix] = resolver
      return resolver
    } catch {
      throw .image(error)
    }
  }
}

/// The answer to a query.
package struct ResolvedEndpoint: Sendable {
  /// The service.
  package var service: CatalogService
  /// The API version.
  package var version: CatalogVersion
  /// The operation, if one was named.
  package var operation: Operation?
  /// The region that the client works with.
  package var region: String?
  /// How the region's name is known; none when the query named no region.
  package var match: Catalog.RegionMatch?
  /// The parameters that the rules were run with.
  package var parameters: Parameters
  /// What they said.
  package var resolution: Resolution
  /// The text that the operation puts before the host.
  package var hostPrefix: String?
  /// What requests are signed for; none for unsigned operations and where the rules gave no endpoint.
  package var signing: Signing?
  private let catalog: Catalog

  init(
    service: CatalogService, version: CatalogVersion, operation: Operation?, region: String?,
    match: Catalog.RegionMatch?, catalog: Catalog, parameters: Parameters, resolution: Resolution
  ) {
    self.service = service
    self.version = version
    self.operation = operation
    self.region = region
    self.match = match
    self.catalog = catalog
    self.parameters = parameters
    self.resolution = resolution
  }

  /// The URL that the rules gave, as the AWS CLI prints it after `Endpoint provider result:`.
  package var url: String? { if case .endpoint(let endpoint) = resolution { endpoint.url } else { nil } }

  /// The URL that requests go to: the host prefix in place, but never before an address.
  package var requestURL: String? {
    guard let url, let hostPrefix, let parts = URLHost(url), !parts.isAddress else { return url }
    return parts.before + hostPrefix + parts.host + parts.after
  }

  /// How the rules came to their answer, told by the interpreter from the rule tree.
  ///
  /// - Throws: ``ImageError`` when the tree cannot be read.
  package func explanation() throws(ImageError) -> Explanation {
    guard let rules = try catalog.rules(of: version) else { throw .damaged("a version has no rule tree") }
    return rules.explain(parameters, partitions: catalog.rulePartitions)
  }
}

/// What requests are signed for.
package struct Signing: Sendable, Hashable {
  /// The scheme, as `sigv4`.
  package var scheme: String
  /// The service name to sign for.
  package var name: String
  /// The region to sign for; several are joined by commas, `*` stands for all.
  package var region: String?

  /// Makes a scope.
  package init(scheme: String, name: String, region: String?) {
    self.scheme = scheme
    self.name = name
    self.region = region
  }

  /// Works out what an endpoint's requests are signed for: the rules' first auth scheme decides; what it leaves open
  /// comes from the older list's credential scope, then from the model and the client's region.
  init?(
    endpoint: Endpoint, model: ServiceModel?, operation: Operation?, legacy: LegacyResolver.Answer?,
    region: String?,
    hasOwnEndpoint: Bool
  ) {
    guard operation?.signing != Operation.Signing.none else { return nil }
    let first = endpoint.authSchemes.first
    let modelScheme = model?.authSchemes.first.map { String($0.split(separator: "#").last ?? "sigv4") }
    scheme = first?.name ?? modelScheme ?? (model?.signatureVersion == "bearer" ? "httpBearerAuth" : "sigv4")
    name = first?.signingName ?? legacy?.signingName ?? model?.signingName ?? model?.endpointPrefix ?? ""
    // A client with its own endpoint signs for its own region.
    let legacyRegion = hasOwnEndpoint ? region : legacy?.signingRegion ?? region
    self.region = first?.signingRegion ?? first?.signingRegionSet?.joined(separator: ",") ?? legacyRegion
  }
}
