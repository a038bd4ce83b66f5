// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// The resolvers of a scan, and the authorities that are asked to confirm negative answers.
struct ResolverPool {
  /// A resolver or an authority.
  struct Member {
    let address: ResolverAddress
    var health: ResolverHealth
    var pacer: Pacer
    var losses: LossRecord
    var watch: OutageWatch
    var lastAnswerAt: Moment
  }

  /// The most authorities that one scan asks.
  static let mostAuthorities = 64

  /// The resolvers of the configuration, by number; authorities come after them.
  let own: [Int]
  private let configuration: ScanConfiguration
  private var members: [Member] = []
  private var authorities: [ResolverAddress: Int] = [:]
  private var rotation = 0

  /// Makes the resolvers of a configuration.
  init(_ configuration: ScanConfiguration, random: inout RandomSource, at now: Moment) {
    self.configuration = configuration
    own = Array(configuration.resolvers.indices)
    for address in configuration.resolvers { add(address, random: &random, at: now) }
  }

  private mutating func add(_ address: ResolverAddress, random: inout RandomSource, at now: Moment) {
    let wantsCookies =
      switch configuration.cookies {
      case .always: true
      case .never: false
      case .toPublicResolvers: address.isPublic
      }
    var rate: Double?
    if case .perSecond(let number) = configuration.rate { rate = Double(number) }
    let firstTimeout = configuration.firstTimeout.nanoseconds
    members.append(
      Member(
        address: address,
        health: ResolverHealth(
          address: address, cookieBits: wantsCookies ? random.next() : nil, refusalPause: firstTimeout),
        pacer: Pacer(rate: rate, firstTimeout: firstTimeout, at: now),
        losses: LossRecord(at: now),
        watch: OutageWatch(limit: configuration.outageLimit.nanoseconds, at: now),
        lastAnswerAt: now))
  }

  /// The numbers of all resolvers and authorities.
  var indices: Range<Int> { members.indices }

  /// A resolver or an authority.
  subscript(number: Int) -> Member {
    _read { yield members[number] }
    _modify { yield &members[number] }
  }

  /// Whether a resolver is asked about a name's zone as about any other.
  func accepts(_ name: DomainName, by number: Int) -> Bool { members[number].health.accepts(name) }

  /// Whether a resolver may be asked about a name.
  func admission(
    of name: DomainName, _ type: RecordType, by number: Int, at now: Moment
  ) -> ZoneRefusals.Admission { members[number].health.admission(of: name, type, at: now) }

  /// Whether none of the resolvers is asked any more.
  var areAllDropped: Bool { own.allSatisfy { members[$0].health.state == .dropped } }

  /// Where the lookup of a host begins.
  enum Beginning {
    /// With the resolver of this number.
    case now(Int)
    /// Later, because every resolver refuses the zone for the moment.
    case later
    /// Nowhere: no resolver is left for the zone.
    case never
  }

  /// Chooses the resolver with the shortest queue for a host; those that have not answered yet come last.
  mutating func beginning(of host: DomainName, jobs: QueryJobs, at now: Moment) -> Beginning {
    rotation &+= 1
    var best: (number: Int, load: Int)?
    var isLater = false
    for step in own.indices {
      let number = own[(step + rotation) % own.count]
      let types = [RecordType.a, .aaaa].map { admission(of: host, $0, by: number, at: now) }
      guard types.contains(.open) else {
        isLater = isLater || types.contains { $0 != .never }
        continue
      }
      let load = jobs.queueLength(of: number) + (members[number].health.state == .usable ? 0 : 1 << 20)
      if best.map({ load < $0.load }) ?? true { best = (number, load) }
    }
    return best.map { .now($0.number) } ?? (isLater ? .later : .never)
  }

  /// The index to begin with where any of a number of resolvers will do.
  func turn(of count: Int) -> Int { rotation % count }

  /// The number of the authority at an address.
  ///
  /// - Returns: The number and whether the authority is new; `nil` when there are too many.
  mutating func authority(
    at address: IPAddress, random: inout RandomSource, now: Moment
  ) -> (number: Int, isNew: Bool)? {
    let server = ResolverAddress(address, port: configuration.authorityPort)
    if let known = authorities[server] { return (known, false) }
    guard authorities.count < Self.mostAuthorities else { return nil }
    add(server, random: &random, at: now)
    members[members.count - 1].health.trust()
    authorities[server] = members.count - 1
    return (members.count - 1, true)
  }

