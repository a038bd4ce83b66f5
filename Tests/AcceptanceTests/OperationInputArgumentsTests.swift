// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Testing

@Suite("Operation input on the command line")
struct OperationInputArgumentsTests {
  static let get = ["resolve", "s3", "--region", "eu-west-1", "--operation", "GetObject"]

  @Test("a value is a string, or JSON where it begins like JSON")
  func values() async throws {
    let outcome = try await Program.run(
      [
        "resolve", "s3", "--region", "eu-west-1", "--operation", "put-object-tagging", "--param",
        "Bucket=a-b",
        "--param", "Key=x=y", "--param", "Tagging={\"TagSet\": [1, null]}", "--json",
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("https://a-b.s3.eu-west-1.amazonaws.com"))
  }

  @Test(
    "what is not an argument of the form NAME=VALUE is refused",
    arguments: [
      (["Bucket"], "\"Bucket\" is not a parameter; write NAME=VALUE"),
      (["=x"], "\"=x\" is not a parameter; write NAME=VALUE"),
      (["a=1", "a=2"], "parameter a is given twice; give it once"),
      (["a=[1"], "parameter a begins like JSON, but: "),
      (["Buckt=a"], "the input of GetObject has no member \"Buckt\"; did you mean Bucket?"),
      (["Bucket=true"], "input Bucket: expected a string for parameter Bucket, found a boolean"),
    ])
  func refusals(values: [String], message: String) async throws {
    let outcome = try await Program.run(Self.get + values.flatMap { ["--param", $0] })
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test("a missing region or label says which option gives it")
  func advice() async throws {
    let region = try await Program.run(["resolve", "ec2"])
    #expect(region.status == 2)
    #expect(region.errors.contains("ec2 needs a region") && region.errors.contains("name one with --region"))
    let label = try await Program.run([
      "resolve", "neptune-graph", "--region", "eu-west-1", "--operation", "ExecuteQuery",
    ])
    #expect(label.status == 2)
    #expect(label.errors.contains("ExecuteQuery needs graphIdentifier for its host name"))
    #expect(label.errors.contains("add --param graphIdentifier=…"))
  }

  static let settings: [([String], String)] = [
    (
      ["dynamodb", "--operation", "ListTables", "--account-id", "123456789012"],
      "123456789012.ddb.eu-west-1.amazonaws.com"
    ),
    (
      ["dynamodb", "--account-id", "123456789012", "--account-id-endpoint-mode", "disabled"],
      "dynamodb.eu-west-1.amazonaws.com"
    ),
    (
      ["s3", "--operation", "GetObject", "--param", "Bucket=b-1", "--s3-addressing-style", "path"],
      "s3.eu-west-1.amazonaws.com/b-1"
    ),
    (
      ["s3", "--operation", "GetObject", "--param", "Bucket=b-1", "--s3-accelerate"],
      "b-1.s3-accelerate.amazonaws.com"
    ),
    (
      [
        "s3", "--operation", "GetObject", "--s3-use-arn-region", "--param",
        "Bucket=arn:aws:s3:us-west-2:123456789012:accesspoint/p",
      ], "p-123456789012.s3-accesspoint.us-west-2.amazonaws.com"
    ),
    (["sts", "--sts-regional-endpoints", "legacy"], "sts.amazonaws.com"),
    (
      ["iotsitewise", "--operation", "list-assets", "--disable-host-prefix-injection"],
      "iotsitewise.eu-west-1.amazonaws.com"
    ),
    (
      ["s3", "--s3-us-east-1-regional-endpoint", "regional", "--region", "us-east-1"],
      "s3.us-east-1.amazonaws.com"
    ),
    (["transcribestreaming"], "transcribestreaming.eu-west-1.amazonaws.com"),
  ]

  @Test("settings of the client are options", arguments: settings)
  func takesSettings(arguments: [String], name: String) async throws {
    let region = arguments.contains("--region") ? [] : ["--region", "eu-west-1"]
    let outcome = try await Program.run(
      ["resolve"] + arguments + region + ["--fields", "request_url", "-o", "csv"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("https://" + name), "\(outcome.output)")
    #expect(!outcome.errors.contains("decides nothing"), "\(outcome.errors)")
  }

  @Test(
    "settings that cannot be given are refused",
    arguments: [
      (["--account-id", "12"], "'12' is not an account id"), (["--s3-addressing-style", "dns"], "dns"),
      (["--client-param", "x"], "'x' is not a client parameter"),
      (["--client-param", "a=1", "--client-param", "a=2"], "client parameter a is given twice"),
      (["--client-param", "ForcePathStile=true"], "the client of s3 has no parameter \"ForcePathStile\""),
      (["--client-param", "ForcePathStyle=yes"], "expected true or false"),
    ])
  func badSettings(arguments: [String], message: String) async throws {
    let outcome = try await Program.run(Self.get + arguments)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  static let notes: [([String], String)] = [
    (["s3", "--region", "ENAM"], "no partition knows this region"),
    (["ec2", "--region", "eu-new-1"], "no partition lists this region"),
    (["ec2", "--region", "eu-west-1", "--s3-accelerate"], "--s3-accelerate decides nothing here"),
    (
      [
        "stepfunctions", "--region", "us-east-1", "--operation", "start-sync-execution", "--endpoint-url",
        "http://127.0.0.1:8083",
      ], "the request cannot work"
    ),
    (
      ["timestream-write", "--region", "us-east-1", "--operation", "write-records"],
      "calls DescribeEndpoints here first"
    ),
    (["dynamodb", "--region", "us-east-1"], "some clients call DescribeEndpoints"),
    (["data.iot", "--region", "us-east-1", "--explain"], "has no client for data.iot"),
  ]

  @Test("what a person should know beside the answer goes to standard error", arguments: notes)
  func notesTell(arguments: [String], note: String) async throws {
    let outcome = try await Program.run(["resolve"] + arguments + ["--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains(note), "\(outcome.errors)")
    #expect(!outcome.output.contains(note))
  }
}
