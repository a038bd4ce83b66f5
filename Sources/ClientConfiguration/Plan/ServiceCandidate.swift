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

  /// What a setting does.
  struct Outcome {
    /// What the client does with it; `nil` where it stops, or there is no such setting.
    var answer: ClientAnswer?
    /// Whether that helps.
    var verdict: Verdict
  }

  /// What is known of the service's names.
  let evidence: ServiceEvidence
  /// What the client is asked to do: any call, or an operation where the rules need to know one.
  let call: ClientCall
  /// The service's identifier in variables.
  let identifier: String
  /// The service id.
  let serviceID: String
  /// What the client does without a setting; what the rules say where that is not established.
  let standard: ClientAnswer
  /// Why it is not established; `nil` where it is.
  let unknown: String?
  /// Whether the name that it calls then has IPv6.
  let isStandardLive: Bool
  /// The name with IPv6 to set as an endpoint; `nil` where none is known.
  let target: String?

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
