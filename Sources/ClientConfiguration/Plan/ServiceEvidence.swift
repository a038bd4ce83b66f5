// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// What is known of the names of one service in one region.
package struct ServiceEvidence: Sendable, Hashable {
  /// What is known of one name.
  package enum Finding: Sendable, Hashable {
    /// It has IPv6.
    case ipv6
    /// It has IPv4 only, or does not exist.
    case noIPv6
    /// Nothing is known of it.
    case unknown
  }

  /// The service: botocore's folder.
  package var service: String
  /// The support of the service; `nil` where nothing is known.
  package var known: KnownSupport?
  /// The name without the dual-stack switch that the support is about.
  package var standardHost: String?
  /// The name with the switch.
  package var dualStackHost: String?
  /// What was found at single names; it comes before what the support says.
  package var observed: [String: Finding]

  /// Makes a value.
  package init(
    service: String, known: KnownSupport?, standardHost: String?, dualStackHost: String?,
    observed: [String: Finding] = [:]
  ) {
    self.service = service
    self.known = known
    self.standardHost = standardHost
    self.dualStackHost = dualStackHost
    self.observed = observed
  }

  /// What is known of a name.
  ///
  /// - Parameters:
  ///   - host: The name.
  ///   - minimum: The weakest evidence that counts for IPv6.
  /// - Returns: The finding.
  package func finding(_ host: String, minimum: Evidence) -> Finding {
    if let found = observed[host] { return found }
    guard let known, host == standardHost || host == dualStackHost else { return .unknown }
    switch known.support {
    case .unknown: return .unknown
    case .ipv4, .none: return .noIPv6
    case .optIn:
      guard host == dualStackHost else { return .noIPv6 }
      return known.certainty >= minimum ? .ipv6 : .unknown
    case .ipv6:
      // Of another name with the switch, the support of the default name says nothing.
      guard host == standardHost else { return .unknown }
      return known.certainty >= minimum ? .ipv6 : .unknown
    }
  }
}
