// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointRules
import Foundation
@_spi(Performance) import RulesTestKit
import StrictJSON
import Testing

@_spi(Performance) @testable import EndpointRulesCompiled

/// Random parameters, aimed at every rule that gives a result, through the interpreter and through compiled programs.
///
/// `EGRESS6_COMPILED_SEED` repeats a run, `EGRESS6_COMPILED_CASES` sets how many cases it has.
@Suite struct DifferentialTests {
  @Test("random cases give the interpreter's answers, by the same rules")
  func randomCases() throws {
    let release = try CompiledRelease.all.get()
    let count = TestDepth.repetitions("EGRESS6_COMPILED_CASES", quick: 10_000, full: 50_000)
    var random = SeededGenerator(seed: SeededGenerator.seed("EGRESS6_COMPILED_SEED"))
    let partitions = [release.partitions] + release.partitions.varied
    let compiled = try partitions.map { try release.compiled.replacing(partitions: $0) }
    let generators = release.services.map { CaseGenerator($0.rules) }
    var aims = generators.indices.flatMap { index in generators[index].leaves.map { (index, $0) } }
    aims.shuffle(using: &random)

    var reached: Set<String> = []
    var differences: [String] = []
    for number in 0..<count {
      let (index, leaf) = aims[number % aims.count]
      let file = Int.random(in: 0..<partitions.count, using: &random)
      let service = release.services[index]
      let parameters = Parameters(
        generators[index].parameters(for: leaf, partitions: partitions[file], using: &random))
      var interpreter = Interpreter(partitions: partitions[file])
      let expected = Answer { () throws(ResolveError) in try interpreter.run(service.rules, parameters) }
      let program = try #require(compiled[file][service.name])
      var found = [program.answers(parameters)]
      if number % 5 == 0 {
        let (bound, unbound) = CaseGenerator.split(service.rules, parameters, &random)
        if let resolver = try? EndpointResolver(program, bound: bound, unbound: unbound) {
          found.append(resolver.answers(parameters))
        }
      }
      if case .resolution(let resolution) = expected, resolution != .noMatch {
        let rule = try program.decidingRule(program.arguments(parameters))
        reached.insert("\(index) \(interpreter.decidingRule?.description ?? "")")
        if rule != interpreter.decidingRule {
          differences.append("\(service.name) \(parameters.values): \(String(describing: rule))")
        }
      }
      if found.contains(where: { $0 != expected }) {
        differences.append("\(service.name) \(parameters.values)\n  \(found)\n  instead of \(expected)")
      }
    }
    print("ran \(count) random cases on compiled programs; \(differences.count) differences")
    print(
      "reached \(reached.count) of \(aims.count) rules that give a result (\(reached.count * 100 / aims.count) %)"
    )
    #expect(differences.prefix(10) == [])
    #expect(count < 50_000 || reached.count * 10 >= aims.count * 9)
  }

  @Test("the chain of conditions, for rule sets with too many ways, gives the same answers")
  func chains() throws {
    let release = try CompiledRelease.all.get()
    let small = try #require(Partitions(Array(release.partitions.all.prefix(2))))
    var random = SeededGenerator(seed: SeededGenerator.seed("EGRESS6_CHAIN_SEED"))
    for service in release.services
    where ["s3", "sts", "kinesis", "dynamodb"].contains(where: service.name.hasPrefix) {
      let graph = try GraphBuilder.graph(of: service.rules, stateLimit: 0)
      var writer = ImageWriter(programCount: 1)
      let record = try writer.record(of: graph, name: "chain")
      let block = try writer.place(small)
      let rules = try CompiledRules(image: writer.finish(directory: record, partitions: block))
      let program = try #require(rules["chain"])
      let generator = CaseGenerator(service.rules)
      for leaf in generator.leaves {
        let parameters = Parameters(generator.parameters(for: leaf, partitions: small, using: &random))
        #expect(
          program.answers(parameters) == service.rules.answers(parameters, partitions: small),
          "\(service.name) \(parameters.values)")
      }
    }
  }
}
