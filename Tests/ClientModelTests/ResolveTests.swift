// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import EndpointRules
import ReleaseTestKit
import ServiceCatalog
import StrictJSON
import Testing

@testable import ClientModel

@Suite struct ResolveTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var query: EndpointQuery
    var request: String?
    var signing: Signing?
    var testDescription: String { "\(query.service) \(query.operation ?? "") \(query.region ?? "-")" }

    init(_ query: EndpointQuery, _ request: String?, name: String? = nil, region: String? = nil) {
      self.query = query
      self.request = request
      signing = name.map { Signing(scheme: "sigv4", name: $0, region: region) }
    }
  }

  static func s3(_ operation: String, _ bucket: String, _ region: String?) -> EndpointQuery {
    EndpointQuery(
      service: "s3", region: region, operation: operation, input: .object([.init("Bucket", .string(bucket))]))
  }

  /// The settings of a client with credentials that tell their account.
  static let account: ClientOptions = {
    var options = ClientOptions()
    options.accountID = "123456789012"
    return options
  }()

  static let cases = [
    Case(
      .init(service: "ec2", region: "eu-west-1"), "https://ec2.eu-west-1.amazonaws.com", name: "ec2",
      region: "eu-west-1"),
    Case(
      .init(service: "ec2", region: "eu-west-1", useDualStack: true), "https://ec2.eu-west-1.api.aws",
      name: "ec2",
      region: "eu-west-1"),
    Case(.init(service: "iam"), "https://iam.amazonaws.com", name: "iam", region: "us-east-1"),
    Case(
      s3("GetObject", "b-1", "eu-west-1"), "https://b-1.s3.eu-west-1.amazonaws.com", name: "s3",
      region: "eu-west-1"),
    Case(s3("GetObject", "b-1", nil), "https://b-1.s3.amazonaws.com", name: "s3", region: "us-east-1"),
    Case(
      s3("GetBucketLocation", "b-1", "eu-west-1"), "https://s3.eu-west-1.amazonaws.com/b-1", name: "s3",
      region: "eu-west-1"),
    Case(
      .init(service: "iotsitewise", region: "eu-west-1", operation: "ListAssets"),
      "https://api.iotsitewise.eu-west-1.amazonaws.com", name: "iotsitewise", region: "eu-west-1"),
    Case(
      .init(
        service: "iotsitewise", region: "eu-west-1", endpointURL: "http://127.0.0.1:1/x",
        operation: "ListAssets"),
      "http://api.127.0.0.1:1/x", name: "iotsitewise", region: "eu-west-1"),
    Case(
      .init(
        service: "s3control", region: "eu-west-1", operation: "ListJobs",
        input: .object([.init("AccountId", "123456789012")])),
      "https://123456789012.s3-control.eu-west-1.amazonaws.com", name: "s3", region: "eu-west-1"),
    Case(
      .init(service: "cognito-idp", region: "eu-west-1", operation: "InitiateAuth"),
      "https://cognito-idp.eu-west-1.amazonaws.com"),
    Case(
      .init(
        service: "dynamodb", region: "eu-west-1", operation: "BatchGetItem",
        input: .object([.init("RequestItems", .object([.init("t", .object([]))]))])),
      "https://dynamodb.eu-west-1.amazonaws.com", name: "dynamodb", region: "eu-west-1"),
    Case(
      .init(
        service: "dynamodb", region: "eu-west-1", options: account, operation: "GetItem"),
      "https://123456789012.ddb.eu-west-1.amazonaws.com", name: "dynamodb", region: "eu-west-1"),
  ]

  @Test("clients' own rules are kept", arguments: cases) func resolves(_ test: Case) throws {
    let resolver = ClientResolver(try Release.catalog.get())
    let result = try resolver.resolve(test.query)
    #expect(result.requestURL == test.request)
    #expect(result.signing == test.signing)
    #expect(try result.explanation().result.get() == result.resolution)
  }

  @Test("a rule's error is an answer, not a failure") func ruleError() throws {
    let resolver = ClientResolver(try Release.catalog.get())
    let result = try resolver.resolve(
      Self.s3("GetObject", "arn:aws:s3:us-west-2:123456789012:accesspoint", "us-west-2"))
    #expect(
      result.resolution
        == .ruleError(
          "Invalid ARN: Expected a resource of the format `accesspoint:<accesspoint name>` but no name was provided"
        ))
    #expect(result.url == nil && result.requestURL == nil && result.signing == nil)
  }

  static let failures: [(EndpointQuery, QueryError)] = [
    (.init(service: "ec2"), .missingRegion(service: "ec2")),
    (
      .init(service: "ec2", region: "eu_west_1"),
      .invalidRegion("eu_west_1", nearest: ["eu-west-1", "eu-west-2", "eu-west-3"])
    ),
    (.init(service: "iam", region: ""), .invalidRegion("", nearest: [])),
    (
      .init(service: "sts", apiVersion: "2000-01-01", region: "eu-west-1"),
      .unknownVersion("2000-01-01", service: "sts", versions: ["2011-06-15"])
    ),
    (
      .init(service: "sts", region: "eu-west-1", operation: "GetCallerIdentiy"),
      .unknownOperation("GetCallerIdentiy", service: "sts", nearest: ["GetCallerIdentity"])
    ),
    (
      .init(
        service: "s3", region: "eu-west-1", operation: "GetObject", input: .object([.init("Bucket", true)])),
      .invalidInput("input Bucket: expected a string for parameter Bucket, found a boolean")
    ),
  ]

  @Test("what cannot be answered says why", arguments: failures)
  func fails(query: EndpointQuery, expected: QueryError) throws {
    let resolver = ClientResolver(try Release.catalog.get())
    #expect(throws: expected) { try resolver.resolve(query) }
  }

  @Test("an operation's host name needs its labels") func hostLabel() throws {
    let resolver = ClientResolver(try Release.catalog.get())
    let error = #expect(throws: QueryError.self) {
      try resolver.resolve(
        .init(service: "neptune-graph", region: "eu-west-1", operation: "ExecuteQuery"))
    }
    #expect(error == .missingHostLabel("graphIdentifier", operation: "ExecuteQuery"))
    #expect(error?.facts == [.given: "graphIdentifier"])
  }

  static let paths: [(String, String, String?)] = [
    ("a.b", #"{"a":{"b":"x"}}"#, #""x""#), ("a.b", #"{"a":{}}"#, nil),
    ("keys(a)", #"{"a":{"x":1,"y":2}}"#, #"["x","y"]"#),
    ("a[*].b.c", #"{"a":[{"b":{"c":1}},{"b":{}},{"b":{"c":2}}]}"#, "[1,2]"),
    ("a[*].[b.c, d.c][]", #"{"a":[{"b":{"c":"1"}},{"d":{"c":"2"}},{}]}"#, #"["1","2"]"#),
    ("a[]", #"{"a":[[1,2],3,[[4]]]}"#, "[1,2,3,[4]]"), ("a", #"{"a":null}"#, nil), ("keys(a)", "{}", nil),
  ]

  @Test("paths into the input give what JMESPath gives", arguments: paths)
  func path(path: String, input: String, expected: String?) throws {
    let value = try #require(InputPath(path)).value(in: JSON(parsing: Array(input.utf8)))
    #expect(value?.text() == expected)
  }

  @Test(
    "paths beyond the trait's subset are refused",
    arguments: ["", "a.", "a[0]", "a | b", "length(a)", "a[?b]", "1a", "a]"])
  func wrongPath(path: String) {
    #expect(InputPath(path) == nil)
  }

  static let lines: [(String, String)] = [
    (
      #"{"id":1,"service":"ec2","params":{"Region":"eu-west-1"}}"#,
      #"{"id":1,"url":"https://ec2.eu-west-1.amazonaws.com","properties":{},"headers":{}}"#
    ),
    (
      #"{"id":"a","service":"ec2"}"#,
      #"{"id":"a","error":"Invalid Configuration: Missing Region","kind":"rule"}"#
    ),
    (
      #"{"id":3,"service":"ec2","params":{"Region":true}}"#,
      #"{"id":3,"error":"parameter Region: expected a string, found a boolean","kind":"engine"}"#
    ),
    (
      #"{"id":4,"service":"ec2","apiVersion":"2014-09-01","params":{"Region":"cn-north-1","UseDualStack":true}}"#,
      #"{"id":4,"url":"https://ec2.cn-north-1.api.amazonwebservices.com.cn","properties":{},"headers":{}}"#
    ),
    (#"[1]"#, #"{"id":null,"error":"line 1: an array, not an object","kind":"engine"}"#),
    (#"{"id":5}"#, #"{"id":5,"error":"\"service\" is missing or not a string","kind":"engine"}"#),
  ]

  @Test("each line of a batch has its answer", arguments: lines) func batch(line: String, expected: String)
    throws
  {
    let batch = try BatchEvaluation(Release.catalog.get())
    #expect(batch.answer(Array(line.utf8)) == expected)
  }

  @Test("lines that are not JSON and services that do not exist do not stop a batch") func batchGoesOn()
    throws
  {
    let batch = try BatchEvaluation(Release.catalog.get())
    for line in ["", "{", "{\"service\":\"ecc2\"}", "\u{FFFD}"] {
      #expect(batch.answer(Array(line.utf8)).hasSuffix(#""kind":"engine"}"#))
    }
    let missing = batch.answer(Array(#"{"service":"s3","params":{"Bucket":"b"}}"#.utf8))
    #expect(missing.contains(#""kind":"rule""#), "\(missing)")
  }

  @Test("other partitions take the place of the catalog's") func batchPartitions() throws {
    let catalog = try Release.catalog.get()
    var all = catalog.rulePartitions.all
    all[0].dnsSuffix = "example.com"
    let batch = try BatchEvaluation(catalog, partitions: Partitions(all))
    let answer = batch.answer(Array(#"{"id":1,"service":"sqs","params":{"Region":"eu-west-1"}}"#.utf8))
    #expect(answer.contains("https://sqs.eu-west-1.example.com"))
  }
}
