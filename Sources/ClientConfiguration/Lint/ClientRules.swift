// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase

/// Rules about what a client makes of its settings; the answers are ``ClientEmulator``'s.
struct ClientRules {
  /// The services of one group that a client is asked about.
  private static let mostServices = 60
  /// The client that stands for the documented order of settings where none is named: it follows it in all recorded runs.
  private static let documentedOrder = "cli-v2"

  let linter: Linter
  let group: SettingsGroup

  /// Checks the group.
  func check(_ report: inout LintReport) {
    let named = linter.options.client ?? group.client.flatMap { try? Client.named($0) }
    if let named { checkSupport(named, &report) }
    guard let client = named ?? (try? Client.named(Self.documentedOrder)) else { return }
    if named != nil { checkRegions(client, &report) }
    let isCalled = { (folder: String) in
      client.traits.services.isEmpty || client.traits.services.contains(folder)
    }
    var folders: [String] = []
    for entry in group.endpoints {
      guard case .endpoint(let identifier?) = entry.key,
        let folder = linter.identifiers.folder(named: identifier), !folders.contains(folder), isCalled(folder)
      else { continue }
      folders.append(folder)
    }
    for folder in folders.prefix(Self.mostServices) {
      do throws(ClientStop) {
        let answer = try answer(client, folder, isNamed: named != nil)
        check(folder, answer, client, &report)
        checkLosers(answer.decisions, folder, client, &report)
      } catch {
        checkLosers(error.decisions, folder, client, &report)
        if named != nil { check(error, folder, client, &report) }
      }
    }
    if named != nil, folders.isEmpty { checkSwitches(client, &report) }
  }

  /// What a client answers; where no region is said, that of the endpoint stands for it, since a named client's own rules
  /// count in every region.
  private func answer(
    _ client: Client, _ folder: String, isNamed: Bool
  ) throws(ClientStop) -> ClientAnswer {
    let invocation = invocation
    do throws(ClientStop) {
      return try linter.memory.answer(client, folder, invocation).get()
    } catch {
      guard isNamed, error.code.description == "query.missing-region",
        let entry = group.endpoints.first(where: { isEntry($0, of: folder) }),
        let region = EndpointAddress(url: entry.setting.value, linter.names)?.region
      else { throw error }
      var elsewhere = invocation
      elsewhere.region = region
      return try linter.memory.answer(client, folder, elsewhere).get()
    }
  }

  /// Whether the client stops at a switch, which needs no endpoint: any service that it calls tells.
  private func checkSwitches(_ client: Client, _ report: inout LintReport) {
    let switches = group.literals.filter { $0.key.isSwitch && !$0.setting.isInherited }
    guard !switches.isEmpty else { return }
    do throws(ClientStop) {
      _ = try linter.memory.answer(client, client.traits.services.sorted().first ?? "sts", invocation).get()
    } catch {
      guard error.code.description == "client.settings", !report.hasError(in: group.entries.map(\.document)),
        let entry = switches.first(where: { error.description.hasPrefix($0.setting.name + " ") })
      else { return }
      report.add(
        .clientStops, entry, "\(client.name) stops at this value of \(entry.setting.name)",
        help: "write true or false")
    }
  }

  /// How the client is started with the settings of the group.
  private var invocation: ClientInvocation {
    var invocation = ClientInvocation()
    // Without their places, so that files with the same settings are the same question.
    invocation.variables = group.variables.filter { $0.key.hasPrefix("AWS_") }.mapValues(\.value)
    invocation.config = group.config
    invocation.credentials = group.credentials
    invocation.profile = group.config == nil && group.credentials == nil ? nil : group.profile
    invocation.region = linter.options.region ?? (group.client == nil ? nil : group.region)
    for entry in group.literals {
      guard case .option = entry.origin else { continue }
      let name = entry.setting.name
      let prefix = "log-opts."
      invocation.ownOptions[name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name] =
        entry.setting.value
    }
    return invocation
  }

  /// Whether requests are signed for what they would be signed for without the endpoint.
  private func check(
    _ folder: String, _ answer: ClientAnswer, _ client: Client, _ report: inout LintReport
  ) {
    guard let decision = answer.decisions.last(where: { $0.setting == "endpoint_url" }),
      let region = answer.resolved?.region,
      let entry = entry(decision.source, folder), !entry.setting.isInherited,
      // An emulator of AWS does not look at the region.
      EndpointAddress(url: entry.setting.value, linter.names)?.isAWS == true
    else { return }
    guard let signing = answer.signing, let standard = linter.memory.signing(client, folder, region),
      signing.name != standard.name || signing.region != standard.region
    else { return }
    func scope(_ signing: Signing) -> String { "\(signing.name) in \(signing.region ?? "no region")" }
    report.add(
      .signing, entry,
      "\(entry.setting.name): \(folder) is then signed for \(scope(signing)), and AWS wants \(scope(standard))",
      help: "remove the endpoint, or set the region \(standard.region ?? "of the service")")
  }

