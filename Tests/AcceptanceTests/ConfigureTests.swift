// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// What `configure` prints, writes and refuses.
@Suite("Settings for clients", .serverTurns)
struct ConfigureTests {
  /// Runs `configure` without a scan of the user's.
  private func configure(
    _ arguments: [String], store: String = "/nonexistent/map.sqlite"
  ) async throws -> Program.Outcome {
    try await Program.run(["configure"] + arguments, environment: ["EGRESS6_STORE": store])
  }

  @Test(
    "the switch where all services have a name, endpoints where one has none, with the exit code to match")
  func shell() async throws {
    let common = ["--region", "eu-west-1", "--client", "boto3"]
    let all = try await configure(["--services", "ec2,s3,logs"] + common)
    #expect(all.status == 0, "\(all.errors)")
    let lines = all.lines.filter { !$0.hasPrefix("#") }
    #expect(lines == ["export AWS_USE_DUALSTACK_ENDPOINT=true"])
    #expect(all.output.contains("# Data: public evidence, reported 2025-11"))
    #expect(all.output.contains("# Undo: unset AWS_USE_DUALSTACK_ENDPOINT"))
    let some = try await configure(["--services", "ec2,logs,bedrock,iam"] + common)
    #expect(some.status == 1)
    #expect(
      some.lines.filter { !$0.hasPrefix("#") } == [
        "export AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=https://logs.eu-west-1.api.aws",
        "export AWS_ENDPOINT_URL_EC2=https://ec2.eu-west-1.api.aws",
      ])
    #expect(some.errors.contains("bedrock stays on IPv4") && some.errors.contains("NAT64"))
    #expect(some.errors.contains("iam gets no setting: AWS_ENDPOINT_URL_IAM would make"))
    let quiet = try await configure(["--services", "ec2,bedrock", "--quiet"] + common)
    #expect(quiet.status == 1 && quiet.errors.isEmpty)
    let undo = try await configure(["--services", "ec2,logs,bedrock", "--undo"] + common)
    #expect(undo.lines == ["unset AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "unset AWS_ENDPOINT_URL_EC2"])
  }

  @Test("a real shell takes the settings, and every line of the undo takes one away")
  func realShell() async throws {
    let printed = try await configure([
      "--services", "ec2,logs,bedrock", "--region", "eu-west-1", "--client", "boto3",
    ])
    let script =
      printed.output + "env | grep -c AWS_ENDPOINT_URL_\n"
      + printed.lines.filter { $0.hasPrefix("# Undo: ") }.map { String($0.dropFirst(8)) + "\n" }.joined()
      + "env | grep -c AWS_ENDPOINT_URL_\n"
    let result = try await Command.run(
      "/bin/sh", ["-u"], input: Array(script.utf8), environment: ["PATH": "/usr/bin:/bin"])
    #expect(result.text == "2\n0\n", "\(result.errorText)")
  }

  @Test("a scan wins over public evidence, and is what the level 'resolved' asks for")
  func scanned() async throws {
    var zone = Zone()
    for name in ["ec2", "kms", "sqs"] { zone.add("\(name).eu-west-1.amazonaws.com", [.ipv4]) }
    zone.add("kms.eu-west-1.api.aws", [.ipv4])
    zone.add("sqs.eu-west-1.api.aws", [.ipv4, .ipv6])
    let server = try await NameServer(zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let store = folder.path + "/map.sqlite"
    let scan = try await Program.run(
      [
        "scan", "--trust-resolver", "--services", "ec2,kms,sqs", "--regions", "eu-west-1", "--resolver",
        "\(server.address)", "--store", store, "--quiet",
      ], environment: SmallCatalog.environment)
    try #require(scan.status == 0, "\(scan.errors)")
    for level in [[], ["--evidence", "resolved"]] {
      let outcome = try await configure(
        ["--services", "ec2,kms,sqs", "--region", "eu-west-1", "--client", "go-v2"] + level, store: store)
      #expect(outcome.status == 1)
      #expect(
        outcome.lines.filter { !$0.hasPrefix("#") } == [
          "export AWS_ENDPOINT_URL_SQS=https://sqs.eu-west-1.api.aws"
        ])
      #expect(outcome.output.contains("Data: a scan of "))
    }
    // Logs were not scanned.
    let logs = try await configure(
      ["--services", "logs", "--region", "eu-west-1", "--client", "go-v2", "--evidence", "resolved"],
      store: store)
    #expect(logs.status == 1 && !logs.output.contains("export "))
  }

  @Test("the proof is a table, JSON and CSV, a row a service, with what the client does")
  func proof() async throws {
    let arguments = [
      "--services", "ec2,bedrock,iam", "--region", "eu-west-1", "--client", "cli-v2", "--proof",
    ]
    let table = try await configure(arguments)
    #expect(table.status == 1 && table.lines.count == 4, "\(table.output)")
    let json = try await configure(arguments + ["-o", "json"])
    let document = try JSON(parsing: Array(json.output.utf8))
    #expect(document["schema"] == "egress6/configuration/v1" && document["proven"] == true)
    let ec2 = document["rows"]?.array?.first { $0["service"] == "ec2" }
    #expect(ec2?["found"]?["host"] == "ec2.eu-west-1.api.aws" && ec2?["proven"] == true)
    #expect(document["rows"]?.array?.first { $0["service"] == "iam" }?["decision"] == "refused")
    let csv = try await configure(arguments + ["-o", "csv"])
    #expect(csv.lines.first?.hasPrefix("service,identifier,decision") == true)
  }

  @Test("a client of which nothing is established gets nothing, unless that is asked for")
  func unknownClients() async throws {
    let arguments = ["--services", "s3", "--region", "eu-west-1", "--client", "hadoop-s3a"]
    let outcome = try await configure(arguments)
    #expect(outcome.status == 1 && !outcome.output.contains("export "))
    #expect(outcome.errors.contains("not established"))
  }

  @Test(
    "what contradicts or is missing is an error of the command line",
    arguments: [
      ["--region", "eu-west-1", "--client", "boto3"],
      ["--services", "ec2", "--region", "eu-west-1"],
      ["--services", "ec2", "--client", "boto3"],
      ["--services", "ec2", "--all", "--region", "eu-west-1", "--client", "boto3"],
      ["--services", "ec2", "--region", "eu-west-1", "--client", "boto3", "--profile", "x"],
      ["--services", "ec2", "--region", "eu-west-1", "--client", "boto3", "--format", "terraform"],
      ["--services", "ec2", "--region", "eu-wes-1", "--client", "boto3"],
      ["--services", "e2c", "--region", "eu-west-1", "--client", "boto3"],
      ["--services", "ec2", "--region", "eu-west-1", "--client", "bot3"],
      ["--services", "ec2", "--region", "eu-west-1", "--client", "boto3", "--json"],
      ["--services", "ec2", "--region", "eu-west-1", "--client", "boto3", "--undo", "--format", "env"],
      ["--all", "--region", "eu-west-1", "--client", "boto3", "--format", "lambda"],
      ["--services", "ec2", "--region", "eu-west-1", "--client", "boto3", "--to", "-"],
    ])
  func usage(arguments: [String]) async throws {
    let outcome = try await configure(arguments)
    #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(("\n" + outcome.errors).contains("\nerror: "), "\(outcome.errors)")
    #expect(
      outcome.errors.contains(" help: ") || outcome.errors.contains("did you mean"), "\(outcome.errors)")
  }

  @Test(
    "a second run changes nothing; a file of the user's is not written over; undo removes what was written")
  func files() async throws {
    let folder = try TemporaryFolder()
    for format in ["shell", "env", "dockerfile", "kubernetes", "ecs", "lambda"] {
      let path = folder.path + "/" + format
      let arguments = [
        "--services", "ec2,bedrock", "--region", "eu-west-1", "--client", "boto3", "--format", format, "--to",
        path,
      ]
      let first = try await configure(arguments)
      #expect(
        first.status == 1 && first.output.isEmpty && first.errors.contains("wrote \(path)"), "\(first.errors)"
      )
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let second = try await configure(arguments)
      #expect(second.errors.contains("unchanged: \(path)"), "\(second.errors)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
      let other = try await configure(["--services", "ec2"] + arguments.dropFirst(2))
      #expect(other.status == 0 && other.errors.contains("wrote \(path)"), "\(format): \(other.errors)")
      let undone = try await configure(["--undo", "--format", format, "--to", path])
      #expect(undone.status == 0, "\(undone.errors)")
      #expect(!FileManager.default.fileExists(atPath: path))
      try Data("PASSWORD=x\n".utf8).write(to: URL(fileURLWithPath: path))
      let refused = try await configure(arguments)
      #expect(
        refused.status == 2 && refused.errors.contains("was not written by configure"), "\(refused.errors)")
      #expect(try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8) == "PASSWORD=x\n")
    }
  }

  @Test("services are found in a task definition, and its other settings stay")
  func taskDefinition() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/task.json"
    let task = """
      {"family": "web", "containerDefinitions": [{"name": "app",
       "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1",
       "environment": [{"name": "QUEUE", "value": "https://sqs.eu-west-1.amazonaws.com/123456789012/q"}],
       "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-region": "eu-west-1"}}}]}
      """
    try Data(task.utf8).write(to: URL(fileURLWithPath: path))
    let outcome = try await configure(["--from-task-definition", path, "--client", "boto3"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for service in [
      "sqs: a host in the variable QUEUE", "ecr: the image", "logs: the log driver", "s3: the layers",
    ] {
      #expect(outcome.errors.contains(service), "\(outcome.errors)")
    }
    #expect(outcome.errors.contains("cannot be seen"))
    let document = try JSON(parsing: Array(outcome.output.utf8))
    #expect(document["family"] == "web")
    let environment = document["containerDefinitions"]?[0]?["environment"]
    #expect(environment?[0]?["name"] == "QUEUE")
    #expect(environment?[1] == ["name": "AWS_USE_DUALSTACK_ENDPOINT", "value": "true"])
    let over = try await configure(["--from-task-definition", path, "--client", "boto3", "--to", path])
    #expect(over.status == 2, "\(over.errors)")
  }

  @Test("Lambda's 4 KB count the function's own variables, and a fitting set is whole")
  func lambdaBudget() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/function.json"
    for (size, fits) in [(3900, true), (4060, false)] {
      let function = "{\"Environment\": {\"Variables\": {\"A\": \"\(String(repeating: "x", count: size))\"}}}"
      try Data(function.utf8).write(to: URL(fileURLWithPath: path))
      let outcome = try await configure([
        "--from-lambda", path, "--services", "ec2,bedrock", "--region", "eu-west-1", "--client", "boto3",
        "--quiet",
      ])
      #expect(outcome.status == (fits ? 1 : 2), "\(outcome.errors)")
      #expect(outcome.output.contains("AWS_ENDPOINT_URL_EC2") == fits)
      if !fits {
        #expect(outcome.errors.contains("4096") && outcome.errors.contains("1 of the function's own"))
      }
    }
  }

  @Test("a region that is not the file's own is told")
  func regionOfTheFile() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/function.json"
    try Data(#"{"FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:f"}"#.utf8).write(
      to: URL(fileURLWithPath: path))
    for (region, isTold) in [("us-east-1", true), ("eu-west-1", false)] {
      let outcome = try await configure([
        "--from-lambda", path, "--services", "ec2", "--region", region, "--client", "boto3",
      ])
      #expect(outcome.errors.contains("the file names the region eu-west-1") == isTold, "\(outcome.errors)")
    }
  }
}
