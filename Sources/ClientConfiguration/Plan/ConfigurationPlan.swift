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
  /// Whether it says "no IPv6" of a time that is too long ago to count.
  package var isStale: Bool
  /// The reasons to doubt it, such as `unproven-name`; empty where there are none.
  package var doubts: [String]

  /// Makes a value.
  package init(
    support: Support, evidence: Evidence, date: EvidenceDate, isScanned: Bool, isStale: Bool = false,
    doubts: [String] = []
  ) {
    self.support = support
    self.evidence = evidence
    self.date = date
    self.isScanned = isScanned
    self.isStale = isStale
    self.doubts = doubts
  }

  /// How far it is proven that this very name has IPv6: a doubt makes any public evidence a guess.
  package var certainty: Evidence { isScanned || doubts.isEmpty ? evidence : min(evidence, .inferred) }

  /// Whether it says that some name has IPv6, however well that is proven.
  package var isPromising: Bool { support == .ipv6 || support == .optIn }

  /// Its kind and date, such as `reported 2025-11-12`, with its doubts.
  package var text: String {
    let basis = isScanned ? "your scan of \(date)" : "\(evidence.rawValue) \(date)"
    let remarks = (isStale ? ["old"] : []) + doubts
    return remarks.isEmpty ? basis : basis + " (" + remarks.joined(separator: ", ") + ")"
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
  /// The service id, such as `CloudWatch Logs`; empty where it is not known.
  package var serviceID: String
  /// The operation that the answers are about; `nil` for any.
  package var operation: String?
  /// Whether an endpoint is set though its IPv6 is not proven, since the client would call a name that is not AWS's.
  package var isCorrected = false

  /// Makes a planned service.
  package init(
    service: String, identifier: String, decision: Decision, host: String, signingName: String,
    signingRegion: String, known: KnownSupport?, serviceID: String = ""
  ) {
    self.service = service
    self.identifier = identifier
    self.decision = decision
    self.host = host
    self.signingName = signingName
    self.signingRegion = signingRegion
    self.known = known
    self.serviceID = serviceID
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
  /// How the settings reach the client.
  package var channel: SettingsChannel

  /// Makes a plan.
  package init(
    client: Client, version: ReleaseVersion?, region: String, usesDualStackSwitch: Bool,
    services: [PlannedService], channel: SettingsChannel = .environment
  ) {
    self.client = client
    self.version = version
    self.region = region
    self.usesDualStackSwitch = usesDualStackSwitch
    self.services = services
    self.channel = channel
  }

  /// The services that an endpoint of their own is set for, with it, by name.
  package var endpoints: [(service: PlannedService, url: String)] {
    services.compactMap { service in
      guard case .endpoint(let url) = service.decision else { return nil }
      return (service, url)
    }
  }

  /// Whether there is nothing to set.
  package var isEmpty: Bool { !usesDualStackSwitch && endpoints.isEmpty }

  /// The services that stay on IPv4, or for which a setting is refused.
  package var remaining: [PlannedService] {
    services.filter { service in
      switch service.decision {
      case .ipv4, .refused: true
      case .endpoint: service.isCorrected
      case .standard, .dualStackSwitch: false
      }
    }
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
