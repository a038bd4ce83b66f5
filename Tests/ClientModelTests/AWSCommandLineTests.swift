// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase
import EgressTestKit
import EndpointRules
import Foundation
import ReleaseTestKit
import ServiceCatalog
import StrictJSON
import Testing

/// The same answers as the AWS CLI, which runs offline: requests are answered before a connection is opened.
@Suite struct AWSCommandLineTests {
  static let services = [
    "acm", "apigateway", "appconfig", "athena", "autoscaling", "batch", "bedrock", "billing",
    "ce", "chime", "cloudformation", "cloudfront", "cloudwatch", "codebuild", "cognito-idp", "config",
    "cur", "directconnect", "dynamodb", "dynamodbstreams", "ec2",
    "ecr", "ecr-public", "ecs", "efs", "eks", "elasticache", "elb", "elbv2", "es", "events", "firehose",
    "glue", "guardduty", "health", "iam", "iot", "iotsitewise", "kinesis", "kms", "lambda",
    "location", "logs", "mwaa", "networkmanager", "omics", "opensearch", "organizations", "rds", "redshift",
    "route53", "s3", "sagemaker", "savingsplans", "secretsmanager", "ses", "shield", "sns", "sqs", "ssm",
    "sts",
    "support", "timestream-query", "waf", "wafv2", "xray",
  ]
  static let regions = [
    "eu-west-1", "us-east-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-iso-east-1",
  ]

  struct Query {
    var service: String
    var region: String?
    var isDualStack = false
    var isFIPS = false
    var endpointURL: String?

    var line: JSON {
      var environment: [JSON.Member] = []
      if isDualStack { environment.append(.init("AWS_USE_DUALSTACK_ENDPOINT", "true")) }
      if isFIPS { environment.append(.init("AWS_USE_FIPS_ENDPOINT", "true")) }
      var options: [JSON] = []
      if let region { options += ["--region", .string(region)] }
      if let endpointURL { options += ["--endpoint-url", .string(endpointURL)] }
      return .object([
        .init("service", .string(service)), .init("options", .array(options)),
        .init("environment", .object(environment)),
      ])
    }
  }

  static var queries: [Query] {
    var queries: [Query] = []
    for service in services {
      for region in regions {
        queries.append(Query(service: service, region: region))
        queries.append(Query(service: service, region: region, isDualStack: true))
      }
      queries.append(Query(service: service, region: "us-gov-west-1", isFIPS: true))
      queries.append(Query(service: service, region: "fips-us-west-2", isDualStack: true))
      queries.append(
        Query(service: service, region: "eu-west-1", isDualStack: true, endpointURL: "http://[::1]:8080/x"))
    }
    for service in ["iam", "route53", "cloudfront", "organizations", "s3", "sts", "support", "waf", "shield"]
    {
      queries.append(Query(service: service, region: nil))
    }
    return queries
  }

  @Test("gives the URL, host and signing scope of the AWS CLI") func equalsCommandLine() async throws {
    let queries = Self.queries
    let input = queries.map { $0.line.text() + "\n" }.joined()
    let result = try await Command.run(
      Release.python, [script("aws-endpoints.py"), Release.data], input: Array(input.utf8))
    #expect(result.status == 0, "\(result.errorText.suffix(500))")
    let answers = try result.output.split(separator: 0x0A).map { try JSON(parsing: Array($0)) }
    try #require(answers.count == queries.count)
    let resolver = ClientResolver(try Release.catalog.get())
    var (compared, signed): (Int, Int) = (0, 0)
    for (query, answer) in zip(queries, answers) {
      guard let expected = answer["result"]?.string else {
        Issue.record("the AWS CLI gave no endpoint for \(query): \(answer["error"]?.string ?? "")")
        continue
      }
      let result = try resolver.resolve(
        EndpointQuery(
          service: query.service, region: answer["region"]?.string ?? query.region,
          useDualStack: query.isDualStack, useFIPS: query.isFIPS,
          endpointURL: answer["override"]?.string ?? query.endpointURL, operation: answer["operation"]?.string
        ))
      #expect(result.url == expected, "\(query)")
      compared += 1
      if let scope = answer["signing"]?.array, let url = answer["url"]?.string {
        #expect(result.signing?.name == scope[0].string, "\(query)")
        #expect(result.signing?.region == scope[1].string, "\(query)")
        let request = try #require(result.requestURL)
        #expect(url.hasPrefix(request), "\(query): \(url), not \(request)")
        signed += 1
      }
    }
    print(
      "AWS CLI: \(compared) endpoints of \(Self.services.count) services compared, \(signed) with signing scope"
    )
    #expect(compared == queries.count)
    #expect(signed > compared * 9 / 10)
  }

  /// The program itself, with its own `--debug`; the requests fail at a closed port of this machine.
  @Test(
    "prints what the AWS CLI itself prints",
    arguments: [
      ("ec2", "describe-regions", "DescribeRegions"), ("sts", "get-caller-identity", "GetCallerIdentity"),
      ("logs", "describe-log-groups", "DescribeLogGroups"), ("iam", "list-users", "ListUsers"),
      ("s3api", "list-buckets", "ListBuckets"), ("kms", "list-keys", "ListKeys"),
    ])
  func equalsProgram(command: String, operation: String, name: String) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    // The services of the pinned release, without its `endpoints.json`: with another list than its own the CLI would not ask
    // the rules.
    for entry in try FileManager.default.contentsOfDirectory(atPath: Release.data)
    where entry != "endpoints.json" {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/" + entry, withDestinationPath: Release.data + "/" + entry)
    }
    let resolver = ClientResolver(try Release.catalog.get())
    let service = command == "s3api" ? "s3" : command
    for (region, isDualStack) in [
      ("eu-west-1", false), ("eu-west-1", true), ("cn-north-1", true), ("us-gov-east-1", false),
    ] {
      let log = try await Command.run(
        TestEnvironment.cache.appendingPathComponent("python/bin/aws").path,
        [command, operation, "--region", region, "--debug", "--cli-connect-timeout", "2"],
        environment: [
          "PATH": "/usr/bin:/bin", "HOME": folder.path, "AWS_DATA_PATH": folder.path,
          "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
          "AWS_SECRET_ACCESS_KEY": "example",
          "AWS_MAX_ATTEMPTS": "1", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
          "AWS_EC2_METADATA_DISABLED": "true", "HTTPS_PROXY": "http://127.0.0.1:9",
          "https_proxy": "http://127.0.0.1:9",
          "NO_PROXY": "", "no_proxy": "", "AWS_USE_DUALSTACK_ENDPOINT": isDualStack ? "true" : "false",
        ]
      ).errorText
      let line = try #require(log.split(separator: "\n").first { $0.contains("Endpoint provider result: ") })
      let printed = try #require(line.components(separatedBy: "Endpoint provider result: ").last)
      let result = try resolver.resolve(
        EndpointQuery(service: service, region: region, useDualStack: isDualStack, operation: name))
      #expect(result.url == printed)
    }
  }
}

/// A script of this test target.
private func script(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scripts/" + name).path
}
