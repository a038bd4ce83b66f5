// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase

/// What one process gets from an artefact, as the reader of its form finds it.
struct ArtefactScope {
  /// What reaches the client.
  enum Content {
    /// Environment variables.
    case variables([String: String])
    /// The shared configuration file.
    case file(ConfigurationFile)
    /// The client's own options.
    case options([String: String])
    /// The client's own options, for the services that the scope is about.
    case serviceOptions([String: String], services: Set<String>)
    /// What code does for each service.
    case code([String: SnippetReader.Setting])
  }

  /// What the scope is in the file.
  var name: String
  /// What reaches the client.
  var content: Content
  /// The region.
  var region: String
  /// The profile.
  var profile: String?

  /// A scope in which nothing is set.
  static func empty(_ plan: ConfigurationPlan) -> ArtefactScope {
    ArtefactScope(name: "", content: .variables([:]), region: plan.region)
  }

  /// Reads an artefact.
  ///
  /// - Throws: What the reader of the form throws.
  static func read(
    _ text: String, as format: ArtefactFormat, _ plan: ConfigurationPlan, profile: String?
  ) throws -> [ArtefactScope] {
    let bytes = Array(text.utf8)
    switch format {
    case .awsConfig:
      let file = ConfigurationFile(bytes, path: "the settings", kind: .config)
      // Clients read it by different rules: all of them have to accept it.
      for dialect in FileDialect.allCases { _ = try file.sections(as: dialect) }
      return [ArtefactScope(name: "", content: .file(file), region: plan.region, profile: profile)]
    case .boto3, .go, .java, .javascript, .rust, .swift, .dotnet:
      let settings = try SnippetReader.settings(text, CodeLanguage(format), plan)
      return [ArtefactScope(name: "", content: .code(settings), region: plan.region)]
    default:
      guard let (documentFormat, wrapped) = wrapped(text, format) else { return [] }
      let document = try SettingsDocument(
        Array(wrapped.utf8), path: "the settings", format: documentFormat)
      // The options of a container's log driver are another client's.
      let scopes = document.scopes.filter { scope in
        guard case .options(let client) = scope.kind else { return true }
        return client == format.client
      }
      return scopes.map { scope in
        let settings = scope.values.mapValues(\.value)
        let content: Content
        switch format {
        case .fluentBit: content = .serviceOptions(settings, services: services(ofOutput: settings))
        case .ecsAgent:
          // The agent's own word for the switch.
          content = .options(settings.mapValues { $0 == "ipv6" ? "true" : "false" })
        case .dockerDaemon:
          let options = settings.filter { $0.key.hasPrefix(logOptions) }
          content = .options(
            Dictionary(options.map { (String($0.key.dropFirst(logOptions.count)), $0.value) }) { first, _ in
              first
            })
        default: content = scope.kind == .environment ? .variables(settings) : .options(settings)
        }
        return ArtefactScope(name: scope.name, content: content, region: plan.region)
      }
    }
  }

  /// The names of all settings in a text.
  static func names(_ text: String, _ format: ArtefactFormat) throws -> [String] {
    guard let (documentFormat, wrapped) = wrapped(text, format) else { return [] }
    let document = try SettingsDocument(Array(wrapped.utf8), path: "the settings", format: documentFormat)
    return document.scopes.flatMap { $0.settings.map(\.name) }
  }

  /// The text as a whole file of its form: lists of variables stand in a container.
  private static func wrapped(_ text: String, _ format: ArtefactFormat) -> (DocumentFormat, String)? {
    switch format {
    case .shell: return (.shell, text)
    case .environmentFile, .ecsAgent: return (.environmentFile, text)
    case .dockerfile: return (.dockerfile, text)
    case .kubernetes: return (.kubernetes, text)
    case .kubernetesList:
      let indented = text.split(separator: "\n").map { "      " + $0 + "\n" }.joined()
      return (
        .kubernetes,
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pod\nspec:\n  containers:\n    - name: container\n"
          + indented
      )
    case .ecs:
      let isWhole = text.firstRange(of: "\"containerDefinitions\"") != nil
      return (
        .ecsTaskDefinition,
        isWhole
          ? text
          : "{\"containerDefinitions\": [{\"name\": \"container\"," + text.drop { $0 != "{" }.dropFirst()
            + "]}"
      )
    case .lambda: return (.lambda, text)
    case .terraform: return (.terraform, text)
    case .cloudWatchAgent: return (.cloudWatchAgent, text)
    case .ssmAgent: return (.ssmAgent, text)
    case .fluentBit: return (.fluentBit, text)
    case .dockerDaemon: return (.dockerDaemon, text)
    case .awsConfig, .boto3, .go, .java, .javascript, .rust, .swift, .dotnet: return nil
    }
  }

