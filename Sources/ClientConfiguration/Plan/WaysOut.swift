// SPDX-License-Identifier: Apache-2.0

import ClientModel

/// What can be done where no setting helps.
enum WaysOut {
  /// For a service without a name that has IPv6.
  static func withoutName(_ service: String) -> [String] {
    [
      "an interface endpoint for \(service) in the VPC, with IPv6 addresses",
      "NAT64 and DNS64 for what stays on IPv4",
    ]
  }

  /// For a service whose setting is refused.
  ///
  /// - Parameters:
  ///   - candidate: The service.
  ///   - obstacles: The other services that the dual-stack switch would break.
  ///   - signingRegion: The region that its requests are signed for.
  ///   - region: The client's region.
  static func instead(
    of candidate: ServiceCandidate, without obstacles: [String], signingRegion: String?, in region: String
  ) -> [String] {
    var ways: [String] = []
    if candidate.switchVerdict == .works {
      ways.append(
        obstacles.isEmpty
          ? "the dual-stack switch alone"
          : "the dual-stack switch in a process or profile of its own, without "
            + Prose.list(obstacles, limit: 4))
    }
    if let signingRegion, signingRegion != region, signingRegion != "*" {
      ways.append("a client in \(signingRegion), which is the region that it signs for")
    }
    return ways + withoutName(candidate.evidence.service)
  }
}

/// Words for people.
enum Prose {
  /// Names with commas; beyond a limit, their number.
  static func list(_ names: [String], limit: Int) -> String {
    guard names.count > limit else { return names.joined(separator: ", ") }
    return names.prefix(limit).joined(separator: ", ") + " and \(names.count - limit) more"
  }
}

/// A service's identifier in variables and files.
package enum ServiceIdentifier {
  /// The identifier of a service id: spaces become underscores, letters upper case, such as `CLOUDWATCH_LOGS`.
  package static func text(_ serviceID: String) -> String {
    String(serviceID.map { $0 == " " || $0 == "-" ? "_" : $0 }).uppercased()
  }
}

/// What a client's settings can say, by the way that they reach it.
package struct ClientOptionNames: Sendable {
  /// Whether there is a dual-stack switch.
  package var hasSwitch: Bool
  /// The option that sets the endpoint of a service, by the service's identifier; `nil` where there is none, empty for the
  /// variable of that service.
  package var endpointOption: @Sendable (_ identifier: String) -> String?

  /// Makes a value.
  package init(hasSwitch: Bool, endpointOption: @escaping @Sendable (String) -> String?) {
    self.hasSwitch = hasSwitch
    self.endpointOption = endpointOption
  }

  /// What environment variables and the shared configuration file can say.
  package static let variables = ClientOptionNames(hasSwitch: true) { _ in "" }
}
