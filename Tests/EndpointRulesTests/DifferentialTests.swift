// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
@_spi(Performance) import EndpointRulesCompiled
import Foundation
import RulesTestKit
import StrictJSON
import Testing

@testable import EndpointRules

/// Random parameters, aimed at every rule that gives a result, through the interpreter, through compiled programs, generic and
/// with some parameters bound, and through botocore's engine.
///
/// `EGRESS6_DIFF_SEED` repeats a run, `EGRESS6_DIFF_CASES` sets how many cases it has.
@Suite struct DifferentialTests {
  /// A case and where it was aimed.
  private struct Case {
    var rules: Int
    var partitions: Int
    var parameters: Parameters
    var ours: [UInt8]
  }

  /// A difference that is decided, and why botocore is not followed.
  private struct Quirk: Sendable {
    var reason: String
    /// The pairs of answers that it explains, ours first; any other pair is a failure.
    var pairs: Set<Pair>
    /// How many of 100,000 cases it explains.
    var band: ClosedRange<Int>
    var applies: @Sendable (_ parameters: Parameters, _ pair: Pair) -> Bool
  }

  /// The kinds of our answer and of botocore's.
  private struct Pair: Hashable, Sendable, CustomStringConvertible {
    var ours: String
    var theirs: String
    var description: String { "\(ours)|\(theirs)" }

    init(_ ours: JSON, _ theirs: JSON) {
      self.ours = Self.kind(ours)
      self.theirs = Self.kind(theirs)
    }

    private init(ours: String, theirs: String) {
      self.ours = ours
      self.theirs = theirs
    }

    /// Every pair of one of ours and one of theirs.
    static func all(_ ours: [String], _ theirs: [String]) -> Set<Pair> {
      Set(ours.flatMap { ours in theirs.map { Pair(ours: ours, theirs: $0) } })
    }

    private static func kind(_ answer: JSON) -> String {
      answer["exception"]?.string ?? answer["kind"]?.string ?? "endpoint"
    }
  }

  /// Each answers with an endpoint or with AWS's own error text, in any combination.
  private static let verdicts = Pair.all(["endpoint", "rule"], ["endpoint", "rule"])

  private static let quirks = [
    Quirk(
      reason: "botocore fails on a URL without a host or with malformed brackets; here it is not a URL",
      pairs: Pair.all(["endpoint", "rule", "engine"], ["TypeError", "ValueError"]), band: 120...350
    ) { parameters, pair in
      guard case .string(let url) = parameters["Endpoint"] else { return false }
      return ParsedURL(url) == nil && pair.theirs.hasSuffix("Error")
    },
    Quirk(
      reason: "botocore strips blanks and control characters from URLs; here such a text is not a URL",
      pairs: verdicts.union(Pair.all(["engine"], ["rule"])), band: 15...120
    ) { parameters, _ in
      guard case .string(let url) = parameters["Endpoint"] else { return false }
      return url.utf8.first == 0x20 || url.utf8.contains { $0 < 0x20 }
    },
    Quirk(
      reason: "which text Python takes beside an IPv6 host's brackets depends on its version; here none is",
      pairs: verdicts, band: 0...60
    ) { parameters, _ in
      guard case .string(let url) = parameters["Endpoint"] else { return false }
      return ParsedURL(url) == nil && (url.contains("[") || url.contains("]"))
    },
    Quirk(
      reason: "botocore's $ also matches before a final newline; a label or region cannot hold one",
      pairs: verdicts, band: 8...100
    ) { parameters, _ in parameters.texts.contains { $0.utf8.contains(0x0A) } },
    Quirk(
      reason: "botocore's \\d and \\w match digits and letters of all scripts; names in DNS are ASCII",
      pairs: verdicts, band: 8...100
    ) { parameters, _ in parameters.texts.contains { !$0.utf8.allSatisfy { $0 < 0x80 } } },
  ]

  /// The partitions of the release, and files in which other rules can be reached.
  private static func partitionTexts() throws -> [[UInt8]] {
    let real = try Botocore.bytes(Botocore.sdist.appendingPathComponent("botocore/data/partitions.json"))
    let elements = try JSON(parsing: real)["partitions"]?.array ?? []
    func varied(_ change: (_ index: Int) -> (fips: Bool, dualStack: Bool)) -> [UInt8] {
      let partitions = elements.enumerated().map { index, element in
        let flags = change(index)
        return element.replacing("outputs") { outputs in
          outputs.replacing("supportsFIPS") { _ in .bool(flags.fips) }
            .replacing("supportsDualStack") { _ in .bool(flags.dualStack) }
            .replacing("dnsSuffix") { .string("v4." + ($0.string ?? "")) }
            .replacing("dualStackDnsSuffix") { .string("v6." + ($0.string ?? "")) }
        }
      }
      return JSON.object([JSON.Member("partitions", .array(partitions))]).bytes()
    }
    return [
      real, varied { _ in (false, true) }, varied { _ in (true, false) }, varied { _ in (false, false) },
      varied { ($0 % 2 == 0, $0 % 3 == 0) },
    ]
  }