  /// What stands before the options of Docker's log driver.
  private static let logOptions = "log-opts."

  /// The services that an output of Fluent Bit calls.
  private static func services(ofOutput settings: [String: String]) -> Set<String> {
    let plugin = settings["name"] ?? settings["Name"]
    return Set(FluentBitWriter.outputs.filter { $0.value == plugin }.map(\.key))
      .union(settings["sts_endpoint"] == nil ? [] : ["sts"])
  }

  /// How the client is started for a service; `nil` where the scope is not about the service.
  func invocation(_ service: PlannedService) -> ClientInvocation? {
    var invocation = SettingsChannel.start(in: region, profile: profile)
    switch content {
    case .variables(let variables):
      invocation.variables.merge(variables) { $1 }
      if invocation.variables["AWS_REGION"] != region || invocation.variables["AWS_DEFAULT_REGION"] != region
      {
        // The artefact has a region of its own, so that the client's order of the variables decides.
        invocation.region = nil
      }
    case .file(let file):
      invocation.config = file
      if let own = Self.region(of: profile, in: file), own != region {
        // The client takes the profile's region where nothing else names one.
        invocation.region = nil
        invocation.variables["AWS_REGION"] = nil
        invocation.variables["AWS_DEFAULT_REGION"] = nil
      }
    case .options(let options): invocation.ownOptions = options
    case .serviceOptions(let options, let services):
      guard services.contains(service.service) else { return nil }
      invocation.ownOptions = options
    case .code(let settings):
      switch settings[service.service] {
      case nil: return nil
      case .plain: break
      case .switched: invocation = SettingsChannel.code.switchingOn(invocation)
      case .endpoint(let url):
        invocation = SettingsChannel.code.setting(invocation, endpoint: url, of: service.identifier)
      }
    }
    return invocation
  }

  /// The region that a profile names; `nil` for none.
  private static func region(of profile: String?, in file: ConfigurationFile) -> String? {
    // Whatever the dialect: the text is read by all of them before.
    (try? file.sections(as: .specification))?.profiles[profile ?? "default"]?["region"]?.value
  }

  /// What is wrong in the scope, whatever the client: the switch beside endpoints, and settings that nobody planned.
  func problems(_ plan: ConfigurationPlan) -> [String] {
    let label = name.isEmpty ? "" : name + ": "
    switch content {
    case .variables(let variables):
      let endpoints = variables.keys.filter { $0.hasPrefix("AWS_ENDPOINT_URL") }.sorted()
      let isOn = variables["AWS_USE_DUALSTACK_ENDPOINT"]?.lowercased() == "true"
      if isOn, let first = endpoints.first {
        return [label + "it sets AWS_USE_DUALSTACK_ENDPOINT and \(first): some clients stop at both"]
      }
      let missing = plan.variables.filter { variables[$0.name] != $0.value }
      return missing.map { label + "\($0.name) does not have the planned value" }
    case .options(let options):
      let names = options.filter { $0.value == "true" }.keys.sorted()
      let endpoints = options.filter { $0.value.hasPrefix("https://") }.keys.sorted()
      guard let name = names.first, let endpoint = endpoints.first else { return [] }
      return [label + "it sets \(name) and \(endpoint): some clients stop at both"]
    case .file(let file):
      // Whatever the dialect: the text is read by all of them before.
      guard let sections = try? file.sections(as: .specification),
        let section = sections.profiles[profile ?? "default"],
        section[SharedFileEdit.switchName]?.value.lowercased() == "true"
      else { return [] }
      let services = section["services"].flatMap { sections.services[$0.value] }
      guard section["endpoint_url"] != nil || services?.properties.isEmpty == false else { return [] }
      return ["the profile has the dual-stack switch and endpoints: some clients stop at both"]
    case .serviceOptions: return []
    case .code(let settings):
      let missing = plan.services.filter { settings[$0.service] == nil }.map(\.service)
      return missing.isEmpty ? [] : ["no client is made for \(missing.joined(separator: ", "))"]
    }
  }
}
