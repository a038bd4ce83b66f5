// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase

/// What one service's client does without a setting, with the dual-stack switch, and with an endpoint of its own.
struct ServiceCandidate {
  /// Whether a setting leads to IPv6.
  enum Verdict: Hashable {
    /// It does, and requests are signed as before.
    case works
    /// It leads nowhere, or to a name of which IPv6 is not proven: why.
    case dead(String)
    /// It would change what requests are signed for, or the client stops or ignores it: why.
    case refused(String)
  }

  /// What is known of the service's names.
  let evidence: ServiceEvidence
  /// The service's identifier in variables.
  let identifier: String
  /// What the client does without a setting.
  let standard: ClientAnswer
  /// Whether the name that it calls then has IPv6.
  let isStandardLive: Bool
  /// What it does with the switch; `nil` where it stops.
  let switched: ClientAnswer?
  /// Whether the switch helps.
  let switchVerdict: Verdict
  /// What it does with the endpoint; `nil` where there is none, or it stops.
  let overridden: ClientAnswer?
  /// The endpoint to set; `nil` where no name with IPv6 is known.
  let endpoint: String?
  /// Whether the endpoint helps.
  let endpointVerdict: Verdict

  /// The name with IPv6 to set as an endpoint, the dual-stack name first.
  static func target(_ evidence: ServiceEvidence, minimum: Evidence) -> String? {
    [evidence.dualStackHost, evidence.standardHost].compactMap(\.self).first {
      evidence.finding($0, minimum: minimum) == .ipv6
    }
  }

  /// What a signature is for, as text.
  static func text(_ signing: Signing?) -> String {
    guard let signing else { return "nothing" }
    return signing.name + " in " + (signing.region ?? "no region")
  }
}