  /// Settings that a client reads and that another one hides.
  private func checkLosers(
    _ decisions: [SettingDecision], _ folder: String, _ client: Client, _ report: inout LintReport
  ) {
    let decisions = decisions.filter { $0.setting == "endpoint_url" }
    if let older = decisions.first(where: { $0.source == .standard && $0.value != nil }),
      let url = older.value
    {
      for entry in group.endpoints where isEntry(entry, of: folder) {
        report.add(
          .queueEndpoint, entry,
          "\(entry.setting.name): \(client.name) calls \(url) whatever variables and files say",
          help: "use version 2, or give the endpoint on the command line")
      }
      return
    }
    guard let decision = decisions.last(where: { $0.value != nil }),
      let winner = entry(decision.source, folder)
    else {
      return
    }
    let losers = decisions.flatMap(\.losers)
    for entry in group.endpoints where !entry.setting.isInherited && entry.setting.value != decision.value {
      let loser = losers.first { self.entry($0.source, folder)?.setting == entry.setting }
      // A general endpoint that a service's own comes before is as it should be.
      guard isEntry(entry, of: folder) || loser != nil && entry.key == winner.key else { continue }
      report.add(
        .hidden, entry,
        "\(entry.setting.name) does not count for \(folder): \(loser?.reason ?? "\(winner.setting.name) comes first")",
        help: "remove one of them")
    }
  }

  private func isEntry(_ entry: SettingsGroup.Entry, of folder: String) -> Bool {
    guard case .endpoint(let identifier?) = entry.key else { return false }
    return linter.identifiers.folder(named: identifier) == folder
  }

  /// The setting that a source is.
  private func entry(_ source: SettingSource, _ folder: String) -> SettingsGroup.Entry? {
    switch source {
    case .variable(let name, _): group.entries.last { $0.origin == .variable && $0.setting.name == name }
    case .file(let location, _, _):
      group.entries.last {
        $0.document.text.path == location.path && $0.setting.position == location.position
      }
        ?? group.entries.last {
          $0.document.text.path == location.path && $0.setting.position.line == location.position.line
        }
    case .ownOption(let name):
      group.entries.last { $0.setting.name == name || $0.setting.name == "log-opts." + name }
    case .call, .standard: nil
    }
  }

  /// A client that stops, where no other rule has said why.
  private func check(
    _ stop: ClientStop, _ folder: String, _ client: Client, _ report: inout LintReport
  ) {
    guard ["client.settings", "client.rules"].contains(stop.code.description),
      let entry = group.endpoints.first(where: { isEntry($0, of: folder) }),
      !report.hasError(in: group.entries.map(\.document))
    else { return }
    report.add(
      .clientStops, entry, "\(folder): \(stop.description)", help: "mend the settings for this client")
  }

  /// Settings that the client does not read.
  private func checkSupport(_ client: Client, _ report: inout LintReport) {
    for entry in group.literals where !entry.setting.isInherited && !entry.setting.value.isEmpty {
      guard let setting = entry.key.clientSetting, let support = client.settings[setting] else { continue }
      let isRead: Bool?
      switch entry.origin {
      case .variable: isRead = support.variable
      case .profile, .services: isRead = support.file
      case .option: continue
      }
      if client.traits.turnedOff.contains(setting) {
        report.add(
          .notReadByClient, entry, "\(entry.setting.name) does nothing: it is turned off by \(client.name)",
          help: client.ownForm.map { "it takes: \($0)" })
      } else if isRead == false {
        let other = entry.origin == .variable ? support.file : support.variable
        report.add(
          .notReadByClient, entry, "\(entry.setting.name) is not read by \(client.name)",
          help: other == true
            ? (entry.origin == .variable ? "set it in the configuration file" : "set it as a variable")
            : client.ownForm.map { "it takes: \($0)" })
      } else if isRead == true, let first = support.firstVersion, let version = linter.options.version,
        version < first
      {
        report.add(
          .notReadByClient, entry,
          "\(entry.setting.name) is not read by \(client.name) \(version), but since \(first)",
          help: "update the client")
      }
    }
  }

  /// Variables with a region that the client does not read.
  private func checkRegions(_ client: Client, _ report: inout LintReport) {
    guard let variables = client.traits.regionVariables else { return }
    let regions = group.literals.filter {
      $0.key == .region && $0.origin == .variable && !$0.setting.value.isEmpty
    }
    let read = variables.lazy.compactMap { name in regions.first { $0.setting.name == name } }.first
    for entry in regions where !entry.setting.isInherited && entry.setting.value != read?.setting.value {
      let name = entry.setting.name
      report.add(
        .regionNotRead, entry,
        variables.contains(name)
          ? "\(name) is another region than \(read?.setting.name ?? "another variable"), which comes first for \(client.name)"
          : "\(name) is not read by \(client.name)",
        help: "set \(variables.first ?? "the region in the profile")")
    }
  }
}

extension SettingKey {
  /// The setting as the data of clients names it.
  var clientSetting: ClientSetting? {
    switch self {
    case .dualStack: .dualStack
    case .fips: .fips
    case .endpoint(nil): .endpointURL
    case .endpoint: .serviceEndpointURL
    case .ignoreEndpoints: .ignoreConfiguredEndpointURLs
    case .metadataMode: .metadataEndpointMode
    case .metadataEndpoint: .metadataEndpoint
    case .stsEndpoints: .stsRegionalEndpoints
    case .s3Endpoints: .s3USEast1RegionalEndpoint
    case .accountMode: .accountIDEndpointMode
    case .s3DualStack: .s3DualStack
    case .credentialsURL, .region, .otherSwitch: nil
    }
  }
}
