// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// A setting as a file states it.
package struct LocatedSetting: Sendable, Hashable {
  /// The name: an environment variable, or the path of keys that leads to it.
  package var name: String
  /// The value as the program that reads the file gets it.
  package var value: String
  /// Where the name stands.
  package var position: TextPosition
  /// The bytes of the value in the file, quotes included, for a fix; `nil` where it cannot be replaced in place.
  package var valueRange: Range<Int>?

  /// Makes a setting.
  package init(name: String, value: String, position: TextPosition, valueRange: Range<Int>? = nil) {
    self.name = name
    self.value = value
    self.position = position
    self.valueRange = valueRange
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
  }

  /// How the settings reach a client.
  package var kind: Kind
  /// What the scope is in the file, such as a container's name; empty for the whole file.
  package var name: String
  /// The settings in the order of the file, repeated names included.
  package var settings: [LocatedSetting]

  /// Makes a scope.
  package init(kind: Kind, name: String = "", settings: [LocatedSetting] = []) {
    self.kind = kind
    self.name = name
    self.settings = settings
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
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: Its bytes.
  ///   - path: Its path, for messages.
  ///   - format: Its format.
  /// - Throws: ``DocumentError`` for what is not of that format.
  package init(_ bytes: [UInt8], path: String, format: DocumentFormat) throws(DocumentError) {
    self.init(path: path, format: format)
  }
}
