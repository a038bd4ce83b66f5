// SPDX-License-Identifier: Apache-2.0

/// A form in which settings are written.
package enum ArtefactFormat: String, Sendable, Hashable, CaseIterable {
  /// `export NAME=value` lines of a POSIX shell.
  case shell
  /// A systemd EnvironmentFile.
  case environmentFile = "env"
  /// `ENV` lines of a Dockerfile.
  case dockerfile
  /// A Kubernetes ConfigMap.
  case kubernetes
  /// The `env` list of a Kubernetes container.
  case kubernetesList = "kubernetes-env"
  /// The environment of an ECS task definition.
  case ecs
  /// The environment of a Lambda function.
  case lambda
  /// The shared configuration file.
  case awsConfig = "aws-config"
  /// A Terraform provider block.
  case terraform
  /// The CloudWatch agent's JSON.
  case cloudWatchAgent = "cloudwatch-agent"
  /// The SSM agent's JSON.
  case ssmAgent = "ssm-agent"
  /// The ECS agent's ecs.config.
  case ecsAgent = "ecs-agent"
  /// Fluent Bit's classic configuration.
  case fluentBit = "fluent-bit"
  /// Docker's daemon.json.
  case dockerDaemon = "docker-daemon"
  /// Python with boto3.
  case boto3
  /// Go with the AWS SDK for Go v2.
  case go
  /// Java with the AWS SDK for Java 2.x.
  case java
  /// JavaScript with the AWS SDK for JavaScript v3.
  case javascript
  /// Rust with the AWS SDK for Rust.
  case rust
  /// Swift with the AWS SDK for Swift.
  case swift
  /// C# with the AWS SDK for .NET.
  case dotnet

  /// The client that reads the form; `nil` where any client that reads environment or configuration file does.
  package var client: String? {
    switch self {
    case .shell, .environmentFile, .dockerfile, .kubernetes, .kubernetesList, .ecs, .lambda, .awsConfig: nil
    case .terraform: "terraform"
    case .cloudWatchAgent: "cloudwatch-agent"
    case .ssmAgent: "ssm-agent"
    case .ecsAgent: "ecs-agent"
    case .fluentBit: "fluent-bit"
    case .dockerDaemon: "docker-awslogs"
    case .boto3: "boto3"
    case .go: "go-v2"
    case .java: "java-v2"
    case .javascript: "js-v3"
    case .rust: "rust"
    case .swift: "swift"
    case .dotnet: "dotnet-v4"
    }
  }

  /// How the settings reach the client.
  package var channel: SettingsChannel {
    switch self {
    case .shell, .environmentFile, .dockerfile, .kubernetes, .kubernetesList, .ecs, .lambda: .environment
    case .awsConfig: .sharedFile
    case .terraform, .cloudWatchAgent, .ssmAgent, .ecsAgent, .fluentBit, .dockerDaemon: .ownOptions
    case .boto3, .go, .java, .javascript, .rust, .swift, .dotnet: .code
    }
  }

  /// How a line of comment begins; `nil` where the form has no comments.
  package var comment: String? {
    switch self {
    case .shell, .environmentFile, .dockerfile, .kubernetes, .kubernetesList, .awsConfig, .terraform,
      .ecsAgent, .fluentBit, .boto3:
      "#"
    case .go, .java, .javascript, .rust, .swift, .dotnet: "//"
    case .ecs, .lambda, .cloudWatchAgent, .ssmAgent, .dockerDaemon: nil
    }
  }

  /// The services that the client calls besides those that it is told to call.
  package var credentialServices: [String] { self == .fluentBit ? ["sts"] : [] }

  /// Whether the client can be told the endpoint of a service at all; of those that it cannot, most are ones that it never calls.
  package func knows(_ identifier: String) -> Bool {
    self != .terraform || TerraformServiceKeys.key(identifier) != nil
  }

  /// What a person has to know of the client that no setting can show.
  package var limits: [String] {
    switch self {
    case .cloudWatchAgent: ["the switch needs version 1.300061.0 of the agent or a newer one"]
    case .ssmAgent:
      [
        "the switch needs version 3.3.3270.0 of the agent or a newer one",
        "the agent calls ssmmessages and ec2messages, too, which no SDK has: of their names nothing is known here",
      ]
    case .ecsAgent:
      [
        "the setting counts on instances that have IPv6 only: with IPv4 beside it the agent keeps its IPv4 names",
        "it needs version 1.98.0 of the agent or a newer one (1.103.0 for SSM)",
        "the agent calls ecs-a, ecs-t and ssmmessages, too: of their names nothing is known here",
      ]
    case .dockerDaemon:
      ["variables do not set the endpoint of Docker's awslogs driver: only this option does"]
    case .fluentBit:
      ["each output that calls AWS needs its endpoint: put the lines into the outputs that you have"]
    case .ecs, .lambda: ["calls of the platform (images, logs, secrets) do not see these variables"]
    case .awsConfig, .boto3, .go, .java, .javascript, .rust, .swift, .dotnet, .shell, .environmentFile,
      .dockerfile, .kubernetes, .kubernetesList, .terraform:
      []
    }
  }

  /// The services that the client calls by itself; empty where that depends on the user's program.
  package var services: [String] {
    switch self {
    case .cloudWatchAgent: ["cloudwatch", "logs"]
    case .ssmAgent: ["s3", "ssm"]
    case .ecsAgent: ["ecr", "ecs", "logs", "s3", "secretsmanager", "ssm"]
    case .dockerDaemon: ["logs"]
    default: []
    }
  }
}
