// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// How thoroughly programs are compared with the interpreter when they are compiled.
///
/// Cases are aimed at every result of a program, and at both answers of every test, by working back from the tests on a path
/// there, and run with the given partitions and with ones that support less or have other names.
public struct Proof: Sendable, Hashable {
  /// How many cases are aimed at each result of a program, and at each answer of each test.
  public var casesPerResult: Int
  /// How many random cases come on top.
  public var randomCases: Int
  /// The seed of all random numbers; the same seed gives the same cases.
  public var seed: UInt64

  /// What ``CompiledRules`` does unless told otherwise.
  public static let standard = Proof(casesPerResult: 2, randomCases: 20, seed: 6)
  /// No comparison, for rule sets that have been proved before.
  public static let none = Proof(casesPerResult: 0, randomCases: 0, seed: 0)

  /// Makes a measure of proof.
  public init(casesPerResult: Int, randomCases: Int, seed: UInt64) {
    self.casesPerResult = casesPerResult
    self.randomCases = randomCases
    self.seed = seed
  }

  /// Compares a program with its rule set.
  ///
  /// - Parameters:
  ///   - graph: What the program was written from.
  ///   - rules: The rule set.
  ///   - name: The program's name.
  ///   - variants: The program with different partitions.
  /// - Throws: ``RuleCompilerError`` with ``RuleCompilerError/Reason/differs`` for the first difference.
  func check(
    _ graph: DecisionGraph, _ rules: RuleSet, named name: String, _ variants: [Variant]
  ) throws(RuleCompilerError) {
    guard casesPerResult > 0 || randomCases > 0 else { return }
    let variants = variants.compactMap { variant in
      variant.rules[name].map { (program: $0, partitions: variant.partitions) }
    }
    let finder = PathFinder(graph)
    var random = ProofGenerator(seed: seed)
    let aims = graph.leaves.count + 2 * graph.nodes.count
    for number in 0..<aims * casesPerResult + randomCases {
      let (program, partitions) = variants[random.below(variants.count)]
      var input = PathInput(graph, partitions, random)
      input.fillAtRandom()
      if number < aims * casesPerResult {
        let target = number / casesPerResult
        let test = target - graph.leaves.count
        let path =
          test < 0
          ? finder.path(to: target, &input.random)
          : finder.path(to: test / 2, test % 2 == 0, &input.random)
        for step in path { input.make(step.test, step.holds) }
      }
      random = input.random
      try Self.compare(program, rules, Parameters(input.values), partitions)
    }
  }

  /// The programs together with the partitions that they use.
  struct Variant {
    var rules: CompiledRules
    var partitions: Partitions
  }

  private static func compare(
    _ program: EndpointProgram, _ rules: RuleSet, _ parameters: Parameters, _ partitions: Partitions
  ) throws(RuleCompilerError) {
    var interpreter = Interpreter(partitions: partitions)
    var expected: Result<Resolution, ResolveError>
    do {
      expected = .success(try interpreter.run(rules, parameters))
    } catch {
      expected = .failure(error)
    }
    let arguments = program.arguments(parameters)
    let found: Result<Resolution, ResolveError>
    do {
      found = .success(try program.resolve(arguments))
    } catch {
      found = .failure(error)
    }
    // The texts of engine errors tell more in the interpreter.
    if case .failure(.engine) = expected, case .failure(.engine) = found { return }
    let rule = try? program.decidingRule(arguments)
    guard found == expected, (try? expected.get()) == nil || rule == interpreter.decidingRule else {
      throw RuleCompilerError(
        .differs,
        "the program differs from the interpreter for \(parameters.values): \(found) by \(rule?.description ?? "none") "
          + "instead of \(expected) by \(interpreter.decidingRule?.description ?? "none"); use the interpreter"
      )
    }
  }
}

extension Partitions {
  /// The same partitions with less support, and with names that no rule knows, so that all rules can be reached.
  var varied: [Partitions] {
    [(false, true), (true, false), (false, false)].map { supporting(fips: $0, dualStack: $1) }
      + [(true, true), (false, false)].map { supporting(fips: $0, dualStack: $1, prefix: "other-") }
  }

  /// The same partitions with other support.
  func supporting(fips: Bool, dualStack: Bool, prefix: String = "") -> Partitions {
    Partitions(
      all.map { partition in
        var partition = partition
        partition.id = prefix + partition.id
        partition.supportsFIPS = fips
        partition.supportsDualStack = dualStack
        return partition
      }) ?? self
  }
}

/// A small random number generator (SplitMix64) whose whole sequence follows from its seed.
struct ProofGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  /// A number from 0 to a limit that is not reached.
  mutating func below(_ limit: Int) -> Int { limit < 2 ? 0 : Int.random(in: 0..<limit, using: &self) }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
