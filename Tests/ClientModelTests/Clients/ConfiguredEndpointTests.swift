// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import Foundation
import ServiceCatalog
import StrictJSON
import Testing

@testable import ClientModel

/// botocore's own cases for endpoints of variables and files: tests/functional/configured_endpoint_urls.
@Suite struct ConfiguredEndpointTests {
  private static func suite() throws -> JSON {
    let file = URL(fileURLWithPath: PinnedRelease.folder).appendingPathComponent(
      "tests/functional/configured_endpoint_urls/profile-tests.json")
    let document = try JSON(parsing: Array(Data(contentsOf: file)))
    return try #require(document["testSuites"]?[0])
  }

  @Test func allCasesOfBotocorePass() throws {
    let suite = try Self.suite()
    let cases = try #require(suite["endpointUrlTests"]?.array)
    #expect(cases.count == 39)
    let emulator = ClientEmulator(try .named("boto3"), catalog: try .embedded())
    var passed = 0
    for test in cases {
      let name = test["name"]?.string ?? ""
      let profile = try #require(test["profile"]?.string)
      var invocation = ClientInvocation(profile: profile)
      for member in suite["environments"]?[test["environment"]?.string ?? ""]?.object ?? [] {
        invocation.variables[member.name] = member.value.string
      }
      let config = suite["client_configs"]?[test["client_config"]?.string ?? ""]
      invocation.endpointURL = config?["endpoint_url"]?.string
      invocation.callSettings[.ignoreConfiguredEndpointURLs] = config?["ignore_configured_endpoint_urls"]?
        .bool.map { "\($0)" }
      invocation.config = ConfigurationFile(
        Array(try Self.file(profile, suite).utf8), path: "config", kind: .config)
      let service = try #require(test["service"]?.string)
      let call = ClientCall(service: service, operation: service == "s3" ? "ListBuckets" : "ListTables")
      let answer = try emulator.answer(call, invocation)
      let expected = test["output"]?["endpointUrl"]?.string
      #expect(answer.endpoint == expected, "\(name)")
      if answer.endpoint == expected { passed += 1 }
    }
    print("botocore's configured endpoints: \(passed) of \(cases.count)")
  }

  /// The configuration file as botocore's test writes it.
  private static func file(_ profile: String, _ suite: JSON) throws -> String {
    let settings = try #require(suite["profiles"]?[profile])
    var text = section("profile \(profile)", settings)
    if let name = settings["services"]?.string, let services = suite["services"]?[name] {
      text += section("services \(name)", services)
    }
    return text
  }

  private static func section(_ header: String, _ settings: JSON) -> String {
    var text = "[\(header)]\n"
    for member in settings.object ?? [] {
      if let inner = member.value.object {
        text += "\(member.name) =\n" + inner.map { "  \($0.name)=\($0.value.string ?? "")\n" }.joined()
      } else {
        text += "\(member.name)=\(member.value.string ?? "")\n"
      }
    }
    return text + "\n"
  }
}
