// SPDX-License-Identifier: Apache-2.0

/// Whether a resolver understands EDNS (RFC 6891), judged by more than one complaint.
struct EDNSSupport {
  /// The complaints in a row after which queries go without EDNS.
  static let complaints = 3
  /// The complaints in a row that count against a resolver that has answered with EDNS.
  static let complaintsAfterSupport = 16
  /// The queries without EDNS after which one with EDNS tries again.
  static let queriesBetweenTrials = 1000

  private var hasAnswered = false
  private var inARow = 0
  private var plainQueries = 0

  private var limit: Int { hasAnswered ? Self.complaintsAfterSupport : Self.complaints }

  /// Whether EDNS is switched off.
  var isOff: Bool { inARow >= limit }

  /// Whether the next query may carry EDNS; a query without it counts towards the next trial.
  mutating func allowsEDNS() -> Bool {
    guard isOff else { return true }
    plainQueries += 1
    guard plainQueries > Self.queriesBetweenTrials else { return false }
    plainQueries = 0
    return true
  }

  /// Records a complaint about EDNS: FORMERR, NOTIMP or BADVERS.
  mutating func recordComplaint() { inARow += 1 }

  /// Records an answer to a query with EDNS.
  mutating func recordAnswer() {
    hasAnswered = true
    inARow = 0
  }
}
