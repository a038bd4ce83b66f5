// SPDX-License-Identifier: Apache-2.0

import EgressBase
import ServiceCatalog
import StrictJSON
import Testing

@testable import ClientModel

/// What clients do with settings, one mechanism at a time.
@Suite struct ClientEmulatorTests {
  /// One question and its answer.
  struct Case: Sendable, CustomTestStringConvertible {
    var client: String
    var version: String?
    var service = "logs"
    var operation: String?
    var variables: [String: String] = [:]
    var config: String?
    var credentials: String?
    var options: [String: String] = [:]
    var profile: String?
    var url: String?
    /// The host, or the beginning of what the client says.
    var answer: String
    var signingRegion: String?

    var testDescription: String { "\(client) \(service): \(answer)" }

    func ask() throws -> ClientAnswer {
      var invocation = ClientInvocation(
        variables: variables, profile: profile, endpointURL: url, ownOptions: options)
      if variables["AWS_REGION"] == nil, variables["AWS_DEFAULT_REGION"] == nil {
        invocation.region = "eu-central-1"
      }
      invocation.config = config.map { ConfigurationFile(Array($0.utf8), path: "config", kind: .config) }
      invocation.credentials = credentials.map {
        ConfigurationFile(Array($0.utf8), path: "credentials", kind: .credentials)
      }
      let emulator = ClientEmulator(
        try .named(client), version: version.flatMap { ReleaseVersion($0) }, catalog: try .embedded())
      return try emulator.answer(ClientCall(service: service, operation: operation), invocation)
    }
  }

  private static let dualStack = ["AWS_USE_DUALSTACK_ENDPOINT": "true"]
  private static let endpoint = ["AWS_ENDPOINT_URL": "https://all.example"]
  private static let services =
    "[default]\nservices = s\n[services s]\ncloudwatch_logs =\n  endpoint_url = https://file.example\n"

