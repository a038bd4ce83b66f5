// SPDX-License-Identifier: Apache-2.0

package import ClientModel
package import EgressBase

/// What is known of the support of one service in one region, from a scan or from public evidence.
package struct KnownSupport: Sendable, Hashable {
  /// The support.
  package var support: Support
  /// How far it is proven.
  package var evidence: Evidence
  /// Of which time it is.
  package var date: EvidenceDate
  /// Whether a scan of the user's found it.
  package var isScanned: Bool

  /// Makes a value.
  package init(support: Support, evidence: Evidence, date: EvidenceDate, isScanned: Bool) {
    self.support = support
    self.evidence = evidence
    self.date = date
    self.isScanned = isScanned
  }
}

/// What is done for one service.
package struct PlannedService: Sendable, Hashable {
  /// What is done.
  package enum Decision: Sendable, Hashable {
    /// Nothing: the default name has IPv6.
    case standard
    /// The dual-stack switch leads to a name with IPv6.
    case dualStackSwitch
    /// An endpoint of its own is set.
    case endpoint(String)
    /// Only IPv4 will do: why, and the ways out.
    case ipv4(reason: String, waysOut: [String])
    /// A setting would change what requests are signed for, or is impossible: why, and the ways out.
    case refused(reason: String, waysOut: [String])
  }

  /// The service: botocore's folder.
  package var service: String
  /// The service's identifier in variables, such as `CLOUDWATCH_LOGS`.
  package var identifier: String
  /// What is done.
  package var decision: Decision
  /// The host that the client will call.
  package var host: String
  /// The name to sign for.
  package var signingName: String
  /// The region to sign for.
  package var signingRegion: String
  /// What is known of the service's support.
  package var known: KnownSupport?

  /// Makes a planned service.
  package init(
    service: String, identifier: String, decision: Decision, host: String, signingName: String,
    signingRegion: String, known: KnownSupport?
  ) {
    self.service = service
    self.identifier = identifier
    self.decision = decision
    self.host = host
    self.signingName = signingName
    self.signingRegion = signingRegion
    self.known = known
  }
}

/// The settings that move a client to IPv6 in one region, and what stays on IPv4.
package struct ConfigurationPlan: Sendable {
  /// The client.
  package var client: Client
  /// Its version; `nil` for the newest one.
  package var version: ReleaseVersion?
  /// The region.
  package var region: String
  /// Whether the dual-stack switch is set; never together with endpoints.
  package var usesDualStackSwitch: Bool
  /// The services, by name.
  package var services: [PlannedService]

  /// Makes a plan.
  package init(
    client: Client, version: ReleaseVersion?, region: String, usesDualStackSwitch: Bool,
    services: [PlannedService]
  ) {
    self.client = client
    self.version = version
    self.region = region
    self.usesDualStackSwitch = usesDualStackSwitch
    self.services = services
  }

  /// The environment variables of the plan, in the order of their names.
  package var variables: [(name: String, value: String)] {
    if usesDualStackSwitch { return [("AWS_USE_DUALSTACK_ENDPOINT", "true")] }
    return services.compactMap { service in
      guard case .endpoint(let url) = service.decision else { return nil }
      return ("AWS_ENDPOINT_URL_" + service.identifier, url)
    }.sorted { $0.name < $1.name }
  }
}
