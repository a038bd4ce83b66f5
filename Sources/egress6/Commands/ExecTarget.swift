// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import EgressBase
import Foundation
import ServiceCatalog

/// Whom a command is taken for, where it calls, and what it is known to call.
struct ExecTarget {
  /// The client.
  let emulator: ClientEmulator
  /// How the user starts it.
  let invocation: ClientInvocation
  /// The region.
  let region: String
  /// The services to plan for; empty for all.
  let services: [String]
  /// Those of them that the command is known to call.
  private let required: Set<String>

  /// Whether the command is known to call a service.
  func isRequired(_ service: String) -> Bool { required.contains(service) }

  /// Finds out about a command.
  init(_ options: ExecCommand, catalog: Catalog) throws {
    let environment = ProcessInfo.processInfo.environment
    let name = options.command[0].split(separator: "/").last.map(String.init) ?? options.command[0]
    let line = name == "aws" ? AWSCommandLine(Array(options.command.dropFirst())) : nil
    let client = try Self.client(options.client, of: name)
    var invocation = try ClientInvocation(of: client, environment)
    invocation.profile = try Self.one("profile", option: options.profile, command: line?.profile)
    invocation.region = try Self.one("region", option: options.region, command: line?.region)
    invocation.endpointURL = line?.endpointURL
    if let region = options.region { try Self.requireListed(region, catalog) }
    let version = options.clientVersion.flatMap { ClientEnvironmentOptions.release($0) }
    emulator = ClientEmulator(client, version: version, catalog: catalog)
    region = try Self.region(emulator, invocation, isNamed: options.client != nil)
    self.invocation = invocation
    var named: [String] = []
    for word in SelectionOptions.words(options.services) {
      named.append(try catalog.lookup(service: word).folder)
    }
    if named.isEmpty, let line { named = line.services(in: catalog) }
    required = Set(named)
    let credentials = named.isEmpty ? [] : Self.credentialServices(invocation).filter { !named.contains($0) }
    services = named + credentials
  }

  private static func client(_ option: String?, of name: String) throws -> Client {
    if let option { return try Client.named(option) }
    if name == "aws" { return try Client.named("cli-v2") }
    return try (try? Client.named(name)) ?? Client.named("boto3")
  }

  /// What an option of ours and one of the command say, which must be the same.
  private static func one(_ what: String, option: String?, command: String?) throws -> String? {
    guard let option, let command, option != command else { return option ?? command }
    throw CommandFailure(
      .usage, "the command names the \(what) \(command), --\(what) names \(option)",
      help: "leave --\(what) out: the command's own counts")
  }

  /// Refuses a region that no partition has: the command would get it, too.
  private static func requireListed(_ region: String, _ catalog: Catalog) throws {
    switch catalog.match(region: region) {
    case .listed: return
    case .pattern(_, let nearest), .unknown(let nearest):
      throw CommandFailure(
        .usage, "\(catalog.origin.name) has no region '\(region)'", help: SelectionOptions.suggestion(nearest)
      )
    }
  }

  /// The region that the client works with.
  private static func region(
    _ emulator: ClientEmulator, _ invocation: ClientInvocation, isNamed: Bool
  ) throws -> String {
    if let region = invocation.region { return region }
    let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"].compactMap { name in
      invocation.variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    if !isNamed, variables.count == 2, variables[0] != variables[1] {
      throw CommandFailure(
        .usage,
        "AWS_REGION is \(variables[0]) and AWS_DEFAULT_REGION is \(variables[1]): clients differ in which one counts",
        help: "name the region with --region, or who reads them with --client")
    }
    let decisions: [SettingDecision]
    var stop: ClientStop?
    do throws(ClientStop) {
      decisions = try emulator.answer(ClientCall(service: "sts"), invocation).decisions
    } catch {
      decisions = error.decisions
      stop = error
    }
    let found = decisions.first { $0.setting == "region" }?.value
    // Who calls is a guess here, and each variable is the region of some client.
    guard let region = found ?? (isNamed ? nil : variables.first) else {
      if let stop, stop.code.description == "client.settings" {
        // The region may be in what the client refuses to read.
        throw CommandFailure(.usage, stop.description, help: "mend it, or name the region with --region")
      }
      throw CommandFailure(
        .usage, "\(emulator.client.name) finds no region",
        help: "name one with --region, in AWS_REGION, or in the profile")
    }
    return region
  }

  /// The services that are called for credentials, by what the profile and the variables say.
  private static func credentialServices(_ invocation: ClientInvocation) -> [String] {
    let variables = invocation.variables
    let name = invocation.profile ?? variables["AWS_PROFILE"] ?? variables["AWS_DEFAULT_PROFILE"] ?? "default"
    var names = Set(
      ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"].filter { variables[$0]?.isEmpty == false })
    for file in [invocation.config, invocation.credentials] {
      let sections = try? file?.sections(as: .specification)
      names.formUnion(sections?.profiles[name]?.properties.map(\.name) ?? [])
    }
    var services: [String] = []
    if !names.isDisjoint(with: ["AWS_ROLE_ARN", "role_arn", "web_identity_token_file"]) {
      services.append("sts")
    }
    if !names.isDisjoint(with: ["sso_session", "sso_start_url"]) { services += ["sso", "sso-oidc"] }
    return services
  }
}

extension ClientInvocation {
  /// How a client is started in this process's place: its variables, and the shared files that they lead to.
  fileprivate init(of client: Client, _ environment: [String: String]) throws {
    let locations = ConfigurationFileLocations(
      environment: environment, home: NSHomeDirectory(), dialect: client.traits.dialect ?? .specification)
    self.init(
      variables: environment,
      config: try locations.config.flatMap { try ConfigurationFile.read($0, kind: .config) },
      credentials: try locations.credentials.flatMap { try ConfigurationFile.read($0, kind: .credentials) })
  }
}
