// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointRules
import Foundation
import ReleaseTestKit
import ServiceCatalog
import StrictJSON
import Testing

@testable import ClientModel

/// The same answers as botocore's own clients with the same settings.
@Suite struct BotocoreTests {
  /// A question for both.
  struct Question {
    var query: EndpointQuery
    /// The request's input as botocore takes it.
    var operation: String

    /// The line for the script.
    var line: JSON {
      var config: [JSON.Member] = []
      var s3: [JSON.Member] = []
      var environment: [JSON.Member] = []
      let options = query.options
      if let mode = options.accountIDEndpointMode {
        config.append(.init("account_id_endpoint_mode", .string(mode.rawValue)))
      }
      if options.disableHostPrefixInjection == true { config.append(.init("inject_host_prefix", false)) }
      if let style = options.s3AddressingStyle {
        s3.append(.init("addressing_style", .string(style.rawValue)))
      }
      if let flag = options.s3Accelerate { s3.append(.init("use_accelerate_endpoint", .bool(flag))) }
      if let flag = options.s3UseARNRegion { s3.append(.init("use_arn_region", .bool(flag))) }
      if let flag = options.s3DisableMultiRegionAccessPoints {
        s3.append(.init("s3_disable_multiregion_access_points", .bool(flag)))
      }
      if let flag = options.s3DisableExpressSessionAuth {
        s3.append(.init("disable_s3_express_session_auth", .bool(flag)))
      }
      if let mode = options.s3USEast1RegionalEndpoint {
        s3.append(.init("us_east_1_regional_endpoint", .string(mode.rawValue)))
      }
      if let mode = options.stsRegionalEndpoints {
        environment.append(.init("AWS_STS_REGIONAL_ENDPOINTS", .string(mode.rawValue)))
      }
      if !options.clientParameters.isEmpty {
        let parameters = options.clientParameters.map { name, value in
          JSON.Member(Self.pythonName(name), Self.flag(value))
        }
        config.append(.init("client_context_params", .object(parameters)))
      }
      func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
      return .object([
        .init("service", .string(query.service)), .init("region", text(query.region)),
        .init("dualstack", .bool(query.useDualStack)), .init("fips", .bool(query.useFIPS)),
        .init("endpoint_url", text(query.endpointURL)), .init("account", text(options.accountID)),
        .init("config", .object(config)), .init("s3", .object(s3)),
        .init("environment", .object(environment)),
        .init("operation", .string(operation)), .init("params", query.input),
      ])
    }

    private static func flag(_ text: String) -> JSON {
      text == "true" || text == "false" ? .bool(text == "true") : .string(text)
    }

    /// `ServiceType` as `service_type`.
    private static func pythonName(_ name: String) -> String {
      var result = ""
      for character in name {
        if character.isUppercase, !result.isEmpty { result += "_" }
        result += character.lowercased()
      }
      return result
    }
  }

  /// What is known of the answers to a list of questions.
  struct Counts {
    var endpoints = 0
    var errors = 0
  }

