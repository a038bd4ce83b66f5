// SPDX-License-Identifier: Apache-2.0

/// The pace of one resolver: when the next query may go, how many may wait for an answer, and how long each waits.
struct Pacer {
  /// The answers over which the speed of a resolver without a set pace is measured.
  private static let answersPerMeasurement = 1024
  /// The smallest window: it fits the receive buffer of an untuned server.
  static let smallestWindow = 256
  /// The largest window: a quarter of the ids of one socket.
  static let largestWindow = 16_384
  /// The ceiling of the rate control where no pace is set, in queries per second.
  private static let unlimited = 1e6
  /// The longest first time-out, in configured ones.
  private static let longestTimeout: Int64 = 8

  /// The pace that is asked for, in queries per second; `nil` for as fast as answers come.
  private let rate: Double?
  /// The configured time-out of a first try, in nanoseconds.
  private let firstTimeout: Int64
  private var bucket: TokenBucket?
  private var control: RateControl
  private var trips = RoundTrip()
  /// The share of tries that failed lately.
  private var loss = 0.0
  /// Answers per nanosecond lately.
  private var speed = 0.0
  private var countedAnswers = 0
  private var countedSince: Moment

  /// Makes the pace of a resolver that was not asked yet.
  ///
  /// - Parameters:
  ///   - rate: The queries per second; `nil` for as fast as answers come.
  ///   - firstTimeout: How long a first try waits at least, in nanoseconds.
  ///   - now: The time.
  init(rate: Double?, firstTimeout: Int64, at now: Moment) {
    self.rate = rate
    self.firstTimeout = firstTimeout
    bucket = rate.map { TokenBucket(rate: $0, at: now) }
    control = RateControl(ceiling: rate ?? Self.unlimited, at: now)
    countedSince = now
  }

  /// The smoothed round trip, in nanoseconds; `nil` before the first answer.
  var roundTrip: Int64? { trips.smoothed.map { Int64($0) } }
  /// The shortest round trip, in nanoseconds; `nil` before the first answer.
  var shortestRoundTrip: Int64? { trips.shortest }
  /// The lowest pace that losses led to, in queries per second; `nil` when it was never lowered.
  var lowestRate: Int? { control.lowestRate.map { Int($0) } }
  /// How long a first try waits for its answer, in nanoseconds.
  var timeout: Int64 { trips.timeout(within: firstTimeout...firstTimeout * Self.longestTimeout) }

  /// Adapts the pace to the tries that were counted.
  mutating func advance(to now: Moment) {
    // A deadline comes up to 20 % late.
    guard control.advance(settleTime: timeout / 5 * 6, to: now) else { return }
    if rate == nil, control.rate >= control.ceiling {
      bucket = nil
    } else if bucket == nil {
      bucket = TokenBucket(rate: control.rate, at: now)
    } else {
      bucket?.setRate(control.rate, at: now)
    }
  }

  /// Counts the end of a try.
  mutating func count(failed: Bool, sentAt: Moment) { control.count(failed: failed, sentAt: sentAt) }

  /// Records the round trip of an answer over UDP.
  mutating func measure(roundTrip: Int64, at now: Moment) {
    trips.measure(roundTrip)
    loss *= 0.999
    countedAnswers += 1
    if countedAnswers == Self.answersPerMeasurement {
      speed = Double(countedAnswers) / Double(max(1, now - countedSince))
      countedAnswers = 0
      countedSince = now
    }
  }

  /// Records a try that no answer came for in time.
  ///
  /// - Parameters:
  ///   - sentAt: When it was sent.
  ///   - isTelling: Whether it says something about the pace, and not only about the name.
  mutating func recordLoss(sentAt: Moment, isTelling: Bool = true) {
    loss = loss * 0.999 + 0.001
    if isTelling { control.count(failed: true, sentAt: sentAt) }
  }

  /// Records that the answer to a lost try came after all.
  mutating func correctLoss(sentAt: Moment) {
    loss = max(0, loss - 0.001)
    control.correctFailure(sentAt: sentAt)
  }

  /// Forgets the losses, because the resolver answers again.
  mutating func forgetLosses(at now: Moment) {
    loss = 0
    control.restart(at: now)
  }

  /// Whether a query may go now.
  mutating func allowsQuery(at now: Moment) -> Bool { bucket?.hasToken(at: now) ?? true }

  /// Counts a query that goes.
  mutating func countQuery(at now: Moment) {
    bucket?.take()
    control.countQuery(at: now)
  }

  /// When the next query may go; `nil` for at once.
  var nextQuery: Moment? { bucket?.nextToken() }

  /// The most queries that may be open: twice rate × (round trip + loss × time-out).
  ///
  /// A fixed window would stall on loss, because its places wait for time-outs.
  var window: Int {
    let delay = rate == nil ? shortestRoundTrip ?? 0 : roundTrip ?? 0
    let pace = rate.map { min($0, control.rate) / 1e9 } ?? speed
    let wanted = 2 * pace * (Double(delay) + loss * Double(timeout))
    return min(Self.largestWindow, max(Self.smallestWindow, wanted.isFinite ? Int(min(wanted, 1e6)) : 0))
  }
}
