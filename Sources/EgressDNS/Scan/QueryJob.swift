// SPDX-License-Identifier: Apache-2.0

/// A question to be asked: why, of which resolvers, and how often.
struct QueryRequest {
  /// Why a question is asked.
  enum Purpose {
    /// The first look at a host.
    case host(host: Int, type: RecordType)
    /// A second look at a host that confirms a negative answer.
    case confirmation(host: Int, type: RecordType)
    /// A step towards the authority that confirms a negative answer.
    case authority(host: Int, type: RecordType, step: AuthorityStep)
    /// A resolver's NAT64 prefixes, at the start or the end of a scan.
    case prefixes(resolver: Int)
    /// A parent of hosts that do not exist.
    case ancestor(DomainName)
    /// Whether a resolver still answers.
    case control(resolver: Int)
  }

  /// The steps that lead to an authority's answer.
  enum AuthorityStep {
    /// Ask for the zone's name servers.
    case nameServers
    /// Ask for a name server's address.
    case address
    /// Ask that name server the question itself.
    case question
  }

  var purpose: Purpose
  var name: DomainName
  var type: RecordType
  /// The resolvers to ask in turn.
  var resolvers: [Int]
  /// The index in `resolvers` of the first to ask.
  var turn = 0
  /// The most tries; `nil` for the scan's setting.
  var tries: Int?
  var recursionDesired = true
  /// Whether later tries wait longer for their answer.
  var isPatient = true
}

extension QueryRequest {
  /// A question that any answer settles, because it is about the resolver itself: its NAT64 prefixes (RFC 7050).
  init(about resolver: Int, purpose: Purpose, tries: Int) {
    self.init(
      purpose: purpose, name: Synthesis.discoveryName, type: .aaaa, resolvers: [resolver], tries: tries,
      isPatient: false)
  }
}

extension QueryRequest.Purpose {
  /// Whether it is about a resolver and not about a name: other resolvers cannot answer it.
  var isAboutResolver: Bool {
    switch self {
    case .prefixes, .control: true
    default: false
    }
  }
}

/// A try that was given up as lost, and whose answer still counts if it comes.
struct LateTry {
  var socket: Int
  var query: Query
  /// The index in the job's `resolvers` of the one that was asked.
  var turn: Int
  var sentAt: Moment
  /// Whether it was the job's first try.
  var isFirst: Bool
}

/// A question that is asked until it is answered or its tries are used up.
struct QueryJob {
  var generation: UInt32 = 0
  /// Whether the slot holds a job.
  var isOpen = true
  var purpose: QueryRequest.Purpose
  var query: Query
  /// The resolvers to ask in turn.
  var resolvers: [Int]
  /// The index in `resolvers` of the one that is asked now.
  var turn: Int
  /// The times that it was sent.
  var tries = 0
  /// What the tries count towards the most tries; a try that says nothing about the question counts less than one.
  var cost = 0.0
  var mostTries: Int
  /// Whether EDNS was left out because the resolver complained about it.
  var complainedAboutEDNS = false
  /// Refusals of it.
  var refusals = 0
  /// Lost tries whose answers still count, the oldest first.
  var lateTries: [LateTry] = []
  /// The socket whose table holds the query's id; `nil` while no answer over UDP is awaited.
  var socket: Int?
  var sentAt = Moment.start
  /// Resolvers that failed and when they may be asked again.
  var pauses: [(resolver: Int, until: Moment)] = []
  var failures = FailureLog()
  /// Whether the query goes over TCP.
  var usesStream = false
  /// Whether the deadline has passed and only the random extra time is left.
  var isOverdue = false
  /// Whether later tries wait longer for their answer.
  var isPatient: Bool

  init(_ request: QueryRequest, generation: UInt32, tries: Int) {
    self.generation = generation
    purpose = request.purpose
    query = Query(request.name, request.type, id: 0, caseBits: 0)
    query.recursionDesired = request.recursionDesired
    resolvers = request.resolvers
    turn = request.turn
    mostTries = request.tries ?? tries
    isPatient = request.isPatient
  }

  /// The resolver that is asked now.
  var resolver: Int { resolvers[turn] }
}

/// A job's slot together with the use of the slot that is meant, which makes stale timers and queue entries detectable.
struct JobReference: Sendable, Hashable {
  /// The slot.
  var slot: Int
  /// The slot's use.
  var generation: UInt32
}

/// The failures on the way to an answer, for the note of an unknown answer.
struct FailureLog {
  /// The kinds of failure.
  enum Kind: String, CaseIterable {
    case timeout = "timed out"
    case serverFailure = "SERVFAIL"
    case refused = "REFUSED"
    case lame = "lame answer"
    case referral = "referral"
    case chain = "broken CNAME chain"
    case malformed = "malformed answer"
    case stream = "truncated, and TCP failed"
    case policy = "changed by policy"
    case other = "error"
  }

  private var counts: [(kind: Kind, count: Int)] = []
  private var detail: String?

  mutating func add(_ kind: Kind, _ detail: String? = nil) {
    if let index = counts.firstIndex(where: { $0.kind == kind }) {
      counts[index].count += 1
    } else {
      counts.append((kind, 1))
    }
    if let detail { self.detail = detail }
  }

  /// The failures in one line, such as `4 × timed out, 2 × SERVFAIL (EDE 22 no reachable authority)`.
  var text: String {
    let list = counts.map { "\($0.count) × \($0.kind.rawValue)" }.joined(separator: ", ")
    let text = list.isEmpty ? "not asked" : list
    return detail.map { "\(text) (\($0))" } ?? text
  }
}
