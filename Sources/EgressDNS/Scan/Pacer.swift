// SPDX-License-Identifier: Apache-2.0

/// The pace of one resolver: when the next query may go, and how many may wait for an answer.
struct Pacer {
  /// The weight of a new round trip in the smoothed one, as in RFC 6298.
  private static let smoothing = 0.125
  /// The answers over which the speed of a resolver without a set pace is measured.
  private static let answersPerMeasurement = 1024
  /// The smallest window: it fits the receive buffer of an untuned server.
  static let smallestWindow = 256
  /// The largest window: a quarter of the ids of one socket.
  static let largestWindow = 16_384

  /// The pace that is asked for, in queries per second; `nil` for as fast as answers come.
  private let rate: Double?
  private var bucket: TokenBucket?
  private var control: RateControl?
  private var smoothed: Double?
  private var shortest = Int64.max
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
  ///   - settleTime: How long failures still tell of queries sent before a change of pace, in nanoseconds.
  ///   - now: The time.
  init(rate: Double?, settleTime: Int64, at now: Moment) {
    self.rate = rate
    bucket = rate.map { TokenBucket(rate: $0, at: now) }
    control = rate.map { RateControl(ceiling: $0, settleTime: settleTime, at: now) }
    countedSince = now
  }

  /// The smoothed round trip, in nanoseconds; `nil` before the first answer.
  var roundTrip: Int64? { smoothed.map { Int64($0) } }
  /// The shortest round trip, in nanoseconds; `nil` before the first answer.
  var shortestRoundTrip: Int64? { shortest == .max ? nil : shortest }
  /// The lowest pace that losses led to, in queries per second; `nil` when it was never lowered.
  var lowestRate: Int? { control?.lowestRate.map { Int($0) } }

  /// Adapts the pace to the tries that were counted.
  mutating func advance(to now: Moment) {
    guard control?.advance(to: now) == true, let rate = control?.rate else { return }
    bucket?.setRate(rate, at: now)
  }

  /// Counts the end of a try.
  mutating func count(failed: Bool, at now: Moment) { control?.count(failed: failed, at: now) }

  /// Records the round trip of an answer over UDP.
  mutating func measure(roundTrip: Int64, at now: Moment) {
    smoothed = smoothed.map { $0 + (Double(roundTrip) - $0) * Self.smoothing } ?? Double(roundTrip)
    shortest = min(shortest, roundTrip)
    loss *= 0.999
    countedAnswers += 1
    if countedAnswers == Self.answersPerMeasurement {
      speed = Double(countedAnswers) / Double(max(1, now - countedSince))
      countedAnswers = 0
      countedSince = now
    }
  }

  /// Records a try that no answer came for.
  mutating func recordLoss() { loss = loss * 0.999 + 0.001 }

  /// Whether a query may go now.
  mutating func allowsQuery(at now: Moment) -> Bool { bucket?.hasToken(at: now) ?? true }

  /// Counts a query that goes.
  mutating func countQuery() { bucket?.take() }

  /// When the next query may go; `nil` for at once.
  var nextQuery: Moment? { bucket?.nextToken() }

  /// The most queries that may be open: twice rate × (round trip + loss × time-out).
  ///
  /// A fixed window would stall on loss, because its places wait for time-outs.
  func window(timeout: Int64) -> Int {
    let delay = rate == nil ? shortestRoundTrip ?? 0 : roundTrip ?? 0
    let wanted = 2 * (rate.map { $0 / 1e9 } ?? speed) * (Double(delay) + loss * Double(timeout))
    return min(Self.largestWindow, max(Self.smallestWindow, wanted.isFinite ? Int(min(wanted, 1e6)) : 0))
  }
}
