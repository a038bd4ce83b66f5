// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import EgressBase
import ServiceCatalog
import Testing

/// A world in which the support of each service is what a test says, with the names of the built-in catalog.
struct PlanWorld {
  let catalog: Catalog
  let region: String

  init(_ region: String = "eu-west-1") throws {
    catalog = try Catalog.embedded()
    self.region = region
  }

  /// What is known of services: their support, proven by documents of a day unless a test says more.
  func evidence(
    _ support: [String: Support], _ evidence: Evidence = .documented, doubts: [String] = []
  ) throws -> [ServiceEvidence] {
    let resolver = ClientResolver(catalog)
    func host(_ service: String, _ isDualStack: Bool) throws -> String? {
      let query = EndpointQuery(service: service, region: region, useDualStack: isDualStack)
      return try resolver.resolve(query).url.map { String($0.dropFirst("https://".count)) }
    }
    return try support.map { service, support in
      ServiceEvidence(
        service: service,
        known: KnownSupport(
          support: support, evidence: evidence, date: .month(year: 2025, 11), isScanned: false, doubts: doubts
        ),
        standardHost: try host(service, false), dualStackHost: try host(service, true))
    }
  }

  /// A plan.
  func plan(
    _ client: String, _ evidence: [ServiceEvidence], version: String? = nil, minimum: Evidence = .documented,
    format: ArtefactFormat = .shell
  ) throws -> ConfigurationPlan {
    let emulator = try emulator(client, version: version)
    return ConfigurationPlanner(
      emulator, catalog: catalog, region: region, minimum: minimum, channel: format.channel,
      options: ClientOptionNames(emulator.client, format)
    ).plan(evidence)
  }

  func emulator(_ client: String, version: String? = nil) throws -> ClientEmulator {
    ClientEmulator(
      try Client.named(client), version: version.flatMap { ReleaseVersion($0) }, catalog: catalog)
  }
}

extension ConfigurationPlan {
  /// The decision for a service.
  func decision(_ service: String) throws -> PlannedService.Decision {
    try #require(services.first { $0.service == service }).decision
  }
}

extension PlannedService.Decision {
  /// Why a service is refused; `nil` for other decisions.
  var refusal: String? { if case .refused(let reason, _) = self { reason } else { nil } }
  /// Why a service stays on IPv4; `nil` for other decisions.
  var ipv4Reason: String? { if case .ipv4(let reason, _) = self { reason } else { nil } }
  /// What can be done instead.
  var waysOut: [String] {
    switch self {
    case .ipv4(_, let ways), .refused(_, let ways): ways
    case .standard, .dualStackSwitch, .endpoint: []
    }
  }
}
