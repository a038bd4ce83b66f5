// SPDX-License-Identifier: Apache-2.0

import IPAddressing

extension ScanMachine {
  /// Whether a host's answer is a negative one that must not stand alone.
  private func needsConfirmation(_ job: HostJob, _ type: RecordType) -> Bool {
    guard let finding = job[type], finding.isNegative else { return false }
    switch (type == .a ? job.lastKnown.a : job.lastKnown.aaaa, finding.answer) {
    case (.yes, _), (.no, .absent): return true
    default: break
    }
    let other = job[type == .a ? .aaaa : .a]?.answer
    return finding.answer == .absent && finding.chain.isEmpty && (other == .yes || other == .no)
  }

  /// Starts what confirms a host's negative answers: a second resolver, else the zone's authority.
  ///
  /// - Returns: Whether there is anything to wait for.
  mutating func startConfirmations(of number: Int, at now: Moment) -> Bool {
    guard let job = jobs[number] else { return false }
    for type in [RecordType.a, .aaaa] where needsConfirmation(job, type) {
      jobs[number]?.pending += 1
      statistics.confirmations += 1
      let first = job[type]?.resolver
      let others = bucketResolvers[job.bucket].filter {
        $0 != first && accepts($0, job.name)
      }
      if !others.isEmpty {
        startLookup(
          .confirmation(job: number, type: type), job.name, type, bucket: job.bucket, resolvers: others,
          turn: rotation % others.count)
      } else if let zone = job[type]?.zone, job[type]?.isAuthoritative == false, let first {
        startLookup(
          .authority(job: number, type: type, step: .nameServers), zone, .ns, bucket: job.bucket,
          resolvers: [first],
          tries: 3)
      } else {
        askSameAgain(number, type)
      }
    }
    return jobs[number]?.pending ?? 0 > 0
  }

  /// Asks the same resolver once more, the weakest confirmation.
  mutating func askSameAgain(_ number: Int, _ type: RecordType) {
    guard let job = jobs[number] else { return }
    let list = job[type]?.resolver.map { [$0] } ?? bucketResolvers[job.bucket]
    startLookup(.confirmation(job: number, type: type), job.name, type, bucket: job.bucket, resolvers: list)
  }

  func confirmationNote(_ number: Int, _ type: RecordType, _ resolver: Int) -> String {
    let address = resolvers[resolver].address
    return jobs[number]?[type]?.resolver == resolver
      ? "by the same resolver, the only one" : "by \(address)"
  }

  /// Weighs a second answer against the first: a positive one stands, equal ones confirm, all else is unknown.
  mutating func confirm(_ number: Int, _ type: RecordType, by second: Finding, how: String) {
    guard var first = jobs[number]?[type] else { return }
    if second.answer == .yes {
      var finding = second
      let resolver = first.resolver.map { resolvers[$0].address.description } ?? "another"
      finding.notes.append("\(resolver) said \(first.answer.rawValue)")
      jobs[number]?[type] = finding
      return
    }
    if second.answer == first.answer {
      first.notes.append("confirmed \(how)")
      jobs[number]?[type] = first
      return
    }
    let reason =
      second.answer == .unknown ? second.notes.joined(separator: "; ") : "\(second.answer.rawValue) \(how)"
    var finding = Finding.unknown("\(first.answer.rawValue) is not confirmed: \(reason)")
    finding.resolver = first.resolver
    jobs[number]?[type] = finding
  }

  // MARK: - Authority

  /// The most authorities that one scan asks.
  static let mostAuthorities = 64

  /// Goes the next step towards the authority, or falls back to the same resolver.
  mutating func advanceAuthority(
    _ number: Int, _ type: RecordType, _ step: Lookup.AuthorityStep, _ finding: Finding, resolver: Int,
    at now: Moment
  ) {
    guard let job = jobs[number], !isSilent else { return finishStep(of: number, at: now) }
    switch step {
    case .nameServers:
      guard let server = finding.nameServers.first else { return askSameAgain(number, type) }
      startLookup(
        .authority(job: number, type: type, step: .address), server, .a, bucket: job.bucket,
        resolvers: [resolver],
        tries: 3)
    case .address:
      guard let address = finding.addresses.first, let authority = authority(at: address, now) else {
        return askSameAgain(number, type)
      }
      startLookup(
        .authority(job: number, type: type, step: .question), job[type]?.chain.last ?? job.name, type,
        bucket: job.bucket, resolvers: [authority], tries: 3, recursionDesired: false)
    case .question:
      guard finding.answer != .unknown, finding.isAuthoritative else { return askSameAgain(number, type) }
      confirm(number, type, by: finding, how: "by the authority \(resolvers[resolver].address)")
      finishStep(of: number, at: now)
    }
  }

  private mutating func authority(at address: IPAddress, _ now: Moment) -> Int? {
    let server = ResolverAddress(address, port: configuration.authorityPort)
    if let known = authorities[server] { return known }
    guard authorities.count < Self.mostAuthorities else { return nil }
    let number = addResolver(server, at: now)
    resolvers[number].standing = .usable
    authorities[server] = number
    openSockets(of: number)
    return number
  }
}