  @Test("random cases give botocore's answers")
  func randomCases() async throws {
    let seed = SeededGenerator.seed("EGRESS6_DIFF_SEED")
    let count = TestDepth.repetitions("EGRESS6_DIFF_CASES", quick: 20_000, full: 100_000)
    var random = SeededGenerator(seed: seed)
    let texts = try Self.partitionTexts()
    let partitions = try texts.map { try Partitions(json: $0) }
    var files: [String] = []
    var generators: [CaseGenerator] = []
    let release = try CompiledRelease.all.get()
    let compiled = try partitions.map { try release.compiled.replacing(partitions: $0) }
    for (service, versions) in try Botocore.services() {
      for version in versions {
        files.append("\(service)/\(version)")
        generators.append(CaseGenerator(try RuleSet(json: try Botocore.ruleSetJSON(service, version))))
      }
    }
    var aims = generators.indices.flatMap { index in generators[index].leaves.map { (index, $0) } }
    aims.shuffle(using: &random)

    var reached: Set<String> = []
    var cases: [Case] = []
    var compiledDifferences: [String] = []
    var specialised = 0
    cases.reserveCapacity(count)
    for number in 0..<count {
      let (index, leaf) = aims[number % aims.count]
      let file = number % 3 == 0 ? 0 : Int.random(in: 0..<texts.count, using: &random)
      let parameters = Parameters(
        generators[index].parameters(for: leaf, partitions: partitions[file], using: &random))
      var interpreter = Interpreter(partitions: partitions[file])
      let ours: JSON
      let program = try #require(compiled[file][files[index]])
      var found = [Answer { () throws(ResolveError) in try program.resolve(program.arguments(parameters)) }]
      if number % 20 == 0 {
        let (bound, unbound) = CaseGenerator.split(generators[index].rules, parameters, &random)
        if let resolver = try? EndpointResolver(program, bound: bound, unbound: unbound) {
          specialised += 1
          found.append(
            Answer { () throws(ResolveError) in try resolver.resolve(resolver.arguments(parameters)) })
        }
      }
      let expected = Answer { () throws(ResolveError) in
        try generators[index].rules.resolve(parameters, partitions: partitions[file])
      }
      if found.contains(where: { $0 != expected }) {
        compiledDifferences.append("\(files[index]) partitions \(file) \(parameters.json.text()): \(found)")
      }
      do {
        ours = try interpreter.run(generators[index].rules, parameters).comparable
        if let decided = interpreter.decidingRule { reached.insert("\(index) \(decided)") }
      } catch {
        ours = error.comparable
      }
      cases.append(Case(rules: index, partitions: file, parameters: parameters, ours: ours.sorted.bytes()))
    }

    let answers = try await BotocoreOracle.answers(
      cases.map {
        JSON.array([.integer(Int64($0.rules)), .integer(Int64($0.partitions)), $0.parameters.json]).bytes()
      },
      rules: files.map { "\(Botocore.ruleSets.path)/\($0)/endpoint-rule-set-1.json" }, partitions: texts)
    try #require(answers.count == cases.count)
    var differences: [String] = []
    var excused: [Int: [Pair: Int]] = [:]
    var kinds: [String: Int] = [:]
    for (test, answer) in zip(cases, answers) {
      let theirs = try JSON(parsing: answer)
      kinds[theirs["kind"]?.string ?? "endpoint", default: 0] += 1
      if test.ours == answer || (theirs["kind"] == "engine" && test.ours == Array(#"{"kind":"engine"}"#.utf8))
      {
        continue
      }
      let pair = Pair(try JSON(parsing: test.ours), theirs)
      if let quirk = Self.quirks.firstIndex(where: { $0.applies(test.parameters, pair) }) {
        excused[quirk, default: [:]][pair, default: 0] += 1
      } else {
        differences.append(
          "\(files[test.rules]) partitions \(test.partitions) \(test.parameters.json.text())\n"
            + "  ours   \(String(decoding: test.ours, as: UTF8.self))\n  theirs \(String(decoding: answer, as: UTF8.self))"
        )
      }
    }
    print(
      "ran \(cases.count) random cases: \(kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))"
    )
    print(
      "reached \(reached.count) of \(aims.count) rules that give a result; \(differences.count) differences")
    print(
      "the same cases on compiled programs, \(specialised) of them on specialised ones, too: "
        + "\(compiledDifferences.count) differences")
    #expect(compiledDifferences.prefix(10) == [])
    for (index, quirk) in Self.quirks.enumerated() {
      let pairs = excused[index] ?? [:]
      let times = pairs.values.reduce(0, +)
      print("  decided \(times) times, \(pairs): \(quirk.reason)")
      #expect(Set(pairs.keys).isSubset(of: quirk.pairs), "\(quirk.reason)")
      // Bands are per 100,000 cases; fewer cases scatter more.
      let share = Double(count) / 100_000
      let (lowest, highest) = (Double(quirk.band.lowerBound), Double(quirk.band.upperBound))
      let band = count == 100_000 ? lowest...highest : lowest * share / 2...highest * share * 1.5 + 5
      #expect(band.contains(Double(times)), "\(times) of \(count): \(quirk.reason)")
    }
    #expect(differences.prefix(10) == [])
    #expect(count < 100_000 || reached.count * 100 >= aims.count * 97)
  }
}

extension Parameters {
  fileprivate var texts: [String] {
    values.values.flatMap { value -> [String] in
      switch value {
      case .string(let text): [text]
      case .stringArray(let texts): texts
      case .boolean: []
      }
    }
  }

  fileprivate var json: JSON {
    .object(values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, RuntimeValue($0.value).tree.json) })
  }
}

extension Resolution {
  fileprivate var comparable: JSON {
    switch self {
    case .endpoint(let endpoint): endpoint.json
    case .ruleError(let text): ["kind": "rule", "error": .string(text)]
    case .noMatch: ["kind": "noMatch"]
    }
  }
}

extension ResolveError {
  fileprivate var comparable: JSON {
    switch self {
    case .undeclaredParameter(let name, _): ["kind": "undeclaredParam", "error": .string(name)]
    case .missingParameter(let name): ["kind": "missingParam", "error": .string(name)]
    case .engine: ["kind": "engine"]
    }
  }
}

extension JSON {
  fileprivate func replacing(_ name: String, _ change: (JSON) -> JSON) -> JSON {
    .object((object ?? []).map { $0.name == name ? Member(name, change($0.value)) : $0 })
  }
}
