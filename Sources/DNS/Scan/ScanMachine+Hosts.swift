// SPDX-License-Identifier: Apache-2.0

import IPAddressing

extension ScanMachine {
  /// Draws the next host and queues its lookups.
  ///
  /// - Returns: Whether there was one.
  mutating func drawHost(at now: Moment) -> Bool {
    guard !isExhausted, activeJobs < Self.mostJobs else { return false }
    guard let question = next() else {
      isExhausted = true
      return false
    }
    guard let name = DomainName(question.host), name.labelCount > 0 else {
      let note = "not a DNS name: labels have 1 to 63 octets, names up to 255"
      deliver(
        HostAnswer(host: question.host, a: Verdict(.unknown, note: note), aaaa: Verdict(.unknown, note: note))
      )
      return true
    }
    let lower = name.lowercased
    let bucket = question.bucket.flatMap { bucketNumbers[$0] } ?? 0
    let job = HostJob(host: lower.description, name: lower, bucket: bucket, lastKnown: question.lastKnown)
    if isSilent {
      deliverUnknown(job, "not asked: no resolver answered any more")
      return true
    }
    if configuration.cutsAtNameErrors, job.lastKnown.a != .yes, job.lastKnown.aaaa != .yes,
      let ancestor = cut.missingAncestor(of: lower)
    {
      let verdict = Verdict(
        .absent, note: "not asked: \(ancestor) does not exist, so nothing beneath it does (RFC 8020)")
      statistics.cut += 1
      deliver(HostAnswer(host: job.host, a: verdict, aaaa: verdict))
      return true
    }
    let chosen = eligible(for: lower, bucket: bucket)
    guard !chosen.isEmpty else {
      deliverUnknown(job, "no resolver left: all refused the zone or did not answer")
      return true
    }
    ask(job, resolvers: chosen, turn: leastBusy(chosen, bucket: bucket))
    return true
  }

  /// The resolvers to ask about a host: all that did not refuse its zone or fail at the start.
  private func eligible(for name: DomainName, bucket: Int) -> [Int] {
    let all = bucketResolvers[bucket]
    return all.allSatisfy { accepts($0, name) } ? all : all.filter { accepts($0, name) }
  }

  /// The place of the resolver with the shortest queue, of those that answered before if there are any.
  private mutating func leastBusy(_ list: [Int], bucket: Int) -> Int {
    rotation &+= 1
    guard list.count > 1 else { return 0 }
    func load(_ place: Int) -> Int {
      let lane = lanes[bucket][list[place]]
      return lane.fresh.count + lane.retries.count
        + (resolvers[list[place]].standing == .usable ? 0 : 1 << 20)
    }
    return list.indices.map { ($0 + rotation) % list.count }.min { load($0) < load($1) } ?? 0
  }

  private mutating func ask(_ job: HostJob, resolvers list: [Int], turn: Int) {
    let number: Int
    var job = job
    job.pending = 2
    if let free = freeJobs.popLast() {
      number = free
      jobs[free] = job
    } else {
      number = jobs.count
      jobs.append(job)
    }
    activeJobs += 1
    for type in [RecordType.a, .aaaa] {
      startLookup(
        .host(job: number, type: type), job.name, type, bucket: job.bucket, resolvers: list, turn: turn)
    }
  }

  private mutating func deliverUnknown(_ job: HostJob, _ note: String) {
    let verdict = Verdict(.unknown, note: note)
    deliver(HostAnswer(host: job.host, a: verdict, aaaa: verdict))
  }

  private mutating func deliver(_ answer: HostAnswer) {
    statistics.hosts += 1
    statistics.a[answer.a.answer, default: 0] += 1
    statistics.aaaa[answer.aaaa.answer, default: 0] += 1
    deliveries.append(answer)
  }

  /// Takes what a lookup came to, and goes on with what it was for.
  mutating func settle(_ slot: Int, _ finding: Finding, at now: Moment) {
    let purpose = lookups[slot].purpose
    if finding.answer != .unknown { countTry(slot, failed: false, at: now) }
    let resolver = lookups[slot].resolver
    release(slot)
    switch purpose {
    case .host(let job, let type):
      jobs[job]?[type] = finding
      finishStep(of: job, at: now)
    case .confirmation(let job, let type):
      confirm(job, type, by: finding, how: confirmationNote(job, type, resolver))
      finishStep(of: job, at: now)
    case .authority(let job, let type, let step):
      advanceAuthority(job, type, step, finding, resolver: resolver, at: now)
    case .prefixes(let resolver): settleDiscovery(of: resolver, finding)
    case .ancestor(let name): settleAncestor(name, finding)
    }
  }

