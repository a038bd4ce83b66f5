// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// The resolvers of a scan, and the authorities that are asked to confirm negative answers.
struct ResolverPool {
  /// A resolver or an authority.
  struct Member {
    let address: ResolverAddress
    var health: ResolverHealth
    var pacer: Pacer
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
    let settleTime = configuration.firstTimeout.nanoseconds / 5 * 6
    members.append(
      Member(
        address: address,
        health: ResolverHealth(address: address, cookieBits: wantsCookies ? random.next() : nil),
        pacer: Pacer(rate: rate, settleTime: settleTime, at: now)))
  }

  /// The numbers of all resolvers and authorities.
  var indices: Range<Int> { members.indices }

  /// A resolver or an authority.
  subscript(number: Int) -> Member {
    _read { yield members[number] }
    _modify { yield &members[number] }
  }

  /// Whether a resolver may be asked about a name.
  func accepts(_ name: DomainName, by number: Int) -> Bool { members[number].health.accepts(name) }

  /// The resolvers that may be asked about a name: all that did not refuse its zone or fail at the start.
  func accepting(_ name: DomainName) -> [Int] {
    own.allSatisfy { accepts(name, by: $0) } ? own : own.filter { accepts(name, by: $0) }
  }

  /// The index of the resolver with the shortest queue; those that have not answered yet come last.
  mutating func leastBusy(of list: [Int], jobs: QueryJobs) -> Int {
    rotation &+= 1
    guard list.count > 1 else { return 0 }
    func load(_ index: Int) -> Int {
      jobs.queueLength(of: list[index]) + (members[list[index]].health.state == .usable ? 0 : 1 << 20)
    }
    return list.indices.map { ($0 + rotation) % list.count }.min { load($0) < load($1) } ?? 0
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