  static let answers: [Case] = [
    // The mode of the defaults.
    Case(
      client: "boto3", service: "s3",
      variables: ["AWS_DEFAULT_REGION": "us-east-1", "AWS_DEFAULTS_MODE": "Standard"],
      answer: "s3.us-east-1.amazonaws.com"),
    Case(
      client: "cli-v1", service: "s3", variables: ["AWS_DEFAULT_REGION": "us-east-1"],
      config: "[default]\ndefaults_mode = in-region\n", answer: "s3.us-east-1.amazonaws.com"),
    Case(
      client: "boto3", service: "s3",
      variables: ["AWS_DEFAULT_REGION": "us-east-1", "AWS_DEFAULTS_MODE": "legacy"],
      config: "[default]\ndefaults_mode = standard\n", answer: "s3.amazonaws.com"),
    Case(
      client: "boto3", service: "s3",
      variables: ["AWS_DEFAULT_REGION": "us-east-1", "AWS_DEFAULTS_MODE": "standard"],
      config: "[default]\ns3 =\n  us_east_1_regional_endpoint = legacy\n", answer: "s3.amazonaws.com"),
    Case(
      client: "boto3", config: "[default]\ns3 = x\nretry_mode = adaptive\nmax_attempts = 3\n",
      answer: "logs.eu-central-1.amazonaws.com"),
    // The order of endpoints, and Go's own.
    Case(client: "boto3", variables: endpoint, config: services, answer: "all.example"),
    Case(client: "boto3", config: services, answer: "file.example"),
    Case(
      client: "go-v2",
      variables: ["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "", "AWS_ENDPOINT_URL": "https://all.example"],
      config: services, answer: "file.example"),
    Case(
      client: "go-v2", variables: ["AWS_ENDPOINT_URL": ""], config: services,
      answer: "logs.eu-central-1.amazonaws.com"),
    Case(client: "boto3", variables: ["AWS_ENDPOINT_URL": ""], config: services, answer: "file.example"),
    // A setting counts from the release on that reads it.
    Case(client: "cli-v2", version: "2.12.7", variables: endpoint, answer: "logs.eu-central-1.amazonaws.com"),
    Case(client: "cli-v2", version: "2.13.0", variables: endpoint, answer: "all.example"),
    Case(
      client: "rust", version: "2022.12.1", variables: dualStack, answer: "logs.eu-central-1.amazonaws.com"),
    Case(
      client: "rust", version: "2026.7.6",
      variables: [
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_ENDPOINT_URL": "https://all.example",
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "https://service.example",
      ], answer: "service.example"),
    Case(
      client: "rust", version: "2026.7.7",
      variables: [
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "https://service.example",
      ], answer: "logs.eu-central-1.amazonaws.com"),
    // Regions.
    Case(
      client: "boto3", variables: ["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-north-1"],
      answer: "logs.eu-north-1.amazonaws.com"),
    Case(
      client: "cli-v2", variables: ["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-north-1"],
      answer: "logs.eu-west-1.amazonaws.com"),
    Case(client: "java-v2", variables: ["AWS_REGION": "eu-west-1"], answer: "logs.eu-west-1.amazonaws.com"),
    Case(client: "boto3", service: "iam", variables: ["AWS_DEFAULT_REGION": ""], answer: "iam.amazonaws.com"),
    // Names that the AWS CLI v1 keeps calling.
    Case(client: "cli-v1", service: "sqs", variables: endpoint, answer: "eu-central-1.queue.amazonaws.com"),
    Case(client: "cli-v1", service: "sqs", url: "https://option.example", answer: "option.example"),
    Case(
      client: "cli-v1", service: "health", answer: "health.us-east-1.amazonaws.com",
      signingRegion: "us-east-1"),
    Case(
      client: "cli-v1", service: "rds", variables: ["AWS_DEFAULT_REGION": "us-east-1"],
      answer: "rds.amazonaws.com"),
    Case(client: "cli-v2", service: "sqs", variables: dualStack, answer: "sqs.eu-central-1.api.aws"),
    // Signing with an endpoint of one's own, and with the switch.
    Case(
      client: "boto3", service: "iam", variables: endpoint, answer: "all.example",
      signingRegion: "eu-central-1"),
    Case(
      client: "boto3", service: "iam", variables: dualStack, answer: "iam.global.api.aws",
      signingRegion: "us-east-1"),
    // The switch of S3 alone.
    Case(
      client: "boto3", service: "s3", config: "[default]\ns3 =\n  use_dualstack_endpoint = true\n",
      answer: "s3.dualstack.eu-central-1.amazonaws.com"),
    Case(
      client: "go-v2", service: "s3", config: "[default]\ns3 =\n  use_dualstack_endpoint = true\n",
      answer: "s3.eu-central-1.amazonaws.com"),
    // The global name of STS and S3, by release and client.
    Case(
      client: "cli-v1", service: "sts", variables: ["AWS_STS_REGIONAL_ENDPOINTS": "legacy"],
      answer: "sts.amazonaws.com"),
    Case(
      client: "cli-v2", service: "sts", variables: ["AWS_STS_REGIONAL_ENDPOINTS": "legacy"],
      answer: "sts.eu-central-1.amazonaws.com"),
    Case(client: "boto3", version: "1.39.17", service: "sts", answer: "sts.amazonaws.com"),
    Case(
      client: "cli-v1", service: "s3", variables: ["AWS_DEFAULT_REGION": "us-east-1"],
      answer: "s3.amazonaws.com"),
    Case(
      client: "cli-v2", service: "s3", variables: ["AWS_REGION": "us-east-1"],
      answer: "s3.us-east-1.amazonaws.com"),
    // The account's own names.
    Case(
      client: "boto3", service: "dynamodb",
      variables: ["AWS_ACCESS_KEY_ID": "x", "AWS_ACCOUNT_ID": "111122223333"],
      answer: "111122223333.ddb.eu-central-1.amazonaws.com"),
    // Tools.
    Case(
      client: "rclone", service: "s3", variables: dualStack.merging(["AWS_REGION": "eu-central-1"]) { $1 },
      answer: "s3.us-east-1.amazonaws.com"),
    Case(
      client: "rclone", service: "s3", variables: ["AWS_REGION": "eu-central-1"],
      options: ["use_dual_stack": "true"],
      answer: "s3.dualstack.us-east-1.amazonaws.com"),
    Case(
      client: "s5cmd", service: "s3", variables: dualStack.merging(endpoint) { $1 },
      answer: "s3.dualstack.eu-central-1.amazonaws.com"),
    Case(
      client: "terraform", variables: dualStack, options: ["use_dualstack_endpoint": "false"],
      answer: "logs.eu-central-1.api.aws"),
    Case(
      client: "terraform", options: ["endpoints.cloudwatchlogs": "https://block.example"],
      answer: "block.example"),
    Case(
      client: "terraform", variables: endpoint.merging(["AWS_USE_FIPS_ENDPOINT": "true"]) { $1 },
      answer: "all.example"),
    Case(client: "fluent-bit", answer: "logs.eu-central-1.amazonaws.com"),
    Case(
      client: "fluent-bit", variables: dualStack.merging(endpoint) { $1 },
      options: ["endpoint": "logs.eu-central-1.api.aws"], answer: "logs.eu-central-1.api.aws"),
    Case(
      client: "fluent-bit", service: "sts",
      options: ["endpoint": "x.example", "sts_endpoint": "sts.eu-central-1.api.aws"],
      answer: "sts.eu-central-1.api.aws"),
    Case(client: "docker-awslogs", variables: endpoint, answer: "logs.eu-central-1.amazonaws.com"),
    Case(
      client: "external-secrets", service: "ssm",
      options: ["AWS_SSM_ENDPOINT": "https://ssm.eu-central-1.api.aws"], answer: "ssm.eu-central-1.api.aws"),
    Case(client: "vector", variables: dualStack, answer: "logs.eu-central-1.amazonaws.com"),
    Case(
      client: "cloudwatch-agent", options: ["agent.use_dualstack_endpoint": "true"],
      answer: "logs.eu-central-1.api.aws"),
  ]

  @Test(arguments: answers) func clientsCall(test: Case) throws {
    let answer = try test.ask()
    #expect(answer.requestHost == test.answer)
    if let region = test.signingRegion { #expect(answer.signing?.region == region) }
  }

  static let stops: [Case] = [
    Case(
      client: "boto3", variables: ["AWS_DEFAULTS_MODE": "fast"],
      answer: "client.settings: defaults_mode is \"fast\""),
    Case(
      client: "boto3", config: "[default]\ns3 =\n",
      answer: "client.settings: s3 at config:2:1 has no settings below it"),
    Case(
      client: "boto3", variables: ["AWS_RETRY_MODE": "Standard"],
      answer: "client.settings: retry_mode is \"Standard\""),
    Case(
      client: "boto3", variables: ["AWS_MAX_ATTEMPTS": "0"], answer: "client.settings: max_attempts is \"0\""),
    Case(
      client: "boto3", config: "[default]\nrequest_checksum_calculation = never\n",
      answer: "client.settings: request_checksum_calculation is \"never\""),
    Case(
      client: "go-v2", variables: dualStack.merging(endpoint) { $1 },
      answer: "client.rules: Invalid Configuration: Dualstack"),
    Case(
      client: "go-v2", variables: ["AWS_USE_DUALSTACK_ENDPOINT": "1"],
      answer: "client.settings: AWS_USE_DUALSTACK_ENDPOINT is \"1\""),
    Case(
      client: "rust", variables: ["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": ""],
      answer: "client.settings: AWS_ENDPOINT_URL_CLOUDWATCH_LOGS is blank"),
    Case(
      client: "rust", variables: ["AWS_ENDPOINT_URL": "all.example"],
      answer: "client.settings: the endpoint URL \"all.example\" has no scheme"),
    Case(
      client: "boto3", variables: ["AWS_ENDPOINT_URL": "\"https://x.example\""],
      answer: "client.settings: the endpoint URL"),
    Case(
      client: "boto3", variables: ["AWS_PROFILE": "none"],
      answer: "client.settings: the profile \"none\" does not exist"),
    Case(
      client: "boto3", config: "[default]\nservices = s\n",
      answer: "client.settings: the profile names the services section \"s\""),
    Case(
      client: "boto3", config: "[default]\nservices = s\n[services s]\ncloudwatch_logs =\n",
      answer: "client.settings: [services s] has no settings below"),
    Case(
      client: "boto3", service: "sts", variables: ["AWS_STS_REGIONAL_ENDPOINTS": "both"],
      answer: "client.settings: sts_regional_endpoints is \"both\""),
    Case(
      client: "boto3", variables: ["AWS_ACCOUNT_ID_ENDPOINT_MODE": "always"],
      answer: "client.settings: account_id_endpoint_mode"),
    Case(client: "rclone", service: "logs", answer: "client.settings: rclone (S3) does not call logs"),
    Case(
      client: "cli-v2", service: "sts", variables: dualStack.merging(["AWS_REGION": "eu-isoe-west-1"]) { $1 },
      answer: "client.rules: endpoints.json has no name in aws-iso-e for these switches"),
    // What is not established is said, and nothing is guessed.
    Case(
      client: "java-v2", variables: dualStack.merging(endpoint) { $1 },
      answer:
        "client.unknown: it is not established for AWS SDK for Java 2.x what use_dualstack_endpoint and an endpoint URL"
    ),
    Case(
      client: "java-v2", variables: ["AWS_USE_DUALSTACK_ENDPOINT": "TRUE"],
      answer:
        "client.unknown: it is not established for AWS SDK for Java 2.x what AWS_USE_DUALSTACK_ENDPOINT with the value"
    ),
    Case(
      client: "java-v2", config: "[default]\nuse_dualstack_endpoint = true\n[default]\n",
      answer: "client.unknown: it is not established for AWS SDK for Java 2.x how it reads config"),
    Case(
      client: "php", service: "sts",
      answer: "client.unknown: it is not established for AWS SDK for PHP 3 whether it calls the global"),
    Case(
      client: "soto", answer: "client.unknown: it is not established for Soto 7 where the names come from"),
    Case(
      client: "ssm-agent", service: "ssm", variables: dualStack,
      answer: "client.unknown: it is not established for SSM agent whether it reads use_dualstack_endpoint"),
    Case(
      client: "rust", variables: ["AWS_PROFILE": "none"],
      answer: "client.unknown: it is not established for AWS SDK for Rust what it does with a profile"),
    Case(client: "boto3", service: "nope", answer: "query.unknown-service"),
  ]

  @Test(arguments: stops) func clientsStop(test: Case) throws {
    let error = try #require(throws: ClientStop.self) { try test.ask() }
    #expect("\(error.code): \(error)".hasPrefix(test.answer), "\(error.code): \(error)")
  }

  @Test func aFileThatAllDialectsReadAlikeNeedsNoEstablishedDialect() throws {
    let test = Case(
      client: "kotlin", variables: ["AWS_REGION": "eu-west-1"],
      config: "[default]\nuse_dualstack_endpoint = true\n", answer: "")
    #expect(try test.ask().requestHost == "logs.eu-west-1.api.aws")
  }

  @Test func decisionsTellWhatWonAndWhatLostInOrder() throws {
    var test = Case(client: "cli-v2", answer: "")
    test.variables = [
      "AWS_ENDPOINT_URL": "https://all.example", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "",
      "AWS_USE_DUALSTACK_ENDPOINT": "true",
    ]
    test.config = "[default]\nendpoint_url = https://profile.example\n"
    let answer = try test.ask()
    let endpoint = try #require(answer.decisions.first { $0.setting == "endpoint_url" })
    #expect(endpoint.value == "https://all.example")
    #expect(endpoint.source == .variable("AWS_ENDPOINT_URL", nil))
    #expect(
      endpoint.losers == [
        .init(
          source: .variable("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", nil), value: "",
          reason: "a blank variable counts as not set"),
        .init(
          source: .file(
            SourceLocation(path: "config", position: TextPosition(line: 2, column: 1)), section: "default",
            key: "endpoint_url"),
          value: "https://profile.example", reason: "AWS_ENDPOINT_URL comes first"),
      ])
    let flag = try #require(answer.decisions.first { $0.setting == "use_dualstack_endpoint" })
    #expect(flag.value == "false")
    #expect(flag.losers.map(\.reason) == ["an endpoint URL is set, which comes first"])
  }

  @Test func aRoleIsAssumedAtTheProfilesOwnSTS() throws {
    var test = Case(client: "cli-v2", profile: "b", answer: "")
    test.config = """
      [profile a]
      aws_access_key_id = x
      endpoint_url = https://profile-a.example
      [profile b]
      source_profile = a
      role_arn = arn:aws:iam::111122223333:role/r
      services = e
      [services e]
      sts =
        endpoint_url = https://sts.example

      """
    test.variables = ["AWS_ACCESS_KEY_ID": "x"]
    let answer = try test.ask()
    #expect(answer.endpoint == "https://logs.eu-central-1.amazonaws.com")
    #expect(answer.credentialCalls.map(\.requestURL) == ["https://sts.example"])
    #expect(answer.credentialCalls.first?.signing?.name == "sts")
    test.config = test.config?.replacingAll("source_profile = a", with: "source_profile = z")
    let error = try #require(throws: ClientStop.self) { try test.ask() }
    #expect("\(error)".contains("names the source profile \"z\""))
  }

  @Test(
    arguments: [
      ([:], nil, "http://169.254.169.254"),
      (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], nil, "http://[fd00:ec2::254]"),
      (
        [
          "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6",
          "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://m.example",
        ], nil, "http://m.example"
      ),
      (["AWS_IMDS_USE_IPV6": "true"], nil, "http://[fd00:ec2::254]"),
      (
        ["AWS_IMDS_USE_IPV6": "true", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv4"], nil,
        "http://169.254.169.254"
      ),
      ([:], "[default]\nec2_metadata_service_endpoint_mode = ipv6\n", "http://[fd00:ec2::254]"),
    ] as [([String: String], String?, String)])
  func theMetadataServiceIsCalledBySettings(variables: [String: String], config: String?, endpoint: String)
    throws
  {
    var invocation = ClientInvocation(variables: variables)
    invocation.config = config.map { ConfigurationFile(Array($0.utf8), path: "config", kind: .config) }
    let emulator = ClientEmulator(try .named("boto3"), catalog: try .embedded())
    #expect(try emulator.metadataService(invocation).endpoint == endpoint)
  }

  @Test func aModeOfTheMetadataServiceThatIsNoneIsAnError() throws {
    let invocation = ClientInvocation(variables: ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv5"])
    let emulator = ClientEmulator(try .named("boto3"), catalog: try .embedded())
    let error = try #require(throws: ClientStop.self) { try emulator.metadataService(invocation) }
    #expect("\(error)".contains("neither IPv4 nor IPv6"))
  }
}
