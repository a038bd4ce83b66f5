// SPDX-License-Identifier: Apache-2.0

package import ClientModel
package import EgressBase

/// A setting as a file states it.
package struct LocatedSetting: Sendable, Hashable {
  /// How far a file tells what a setting is.
  package enum Certainty: Sendable, Hashable {
    /// The value stands in the file.
    case literal
    /// The value, or whether it is set at all, is only known when the file is used: `$NAME`, `$(command)`, an assignment in
    /// a branch, a value from a secret. The value is the text of the file.
    case dynamic
    /// The setting is taken away.
    case unset
  }

  /// The name: an environment variable, or the path of keys that leads to it.
  package var name: String
  /// The value as the program that reads the file gets it.
  package var value: String
  /// Where the name stands.
  package var position: TextPosition
  /// The bytes of the value in the file, quotes included, for a fix; `nil` where it cannot be replaced in place.
  package var valueRange: Range<Int>?
  /// The bytes of the name in the file, without quotes; `nil` where it cannot be replaced in place.
  package var nameRange: Range<Int>?
  /// How far the file tells what the setting is.
  package var certainty: Certainty
  /// Whether the setting stands somewhere else and only counts here, too: an earlier stage, a ConfigMap.
  package var isInherited: Bool

  /// Makes a setting.
  package init(
    name: String, value: String, position: TextPosition, valueRange: Range<Int>? = nil,
    nameRange: Range<Int>? = nil, certainty: Certainty = .literal, isInherited: Bool = false
  ) {
    self.name = name
    self.value = value
    self.position = position
    self.valueRange = valueRange
    self.nameRange = nameRange
    self.certainty = certainty
    self.isInherited = isInherited
  }

  /// The setting as one that counts here and stands somewhere else.
  var inherited: LocatedSetting {
    var setting = self
    setting.isInherited = true
    return setting
  }
}

/// What one process gets from a file.
package struct SettingsScope: Sendable, Hashable {
  /// How the settings reach a client.
  package enum Kind: Sendable, Hashable {
    /// Environment variables.
    case environment
    /// Options of one client's own; the client's id.
    case options(client: String)
    /// A section of a shared configuration or credentials file.
    case section(ConfigurationFile.Kind)
  }

  /// How the settings reach a client.
  package var kind: Kind
  /// What the scope is in the file, such as a container's name; empty for the whole file.
  package var name: String
  /// The settings in the order of the file, repeated names included.
  package var settings: [LocatedSetting]
  /// The container images that the file names here, each as a setting whose value is the image.
  package var images: [LocatedSetting]

  /// Makes a scope.
  package init(
    kind: Kind, name: String = "", settings: [LocatedSetting] = [], images: [LocatedSetting] = []
  ) {
    self.kind = kind
    self.name = name
    self.settings = settings
    self.images = images
  }

  /// The settings that count, by name: of several with one name the last; those that are unset or whose value is not known
  /// are left out.
  package var values: [String: LocatedSetting] {
    var values: [String: LocatedSetting] = [:]
    for setting in settings { values[setting.name] = setting.certainty == .literal ? setting : nil }
    return values
  }
}

/// A kind of file that carries settings.
package enum DocumentFormat: String, Sendable, Hashable, CaseIterable {
  /// `export NAME=value` lines of a POSIX shell.
  case shell
  /// A systemd EnvironmentFile, also read by `docker --env-file` and as the ECS agent's ecs.config.
  case environmentFile = "env"
  /// A Dockerfile's `ENV`.
  case dockerfile
  /// Kubernetes manifests: ConfigMap, and `env` of containers.
  case kubernetes
  /// An ECS task definition (JSON).
  case ecsTaskDefinition = "ecs"
  /// A Lambda function's configuration (JSON, as `aws lambda get-function-configuration` prints it or as its `Environment`).
  case lambda
  /// A CloudFormation or SAM template: task definitions and Lambda functions.
  case cloudFormation = "cloudformation"
  /// A shared configuration file.
  case awsConfig = "aws-config"
  /// A Terraform file with provider blocks.
  case terraform
  /// The CloudWatch agent's JSON.
  case cloudWatchAgent = "cloudwatch-agent"
  /// The SSM agent's JSON.
  case ssmAgent = "ssm-agent"
  /// Fluent Bit's classic configuration or YAML.
  case fluentBit = "fluent-bit"
  /// Docker's daemon.json.
  case dockerDaemon = "docker-daemon"
}

/// A file, read as one of the formats.
package struct SettingsDocument: Sendable {
  /// The path, for messages.
  package var path: String
  /// The format.
  package var format: DocumentFormat
  /// The scopes.
  package var scopes: [SettingsScope]

  /// Makes a document.
  package init(path: String, format: DocumentFormat, scopes: [SettingsScope] = []) {
    self.path = path
    self.format = format
    self.scopes = scopes
  }
}

/// Why a document cannot be read.
package struct DocumentError: DomainError, Hashable {
  /// The file.
  package var path: String
  /// Where in the file.
  package var position: TextPosition
  /// What is wrong, without a full stop.
  package var problem: String

  /// Makes an error.
  package init(path: String, position: TextPosition, problem: String) {
    self.path = path
    self.position = position
    self.problem = problem
  }

  /// The kind of failure.
  package var code: ErrorCode { ErrorCode("document.syntax", .input) }
  /// The file, and where in it.
  package var facts: [ErrorFact: String] { [.path: path, .entry: "\(position)"] }
  /// One sentence.
  package var description: String { "\(path):\(position): \(problem)" }
}

extension SettingsDocument {
  /// The most bytes of a file that is read as settings.
  package static let largestFile = 8 << 20

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: Its bytes.
  ///   - path: Its path, for messages.
  ///   - format: Its format.
  /// - Throws: ``DocumentError`` for what is not of that format.
  package init(_ bytes: [UInt8], path: String, format: DocumentFormat) throws(DocumentError) {
    let text = DocumentText(bytes, path: path)
    let scopes: [SettingsScope]
    switch format {
    case .shell: scopes = try ShellReader.scopes(text)
    case .environmentFile: scopes = try EnvironmentFileReader.scopes(text)
    case .dockerfile: scopes = try DockerfileReader.scopes(text)
    case .kubernetes: scopes = try KubernetesReader.scopes(text)
    case .ecsTaskDefinition: scopes = try TaskDefinitionReader.scopes(text)
    case .lambda: scopes = try LambdaReader.scopes(text)
    case .cloudFormation: scopes = try CloudFormationReader.scopes(text)
    case .awsConfig: scopes = SharedFileReader.scopes(text)
    case .terraform: scopes = try TerraformReader.scopes(text)
    case .cloudWatchAgent: scopes = try OptionTreeReader.scopes(text, client: "cloudwatch-agent")
    case .ssmAgent: scopes = try OptionTreeReader.scopes(text, client: "ssm-agent")
    case .fluentBit: scopes = try FluentBitReader.scopes(text)
    case .dockerDaemon: scopes = try OptionTreeReader.scopes(text, client: "docker-awslogs")
    }
    self.init(path: path, format: format, scopes: scopes)
  }
}
