// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import StrictJSON
import Testing

/// `resolve --client` and `clients`, with real variables and files.
@Suite("What a client would call", .serverTurns)
struct ClientAnswerTests {
  private static let config = """
    [profile work]
    region = eu-central-1
    use_dualstack_endpoint = true
    services = s
    [services s]
    cloudwatch_logs =
      endpoint_url = https://logs.example

    """

  private func write(_ text: String, _ name: String, in folder: TemporaryFolder) throws -> String {
    let file = folder.url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  private func answer(_ arguments: [String], _ environment: [String: String]) async throws -> JSON {
    let outcome = try await Program.run(["resolve"] + arguments + ["-o", "json"], environment: environment)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try #require(try JSON(parsing: Array(outcome.output.utf8))["rows"]?[0])
  }

  @Test(
    "the user's files and the environment decide, and the record says with file and line what won and lost")
  func environment() async throws {
    let folder = try TemporaryFolder()
    let path = try write(Self.config, ".aws/config", in: folder)
    let environment = ["HOME": folder.url.path, "AWS_PROFILE": "work", "AWS_ENDPOINT_URL": ""]
    let row = try await answer(["logs", "--client", "cli-v2"], environment)
    #expect(row["url"] == "https://logs.example" && row["region"] == "eu-central-1")
    let decision = row["decisions"]?.array?.first { $0["setting"] == "endpoint_url" }
    #expect(decision?["source"]?.string == "cloudwatch_logs.endpoint_url of [services s] at \(path):7:3")
    #expect(decision?["losers"]?[0]?["source"] == "AWS_ENDPOINT_URL")
    let text = try await Program.run(
      ["resolve", "logs", "--client", "cli-v2", "--explain"], environment: environment)
    #expect(text.status == 0 && text.output.contains("an endpoint URL is set, which comes first"))
    #expect(text.output.contains("holds  isSet(Endpoint)"))
    let other = try await answer(
      ["logs", "--client", "cli-v2", "--profile", "work", "--region", "eu-west-1"], ["HOME": folder.url.path])
    #expect(other["region"] == "eu-west-1")
  }

  @Test("variables of a file replace those of the environment")
  func environmentFile() async throws {
    let folder = try TemporaryFolder()
    let file = try write(
      "# for the service\nAWS_REGION=eu-west-1\nAWS_USE_DUALSTACK_ENDPOINT=true\n", "app.env", in: folder)
    let row = try await answer(
      ["ec2", "--client", "go-v2", "--env-file", file], ["AWS_USE_DUALSTACK_ENDPOINT": "nonsense"])
    #expect(row["request_host"] == "ec2.eu-west-1.api.aws")
    #expect(row["decisions"]?.array?.contains { $0["source"]?.string == "AWS_REGION at \(file):2:1" } == true)
  }

  @Test("an older version has what it had")
  func version() async throws {
    let environment = ["AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "https://all.example"]
    let old = try await answer(["ec2", "--client", "cli-v2", "--client-version", "2.12.7"], environment)
    #expect(old["request_host"] == "ec2.eu-west-1.amazonaws.com")
    let new = try await answer(["ec2", "--client", "cli-v2", "--client-version", "2.36.7"], environment)
    #expect(new["request_host"] == "all.example")
  }

  @Test(
    "a client that stops, and what is not established, are findings; a wrong request is one clear error",
    arguments: [
      (
        ["ec2", "--client", "go-v2"], ["AWS_USE_DUALSTACK_ENDPOINT": "1"], 1,
        "AWS_USE_DUALSTACK_ENDPOINT is \"1\""
      ),
      (["ec2", "--client", "java-v2"], ["AWS_USE_DUALSTACK_ENDPOINT": "TRUE"], 1, "egress6 clients show"),
      (["ec2", "--client", "nope"], [:], 2, "'egress6 clients' lists the clients"),
      (["ec3", "--client", "cli-v2"], [:], 2, "ec2"), (["ec2", "--client", "boto3"], [:], 2, "--region"),
      (["ec2", "--profile", "p"], [:], 2, "name it with --client"),
      (["ec2", "--client", "boto3", "--dualstack"], [:], 2, "--client takes settings from"),
      (["ec2", "--client", "boto3", "--client-version", "new"], [:], 2, "'new' is not a version"),
      (["ec2", "--client", "boto3", "--client-option", "x"], [:], 2, "--client-option NAME=VALUE"),
      (["ec2", "--client", "boto3", "--env-file", "/nonexistent/x.env"], [:], 3, "/nonexistent/x.env"),
      (["ec2", "--client", "boto3", "--config-file", "/nonexistent/config"], [:], 3, "/nonexistent/config"),
    ] as [([String], [String: String], Int32, String)])
  func stops(options: [String], variables: [String: String], status: Int32, text: String) async throws {
    var environment = variables
    if status == 1 { environment["AWS_REGION"] = "eu-west-1" }
    let outcome = try await Program.run(["resolve"] + options, environment: environment)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  @Test("clients are listed with what they can be told, and one is shown with its sources")
  func clients() async throws {
    let list = try await Program.run(["clients", "-o", "json"])
    let rows = try #require(try JSON(parsing: Array(list.output.utf8))["rows"]?.array)
    let terraform = try #require(rows.first { $0["client"] == "terraform" })
    #expect(terraform["conflict"] == "error" && terraform["settings_of"] == "go-v2")
    #expect(rows.first { $0["client"] == "java-v2" }?["conflict"] == "unknown")
    let rust = try await Program.run(["clients", "show", "rust"])
    #expect(
      rust.output.contains("release-2024-04-11")
        && rust.output.contains("https://github.com/smithy-lang/smithy-rs"))
    let unknown = try await Program.run(["clients", "show", "rusty"])
    #expect(unknown.status == 2 && unknown.errors.contains("rust"))
  }

  @Test("a batch answers rows of clients and parameters of rules side by side")
  func batch() async throws {
    let lines = """
      {"id":1,"client":"aws-cli 1.46.3","service_id":"SQS","command":"sqs list-queues","region":"eu-central-1","env":{"AWS_ENDPOINT_URL":"https://all.example"}}
      {"id":2,"service":"sts","params":{"Region":"eu-west-1"}}
      {"id":3,"client":"aws-sdk-go-v2 config 1.32.23","service_id":"S3","region":"eu-central-1","env":{"AWS_USE_DUALSTACK_ENDPOINT":"yes"}}

      """
    let outcome = try await Program.run(["resolve", "--batch", "-"], input: lines)
    let answers = try outcome.output.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
    #expect(answers.count == 3)
    #expect(
      answers[0]["request_host"] == "eu-central-1.queue.amazonaws.com" && answers[0]["signing_name"] == "sqs")
    #expect(answers[1]["url"] == "https://sts.eu-west-1.amazonaws.com")
    #expect(answers[2]["error"] != nil && answers[2]["id"] == 3)
  }
}
