// SPDX-License-Identifier: Apache-2.0

/// What is known of a resolver, or of an authority that confirms, while a scan runs.
struct ResolverState {
  enum Standing {
    /// Nothing came back yet.
    case untested
    /// It answered.
    case usable
    /// It is no longer asked.
    case dropped
  }

  /// The share of a new round trip in the smoothed one (RFC 6298 takes as much).
  private static let smoothing = 0.125
  /// Negative answers without SOA that are mistrusted before they count as the resolver's habit.
  static let mistrustedBareNegatives = 16

  let address: ResolverAddress
  var standing = Standing.untested
  var bucket: TokenBucket?
  var statistics: ScanStatistics.Resolver
  var sockets: [Int] = []
  /// The next socket to send from, as a place in `sockets`.
  var nextSocket = 0
  /// Queries over UDP that wait for an answer.
  var inFlight = 0
  var clientCookie: [UInt8] = []
  var serverCookie: [UInt8] = []
  /// Answers that kept the case of the question.
  var exactAnswers = 0
  var negativesWithSOA = 0
  var bareNegatives = 0
  /// Zones for which it refused.
  var refusedZones: Set<DomainName> = []
  private var smoothed: Double?
  private var shortest = Int64.max
  /// The share of tries that failed lately.
  private var loss = 0.0
  /// Answers a nanosecond lately, where the pace is not set.
  private var speed = 0.0
  private var countedAnswers = 0
  private var countedSince = Moment.start

  init(address: ResolverAddress, rate: Double?, at now: Moment) {
    self.address = address
    statistics = ScanStatistics.Resolver(address: address)
    bucket = rate.map { TokenBucket(rate: $0, at: now) }
    countedSince = now
  }

  var roundTrip: Int64? { smoothed.map { Int64($0) } }
  var shortestRoundTrip: Int64? { shortest == .max ? nil : shortest }

  mutating func measure(roundTrip: Int64, at now: Moment) {
    smoothed = smoothed.map { $0 + (Double(roundTrip) - $0) * Self.smoothing } ?? Double(roundTrip)
    shortest = min(shortest, roundTrip)
    loss *= 0.999
    countedAnswers += 1
    if countedAnswers == 1024 {
      speed = Double(countedAnswers) / Double(max(1, now - countedSince))
      countedAnswers = 0
      countedSince = now
    }
  }

  mutating func noteLoss() { loss = loss * 0.999 + 0.001 }

  /// The most queries over UDP that may be open: twice what rate × (round trip + loss × time-out) asks for.
  ///
  /// A fixed window stalls on loss, because its places wait for time-outs.
  func window(timeout: Int64) -> Int {
    let rate = bucket.map { $0.rate / 1e9 } ?? speed
    let delay = Double(shortest == .max ? 0 : bucket == nil ? shortest : Int64(smoothed ?? 0))
    let wanted = 2 * rate * (delay + loss * Double(timeout))
    return min(Self.largestWindow, max(Self.smallestWindow, wanted.isFinite ? Int(min(wanted, 1e6)) : 0))
  }

  /// The window at least: fits the receive buffer of an untuned server.
  static let smallestWindow = 256
  /// The window at most: a quarter of the ids of one socket.
  static let largestWindow = 16_384
}

/// A UDP socket: a source port and the queries that were sent from it.
struct SocketState {
  let resolver: Int
  /// The lookup slot that waits for each id, or -1.
  var slots: [Int32]
  var sent = 0
  var open = 0
  var isReady = false
  var isRetired = false
}

/// A bucket's queue towards one resolver, with a pace of its own.
struct Lane {
  let resolver: Int
  var fresh = Queue<LookupReference>()
  var retries = Queue<LookupReference>()
  /// `nil` when the pace is not limited.
  var control: RateControl?
  var bucket: TokenBucket?

  var isEmpty: Bool { fresh.isEmpty && retries.isEmpty }
  mutating func popFirst() -> LookupReference? { retries.popFirst() ?? fresh.popFirst() }
}
