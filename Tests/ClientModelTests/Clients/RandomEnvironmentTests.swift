// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import Foundation
import ReleaseTestKit
import ServiceCatalog
import StrictJSON
import Testing

@testable import ClientModel

/// The same endpoint and signing as real clients in environments that nobody has thought of.
@Suite struct RandomEnvironmentTests {
  static let services = [
    "acm", "ce", "cloudformation", "cloudfront", "cloudwatch", "dynamodb", "ec2", "ecr", "ecs", "elbv2", "es",
    "events",
    "iam", "kinesis", "kms", "lambda", "logs", "organizations", "rds", "route53", "s3", "s3",
    "secretsmanager",
    "ses", "sns", "sqs", "ssm", "stepfunctions", "sts", "sts", "support",
  ]

  static func cases(_ number: Int, seed: UInt64) throws -> [RandomEnvironment.Case] {
    let catalog = try Release.catalog.get()
    var random = RandomEnvironment(seed: seed)
    var order = SplitMix64(seed: seed &+ 1)
    return try (0..<number).map { _ in
      let folder = services[Int.random(in: 0..<services.count, using: &order)]
      let service = try catalog.lookup(service: folder)
      let identifier = service.serviceID.uppercased().map { $0 == " " ? "_" : String($0) }.joined()
      return random.next(service: folder, identifier: identifier)
    }
  }

  /// What is left of a comparison.
  struct Counts {
    var endpoints = 0
    var failures = 0
    var signed = 0
  }

  /// Compares one answer; returns what is wrong.
  static func compare(
    _ emulator: ClientEmulator, _ test: RandomEnvironment.Case, _ answer: JSON, _ counts: inout Counts
  ) -> String? {
    // A client without credentials gives up after it has the endpoint, which is what is compared then.
    let error = answer["error"]?.string
    // The same holds without a region to sign for; one that cannot fetch its credentials has failed.
    let unsigned = [
      "NoCredentialsError", "NoRegionError", "Unable to locate credentials", "You must specify a region",
    ]
    let isUnsigned = unsigned.contains { error?.hasPrefix($0) != false }
    let hasSent = answer["url"]?.string != nil || isUnsigned
    let expected = hasSent ? answer["result"]?.string : nil
    let ours: ClientAnswer
    do throws(ClientStop) {
      ours = try emulator.answer(
        ClientCall(service: test.service, operation: answer["operation"]?.string), test.invocation)
    } catch {
      counts.failures += 1
      if error.code.description == "client.unknown" { return "unknown: \(error)" }
      return expected == nil ? nil : "we fail with \"\(error)\", the client calls \(expected ?? "")"
    }
    guard let expected else { return "we call \(ours.endpoint), the client fails with \(error ?? "")" }
    counts.endpoints += 1
    if ours.endpoint != expected { return "we call \(ours.endpoint), the client \(expected)" }
    // Credentials of a role are fetched first; where the script answers that call, the client goes on.
    let first = answer["role"] == nil ? ours.credentialCalls.first ?? ours : ours
    if let url = answer["url"]?.string, !url.hasPrefix(first.requestURL) {
      return "our request goes to \(first.requestURL), the client's to \(url)"
    }
    if let scope = answer["signing"]?.array?.compactMap(\.string), scope.count == 2 {
      counts.signed += 1
      let signing = [first.signing?.name ?? "", first.signing?.region ?? ""]
      if signing != scope { return "we sign for \(signing), the client for \(scope)" }
    }
    return nil
  }

  @Test("random environments and files lead boto3 to the same endpoint and signing")
  func boto3() async throws {
    let number = TestDepth.repetitions("EGRESS6_ENVIRONMENTS", quick: 300, full: 10_000)
    let cases = try Self.cases(number, seed: TestSeed.named("EGRESS6_ENVIRONMENT_SEED"))
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Scripts/botocore-environments.py").path
    let input = cases.map { $0.line.text() + "\n" }.joined()
    let run = try await Command.run(Release.python, [script], input: Array(input.utf8))
    try #require(run.status == 0, "\(run.errorText.suffix(500))")
    let answers = try run.output.split(separator: 0x0A).map { try JSON(parsing: Array($0)) }
    try #require(answers.count == cases.count)
    let emulator = ClientEmulator(try .named("boto3"), catalog: try Release.catalog.get())
    var counts = Counts()
    for (test, answer) in zip(cases, answers) {
      if let wrong = Self.compare(emulator, test, answer, &counts) {
        Issue.record("\(wrong)\n\(test.description)")
      }
    }
    print("random environments, boto3: \(counts)")
    #expect(counts.endpoints > number / 3 && counts.failures > number / 20 && counts.signed > number / 4)
  }

  @Test("random environments and files lead the AWS CLI to the same endpoint and signing")
  func commandLine() async throws {
    let number = TestDepth.repetitions("EGRESS6_CLI_ENVIRONMENTS", quick: 60, full: 1_000)
    let cases = try Self.cases(number, seed: TestSeed.named("EGRESS6_CLI_ENVIRONMENT_SEED", fixed: 7))
    let folder = try TemporaryFolder()
    let input = try cases.enumerated().map { index, test in
      var environment = test.variables
      for (name, variable, bytes) in [
        ("config", "AWS_CONFIG_FILE", test.config),
        ("credentials", "AWS_SHARED_CREDENTIALS_FILE", test.credentials),
      ] {
        let path = folder.path + "/\(name)-\(index)"
        if let bytes { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
        environment[variable] = path
      }
      var options: [String] = []
      for (option, value) in [
        ("--profile", test.profile), ("--region", test.region), ("--endpoint-url", test.url),
      ] {
        if let value { options += [option, value] }
      }
      return JSON.object([
        .init("service", .string(test.service)), .init("options", .array(options.map { .string($0) })),
        .init(
          "environment",
          .object(environment.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
      ]).text() + "\n"
    }.joined()
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Scripts/aws-endpoints.py").path
    let run = try await Command.run(Release.python, [script, Release.data], input: Array(input.utf8))
    try #require(run.status == 0, "\(run.errorText.suffix(500))")
    let answers = try run.output.split(separator: 0x0A).map { try JSON(parsing: Array($0)) }
    try #require(answers.count == cases.count)
    let emulator = ClientEmulator(try .named("cli-v1"), catalog: try Release.catalog.get())
    var counts = Counts()
    for (test, answer) in zip(cases, answers) {
      var test = test
      // The script gives every command credentials, whatever the environment says.
      for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] where test.variables[name] == nil {
        test.variables[name] = "AKIAIOSFODNN7EXAMPLE"
      }
      if let wrong = Self.compare(emulator, test, answer, &counts) {
        Issue.record("\(wrong)\n\(test.description)")
      }
    }
    print("random environments, AWS CLI: \(counts)")
    #expect(counts.endpoints > number / 3 && counts.failures > number / 20)
  }
}
