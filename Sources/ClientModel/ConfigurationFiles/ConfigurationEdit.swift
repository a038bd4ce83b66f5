// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Settings that a profile of a config file is to have.
package struct ConfigurationEdit: Sendable, Hashable {
  /// A name and its value.
  package struct Setting: Sendable, Hashable {
    /// The name, in lower case.
    package var name: String
    /// The value, on one line.
    package var value: String

    /// Makes a setting.
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The settings of one service.
  package struct Service: Sendable, Hashable {
    /// The service's key in a `services` section, such as `cloudwatch_logs`.
    package var key: String
    /// Its settings.
    package var settings: [Setting]

    /// Makes the settings of a service.
    package init(_ key: String, _ settings: [Setting]) {
      self.key = key
      self.settings = settings
    }
  }

  /// The profile.
  package var profile: String
  /// Its own settings.
  package var settings: [Setting]
  /// The settings of single services.
  package var services: [Service]
  /// The `services` section for them where the profile names none; `nil` for one that is named after the profile.
  package var servicesName: String?
  /// Lines of the comment: what was written, from which data, and how to undo it.
  package var notes: [String]

  /// Makes an edit.
  package init(
    profile: String, settings: [Setting] = [], services: [Service] = [], servicesName: String? = nil,
    notes: [String]
  ) {
    self.profile = profile
    self.settings = settings
    self.services = services
    self.servicesName = servicesName
    self.notes = notes
  }
}

/// Why a file is not edited.
package struct ConfigurationEditError: DomainError, Hashable {
  /// What stands against it.
  package enum Problem: Sendable, Hashable {
    /// A dialect refuses the file.
    case unreadable(FileDialect, ConfigurationFileError)
    /// The lines that mark what was written before do not fit together.
    case markers(TextPosition, String)
    /// Profiles and `services` sections are written to config files alone.
    case notAConfigFile
    /// Clients do not agree on a profile or section of such a name.
    case unsupportedName(String)
    /// Another profile uses the `services` section, too.
    case sharedServices(section: String, profile: String)
    /// Clients of a dialect would not read what was intended, and nothing else.
    case unwantedEffect(FileDialect, what: String)
  }

  /// The file.
  package var path: String
  /// What stands against it.
  package var problem: Problem

  /// Makes an error.
  package init(_ problem: Problem, path: String) {
    self.problem = problem
    self.path = path
  }

  /// The kind of failure.
  package var code: ErrorCode {
    switch problem {
    case .unreadable: ErrorCode("config.unreadable", .input)
    case .markers: ErrorCode("config.markers", .input)
    case .notAConfigFile, .unsupportedName: ErrorCode("config.unsupported", .request)
    case .sharedServices: ErrorCode("config.shared-services", .request)
    case .unwantedEffect: ErrorCode("config.unwanted-effect", .request)
    }
  }

  /// The file, and where in it.
  package var facts: [ErrorFact: String] {
    switch problem {
    case .unreadable(_, let error): [.path: path, .entry: "\(error.position)"]
    case .markers(let position, _): [.path: path, .entry: "\(position)"]
    case .unsupportedName(let name): [.path: path, .given: name]
    case .sharedServices(let section, _): [.path: path, .given: section]
    case .notAConfigFile, .unwantedEffect: [.path: path]
    }
  }

  /// One sentence.
  package var description: String {
    switch problem {
    case .unreadable(let dialect, let error):
      "\(path):\(error.position): the file is not edited, because \(dialect.clients) cannot read it: \(error.problem)"
    case .markers(let position, let problem): "\(path):\(position): the file is not edited: \(problem)"
    case .notAConfigFile: "\(path): the file is not edited: these settings belong into the config file"
    case .unsupportedName(let name):
      "\(path): the file is not edited: not all clients can read a section named '\(name)'"
    case .sharedServices(let section, let profile):
      "\(path): the file is not edited: profile '\(profile)' uses the services section '\(section)', too"
    case .unwantedEffect(let dialect, let what):
      "\(path): the file is not edited: \(dialect.clients) would read \(what) otherwise than intended"
    }
  }
}

extension FileDialect {
  /// The clients that read files so.
  var clients: String {
    switch self {
    case .specification: "clients that follow AWS's specification"
    case .botocore: "the AWS CLI and boto3"
    }
  }
}
