// SPDX-License-Identifier: Apache-2.0

/// When a run's answers that take addresses away are believed.
///
/// AWS adds names with IPv6 and hardly ever takes it away: what a run loses is a name now and then. A filter, a broken
/// resolver or another network takes it from all names at once. So a run that loses more than a small share holds its losses
/// back. Another resolver confirms them, or the same one later, when no cache can still hold the negative answers.
package struct LossPolicy: Sendable, Hashable {
  /// The share of the names that had addresses and were looked up, up to which losses are believed.
  package var share: Double
  /// The most losses that are believed whatever their share, if a second resolver or the zone's authority confirmed each.
  package var few: Int
  /// How many seconds after the first run a later one confirms it through the same resolvers: negative answers are not kept
  /// longer than a day (RFC 2308, section 5).
  package var patience: Int64

  /// Makes a policy.
  package init(share: Double, few: Int, patience: Int64) {
    self.share = share
    self.few = few
    self.patience = patience
  }

  /// The policy of scans.
  package static let standard = LossPolicy(share: 0.02, few: 5, patience: 86_400)
  /// Believes all losses.
  package static let trusting = LossPolicy(share: 1, few: 0, patience: 0)
}