  /// Adapts the pace of every member to its losses.
  mutating func adaptPaces(at now: Moment) {
    for number in members.indices { members[number].pacer.advance(to: now) }
  }

  // MARK: - Losses and outages

  /// Records an answer over UDP or TCP.
  ///
  /// - Parameters:
  ///   - number: The resolver.
  ///   - job: The job that it answers.
  ///   - late: The lost try that it answers; `nil` for the current one.
  ///   - now: The time.
  mutating func recordAnswer(of number: Int, to job: QueryJob, late: LateTry?, at now: Moment) {
    members[number].health.recordAnswer()
    members[number].lastAnswerAt = now
    if case .control = job.purpose { members[number].watch.recordControl(answered: true, at: now) }
    guard !job.usesStream else { return }
    members[number].watch.recordTry(lost: false)
    members[number].pacer.measure(roundTrip: now - job.sentAt, at: now)
    if let late {
      members[number].pacer.correctLoss(sentAt: late.sentAt)
      if late.isFirst { members[number].losses.correctLoss(at: now) }
    } else if job.tries == 1 {
      members[number].losses.count(lost: false, at: now)
    }
  }

  /// Records a try that no answer came for in time.
  ///
  /// - Returns: What the try counts towards the most tries of its question.
  mutating func recordLoss(of number: Int, of job: QueryJob, at now: Moment) -> Double {
    members[number].health.recordTimeout()
    if case .control = job.purpose { members[number].watch.recordControl(answered: false, at: now) }
    guard job.socket != nil else { return 1 }
    members[number].watch.recordTry(lost: true)
    if job.tries == 1 { members[number].losses.count(lost: true, at: now) }
    // Where first tries are answered, a lost later try is about a name that never is.
    let isTelling = job.tries == 1 || members[number].losses.share > LossRecord.fullWeightShare
    members[number].pacer.recordLoss(sentAt: job.sentAt, isTelling: isTelling)
    return members[number].losses.lossWeight
  }

  /// Whether a resolver has stopped answering, answers again, or is to be asked a control question.
  ///
  /// - Parameters:
  ///   - number: The resolver.
  ///   - isWaiting: Whether queries to it wait for an answer.
  ///   - now: The time.
  /// - Returns: What to do.
  mutating func check(_ number: Int, isWaiting: Bool, at now: Moment) -> OutageWatch.Step {
    guard now >= members[number].watch.nextCheck else { return .none }
    members[number].losses.advance(to: now)
    let patience = max(configuration.outageLimit.nanoseconds / 3, members[number].pacer.timeout * 2)
    let isSilent = isWaiting && now - members[number].lastAnswerAt >= patience
    return members[number].watch.check(lossShare: isSilent ? 1 : members[number].losses.share, at: now)
  }

  /// Takes a resolver into use again.
  mutating func resume(_ number: Int, at now: Moment) {
    members[number].health.resume()
    members[number].losses.reset(at: now)
    members[number].pacer.forgetLosses(at: now)
  }

  /// What was seen of a resolver that stopped answering.
  func outage(of number: Int) -> ScanError {
    let (tries, numbers) = (members[number].watch.tries, members[number].health.statistics)
    return .resolverStoppedAnswering(
      members[number].address, lost: tries.lost, of: tries.total, answers: numbers.answers)
  }

  /// All NAT64 prefixes that any member showed.
  var prefixes: [NAT64Prefix] { members.flatMap(\.health.statistics.dns64Prefixes) }

  /// The numbers of each member.
  var statistics: [ScanStatistics.Resolver] {
    members.map { member in
      var numbers = member.health.statistics
      numbers.lowestRate = member.pacer.lowestRate
      numbers.roundTrip = member.pacer.roundTrip.map { .nanoseconds($0) }
      numbers.shortestRoundTrip = member.pacer.shortestRoundTrip.map { .nanoseconds($0) }
      return numbers
    }
  }
}
