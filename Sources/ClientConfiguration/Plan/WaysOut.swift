// SPDX-License-Identifier: Apache-2.0

import ClientModel

/// What can be done where no setting helps.
enum WaysOut {
  /// For a service without a name that has IPv6.
  ///
  /// - Parameters:
  ///   - service: The service.
  ///   - isUnproven: Whether a name is known, and its IPv6 not proven enough.
  /// - Returns: The ways.
  static func withoutName(_ service: String, isUnproven: Bool = false) -> [String] {
    (isUnproven ? ["a scan that finds the IPv6 of its name"] : []) + [
      "an interface endpoint for \(service) in the VPC, with IPv6 addresses",
      "NAT64 and DNS64 for what stays on IPv4",
    ]
  }

  /// For a service whose setting is refused.
  ///
  /// - Parameters:
  ///   - candidate: The service.
  ///   - canSwitch: Whether the dual-stack switch helps it.
  ///   - obstacles: The other services, which the switch would not help.
  ///   - isTool: Whether the client is a program, which always calls the same services.
  ///   - ownForm: What the client can be told in code or in its own configuration; `nil` where that is what is written.
  ///   - region: The client's region.
  /// - Returns: The ways.
  static func instead(
    of candidate: ServiceCandidate, canSwitch: Bool, without obstacles: [String], isTool: Bool,
    ownForm: String?,
    in region: String
  ) -> [String] {
    var ways: [String] = []
    if canSwitch {
      ways.append(
        obstacles.isEmpty
          ? "the dual-stack switch alone"
          : isTool
            ? "the dual-stack switch, once the names of \(Prose.list(obstacles, limit: 4)) are proven"
            : "the dual-stack switch in a process or profile of its own, without "
              + Prose.list(obstacles, limit: 4))
    }
    if let ownForm { ways.append("in code or in its own configuration: " + ownForm) }
    if let signingRegion = candidate.standard.signing?.region, signingRegion != region, signingRegion != "*" {
      ways.append("a client in \(signingRegion), the region that it signs for")
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
