// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Judges resolvers by names with known answers, before, during and after a scan.
///
/// ```swift
/// let judge = ResolverJudge(configuration, suffixes: ["amazonaws.com", "api.aws"], lastKnown: [])
/// let judgements = try await judge.judge(.start)
/// ```
package final class ResolverJudge: Sendable {
  /// When resolvers are judged, which decides how many questions are asked and how fast.
  package enum Occasion: Sendable, Hashable {
    /// Before a scan: every question, at the scan's own rate.
    case start
    /// During a scan: a few questions, and every question where those leave doubts.
    case during
    /// After a scan: as at the start.
    case end
  }

  /// The longest time of a judgement; an answer may take 1.3 s and be lost once.
  private static let timeLimit: Duration = .milliseconds(2800)
  /// The longest time of the few questions during a scan.
  private static let glanceLimit: Duration = .milliseconds(2300)
  /// The share of the scan's rate that is set aside for judgements during it, and the packets a second that suffice.
  private static let (share, enough) = (0.02, 8)
  /// The rate that a judgement alone never exceeds.
  private static let highestRate = 500.0
  /// The rate to a resolver during a scan when the few questions left doubts: a tenth of the scan's, within limits, in
  /// addition to the scan's own for three seconds at most.
  private static let closeLookRates = 20.0...100.0
  /// The most names of the last scan in one judgement.
  private static let mostLastKnown = 24
  /// The most suffixes under which impossible names are asked for in one judgement.
  private static let mostSuffixes = 16

  private let configuration: ScanConfiguration
  private let resolvers: [ResolverAddress]
  private let rate: Double
  private let suffixes: [String]
  private let lastKnown: [String]
  /// Names that a judgement found missing: the few questions during the scan leave them out.
  private let missing: Mutex<Set<String>>

  /// Makes a judge.
  ///
  /// - Parameters:
  ///   - configuration: The resolvers and the rate of the scan.
  ///   - suffixes: The suffixes of the names that are asked for; none of them may have wildcard records of its own.
  ///   - lastKnown: Names that had A and AAAA records in the last scan.
  package init(_ configuration: ScanConfiguration, suffixes: [String], lastKnown: [String]) {
    self.configuration = configuration
    resolvers = configuration.resolvers
    rate = if case .perSecond(let rate) = configuration.rate { Double(rate) } else { Self.highestRate }
    self.suffixes = suffixes
    self.lastKnown = lastKnown
    missing = Mutex([])
  }

  /// The rate that is left to a scan beside judgements.
  package static func remainingRate(of rate: Int) -> Int {
    rate - max(Int(Double(rate) * share), min(enough, rate / 4))
  }

  /// Judges every resolver, all at once.
  ///
  /// - Parameter occasion: When.
  /// - Returns: The judgements, in the order of the resolvers.
  /// - Throws: `CancellationError` when the task is cancelled; `ScanError` when too few files may be open.
  package func judge(_ occasion: Occasion) async throws -> [Judgement] {
    try OpenFiles.require(for: configuration)
    return try await withThrowingTaskGroup(of: (Int, Judgement).self) { group in
      for (number, resolver) in resolvers.enumerated() {
        group.addTask { (number, try await self.judge(resolver, occasion)) }
      }
      var judgements: [(Int, Judgement)] = []
      for try await judgement in group { judgements.append(judgement) }
      return judgements.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func judge(_ resolver: ResolverAddress, _ occasion: Occasion) async throws -> Judgement {
    var limits = ControlSession.Limits(
      rate: min(rate, Self.highestRate), time: Self.timeLimit, endsWhenRefused: occasion == .start)
    if occasion == .during {
      limits.time = Self.glanceLimit
      limits.rate = max(1, rate - Double(Self.remainingRate(of: Int(rate))))
      let glance = try await look(resolver, questions(few: true), limits)
      if !glance.isDoubtful { return judgement(of: resolver, glance) }
      limits.time = Self.timeLimit
      limits.rate = min(rate, max(rate / 10, Self.closeLookRates.lowerBound), Self.closeLookRates.upperBound)
    }
    let outcome = try await look(resolver, questions(few: false), limits)
    missing.withLock { $0.formUnion(outcome.results.filter { $0.isMissing }.map(\.name)) }
    return judgement(of: resolver, outcome)
  }

  private struct Look {
    var results: [ControlResult]
    var finding: ControlResults.Finding
    var isDoubtful: Bool
  }

  private func judgement(of resolver: ResolverAddress, _ look: Look) -> Judgement {
    Judgement(resolver: resolver, verdict: look.finding.verdict, seen: look.finding.seen)
  }

  // MARK: - Questions

  private struct ControlQuestion {
    var kind: ControlResult.Kind
    var name: String
    var types: [RecordType]

    init(_ kind: ControlResult.Kind, _ name: String) {
      self.kind = kind
      self.name = name
      types = kind == .withIPv4 ? [.a] : kind == .discovery ? [.aaaa] : [.a, .aaaa]
    }
  }

  /// The questions of a judgement, the most telling first, so that a slow pace cuts off the least.
  private func questions(few: Bool) -> [ControlQuestion] {
    var random = RandomSource.secure
    let missing = few ? missing.withLock(\.self) : []
    func usable(_ names: [String]) -> [String] {
      names.filter { name in
        !missing.contains(name)
          && (suffixes + [ControlNames.commonZone]).contains { name.hasSuffix("." + $0) }
      }
    }
    let chosen = suffixes.shuffled(using: &random).prefix(few ? 2 : Self.mostSuffixes)
    // Two labels, too: a resolver may treat names right beneath a zone otherwise.
    let impossible = chosen.enumerated().flatMap { number, suffix in
      (few ? [1 + number % 2] : [1, 2]).map {
        ControlQuestion(.impossible, ControlNames.impossible(under: suffix, labels: $0, random: &random))
      }
    }
    let known = lastKnown.filter { !missing.contains($0) }.shuffled(using: &random).prefix(
      few ? 1 : Self.mostLastKnown
    )
    .map { ControlQuestion(.lastKnownBoth, $0) }
    var both = usable(ControlNames.withBoth).map { ControlQuestion(.withBoth, $0) }
    var plain = usable(ControlNames.withIPv4).map { ControlQuestion(.withIPv4, $0) }
    if few {
      both = Array(both.shuffled(using: &random).prefix(3))
      plain = Array(plain.shuffled(using: &random).prefix(1))
    }
    var rounds = [both, impossible, Array(known), plain].map { $0[...] }
    if !few {
      rounds[0].insert(
        ControlQuestion(.discovery, "ipv4only.arpa"), at: rounds[0].startIndex + min(2, rounds[0].count))
    }
    var questions: [ControlQuestion] = []
    if few { rounds.shuffle(using: &random) }
    while rounds.contains(where: { !$0.isEmpty }) {
      for index in rounds.indices {
        if let question = rounds[index].popFirst() { questions.append(question) }
      }
    }
    return questions
  }

  private func look(
    _ resolver: ResolverAddress, _ questions: [ControlQuestion], _ limits: ControlSession.Limits
  ) async throws -> Look {
    let list = questions.flatMap { question in
      question.types.compactMap { type in DomainName(question.name).map { (name: $0.lowercased, type: type) }
      }
    }
    let outcome = try await ControlSession.ask(list, of: resolver, limits)
    if let problem = outcome.problem { return Self.look(problem) }
    var answers = outcome.answers[...]
    let results = questions.compactMap { question -> ControlResult? in
      guard DomainName(question.name) != nil else { return nil }
      var result = ControlResult(kind: question.kind, name: question.name)
      for type in question.types {
        let answer = answers.popFirst() ?? nil
        if type == .a { result.a = answer } else { result.aaaa = answer }
      }
      return result.a == nil && result.aaaa == nil ? nil : result
    }
    let judged = ControlResults(results)
    return Look(results: results, finding: judged.finding, isDoubtful: judged.isDoubtful)
  }

  /// What a socket that cannot be opened shows: nothing of the resolver where the process has too many files open.
  private static func look(_ problem: IOError) -> Look {
    let isOwn = problem.errnoCode == EMFILE || problem.errnoCode == ENFILE
    return Look(
      results: [],
      finding: (isOwn ? .notJudged : .silent, "no socket can be opened to it (\(problem))"),
      isDoubtful: !isOwn)
  }
}

extension ControlResult {
  /// Whether the answers show that a name that should exist lacks records.
  fileprivate var isMissing: Bool {
    guard kind.exists else { return false }
    return [a, aaaa].contains { answer in
      switch answer {
      case .noData?, .nameError?, .policy?: true
      default: false
      }
    }
  }
}
