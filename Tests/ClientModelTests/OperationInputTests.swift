// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointRules
import EndpointRulesCompiled
import Foundation
import ReleaseTestKit
import ServiceCatalog
import StrictJSON
import Testing

@testable import ClientModel

/// The end-to-end inputs of the SDK's own endpoint tests: an operation's input and the client's built-ins lead to a URL.
@Suite struct OperationInputTests {
  /// How many inputs the pinned release has; two more name buckets that clients refuse before any rule is run.
  static let usable = 654

  /// What the client itself refuses.
  static let refused = [
    "GetAccessPoint: AccountId 999999999999 is not the account of "
      + "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456:accesspoint:myaccesspoint; "
      + "leave it out or correct it"
  ]

  struct Case {
    var service: String
    var operation: String
    var input: JSON
    var builtIns: JSON
    var expectation: JSON
  }

  static func cases() throws -> [Case] {
    var cases: [Case] = []
    let root = Release.folder + "/tests/functional/endpoint-rules"
    for service in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
      let path = root + "/" + service + "/endpoint-tests-1.json"
      guard let data = FileManager.default.contents(atPath: path) else { continue }
      let document = try JSON(parsing: [UInt8](data))
      for test in document["testCases"]?.array ?? [] {
        for input in test["operationInputs"]?.array ?? [] {
          let parameters = input["operationParams"] ?? .object([])
          if ["bucket name", "example.com#"].contains(parameters["Bucket"]?.string) { continue }
          cases.append(
            Case(
              service: service, operation: try #require(input["operationName"]?.string), input: parameters,
              builtIns: input["builtInParams"] ?? .object([]), expectation: try #require(test["expect"])))
        }
      }
    }
    return cases
  }

  @Test("operation inputs lead to the URLs and errors that the SDK's tests expect") func endToEnd() throws {
    let catalog = try Release.catalog.get()
    let cases = try Self.cases()
    let evaluation = RuleEvaluation(catalog)
    // What the client refuses by itself, before the rules.
    var refused: [String] = []
    for test in cases {
      let service = try #require(catalog.service(folder: test.service))
      let declared = try #require(catalog.program(of: service.current)).parameters
      let operation = try #require(catalog.operation(test.operation, of: service.current))
      let builtIns = try Parameters(document: test.builtIns).values
      var input = test.input
      var refusal: QueryError?
      if test.service == "s3control" {
        do throws(QueryError) {
          input = try OutpostsARN.split(input, of: operation, isAccelerated: false)
        } catch {
          refusal = error
        }
      }
      let binding = OperationBinding(
        operation: operation, input: input,
        clientParameters: service.current.model?.clientParameters ?? [],
        settings: [:], builtIns: builtIns)
      if let refusal {
        refused.append("\(test.operation): \(refusal)")
        #expect(test.expectation["error"] != nil, "\(test.service) \(test.operation): \(refusal)")
        continue
      }
      let resolution = try evaluation.resolve(binding.parameters(for: declared), of: service.current)
      if let url = test.expectation["endpoint"]?["url"]?.string {
        guard case .endpoint(let endpoint) = resolution else {
          Issue.record("\(test.service) \(test.operation) \(test.input): \(resolution)")
          continue
        }
        #expect(endpoint.url == url, "\(test.service) \(test.operation)")
      } else {
        let text = try #require(test.expectation["error"]?.string)
        #expect(resolution == .ruleError(text), "\(test.service) \(test.operation) \(test.input)")
      }
    }
    print("operation inputs: \(cases.count) run")
    #expect(cases.count == Self.usable)
    #expect(refused.sorted() == Self.refused)
  }
}
