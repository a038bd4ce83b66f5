// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import EgressTestKit
import ServiceCatalog
import StrictJSON
import Testing

@Suite("Command lines of the AWS CLI")
struct AWSCommandLineTests {
  private let catalog: Catalog

  init() throws { catalog = try Catalog.embedded() }

  @Test(
    "service, region, profile and endpoint",
    arguments: [
      ("s3 ls s3://bucket", "s3", nil, nil, nil),
      ("s3api list-buckets --region eu-west-1", "s3", "eu-west-1", nil, nil),
      ("--region=eu-west-1 --profile p ec2 describe-regions", "ec2", "eu-west-1", "p", nil),
      ("--debug --output json --no-sign-request logs tail g", "logs", nil, nil, nil),
      (
        "--reg eu-west-1 --prof p --end https://x sts get-caller-identity", "sts", "eu-west-1", "p",
        "https://x"
      ),
      ("--region a iam list-users --region b", "iam", "b", nil, nil),
      ("eks get-token --cluster-name c", "sts", nil, nil, nil),
      ("eks list-clusters", "eks", nil, nil, nil), ("configure list", nil, nil, nil, nil),
      ("help", nil, nil, nil, nil),
      ("", nil, nil, nil, nil), ("--region", nil, nil, nil, nil),
    ] as [(String, String?, String?, String?, String?)])
  func options(_ line: String, _ service: String?, _ region: String?, _ profile: String?, _ endpoint: String?)
  {
    let found = AWSCommandLine(line.split(separator: " ").map(String.init))
    #expect(found.services(in: catalog) == (service.map { [$0] } ?? []))
    #expect(found.region == region)
    #expect(found.profile == profile)
    #expect(found.endpointURL == endpoint)
  }

  @Test("every command of the AWS CLI leads to the service that it calls")
  func commands() async throws {
    let list = """
      import json, awscli.clidriver
      table = awscli.clidriver.create_clidriver()._get_command_table()
      print(json.dumps({name: getattr(command, "_service_name", None) for name, command in table.items()}))
      """
    let result = try await Command.run(TestEnvironment.python, ["-c", list])
    let commands = try JSON(parsing: result.output).object ?? []
    #expect(commands.count > 300, "\(result.errorText)")
    for command in commands {
      // Some services of the AWS CLI have no client left in botocore.
      let wanted =
        command.name == "s3" ? "s3" : command.value.string.flatMap { catalog.service(folder: $0)?.folder }
      #expect(
        AWSCommandLine([command.name]).services(in: catalog) == (wanted.map { [$0] } ?? []), "\(command.name)"
      )
    }
  }
}