  /// Asks both, and records each difference.
  @discardableResult
  static func compare(_ questions: [Question]) async throws -> Counts {
    let input = questions.map { $0.line.text() + "\n" }.joined()
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Scripts/botocore-endpoints.py").path
    let run = try await Command.run(Release.python, [script], input: Array(input.utf8))
    try #require(run.status == 0, "\(run.errorText.suffix(500))")
    let answers = try run.output.split(separator: 0x0A).map { try JSON(parsing: Array($0)) }
    try #require(answers.count == questions.count)
    let resolver = ClientResolver(try Release.catalog.get())
    var counts = Counts()
    for (question, answer) in zip(questions, answers) {
      let found: ResolvedEndpoint
      do throws(QueryError) {
        found = try resolver.resolve(question.query)
      } catch {
        #expect(answer["error"] != nil, "\(question.line.text()): \(error), not \(answer.text())")
        counts.errors += 1
        continue
      }
      guard let url = found.url else {
        #expect(answer["error"] != nil, "\(question.line.text()): \(found.resolution), not \(answer.text())")
        counts.errors += 1
        continue
      }
      #expect(answer["result"]?.string == url, "\(question.line.text()): \(answer.text())")
      // botocore adds the operation's own path to what egress6 shows.
      let request = try #require(found.requestURL)
      #expect(
        answer["url"]?.string?.hasPrefix(request) == true,
        "\(question.line.text()): \(answer.text()), \(request)")
      if let signing = found.signing {
        #expect(answer["name"]?.string == signing.name, "\(question.line.text()): \(answer.text())")
        #expect(answer["region"]?.string == signing.region, "\(question.line.text()): \(answer.text())")
      }
      counts.endpoints += 1
    }
    return counts
  }

  /// An operation with its input.
  static func call(_ service: String, _ operation: String, _ input: [(String, JSON)] = []) -> Question {
    let members = input.map { JSON.Member($0.0, $0.1) }
    return Question(
      query: EndpointQuery(service: service, operation: operation, input: .object(members)),
      operation: operation)
  }

  static let account: JSON = "123456789012"

  /// Operations whose names depend on settings, with inputs that lead to different rules.
  static var calls: [Question] {
    var calls = [call("s3", "ListBuckets")]
    let buckets = [
      "my-bucket", "a.dotted.bucket", "Upper_Case", "arn:aws:s3:us-west-2:123456789012:accesspoint/point",
      "arn:aws:s3::123456789012:accesspoint/point.mrap",
      "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/point",
      "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/point",
      "my-bucket--use1-az4--x-s3",
    ]
    for bucket in buckets {
      calls.append(call("s3", "GetObject", [("Bucket", .string(bucket)), ("Key", "k")]))
      calls.append(call("s3", "GetBucketLocation", [("Bucket", .string(bucket))]))
      calls.append(call("s3", "ListObjectsV2", [("Bucket", .string(bucket))]))
    }
    calls.append(call("s3", "CreateBucket", [("Bucket", "my-bucket")]))
    calls.append(call("s3control", "ListJobs", [("AccountId", account)]))
    calls.append(
      call(
        "s3control", "GetBucket",
        [
          (
            "Bucket",
            "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456:bucket:b"
          ), ("AccountId", account),
        ]))
    calls.append(
      call(
        "s3control", "GetAccessPoint",
        [
          (
            "Name",
            "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456:accesspoint:b"
          ), ("AccountId", account),
        ]))
    let table = "arn:aws:dynamodb:us-west-2:111122223333:table/t"
    for name in ["t", table] {
      calls.append(call("dynamodb", "GetItem", [("TableName", .string(name)), ("Key", .object([]))]))
      calls.append(call("dynamodb", "DescribeTable", [("TableName", .string(name))]))
    }
    calls += [
      call("dynamodb", "ListTables"), call("dynamodbstreams", "ListStreams"), call("kinesis", "ListStreams"),
      call("kinesis", "DescribeStreamSummary", [("StreamName", "s")]),
      call(
        "kinesis", "GetRecords",
        [("StreamARN", "arn:aws:kinesis:us-west-2:123456789012:stream/s"), ("ShardIterator", "i")]),
      call("sts", "GetCallerIdentity"), call("iam", "ListUsers"), call("ec2", "DescribeRegions"),
      call("lambda", "ListFunctions"), call("acm", "ListCertificates"), call("acm", "ListDomains"),
      call("stepfunctions", "StartSyncExecution", [("stateMachineArn", "x")]),
      call("iotsitewise", "ListAssetModels"), call("logs", "DescribeLogGroups"),
      call("events", "PutEvents", [("Entries", .array([])), ("EndpointId", "abcde.veo")]),
      call("timestream-write", "DescribeEndpoints"), call("neptune-graph", "ListGraphs"),
    ]
    return calls
  }

  static let regions: [String?] = [
    "us-east-1", "us-west-2", "eu-west-1", "us-east-1", "us-gov-west-1", "cn-north-1", "aws-global", "auto",
    "ENAM",
    "eu-new-1", "fips-us-west-2", "us-east-1-fips", nil,
  ]
  static let urls: [String?] = [
    nil, nil, nil, "http://127.0.0.1:8083", "https://[2001:db8::1]:8443/x", "https://abc.example.com",
    "https://s3-accelerate.amazonaws.com", "http://user@10.0.0.1",
  ]

  /// One question after another, each with other settings; the same ones in every run.
  static func questions(_ count: Int) -> [Question] {
    var state: UInt64 = 20_261_130
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    func sometimes<T>(_ values: [T]) -> T? { next(3) == 0 ? values[next(values.count)] : nil }
    let calls = calls
    return (0..<count).map { index in
      var question = calls[index % calls.count]
      question.query.region = regions[next(regions.count)]
      question.query.endpointURL = urls[next(urls.count)]
      question.query.useDualStack = next(3) == 0
      question.query.useFIPS = next(4) == 0
      question.query.options.accountID = sometimes(["123456789012"])
      question.query.options.accountIDEndpointMode = sometimes(ClientOptions.AccountIDEndpointMode.allCases)
      question.query.options.s3AddressingStyle = sometimes(ClientOptions.AddressingStyle.allCases)
      question.query.options.s3Accelerate = sometimes([true, false])
      question.query.options.s3UseARNRegion = sometimes([true, false])
      question.query.options.s3DisableMultiRegionAccessPoints = sometimes([true, false])
      question.query.options.s3DisableExpressSessionAuth = sometimes([true, false])
      question.query.options.s3USEast1RegionalEndpoint = sometimes(ClientBehavior.RegionalEndpoints.allCases)
      question.query.options.stsRegionalEndpoints = sometimes(ClientBehavior.RegionalEndpoints.allCases)
      question.query.options.disableHostPrefixInjection = sometimes([true, false])
      if question.query.service == "acm" {
        question.query.options.clientParameters =
          sometimes([["ServiceType": "x"], ["ServiceType": "ACM"]]) ?? [:]
      }
      return question
    }
  }

  @Test("every setting leads to the endpoint, request and signing scope of botocore") func settings()
    async throws
  {
    let number = TestDepth.repetitions("EGRESS6_SETTING_CASES", quick: 400, full: 1_600)
    let counts = try await Self.compare(Self.questions(number))
    print("botocore: \(counts)")
    #expect(counts.endpoints > number / 2 && counts.errors > number / 8)
  }

  @Test("a region is accepted where botocore accepts it")
  func regionNames() async throws {
    let names = [
      "auto", "ENAM", "eu-new-1", "fips-auto", String(repeating: "x", count: 63), "a1", "12", "-a", "a-",
      "a_b", "a.b",
      "fips-", "eu west", "é", String(repeating: "x", count: 64),
    ]
    let questions = ["ec2", "iam", "s3", "sts"].flatMap { service in
      names.map { name in
        let operation = ["ec2": "DescribeRegions", "iam": "ListUsers", "s3": "ListBuckets"][service]
        var question = Self.call(service, operation ?? "GetCallerIdentity")
        question.query.region = name
        return question
      }
    }
    let counts = try await Self.compare(questions)
    #expect(counts.endpoints == 24 && counts.errors == 36)
  }
}
