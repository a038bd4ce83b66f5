// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EgressDNS
package import IPAddressing

/// The release of endpoint data that a run was made with.
package struct CatalogRelease: Sendable, Hashable {
  /// The SDK's release, such as `botocore 1.44.5`.
  package var release: String
  /// The hash of the catalog's image.
  package var hash: String

  /// Makes a release.
  package init(release: String, hash: String) {
    self.release = release
    self.hash = hash
  }
}

/// What a scan is made with.
package struct RunDescription: Sendable, Hashable {
  /// When it started.
  package var started: Timestamp
  /// The catalog.
  package var catalog: CatalogRelease
  /// Which endpoints are looked up.
  package var selection: EndpointSelection
  /// The resolvers, such as `127.0.0.1:5353`.
  package var resolvers: [String]
  /// The packets a second that each resolver gets; `nil` without a limit.
  package var rate: Int?
  /// Where the scan looks from, as the user describes it.
  package var vantage: String?
  /// The program's version.
  package var version: String

  /// Makes a description.
  package init(
    started: Timestamp, catalog: CatalogRelease, selection: EndpointSelection, resolvers: [String],
    rate: Int?, vantage: String?, version: String
  ) {
    self.started = started
    self.catalog = catalog
    self.selection = selection
    self.resolvers = resolvers
    self.rate = rate
    self.vantage = vantage
    self.version = version
  }
}

/// How many hosts had which answer.
package struct AnswerCounts: Sendable, Hashable {
  private var counts: [AddressFamily: [Answer: Int]] = [:]

  /// Makes empty counts.
  package init() {}

  /// The number of hosts with an answer.
  package subscript(_ family: AddressFamily, _ answer: Answer) -> Int {
    get { counts[family]?[answer] ?? 0 }
    set { counts[family, default: [:]][answer] = newValue }
  }

  /// Counts both answers of a host.
  package mutating func add(_ answer: HostObservation) {
    self[.ipv4, answer.a.answer] += 1
    self[.ipv6, answer.aaaa.answer] += 1
  }

  /// The number of looks: one a host and family.
  package var looks: Int { counts.values.reduce(0) { $0 + $1.values.reduce(0, +) } }

  /// The number of looks that failed.
  package var failed: Int { AddressFamily.allCases.reduce(0) { $0 + self[$1, .unknown] } }
}

/// The share of a run's looks that failed.
package struct FailedShare: Sendable, Hashable {
  /// The largest share that a good scan has: a few names are broken for ever.
  package static let limit = 0.02

  /// The looks that failed.
  package var failed: Int
  /// All looks.
  package var looks: Int

  /// Makes a share.
  package init(failed: Int, looks: Int) {
    self.failed = failed
    self.looks = looks
  }

  /// Whether so many looks failed that the run is marked.
  package var isTooLarge: Bool { Double(failed) > Double(looks) * Self.limit }

  /// The share in percent, such as `7 %` or `2.4 %`.
  package var text: String {
    let tenths = looks == 0 ? 0 : (failed * 1000 + looks / 2) / looks
    return tenths >= 100 || tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}

/// What a run's resolver was worth when it was last judged.
package struct RunVerdict: Sendable, Hashable {
  /// The resolver, such as `127.0.0.1:5353`.
  package var resolver: String
  /// The verdict.
  package var verdict: ResolverVerdict
  /// What it rests on.
  package var seen: String
  /// When it was judged.
  package var time: Timestamp

  /// Makes a verdict.
  package init(resolver: String, verdict: ResolverVerdict, seen: String, time: Timestamp) {
    self.resolver = resolver
    self.verdict = verdict
    self.seen = seen
    self.time = time
  }
}

/// A run as the store knows it.
package struct RunInformation: Sendable, Hashable {
  /// How far a run is.
  package enum State: String, Sendable, Hashable, CaseIterable {
    /// A process is working on it, or was killed.
    case running
    /// It was stopped, or a newer scan replaced it.
    case interrupted
    /// It looked up every host, and its answers are in the map.
    case complete
    /// A resolver gave false answers, or nothing was learned: none of its answers is kept, and it cannot be continued.
    case rejected
  }

  /// The run's number, growing with time.
  package var id: Int64
  /// How far it is.
  package var state: State
  /// What it was made with.
  package var description: RunDescription
  /// When it was complete.
  package var finished: Timestamp?
  /// How many hosts it has to look up.
  package var hosts: Int
  /// How many hosts had which answer; empty unless complete.
  package var counts: AnswerCounts
  /// What its resolvers were worth; empty for a run of a release that did not judge.
  package var verdicts: [RunVerdict]

  /// The share of looks that failed; `nil` unless complete.
  package var failedShare: FailedShare? {
    state == .complete ? FailedShare(failed: counts.failed, looks: counts.looks) : nil
  }

  /// The verdict of the worst resolver; `nil` when none is recorded.
  package var verdict: ResolverVerdict? {
    verdicts.map(\.verdict).max { left, right in
      func badness(_ verdict: ResolverVerdict) -> Int {
        verdict.isFalse
          ? 4 : !verdict.isAcceptable ? 3 : verdict == .notJudged ? 2 : verdict == .dns64 ? 1 : 0
      }
      return badness(left) < badness(right)
    }
  }
  /// How many answers that take a name's addresses away were held back when the run was complete, its own and older ones.
  package var held: [AddressFamily: Int]

  /// Makes a run.
  package init(
    id: Int64, state: State, description: RunDescription, finished: Timestamp?, hosts: Int,
    counts: AnswerCounts, verdicts: [RunVerdict] = [], held: [AddressFamily: Int] = [:]
  ) {
    self.id = id
    self.state = state
    self.description = description
    self.finished = finished
    self.hosts = hosts
    self.counts = counts
    self.verdicts = verdicts
    self.held = held
  }
}
