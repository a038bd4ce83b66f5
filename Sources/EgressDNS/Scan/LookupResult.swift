// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// What a lookup of one name and type found.
struct LookupResult {
  /// `yes`, `no`, `absent` or `unknown`: DNS64 and private views are looked at later.
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
  /// Whether another resolver or the zone's authority gave the same answer.
  var isConfirmedElsewhere = false
  /// The addresses outside the published ranges that two resolvers gave.
  var confirmedAddresses: Set<IPAddress> = []

  /// The result of a failed lookup.
  static func unknown(_ note: String) -> LookupResult { LookupResult(answer: .unknown, notes: [note]) }

  /// Whether it says that there are no such records.
  var isNegative: Bool { answer == .no || answer == .absent }

  /// Whether it says that the name itself does not exist, rather than a CNAME target.
  var deniesName: Bool { answer == .absent && chain.isEmpty }
}

extension LookupResult {
  /// The result that a response gives.
  init(_ answer: Answer, from response: ParsedResponse, by resolver: Int) {
    self.answer = answer
    addresses = response.addresses
    nameServers = response.nameServers
    chain = response.chain
    timeToLive = response.timeToLive
    self.resolver = resolver
    zone = response.zone
    isPrivateZone = response.primary.map(PrivateView.isPrivateZone) ?? false
    isAuthoritative = response.isAuthoritative
    if !response.extendedErrors.isEmpty { notes = response.extendedErrors.prefix(4).map(\.description) }
    if answer == .absent, let target = response.chain.last {
      notes.append("the CNAME target \(target) does not exist")
    }
  }
}

/// What a response means for the try that it answers.
enum TryOutcome {
  /// The question is answered.
  case answered(LookupResult)
  /// The response is useless; the resolver may have to be left alone about the name for a while.
  case failed(FailureLog.Kind, String?, pauses: Bool = true)
  /// The resolver does not want to be asked about the zone.
  case refused(String?)
  /// The response was truncated, and TCP was not tried.
  case truncated
  /// The resolver does not understand EDNS.
  case withoutEDNS

  /// Judges a response, and records what it shows of the resolver.
  ///
  /// - Parameters:
  ///   - response: The response.
  ///   - job: The job whose query it answers.
  ///   - health: What is known of the resolver.
  init(_ response: ParsedResponse, to job: QueryJob, health: inout ResolverHealth) {
    switch response.kind {
    case .addresses: self = Self.answer(.yes, response, to: job, health: &health)
    case .noData, .nameError:
      health.recordNegative()
      if let policy = response.extendedErrors.first(where: \.isPolicy) {
        self = .failed(.policy, policy.description)
      } else {
        self = Self.answer(response.kind == .noData ? .no : .absent, response, to: job, health: &health)
      }
    case .lame(let isReferral):
      self = Self.bare(response, isReferral: isReferral, to: job, health: &health)
    case .brokenChain(let fault): self = .failed(.chain, fault.description)
    case .truncated: self = job.usesStream ? .failed(.stream, "truncated over TCP") : .truncated
    case .failure: self = Self.failure(response, to: job, health: &health)
    }
  }

  private static func answer(
    _ answer: Answer, _ response: ParsedResponse, to job: QueryJob, health: inout ResolverHealth,
    note: String? = nil
  ) -> TryOutcome {
    health.recordAnswer(withEDNS: job.query.usesEDNS, afterComplaint: job.complainedAboutEDNS)
    var result = LookupResult(answer, from: response, by: job.resolver)
    if let note { result.notes.append(note) }
    return .answered(result)
  }

  /// An answer with neither records nor SOA: a referral, a lame server, or a forwarder that always leaves the SOA out.
  private static func bare(
    _ response: ParsedResponse, isReferral: Bool, to job: QueryJob, health: inout ResolverHealth
  ) -> TryOutcome {
    guard !isReferral, response.addresses.isEmpty, response.zone == nil else {
      return .failed(isReferral ? .referral : .lame, nil)
    }
    guard health.believesBareNegative() else { return .failed(.lame, "no SOA in a negative answer") }
    return Self.answer(
      response.responseCode == .nameError ? .absent : .no, response, to: job, health: &health,
      note: "the resolver leaves the SOA out")
  }

  private static func failure(
    _ response: ParsedResponse, to job: QueryJob, health: inout ResolverHealth
  ) -> TryOutcome {
    let detail = response.extendedErrors.first?.description
    switch response.responseCode {
    case .formatError, .notImplemented, .badVersion:
      return job.query.usesEDNS ? .withoutEDNS : .failed(.other, response.responseCode.description)
    case .badCookie:
      // The server's new cookie is kept already.
      return .failed(.other, "BADCOOKIE", pauses: false)
    case .refused: return .refused(detail)
    case .serverFailure:
      health.recordServerFailure()
      return .failed(.serverFailure, detail)
    default: return .failed(.other, response.responseCode.description)
    }
  }
}