  /// Notes that one of a host's lookups is done.
  mutating func finishStep(of job: Int, at now: Moment) {
    jobs[job]?.pending -= 1
    guard jobs[job]?.pending == 0 else { return }
    if jobs[job]?.isConfirmed == false, !isSilent {
      jobs[job]?.isConfirmed = true
      if startConfirmations(of: job, at: now) { return }
    }
    conclude(job, at: now)
  }

  private mutating func conclude(_ number: Int, at now: Moment) {
    guard let job = jobs[number] else { return }
    jobs[number] = nil
    freeJobs.append(number)
    activeJobs -= 1
    let none = Finding.unknown("not asked")
    var (a, aaaa) = (job.a ?? none, job.aaaa ?? none)
    settleContradiction(&a, beside: aaaa)
    settleContradiction(&aaaa, beside: a)
    noteExistence(of: job.name, a, aaaa)
    let chain = a.chain.count >= aaaa.chain.count ? a.chain : aaaa.chain
    var verdicts = (a: verdict(a), aaaa: verdict(aaaa))
    judgeSynthesis(&verdicts.aaaa, beside: a)
    judgePrivacy(&verdicts, a, aaaa)
    deliver(HostAnswer(host: job.host, a: verdicts.a, aaaa: verdicts.aaaa, cname: chain.map(\.description)))
  }

  /// NXDOMAIN for one type only cannot be: the name exists as the other type's answer says.
  private func settleContradiction(_ finding: inout Finding, beside other: Finding) {
    guard finding.answer == .absent, other.answer == .yes || other.answer == .no, finding.chain.isEmpty else {
      return
    }
    finding.answer = .unknown
    finding.notes.append("NXDOMAIN, yet the other type's answer says that the name exists")
  }

  private mutating func noteExistence(of name: DomainName, _ a: Finding, _ aaaa: Finding) {
    guard configuration.cutsAtNameErrors else { return }
    if a.answer == .absent, aaaa.answer == .absent, a.chain.isEmpty, aaaa.chain.isEmpty {
      if let ancestor = cut.noteMissing(name) { askAncestor(ancestor) }
    } else if a.answer != .unknown || aaaa.answer != .unknown {
      cut.noteExisting(name)
    }
  }

  private func verdict(_ finding: Finding) -> Verdict {
    Verdict(
      finding.answer, addresses: finding.answer == .unknown ? [] : finding.addresses.sorted(),
      timeToLive: finding.answer == .unknown ? nil : finding.timeToLive,
      resolver: finding.resolver.map { resolvers[$0].address.description },
      note: finding.notes.isEmpty ? nil : finding.notes.joined(separator: "; "))
  }

  private func judgeSynthesis(_ aaaa: inout Verdict, beside a: Finding) {
    guard aaaa.answer == .yes else { return }
    let prefixes = resolvers.flatMap(\.statistics.dns64Prefixes)
    let native = Synthesis.native(in: aaaa.addresses, beside: a.addresses, prefixes: prefixes)
    if native.isEmpty {
      aaaa.answer = .synthesised
      aaaa.addNote("made by DNS64 from the A records")
    } else if native.count < aaaa.addresses.count {
      aaaa.addresses = native
      aaaa.addNote("addresses made by DNS64 left out")
    }
  }

  /// A private zone answers for both families, so one private answer makes the other's private too.
  private func judgePrivacy(_ verdicts: inout (a: Verdict, aaaa: Verdict), _ a: Finding, _ aaaa: Finding) {
    func isPrivate(_ verdict: Verdict, _ finding: Finding) -> Bool {
      switch verdict.answer {
      case .yes:
        verdict.addresses.contains { PrivateView.contains($0, prefixes: configuration.privatePrefixes) }
      case .no, .absent: finding.isPrivateZone
      default: false
      }
    }
    guard isPrivate(verdicts.a, a) || isPrivate(verdicts.aaaa, aaaa) else { return }
    for path in [\(a: Verdict, aaaa: Verdict).a, \.aaaa] {
      let answer = verdicts[keyPath: path].answer
      guard answer == .yes || answer == .no || answer == .absent else { continue }
      verdicts[keyPath: path].answer = .private
      verdicts[keyPath: path].addNote(
        "private view (\(answer.rawValue)): an interface endpoint or a private zone")
    }
  }
}

extension Verdict {
  /// Adds to the note.
  mutating func addNote(_ text: String) { note = note.map { "\($0); \(text)" } ?? text }
}
