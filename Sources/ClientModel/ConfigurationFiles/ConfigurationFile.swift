// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// A shared configuration or credentials file of AWS clients: its bytes, and whose settings they are.
package struct ConfigurationFile: Sendable, Hashable {
  /// What the file is to clients; the names of sections differ.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// `~/.aws/config`, where profiles are named `[profile NAME]`.
    case config
    /// `~/.aws/credentials`, where profiles are named `[NAME]`.
    case credentials
  }

  /// The path, for messages.
  package let path: String
  /// What the file is.
  package let kind: Kind
  /// Its bytes.
  package let bytes: [UInt8]

  /// Makes a file of its bytes.
  package init(_ bytes: [UInt8], path: String, kind: Kind) {
    self.bytes = bytes
    self.path = path
    self.kind = kind
  }
}

/// Whose rules a file is read by; what one reader accepts, another refuses.
package enum FileDialect: String, Sendable, Hashable, CaseIterable {
  /// The specification that the AWS SDKs share (AWS SDKs and Tools Reference Guide, "Shared config and credentials files").
  case specification
  /// botocore's: Python's `configparser`, and botocore's own reading of nested values.
  case botocore
}

/// The settings that a file holds, as one dialect reads them.
package struct ConfigurationSections: Sendable, Hashable {
  /// A setting.
  package struct Property: Sendable, Hashable {
    /// The name as the dialect gives it to the client.
    package var name: String
    /// The value; of a property with nested settings, what the dialect makes of it.
    package var value: String
    /// Where the name stands.
    package var position: TextPosition
    /// The settings nested below it.
    package var nested: [Property]

    /// Makes a property.
    package init(name: String, value: String, position: TextPosition, nested: [Property] = []) {
      self.name = name
      self.value = value
      self.position = position
      self.nested = nested
    }
  }

  /// A section.
  package struct Section: Sendable, Hashable {
    /// Its name without the word for its kind.
    package var name: String
    /// Where its line begins.
    package var position: TextPosition
    /// Its settings, each name once.
    package var properties: [Property]

    /// Makes a section.
    package init(name: String, position: TextPosition, properties: [Property] = []) {
      self.name = name
      self.position = position
      self.properties = properties
    }

    /// The setting of a name.
    package subscript(name: String) -> Property? { properties.first { $0.name == name } }
  }

  /// The profiles by name.
  package var profiles: [String: Section] = [:]
  /// The `services` sections by name.
  package var services: [String: Section] = [:]
  /// The `sso-session` sections by name.
  package var ssoSessions: [String: Section] = [:]

  /// Makes sections without content.
  package init() {}
}

/// Why a file cannot be read by a dialect.
package struct ConfigurationFileError: DomainError, Hashable {
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
  package var code: ErrorCode { ErrorCode("config.syntax", .input) }
  /// The file, and where in it.
  package var facts: [ErrorFact: String] { [.path: path, .entry: "\(position)"] }
  /// One sentence.
  package var description: String { "\(path):\(position): \(problem)" }
}

extension ConfigurationFile {
  /// What the file holds, as a dialect reads it.
  ///
  /// - Parameter dialect: Whose rules are applied.
  /// - Returns: The sections.
  /// - Throws: ``ConfigurationFileError`` for what the dialect refuses.
  package func sections(as dialect: FileDialect) throws(ConfigurationFileError) -> ConfigurationSections {
    let syntax = try ConfigurationSyntax(self, as: dialect)
    return switch dialect {
    case .specification: try SpecificationSections(syntax: syntax, file: self).sections()
    case .botocore: try BotocoreSections(syntax: syntax, file: self).sections()
    }
  }
}
