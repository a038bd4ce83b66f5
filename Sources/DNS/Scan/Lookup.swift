// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// One question that is asked until it is answered or the tries are used up.
struct Lookup {
  /// Whom the answer is for.
  enum Purpose {
    /// A host, asked about the first time.
    case host(job: Int, type: RecordType)
    /// A host, asked again to confirm a negative answer.
    case confirmation(job: Int, type: RecordType)
    /// A step on the way to the authority that shall confirm a negative answer.
    case authority(job: Int, type: RecordType, step: AuthorityStep)
    /// A resolver's NAT64 prefixes, at the start or the end of a scan.
    case prefixes(resolver: Int)
    /// A name above hosts that do not exist.
    case ancestor(DomainName)
  }

  /// The steps that lead to an authority.
  enum AuthorityStep {
    /// The zone's name servers.
    case nameServers
    /// A name server's address.
    case address
    /// The question itself.
    case question
  }

  enum State {
    /// The slot is not used.
    case free
    /// It waits for its turn to be sent.
    case ready
    /// It was sent over UDP; the answer may still come after the deadline until it is sent again.
    case inFlight
    /// It was sent, or is to be sent, over TCP.
    case inStream
    /// It waits for a moment.
    case waiting
  }

  var generation: UInt32 = 0
  var state = State.free
  var purpose = Purpose.prefixes(resolver: 0)
  var query = Query(.root, .a, id: 0, caseBits: 0)
  /// The bucket, as a number.
  var bucket = 0
  /// The resolvers to ask in turn.
  var resolvers: [Int] = []
  /// The place in `resolvers` that is asked now.
  var turn = 0
  var tries = 0
  var mostTries = 1
  /// The socket of the last query.
  var socket = 0
  var sentAt = Moment.start
  /// Resolvers that failed and when they may be asked again.
  var pauses: [(resolver: Int, until: Moment)] = []
  var failures = FailureLog()

  /// Whether the open query's id is in its socket's table.
  var holdsID = false
  /// Whether it goes over TCP.
  var usesStream = false
  /// Whether its deadline has passed and it waits only for its jitter.
  var isOverdue = false
  /// Whether later tries wait longer.
  var isPatient = true

  /// The resolver that is asked now.
  var resolver: Int { resolvers[turn] }
}

/// What went wrong on the way to an answer, for the note of an unknown verdict.
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

  /// The failures in a line, as `4 × timed out, 2 × SERVFAIL (EDE 22 no reachable authority)`.
  var text: String {
    let list = counts.map { "\($0.count) × \($0.kind.rawValue)" }.joined(separator: ", ")
    let text = list.isEmpty ? "not asked" : list
    return detail.map { "\(text) (\($0))" } ?? text
  }
}

/// What a lookup came to.
struct Finding {
  /// The answer before DNS64 and private views are looked at: `yes`, `no`, `absent` or `unknown`.
  var answer: Answer
  var addresses: [IPAddress] = []
  var nameServers: [DomainName] = []
  var chain: [DomainName] = []
  var timeToLive: UInt32?
  var resolver: Int?
  var notes: [String] = []
  var zone: DomainName?
  /// Whether the answer comes from a private zone of Route 53.
  var isPrivateZone = false

  /// Whether the server had authority.
  var isAuthoritative = false

  /// A failed look.
  static func unknown(_ note: String) -> Finding { Finding(answer: .unknown, notes: [note]) }

  /// Whether it says that there are no such records.
  var isNegative: Bool { answer == .no || answer == .absent }
}

/// A host on its way to an answer.
struct HostJob {
  var host: String
  var name: DomainName
  var bucket: Int
  var lastKnown: HostQuestion.LastKnown
  var a: Finding?
  var aaaa: Finding?
  /// Lookups that have not come back.
  var pending = 0
  var isConfirmed = false

  subscript(type: RecordType) -> Finding? {
    get { type == .a ? a : aaaa }
    set { if type == .a { a = newValue } else { aaaa = newValue } }
  }
}
