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
    case .shell, .environmentFile, .dockerfile, .kubernetes, .kubernetesList, .ecs, .lambda, .ecsAgent:
      .environment
    case .awsConfig: .sharedFile
    case .terraform, .cloudWatchAgent, .ssmAgent, .fluentBit, .dockerDaemon: .ownOptions
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

  /// The services that the client calls by itself; empty where that depends on the user's program.
  package var services: [String] {
    switch self {
    case .cloudWatchAgent: ["cloudwatch", "logs"]
    case .ssmAgent: ["ec2messages", "s3", "ssm", "ssmmessages"]
    case .ecsAgent: ["ecr", "ecs", "logs", "s3", "secretsmanager", "ssm"]
    case .dockerDaemon: ["logs"]
    default: []
    }
  }
}
