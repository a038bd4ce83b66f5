// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import EndpointRules
package import ServiceCatalog

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
  /// How the region's name is known; `nil` when the query named no region.
  package var match: Catalog.RegionMatch?
  /// The parameters that the rules were run with.
  package var parameters: Parameters
  /// What the rules answered.
  package var resolution: Resolution
  /// The text that the operation puts before the host.
  package var hostPrefix: String?
  /// Whether the client puts a host prefix before an address as well.
  package var prefixesAddresses = false
  /// The call by which a client finds out the endpoint that it then uses; `nil` where it uses this one.
  package var discovery: Discovery? {
    guard let discoversEndpoints, operation?.discovery != Operation.Discovery.none,
      let known = catalog.discovery(of: version)
    else { return nil }
    let need = operation?.discovery ?? known.need
    guard need != .none else { return nil }
    return Discovery(
      isRequired: need == .required, operation: known.operation,
      isMadeByDefault: need.rawValue >= discoversEndpoints.rawValue)
  }
  /// From which need on the client finds out endpoints; `nil` where it takes the one that it has.
  var discoversEndpoints: Operation.Discovery?
  /// The settings that were given and decide nothing here.
  package var ignoredSettings: [ClientOptions.Setting] = []
  /// What requests are signed for; `nil` for unsigned operations and where the rules gave no endpoint.
  package var signing: Signing?
  /// Where the rules are from; `nil` where they are the catalog's.
  package var rulesOrigin: RulesOrigin?
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

  /// The URL that requests go to, with the host prefix.
  package var requestURL: String? {
    guard let url, let hostPrefix, let host = URLHost(url), prefixesAddresses || !host.isAddress,
      let start = url.utf8.firstRange(of: "://")
    else { return url }
    return url[..<start.upperBound] + hostPrefix + url[start.upperBound...]
  }

  /// Whether the host prefix stands before an address, which gives a name that does not exist.
  package var hasPrefixedAddress: Bool {
    guard prefixesAddresses, hostPrefix != nil, let url else { return false }
    return URLHost(url)?.isAddress == true
  }

  /// A call that tells the endpoint to use.
  package struct Discovery: Sendable, Hashable {
    /// Whether clients have to make it.
    package var isRequired: Bool
    /// The operation that is called, such as `DescribeEndpoints`.
    package var operation: String
    /// Whether this client makes it without being told to.
    package var isMadeByDefault: Bool
  }

  /// An older release whose rules gave an answer.
  package struct RulesOrigin: Sendable {
    /// The botocore release.
    package var release: String
    /// The day of the release.
    package var date: String
    /// Whether the release that was asked for is older than every one whose rules are held: these are the oldest.
    package var isLaterThanAsked: Bool
    /// Whether that release did not have the service yet: the catalog's rules gave the answer.
    package var lacksService: Bool
    /// Whether that release did not list the region yet, which the catalog lists.
    package var lacksRegion: Bool
    /// The rules, where they are not the catalog's.
    let rules: RuleSet?
    /// The partitions of the release.
    let partitions: Partitions
  }

  /// How the rules came to their answer: the interpreter runs the rule tree again and records each step.
  ///
  /// - Throws: ``ImageError`` when the tree cannot be read; a service without a client has none.
  package func explanation() throws(ImageError) -> Explanation {
    let partitions = rulesOrigin?.partitions ?? catalog.rulePartitions
    if let rules = rulesOrigin?.rules { return rules.explain(parameters, partitions: partitions) }
    guard let rules = try catalog.rules(of: version) else { throw .damaged("a version has no rule tree") }
    return rules.explain(parameters, partitions: partitions)
  }
}
