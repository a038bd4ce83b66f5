// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointRules
import Foundation
import RulesTestKit
import StrictJSON
import Testing

/// AWS's own test cases, from the source distribution of the pinned botocore release.
@Suite struct ConformanceTests {
  /// How many cases a suite has run, and what went wrong.
  private struct Tally {
    var cases = 0
    var failures: [String] = []

    mutating func check(
      _ rules: RuleSet, _ test: JSON, _ partitions: Partitions, _ place: @autoclosure () -> String
    ) throws {
      cases += 1
      var parameters = try Parameters(document: test["params"] ?? .object([]))
      parameters.undeclared = .ignored
      let expected = test["expect"] ?? .null
      let result = try? rules.resolve(parameters, partitions: partitions)
      let isRight =
        switch result {
        case .endpoint(let endpoint):
          endpoint.url == expected["endpoint"]?["url"]?.string
            && endpoint.headersJSON.sorted == (expected["endpoint"]?["headers"] ?? .object([])).sorted
            && endpoint.propertiesJSON.sorted == (expected["endpoint"]?["properties"] ?? .object([])).sorted
        case .ruleError(let text): text == expected["error"]?.string
        case .noMatch, nil: false
        }
      if !isRight { failures.append("\(place()): \(parameters.values) gave \(String(describing: result))") }
    }
  }

  @Test("all rule sets of the release are read, in every API version")
  func readsEveryRuleSet() throws {
    var count = 0
    for (service, versions) in try Botocore.services() {
      for version in versions {
        _ = try RuleSet(json: try Botocore.ruleSetJSON(service, version))
        count += 1
      }
    }
    print("read \(count) rule sets")
    #expect(count == RecordedCounts.value("versions", found: count))
  }

  @Test("the endpoint cases of AWS")
  func endpointCases() throws {
    let partitions = try #require(Botocore.partitions)
    let folder = Botocore.sdist.appendingPathComponent("tests/functional/endpoint-rules")
    var tally = Tally()
    var services = 0
    for (service, versions) in try Botocore.services() {
      let rules = try RuleSet(json: try Botocore.ruleSetJSON(service, try #require(versions.last)))
      let tests = try JSON(
        parsing: try Botocore.bytes(folder.appendingPathComponent("\(service)/endpoint-tests-1.json")))
      services += 1
      for (index, test) in (tests["testCases"]?.array ?? []).enumerated() {
        try tally.check(rules, test, partitions, "\(service)[\(index)]")
      }
    }
    print("ran \(tally.cases) endpoint cases of \(services) services, \(tally.failures.count) failed")
    #expect(services == RecordedCounts.value("services", found: services))
    #expect(tally.cases == RecordedCounts.value("endpointCases", found: tally.cases))
    #expect(tally.failures.prefix(20) == [])
  }

  @Test("the 101 unit cases of botocore, and its 18 valid rule sets")
  func unitCases() throws {
    let partitions = try #require(Botocore.partitions)
    let folder = Botocore.sdist.appendingPathComponent("tests/unit/data/endpoints")
    let ruleFiles = try FileManager.default
      .contentsOfDirectory(atPath: folder.appendingPathComponent("valid-rules").path).sorted()
    var tally = Tally()
    var compared = 0
    for file in ruleFiles {
      let rules = try RuleSet(json: try Botocore.bytes(folder.appendingPathComponent("valid-rules/\(file)")))
      guard let json = try? Botocore.bytes(folder.appendingPathComponent("test-cases/\(file)")) else {
        continue
      }
      for (index, test) in (try JSON(parsing: json)["testCases"]?.array ?? []).enumerated() {
        try tally.check(rules, test, partitions, "\(file)[\(index)]")
        var parameters = try Parameters(document: test["params"] ?? .object([]))
        parameters.undeclared = .ignored
        compared += try rules.expectSameCompiled(parameters, partitions)
      }
    }
    print("compared \(compared) answers of compiled rules in unit cases")
    #expect(compared >= 3 * 101)
    print("ran \(tally.cases) unit cases of \(ruleFiles.count) rule sets, \(tally.failures.count) failed")
    #expect(ruleFiles.count == 18)
    #expect(tally.cases >= 101)
    #expect(tally.failures.prefix(20) == [])
  }
}
