// SPDX-License-Identifier: Apache-2.0

/// A token bucket that lets at most as many packets go in any second as the rate says.
package struct TokenBucket: Sendable {
  /// The most packets in one burst.
  ///
  /// A burst makes up for a late timer.
  package static let largestBurst = 16.0

  /// The rate in packets per second.
  package private(set) var rate: Double
  private var tokens: Double
  private var filledAt: Moment

  /// Makes a bucket with one token.
  package init(rate: Double, at now: Moment) {
    self.rate = rate
    tokens = 1
    filledAt = now
  }

  /// The packets that may go in one burst: about five milliseconds' worth.
  var burst: Double { max(1, min(Self.largestBurst, (rate / 180).rounded(.down))) }

  /// Tokens per nanosecond: slightly less than the rate, so that burst and refill together stay within it.
  private var fill: Double { max(rate - burst + 1, rate / 2) / 1e9 }

  /// Changes the rate from now on.
  package mutating func setRate(_ rate: Double, at now: Moment) {
    advance(to: now)
    self.rate = rate
    tokens = min(tokens, burst)
  }

  private mutating func advance(to now: Moment) {
    guard now > filledAt else { return }
    tokens = min(burst, tokens + Double(now - filledAt) * fill)
    filledAt = now
  }

  /// Whether a packet may go now.
  package mutating func hasToken(at now: Moment) -> Bool {
    advance(to: now)
    return tokens >= 1
  }

  /// Takes the token of a packet that is sent.
  package mutating func take() { tokens -= 1 }

  /// When the next packet may go.
  package func nextToken() -> Moment {
    tokens >= 1 ? filledAt : filledAt + Int64(((1 - tokens) / fill).rounded(.up))
  }
}
