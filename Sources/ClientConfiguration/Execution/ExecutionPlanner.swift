// SPDX-License-Identifier: Apache-2.0

package import ClientModel
package import EgressBase
package import ServiceCatalog

/// The variables that one command is run with, beside the user's own.
package struct ExecutionPlan: Sendable {
  /// A setting of the user's that decides for services, and stays.
  package struct Kept: Sendable, Hashable {
    /// The setting's name in the shared configuration file, such as `endpoint_url`.
    package var setting: String
    /// Where it comes from.
    package var source: SettingSource

    /// The setting and where it is, without its value.
    package var text: String {
      switch source {
      case .call: setting + " of the command"
      case .ownOption(let name): name
      case .variable(let name, nil): name
      case .variable(let name, let location?): "\(name) at \(location)"
      case .file(let location, let section, let key): "\(key) of [\(section)] at \(location)"
      case .standard: setting
      }
    }
  }

  /// What is planned for the services that the user's own endpoints leave.
  package var plan: ConfigurationPlan
  /// The user's settings that stay, each once.
  package var kept: [Kept]
  /// The services with an endpoint of the user's own.
  package var ownServices: [String]
  /// The setting of the user's because of which nothing is set: the dual-stack switch or the FIPS switch.
  package var blocking: Kept?

  /// Whether something is set for a service.
  package func hasSetting(for service: String) -> Bool {
    plan.services.contains { planned in
      guard planned.service == service else { return false }
      switch planned.decision {
      case .dualStackSwitch, .endpoint: return true
      case .standard, .ipv4, .refused: return false
      }
    }
  }
}

extension PlannedService {
  /// Why it stays on IPv4; empty where it does not.
  package var reason: String {
    switch decision {
    case .ipv4(let reason, _), .refused(let reason, _): reason
    case .standard, .dualStackSwitch, .endpoint: ""
    }
  }

  /// What can be done about it; empty where nothing needs to be.
  package var waysOut: [String] {
    switch decision {
    case .ipv4(_, let ways), .refused(_, let ways): ways
    case .standard, .dualStackSwitch, .endpoint: []
    }
  }
}

/// Plans what a command needs so that its calls go over IPv6: as for any client, but under the user's own settings, which win.
///
/// The client is asked with the user's variables and files and the settings that are tried. So a setting is kept only where
/// it leads this client, set up like this, to a name with IPv6.
package struct ExecutionPlanner: Sendable {
  private let emulator: ClientEmulator
  private let invocation: ClientInvocation
  private let catalog: Catalog
  private let region: String
  private let minimum: Evidence

  /// Makes a planner.
  ///
  /// - Parameters:
  ///   - emulator: The client.
  ///   - invocation: How the user starts it.
  ///   - catalog: The services.
  ///   - region: The client's region.
  ///   - minimum: The weakest evidence of IPv6 that is enough.
  package init(
    _ emulator: ClientEmulator, _ invocation: ClientInvocation, catalog: Catalog, region: String,
    minimum: Evidence
  ) {
    self.emulator = emulator
    self.invocation = invocation
    self.catalog = catalog
    self.region = region
    self.minimum = minimum
  }

  /// Plans for services.
  ///
  /// - Parameter services: What is known of each.
  /// - Returns: The plan, with the user's settings that stay.
  package func plan(_ services: [ServiceEvidence]) -> ExecutionPlan {
    var own = OwnSettings(hasEndpointInCall: invocation.endpointURL != nil)
    for evidence in hasOwnEndpoints ? services[...] : services.prefix(1) {
      own.add(evidence.service, decisions(evidence.service))
    }
    let blocking = own.fips ?? (own.hasSwitchOn ? own.dualStack : nil)
    // The switch and endpoints are never set together: some clients stop.
    let mayEndpoint = blocking == nil
    let options = ClientOptionNames(
      switchOption: mayEndpoint && own.endpoints.isEmpty && own.dualStack == nil
        ? ClientOptionNames.variables.switchOption : nil
    ) { service, identifier in
      mayEndpoint ? ClientOptionNames.variables.endpoint(service, identifier) : nil
    }
    let (emulator, invocation) = (emulator, invocation)
    let planner = ConfigurationPlanner(
      client: emulator.client, version: emulator.version, catalog: catalog, region: region, minimum: minimum,
      options: options
    ) { call, tried throws(ClientStop) in try emulator.answer(call, invocation.trying(tried)) }
    return ExecutionPlan(
      plan: planner.plan(services.filter { own.endpoints[$0.service] == nil }), kept: own.kept,
      ownServices: own.endpoints.keys.sorted(), blocking: blocking)
  }

  /// Whether the user may have set an endpoint somewhere; the switches are the same for all services.
  private var hasOwnEndpoints: Bool {
    if invocation.endpointURL != nil { return true }
    if invocation.variables.keys.contains(where: { $0.hasPrefix("AWS_ENDPOINT_URL") }) { return true }
    return [invocation.config, invocation.credentials].contains { $0 != nil }
  }

  private func decisions(_ service: String) -> [SettingDecision] {
    var invocation = invocation
    invocation.region = region
    do throws(ClientStop) {
      return try emulator.answer(ClientCall(service: service), invocation).decisions
    } catch {
      return error.decisions
    }
  }
}

extension ClientInvocation {
  /// The same with the settings that a planner tries.
  fileprivate func trying(_ tried: ClientInvocation) -> ClientInvocation {
    var invocation = self
    invocation.region = tried.region
    for (name, value) in tried.variables
    where name.hasPrefix("AWS_ENDPOINT_URL") || name == "AWS_USE_DUALSTACK_ENDPOINT" {
      invocation.variables[name] = value
    }
    return invocation
  }
}

/// The user's settings that decide which names a client calls.
private struct OwnSettings {
  /// Whether the command line names an endpoint.
  let hasEndpointInCall: Bool
  var endpoints: [String: SettingSource] = [:]
  var dualStack: ExecutionPlan.Kept?
  var hasSwitchOn = false
  var fips: ExecutionPlan.Kept?
  var kept: [ExecutionPlan.Kept] = []

  init(hasEndpointInCall: Bool) { self.hasEndpointInCall = hasEndpointInCall }

  mutating func add(_ service: String, _ decisions: [SettingDecision]) {
    for decision in decisions where decision.source != .standard && decision.value != nil {
      // A client that keeps an older name gives it to itself.
      if decision.source == .call, !hasEndpointInCall { continue }
      let found = ExecutionPlan.Kept(setting: decision.setting, source: decision.source)
      switch decision.setting {
      case "endpoint_url": endpoints[service] = decision.source
      case "use_dualstack_endpoint":
        dualStack = found
        hasSwitchOn = decision.value?.lowercased() == "true"
      case "use_fips_endpoint":
        guard decision.value?.lowercased() == "true" else { continue }
        fips = found
      default: continue
      }
      if !kept.contains(found) { kept.append(found) }
    }
  }
}
