// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog

extension ClientBehavior {
  /// What a client does that runs the endpoint rules with nothing but its settings.
  ///
  /// - Parameter name: The client's name.
  /// - Returns: The behavior.
  package static func rules(_ name: String) -> ClientBehavior {
    ClientBehavior(
      name: name, version: nil,
      endpointURLDisablesSwitches: false, rewritesFIPSRegions: true, partitionsWithoutDualStack: [],
      stsRegionalEndpoints: .regional, stsGlobalRegions: botocoreGlobalSTSRegions,
      s3USEast1RegionalEndpoint: .regional, endpointURLForcesPathStyle: false,
      pathStyleOperations: [], bucketARNPreventsPathStyle: false,
      usesS3ARNRegion: false, usesS3ControlARNRegion: false, splitsOutpostsARN: false,
      leavesAccountToRules: true, accountIDEndpointMode: .preferred, prefixesAddresses: true,
      discoversEndpoints: .required, consultsEndpointsFile: false, endpointURLSignsForClientRegion: true)
  }

  /// The behavior of a client that is known by its data.
  ///
  /// - Parameters:
  ///   - client: The client.
  ///   - rulesRelease: The botocore release whose rules it has; `nil` for the catalog's.
  ///   - service: The service that is called, by folder.
  ///   - catalog: The catalog.
  /// - Returns: The behavior; `nil` where it is not established where its names come from.
  static func of(
    _ client: Client, rulesRelease: ReleaseVersion?, service: String, catalog: Catalog
  ) -> ClientBehavior? {
    guard let engine = client.traits.engine else { return nil }
    var behavior: ClientBehavior
    switch engine {
    case .botocore:
      behavior = rulesRelease.map { .botocore(version: $0) } ?? .botocore(of: catalog)
      behavior.acceptsBlankRegion = true
    case .rules, .pattern: behavior = .rules(client.id)
    case .endpointsFile:
      behavior = .rules(client.id)
      behavior.consultsEndpointsFile = service != "s3"
      behavior.answersFromEndpointsFile = service != "s3"
    }
    if let standard = client.traits.stsDefault { behavior.stsRegionalEndpoints = standard }
    if let standard = client.traits.s3Default { behavior.s3USEast1RegionalEndpoint = standard }
    return behavior
  }
}
