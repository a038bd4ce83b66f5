// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ClientConfiguration
import ClientModel
import EgressBase
import Foundation
import ServiceCatalog

/// The options that name a client, and where its settings come from.
struct ClientEnvironmentOptions: ParsableArguments {
  @Option(
    name: .customLong("client"),
    help: ArgumentHelp(
      "Answer as this client would, with its variables and files: see 'egress6 clients'.", valueName: "client"
    ),
    completion: .custom { _, _, _ in (try? ClientList.embedded().clients.map(\.id)) ?? [] })
  var client: String?

  @Option(
    name: .customLong("client-version"),
    help: ArgumentHelp("The client's version; without it, the newest one.", valueName: "1.45.11"))
  var version: String?

  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp("As with the client's own --profile.", valueName: "profile"))
  var profile: String?

  @Option(
    name: .customLong("env-file"),
    help: ArgumentHelp(
      "Take variables from this file (NAME=VALUE or export NAME=VALUE) and none from the environment.",
      valueName: "file"))
  var environmentFile: String?

  @Option(
    name: .customLong("config-file"),
    help: ArgumentHelp("The shared configuration file; without it, the user's.", valueName: "file"))
  var configFile: String?

  @Option(
    name: .customLong("credentials-file"),
    help: ArgumentHelp(
      "The shared credentials file; without it, the user's. No secret in it is shown.", valueName: "file"))
  var credentialsFile: String?

  @Option(
    name: .customLong("client-option"), parsing: .singleValue,
    help: ArgumentHelp(
      "An option of the client's own, such as use_dualstack_endpoint=true of terraform; may be given several times.",
      valueName: "name=value"))
  var ownOptions: [String] = []

  /// The largest shared file that is read.
  private static let largestFile = 16 << 20

  func validate() throws {
    let names: [(String, Bool)] = [
      ("--client-version", version != nil), ("--profile", profile != nil),
      ("--env-file", environmentFile != nil),
      ("--config-file", configFile != nil), ("--credentials-file", credentialsFile != nil),
      ("--client-option", !ownOptions.isEmpty),
    ]
    if client == nil, let (name, _) = names.first(where: \.1) {
      throw ValidationError("\(name) belongs to a client: name it with --client")
    }
    if let version, Self.release(version) == nil {
      throw ValidationError("'\(version)' is not a version: write numbers and dots, such as 1.45.11")
    }
  }

  /// Whether any of the options is given.
  var areGiven: Bool { client != nil }

  /// A version as clients write it: `1.45.11`, `v1.2`, `release-2024-03-26`.
  static func release(_ text: String) -> ReleaseVersion? {
    if text.hasPrefix("release-") {
      let parts = text.dropFirst("release-".count).split(separator: "-")
      return ReleaseVersion(parts.joined(separator: "."))
    }
    return ReleaseVersion(text.hasPrefix("v") ? String(text.dropFirst()) : text)
  }

  /// The client as an emulator; `nil` where none is named.
  func emulator(_ catalog: Catalog) throws -> ClientEmulator? {
    guard let client else { return nil }
    return ClientEmulator(
      try .named(client), version: version.flatMap { Self.release($0) }, catalog: catalog)
  }

  /// How the client is started.
  ///
  /// - Parameters:
  ///   - client: The client.
  ///   - region: The region of the call.
  ///   - endpointURL: The endpoint URL of the call.
  /// - Returns: Variables, files and options.
  /// - Throws: An error for a file that cannot be read.
  func invocation(_ client: Client, region: String?, endpointURL: String?) throws -> ClientInvocation {
    let environment = ProcessInfo.processInfo.environment
    var invocation = ClientInvocation(
      variables: environment, profile: profile, region: region, endpointURL: endpointURL)
    if let path = environmentFile {
      (invocation.variables, invocation.variableLocations) = try Self.variables(of: path)
    }
    for text in ownOptions {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw CommandFailure(
          .usage, "'\(text)' is not an option with its value", help: "write --client-option NAME=VALUE")
      }
      invocation.ownOptions[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    let locations = ConfigurationFileLocations(
      environment: invocation.variables.merging(environment.filter { $0.key == "HOME" }) { first, _ in first
      },
      home: NSHomeDirectory(), dialect: client.traits.dialect ?? .specification)
    invocation.config = try Self.file(configFile, or: locations.config, .config)
    invocation.credentials = try Self.file(credentialsFile, or: locations.credentials, .credentials)
    return invocation
  }

  private static func file(
    _ named: String?, or usual: String?, _ kind: ConfigurationFile.Kind
  ) throws -> ConfigurationFile? {
    guard let path = named ?? usual, named != nil || FileManager.default.fileExists(atPath: path) else {
      return nil
    }
    return ConfigurationFile(try FileAccess.read(path, limit: largestFile), path: path, kind: kind)
  }

  private static func variables(
    of path: String
  ) throws -> (values: [String: String], locations: [String: SourceLocation]) {
    let bytes = try FileAccess.read(path, limit: SettingsDocument.largestFile)
    let detected = DocumentFormat.detect(path: path, bytes: bytes)
    let document = try SettingsDocument(
      bytes, path: path, format: detected == .shell ? .shell : .environmentFile)
    var values: [String: String] = [:]
    var locations: [String: SourceLocation] = [:]
    for scope in document.scopes where scope.kind == .environment {
      for (name, setting) in scope.values {
        values[name] = setting.value
        locations[name] = SourceLocation(path: path, position: setting.position)
      }
    }
    return (values, locations)
  }
}
