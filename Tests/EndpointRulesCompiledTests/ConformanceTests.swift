// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointRules
import Foundation
@_spi(Performance) import RulesTestKit
import StrictJSON
import Testing

@_spi(Performance) @testable import EndpointRulesCompiled

/// AWS's own cases through compiled programs.
///
/// Of every two ways in which the parameters of a case are divided into bound and unbound ones, the second is the reverse of the
/// first, so every parameter is on either side. `EGRESS6_SPLITS` sets how many ways there are.
@Suite struct ConformanceTests {
  @Test("the endpoint cases of AWS, generic and with parameters bound at random")
  func endpointCases() throws {
    let release = try CompiledRelease.all.get()
    let folder = Botocore.sdist.appendingPathComponent("tests/functional/endpoint-rules")
    var random = SeededGenerator(seed: SeededGenerator.seed("EGRESS6_SPLIT_SEED"))
    let splits = TestDepth.repetitions("EGRESS6_SPLITS", quick: 2, full: 6)
    var cases = 0
    var resolvers = 0
    var failures: [String] = []
    for (service, _) in try Botocore.services() {
      let newest = try release.newest(service)
      let (rules, program) = (newest.rules, newest.program)
      let tests = try JSON(
        parsing: try Botocore.bytes(folder.appendingPathComponent("\(service)/endpoint-tests-1.json")))
      for (index, test) in (tests["testCases"]?.array ?? []).enumerated() {
        cases += 1
        var parameters = try Parameters(document: test["params"] ?? .object([]))
        parameters.undeclared = .ignored
        let expected = test["expect"] ?? .null
        let answer = program.answers(parameters)
        if !answer.agrees(with: expected)
          || answer != rules.answers(parameters, partitions: release.partitions)
        {
          failures.append("\(service)[\(index)]: \(parameters.values) gave \(answer)")
        }
        var last: [String] = []
        for number in 0..<splits {
          let (bound, unbound) =
            number % 2 == 0
            ? CaseGenerator.split(rules, parameters, &random)
            : CaseGenerator.split(rules, parameters, unbound: { !last.contains($0) })
          last = unbound
          let split = Answer { () throws(ResolveError) in
            _ = try EndpointResolver(program, bound: bound, unbound: unbound)
            return .noMatch
          }
          resolvers += 1
          let special =
            split == .resolution(.noMatch)
            ? try EndpointResolver(program, bound: bound, unbound: unbound).answers(parameters) : split
          if special != answer {
            failures.append(
              "\(service)[\(index)] with unbound \(unbound): \(parameters.values) gave \(special)")
          }
        }
      }
    }
    print(
      "ran \(cases) cases on compiled programs, and on \(resolvers) specialised ones; \(failures.count) failed"
    )
    #expect(cases == RecordedCounts.value("endpointCases", found: cases))
    #expect(failures.prefix(20) == [])
  }
}

extension Answer {
  /// Whether this is what a case of AWS expects.
  fileprivate func agrees(with expected: JSON) -> Bool {
    switch self {
    case .resolution(.endpoint(let endpoint)):
      endpoint.url == expected["endpoint"]?["url"]?.string
        && endpoint.headersJSON.sorted == (expected["endpoint"]?["headers"] ?? .object([])).sorted
        && endpoint.propertiesJSON.sorted == (expected["endpoint"]?["properties"] ?? .object([])).sorted
    case .resolution(.ruleError(let text)): text == expected["error"]?.string
    default: false
    }
  }
}
