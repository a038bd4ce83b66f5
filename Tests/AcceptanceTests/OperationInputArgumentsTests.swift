// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Testing

@Suite("Operation input on the command line")
struct OperationInputArgumentsTests {
  static let get = ["resolve", "s3", "--region", "eu-west-1", "--operation", "GetObject"]

  @Test("a value is a string, or JSON where it begins like JSON")
  func values() async throws {
    let outcome = try await Program.run(
      Self.get + [
        "--param", "Bucket=a-b", "--param", "Key=x=y", "--param", "Tags=[1, {\"a\": null}]", "--json",
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
}
