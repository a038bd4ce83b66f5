// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import IPAddressing
import Testing

@testable import EgressDNS

/// The queries that are queued or in flight, and their timers.
@Suite struct QueryJobsTests {
  static let second: Int64 = 1_000_000_000

  private func pool(_ count: Int = 2) -> ResolverPool {
    var random = RandomSource { [0] }
    let addresses = (1...count).map { ResolverAddress(.ipv4(IPv4Address(0x7F00_0000 + UInt32($0)))) }
    return ResolverPool(ScanConfiguration(resolvers: addresses), random: &random, at: .start)
  }

  private func jobs(tries: Int = 3) -> QueryJobs {
    var jobs = QueryJobs(firstTimeout: Self.second, tries: tries)
    for _ in 0..<2 { jobs.addResolver() }
    return jobs
  }

  private func request(_ text: String, resolvers: [Int] = [0, 1]) -> QueryRequest {
    let name = DomainName(text) ?? .root
    return QueryRequest(purpose: .ancestor(name), name: name, type: .a, resolvers: resolvers)
  }

  private func moment(_ seconds: Double) -> Moment { Moment(nanoseconds: Int64(seconds * 1e9)) }

  @Test("sends retries before new queries, and forgets the entries of jobs that ended")
  func queue() {
    var jobs = jobs()
    for name in ["a.test", "b.test", "c.test"] { jobs.start(request(name)) }
    #expect(jobs.openCount == 3 && jobs.queueLength(of: 0) == 3 && jobs.isQueueEmpty(of: 1))
    #expect(jobs.popQueued(of: 0) == 0)
    jobs.enqueueAgain(0)
    jobs.release(1)
    #expect(jobs.popQueued(of: 0) == 0)
    #expect(jobs.popQueued(of: 0) == 2)
    #expect(jobs.popQueued(of: 0) == nil)
    jobs.start(request("d.test"))
    #expect(jobs.popQueued(of: 0) == 1 && jobs[1].query.name == DomainName("d.test"))
  }

  @Test("goes to the next resolver that accepts the name and is not paused, until the tries are used up")
  func turns() {
    var (jobs, pool) = (jobs(tries: 4), pool())
    jobs.start(request("a.test"))
    var asked: [Int] = []
    var reason: String?
    var now = Moment.start
    while reason == nil {
      guard let slot = jobs.popQueued(of: 0) ?? jobs.popQueued(of: 1) else {
        _ = jobs.nextMoment().map { now = $0 }
        #expect(jobs.nextLostTry(at: now) == nil)
        continue
      }
      asked.append(jobs[slot].resolver)
      jobs.beginTry(slot, caseBits: 0, cookie: nil, allowsEDNS: true, at: now)
      jobs.addFailure(slot, .serverFailure)
      jobs.pause(slot, jobs[slot].resolver, until: now + Self.second)
      reason = jobs.retry(slot, among: pool, at: now)
    }
    #expect(asked == [0, 1, 0, 1])
    #expect(reason == "no answer after 4 tries: 4 × SERVFAIL")
    #expect(now == moment(1))
    jobs.release(0)
    jobs.start(request("a.test"))
    for number in pool.indices { _ = pool[number].health.drop("gone") }
    #expect(jobs.retry(0, among: pool, at: now) == "no resolver left: not asked")
  }

  @Test("loses a try after the time-out ±20 %, and waits longer for later tries", arguments: [1, 2, 3, 4])
  func deadlines(tries: Int) throws {
    var random = RandomSource { [.random(in: 0 ... .max)] }
    var jobs = jobs(tries: 16)
    jobs.start(request("a.test"))
    for _ in 0..<tries { jobs.beginTry(0, caseBits: 0, cookie: nil, allowsEDNS: true, at: .start) }
    jobs.armDeadline(of: 0, timeout: Self.second, at: .start)
    let timeout = [1.0, 2, 4, 4][tries - 1]
    #expect(jobs.nextMoment() == moment(timeout * 0.8))
    jobs.extendDeadlines(at: moment(timeout * 0.8 - 0.001), random: &random)
    #expect(jobs.nextMoment() == moment(timeout * 0.8))
    jobs.extendDeadlines(at: moment(timeout * 0.8), random: &random)
    let next = jobs.nextMoment()
    let end = try #require(next)
    #expect(end >= moment(timeout * 0.8) && end < moment(timeout * 1.2))
    #expect(jobs.nextLostTry(at: end + -1) == nil)
    #expect(jobs.nextLostTry(at: end) == 0)
    #expect(jobs[0].failures.text == "1 × timed out")
    #expect(jobs.nextMoment() == nil)
  }

  @Test("ignores the deadline of a query that was answered or sent again")
  func staleDeadlines() {
    var random = RandomSource { [0] }
    var jobs = jobs()
    for name in ["a.test", "b.test"] { jobs.start(request(name)) }
    for slot in 0..<2 {
      jobs.beginTry(slot, caseBits: 0, cookie: nil, allowsEDNS: true, at: .start)
      jobs.armDeadline(of: slot, timeout: Self.second, at: .start)
    }
    jobs.release(0)
    jobs.beginTry(1, caseBits: 0, cookie: nil, allowsEDNS: true, at: moment(0.5))
    #expect(jobs.nextMoment() == nil)
    jobs.extendDeadlines(at: moment(10), random: &random)
    #expect(jobs.nextLostTry(at: moment(20)) == nil)
  }

  @Test("keeps the ids of a TCP connection apart, and gives them up when it fails")
  func streams() {
    var jobs = jobs()
    for name in ["a.test", "b.test", "c.test"] { jobs.start(request(name)) }
    for slot in 0..<3 {
      jobs.beginTry(slot, caseBits: 0, cookie: nil, allowsEDNS: true, at: .start)
      jobs.continueOverStream(slot)
      jobs.openStream(slot, bits: 77)
    }
    #expect((0..<3).map { jobs[$0].query.id } == [77, 78, 79])
    #expect(jobs[0].tries == 0)
    #expect(jobs.streamJob(of: 0, id: 78) == 1 && jobs.streamJob(of: 1, id: 78) == nil)
    jobs.closeStream(of: 0, id: 78)
    jobs.release(2)
    #expect(jobs.failStreams(of: 0) == [0])
    #expect(!jobs[0].usesStream && jobs.streamJob(of: 0, id: 77) == nil)
  }

  @Test("timers fire in the order of their moments")
  func timers() {
    let seed = TestSeed.named("EGRESS6_TIMER_SEED")
    var random = SplitMix64(seed: seed)
    var timers = QueryTimers(firstTimeout: Self.second)
    var moments: [Int64] = []
    for slot in 0..<1000 {
      moments.append(.random(in: 0...5000, using: &random))
      timers.wait(JobReference(slot: slot, generation: 0), until: Moment(nanoseconds: moments[slot]))
    }
    var fired: [Int64] = []
    while let next = timers.nextMoment(isStale: { _ in false }), let job = timers.popWait(at: next) {
      fired.append(moments[job.slot])
    }
    #expect(fired == moments.sorted(), "seed \(seed)")
  }
}
