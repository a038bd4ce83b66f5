// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// The profile that a client works with, out of its shared files.
struct ClientProfile {
  /// Its name; `nil` for the default profile, which need not exist.
  var name: String?
  /// The settings in the order in which they count: of the credentials file first, where the client reads them there.
  var sections: [(path: String, section: ConfigurationSections.Section)] = []
  /// The services sections by name, and the file that has them.
  var services: (path: String, sections: [String: ConfigurationSections.Section])?
  /// The sections of all profiles by name: of the credentials file, then of the configuration file.
  var all: [String: [ConfigurationSections.Section]] = [:]

  /// The value of a key of any profile; botocore takes the credentials file's first.
  func value(_ key: String, of profile: String) -> String? {
    all[profile]?.lazy.compactMap { $0[key]?.value }.first
  }

  /// The property of a name, from the file that counts first.
  func property(_ name: String) -> (path: String, property: ConfigurationSections.Property)? {
    properties(name).first
  }

  /// The properties of a name, in the order in which they count.
  func properties(_ name: String) -> [(path: String, property: ConfigurationSections.Property)] {
    sections.compactMap { path, section in section[name].map { (path, $0) } }
  }
}

/// Reads a client's shared files.
struct ClientFileReader {
  let client: Client
  let invocation: ClientInvocation
  let cache: SectionCache

  /// What a profile says.
  ///
  /// - Parameter name: The profile that was chosen; `nil` for the default one.
  /// - Returns: The profile.
  /// - Throws: ``ClientStop`` for a file that the client cannot read, and a profile that does not exist.
  func profile(_ name: String?) throws(ClientStop) -> ClientProfile {
    var profile = ClientProfile(name: name)
    let wanted = name ?? "default"
    let config = try invocation.config.map { file throws(ClientStop) in try sections(of: file) }
    let credentials = try invocation.credentials.map { file throws(ClientStop) in try sections(of: file) }
    if let credentials, let section = credentials.profiles[wanted], let path = invocation.credentials?.path {
      if client.traits.readsCredentialsSettings == nil, hasSettings(section) {
        throw unknown("whether it takes settings from the credentials file \(path)")
      }
      profile.sections.append((path, section))
    }
    if let config, let path = invocation.config?.path {
      if let section = config.profiles[wanted] { profile.sections.append((path, section)) }
      profile.services = (path, config.services)
    }
    for sections in [credentials, config] {
      for (name, section) in sections?.profiles ?? [:] { profile.all[name, default: []].append(section) }
    }
    if name != nil, profile.sections.isEmpty, wanted != "default" || client.family == "botocore" {
      switch client.traits.missingProfile {
      case .stop:
        throw ClientStop(
          code: ErrorCode("client.settings", .request),
          description: "the profile \"\(wanted)\" does not exist, and \(client.name) stops")
      case .ignored: break
      case nil: throw unknown("what it does with a profile that does not exist, such as \"\(wanted)\"")
      }
    }
    return profile
  }

  private static let secrets: Set = [
    "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_account_id",
    "aws_credential_scope",
  ]

  private func hasSettings(_ section: ConfigurationSections.Section) -> Bool {
    section.properties.contains { !Self.secrets.contains($0.name.lowercased()) }
  }

  /// What a file holds for the client; where its dialect is not established, what all dialects agree on.
  private func sections(of file: ConfigurationFile) throws(ClientStop) -> ConfigurationSections {
    if let dialect = client.traits.dialect { return try sections(of: file, as: dialect) }
    var known: ConfigurationSections?
    for dialect in FileDialect.allCases {
      guard let sections = try? cache.sections(of: file, as: dialect) else {
        throw unknown("how it reads \(file.path), which not all clients accept")
      }
      if let known, !agrees(known, sections) {
        throw unknown("how it reads \(file.path), which clients read in different ways")
      }
      known = sections
    }
    return known ?? ConfigurationSections()
  }

  private func sections(
    of file: ConfigurationFile, as dialect: FileDialect
  ) throws(ClientStop) -> ConfigurationSections {
    do throws(ConfigurationFileError) {
      return try cache.sections(of: file, as: dialect)
    } catch {
      throw ClientStop(
        code: ErrorCode("client.settings", .request),
        description: "\(client.name) cannot read a file: \(error)")
    }
  }

  private func agrees(_ left: ConfigurationSections, _ right: ConfigurationSections) -> Bool {
    func texts(_ sections: [String: ConfigurationSections.Section]) -> [String: [String: String]] {
      sections.mapValues { section in
        var result: [String: String] = [:]
        for property in section.properties {
          guard property.nested.isEmpty else {
            for inner in property.nested { result["\(property.name)\u{0}\(inner.name)"] = inner.value }
            continue
          }
          result[property.name] = property.value
        }
        return result
      }
    }
    return texts(left.profiles) == texts(right.profiles) && texts(left.services) == texts(right.services)
  }

  private func unknown(_ text: String) -> ClientStop { .unknown(client, text) }

  /// The value of a property as the client reads it.
  ///
  /// A client that has no comments behind values gets the rest of the line.
  func value(of property: ConfigurationSections.Property, in path: String) -> String {
    guard client.traits.hasInlineComments == false,
      let file = [invocation.config, invocation.credentials].compactMap({ $0 }).first(where: {
        $0.path == path
      })
    else { return property.value }
    let lines = file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let index = property.position.line - 1
    guard lines.indices.contains(index), let start = lines[index].firstIndex(of: UInt8(ascii: "=")) else {
      return property.value
    }
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    let rest = lines[index][(start + 1)...].drop(while: isBlank)
    let end = rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex
    return String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
  }
}

extension ClientStop {
  /// The answer where it is not established what a client does.
  static func unknown(_ client: Client, _ text: String) -> ClientStop {
    ClientStop(
      code: ErrorCode("client.unknown", .request),
      description: "it is not established for \(client.name) \(text)")
  }

  /// The answer where a client refuses its settings.
  static func settings(_ text: String) -> ClientStop {
    ClientStop(code: ErrorCode("client.settings", .request), description: text)
  }
}
