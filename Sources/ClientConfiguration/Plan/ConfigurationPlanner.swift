// SPDX-License-Identifier: Apache-2.0

package import ClientModel
package import EgressBase
package import ServiceCatalog

/// Plans the settings that move one client to IPv6 in one region: it asks the client what each setting would do, and keeps
/// those that lead to a name with IPv6 and leave the signature as it is.
///
/// ```swift
/// let planner = ConfigurationPlanner(emulator, catalog: catalog, region: "eu-west-1", minimum: .documented)
/// let plan = try planner.plan(evidence)
/// ```
package struct ConfigurationPlanner: Sendable {
  /// Answers what the client would do.
  package typealias Ask = @Sendable (ClientCall, ClientInvocation) throws(ClientStop) -> ClientAnswer

  private let client: Client
  private let version: ReleaseVersion?
  private let region: String
  private let minimum: Evidence
  private let channel: SettingsChannel
  private let options: ClientOptionNames
  private let catalog: Catalog
  private let ask: Ask

  /// Makes a planner.
  ///
  /// - Parameters:
  ///   - client: The client.
  ///   - version: Its version; `nil` for the newest one.
  ///   - catalog: The services.
  ///   - region: The client's region.
  ///   - minimum: The weakest evidence of IPv6 that is enough.
  ///   - channel: How settings reach the client.
  ///   - options: What the client's own options can say.
  ///   - ask: Answers what the client would do.
  package init(
    client: Client, version: ReleaseVersion?, catalog: Catalog, region: String, minimum: Evidence,
    channel: SettingsChannel = .environment, options: ClientOptionNames = .variables, ask: @escaping Ask
  ) {
    self.client = client
    self.version = version
    self.catalog = catalog
    self.region = region
    self.minimum = minimum
    self.channel = channel
    self.options = options
    self.ask = ask
  }

  /// Makes a planner that asks an emulator.
  package init(
    _ emulator: ClientEmulator, catalog: Catalog, region: String, minimum: Evidence,
    channel: SettingsChannel = .environment, options: ClientOptionNames = .variables
  ) {
    self.init(
      client: emulator.client, version: emulator.version, catalog: catalog, region: region, minimum: minimum,
      channel: channel, options: options
    ) { call, invocation throws(ClientStop) in try emulator.answer(call, invocation) }
  }

  /// Plans for services.
  ///
  /// - Parameter services: What is known of each; their order does not matter.
  /// - Returns: The plan, services sorted by name.
  package func plan(_ services: [ServiceEvidence]) -> ConfigurationPlan {
    var candidates: [ServiceCandidate] = []
    var planned: [PlannedService] = []
    for evidence in services {
      let serviceID = catalog.service(folder: evidence.service)?.serviceID ?? ""
      let identifier = ServiceIdentifier.text(serviceID.isEmpty ? evidence.service : serviceID)
      do throws(ClientStop) {
        let (call, standard, unknown) = try standard(evidence.service)
        candidates.append(
          ServiceCandidate(
            evidence: evidence, call: call, identifier: identifier, serviceID: serviceID,
            standard: standard,
            unknown: unknown,
            isStandardLive: unknown == nil
              && evidence.finding(standard.requestHost, minimum: minimum) == .ipv6,
            target: ServiceCandidate.target(evidence, minimum: minimum)))
      } catch {
        planned.append(
          PlannedService(
            service: evidence.service, identifier: identifier,
            decision: .refused(reason: error.description, waysOut: WaysOut.withoutName(evidence.service)),
            host: "", signingName: "", signingRegion: "", known: evidence.known, serviceID: serviceID))
      }
    }
    var usesSwitch = planned.isEmpty && candidates.contains { !$0.isStandardLive }
    var switched: [PlannedService] = []
    // The first service that the switch does not help decides; what it does for the others is asked where it matters.
    for candidate in candidates where usesSwitch {
      let outcome = switchOutcome(candidate)
      usesSwitch = outcome.verdict == .works
      let isSame = outcome.answer?.requestHost == candidate.standard.requestHost
      switched.append(service(candidate, outcome.answer, isSame ? .standard : .dualStackSwitch))
    }
    let obstacles = usesSwitch ? [] : obstacles(candidates)
    planned += usesSwitch ? switched : candidates.map { separate($0, obstacles) }
    return ConfigurationPlan(
      client: client, version: version, region: region, usesDualStackSwitch: usesSwitch,
      services: planned.sorted { $0.service < $1.service }, channel: channel)
  }

  private var start: ClientInvocation { SettingsChannel.start(in: region) }

  // MARK: What settings do

  /// What the client does without a setting.
  ///
  /// Where that is not established it is what the rules say, with the reason: what a setting does may be established.
  private func standard(
    _ service: String
  ) throws(ClientStop) -> (call: ClientCall, answer: ClientAnswer, unknown: String?) {
    let call = ClientCall(service: service)
    do throws(ClientStop) {
      return (call, try ask(call, start), nil)
    } catch {
      if error.code.description != "client.unknown" {
        guard let (call, answer) = firstOperation(service) else { throw error }
        return (call, answer, nil)
      }
      guard
        let resolved = try? ClientResolver(catalog).resolve(EndpointQuery(service: service, region: region)),
        let url = resolved.requestURL, let host = URLHost(url)
      else { throw error }
      let answer = ClientAnswer(
        endpoint: url, requestURL: url, requestHost: String(host.host), signing: resolved.signing,
        decisions: [],
        resolved: resolved)
      return (call, answer, error.description)
    }
  }

  /// The first operation that needs no input to lead to an endpoint, for rules that depend on the operation.
  private func firstOperation(_ service: String) -> (ClientCall, ClientAnswer)? {
    guard let version = catalog.service(folder: service)?.current else { return nil }
    for operation in catalog.operations(of: version).prefix(20) {
      let call = ClientCall(service: service, operation: operation.name)
      if let answer = try? ask(call, start) { return (call, answer) }
    }
    return nil
  }

  private func switchOutcome(_ candidate: ServiceCandidate) -> ServiceCandidate.Outcome {
    guard let option = options.switchOption else {
      return .init(answer: nil, verdict: .refused("\(client.name) has no dual-stack switch here"))
    }
    do throws(ClientStop) {
      let answer = try ask(candidate.call, channel.switchingOn(start, option: option))
      return .init(
        answer: answer,
        verdict: verdict(
          answer, candidate.standard, candidate.evidence, setting: "the dual-stack switch", wanted: nil))
    } catch {
      return .init(
        answer: nil, verdict: .refused("with the dual-stack switch \(client.name) stops: \(error)"))
    }
  }

  private func endpointOutcome(_ candidate: ServiceCandidate) -> ServiceCandidate.Outcome {
    let evidence = candidate.evidence
    guard let host = candidate.target else { return .init(answer: nil, verdict: .dead(noName(evidence))) }
    guard let option = options.endpoint(evidence.service, candidate.identifier) else {
      return .init(
        answer: nil,
        verdict: .refused("\(client.name) has no setting for the endpoint of \(evidence.service)"))
    }
    do throws(ClientStop) {
      let answer = try ask(
        candidate.call,
        channel.setting(
          start, endpoint: option.isHost ? host : "https://" + host, of: candidate.identifier,
          option: option.name))
      return .init(
        answer: answer,
        verdict: verdict(answer, candidate.standard, evidence, setting: option.name, wanted: host))
    } catch {
      return .init(
        answer: nil, verdict: .refused("with \(option.name) \(client.name) stops: \(error)"))
    }
  }

  /// Whether an answer with a setting leads to IPv6 and is signed as without it.
  private func verdict(
    _ answer: ClientAnswer, _ standard: ClientAnswer, _ evidence: ServiceEvidence, setting: String,
    wanted: String?
  ) -> ServiceCandidate.Verdict {
    let host = answer.requestHost
    if let wanted, host != wanted {
      return .refused("\(client.name) does not follow \(setting): it calls \(host)")
    }
    guard answer.signing == standard.signing else {
      return .refused(
        "\(setting) would make \(client.name) sign for \(ServiceCandidate.text(answer.signing)) "
          + "instead of \(ServiceCandidate.text(standard.signing))")
    }
    if evidence.finding(host, minimum: minimum) == .ipv6 { return .works }
    if host == standard.requestHost {
      return evidence.known.map { $0.support == .optIn } == true
        ? .refused("\(client.name) does not follow \(setting)") : .dead(noName(evidence))
    }
    return .dead("with \(setting) it calls \(host): " + unproven(host, evidence))
  }

  // MARK: Decisions

  /// The services that stand against the switch: those without a proven name, or else those that it would not help.
  private func obstacles(_ candidates: [ServiceCandidate]) -> [String] {
    let unproven = candidates.filter { !$0.isStandardLive && $0.target == nil }
    let found = unproven.isEmpty ? candidates.filter { switchOutcome($0).verdict != .works } : unproven
    return found.map(\.evidence.service)
  }

  private func separate(_ candidate: ServiceCandidate, _ obstacles: [String]) -> PlannedService {
    if candidate.isStandardLive { return service(candidate, candidate.standard, .standard) }
    let outcome = endpointOutcome(candidate)
    if let unknown = candidate.unknown, outcome.verdict != .works {
      var unclear = service(
        candidate, nil,
        .refused(
          reason: unknown,
          waysOut: (ownForm.map { ["in code or in its own configuration: " + $0] } ?? [])
            + WaysOut.withoutName(candidate.evidence.service)))
      unclear.host = ""
      return unclear
    }
    switch outcome.verdict {
    case .works:
      return service(candidate, outcome.answer, .endpoint("https://" + (candidate.target ?? "")))
    case .dead(let reason):
      if let corrected = corrected(candidate) { return corrected }
      return service(
        candidate, candidate.standard,
        .ipv4(
          reason: reason,
          waysOut: WaysOut.withoutName(
            candidate.evidence.service, isUnproven: candidate.evidence.known?.isPromising == true)))
    case .refused(let reason):
      let canSwitch = switchOutcome(candidate).verdict == .works
      let others = obstacles.filter { $0 != candidate.evidence.service }
      return service(
        candidate, candidate.standard,
        .refused(
          reason: reason,
          waysOut: WaysOut.instead(
            of: candidate, canSwitch: canSwitch, without: others, isTool: channel == .ownOptions,
            ownForm: ownForm,
            in: region)))
    }
  }

  /// A service of which the client would call a name that the partition does not have, with the right name as its endpoint.
  private func corrected(_ candidate: ServiceCandidate) -> PlannedService? {
    let evidence = candidate.evidence
    let partition = catalog.partitions.first { partition in partition.regions.contains { $0.name == region } }
    let suffixes = partition.map {
      [$0.outputs.dnsSuffix, $0.outputs.dualStackDNSSuffix, $0.outputs.onDNSSuffix]
    }
    guard channel == .ownOptions, candidate.unknown == nil,
      suffixes?.contains(where: { candidate.standard.requestHost.hasSuffix("." + $0) }) == false,
      let option = options.endpoint(evidence.service, candidate.identifier),
      let resolved = try? ClientResolver(catalog).resolve(
        EndpointQuery(service: evidence.service, region: region)),
      let url = resolved.requestURL, let host = URLHost(url),
      let answer = try? ask(
        candidate.call,
        channel.setting(
          start, endpoint: option.isHost ? String(host.host) : url, of: candidate.identifier,
          option: option.name)),
      answer.requestHost == host.host, answer.signing == candidate.standard.signing
    else { return nil }
    var planned = service(candidate, answer, .endpoint(url))
    planned.isCorrected = true
    return planned
  }

  /// What the client can be told otherwise than by these settings.
  private var ownForm: String? {
    channel == .environment || channel == .sharedFile ? client.ownForm : nil
  }

  private func service(
    _ candidate: ServiceCandidate, _ answer: ClientAnswer?, _ decision: PlannedService.Decision
  ) -> PlannedService {
    let answer = answer ?? candidate.standard
    var planned = PlannedService(
      service: candidate.evidence.service, identifier: candidate.identifier, decision: decision,
      host: answer.requestHost, signingName: answer.signing?.name ?? "",
      signingRegion: answer.signing?.region ?? "", known: candidate.evidence.known,
      serviceID: candidate.serviceID)
    planned.operation = candidate.call.operation
    return planned
  }

  // MARK: Reasons

  /// Why there is no name with IPv6 to set.
  private func noName(_ evidence: ServiceEvidence) -> String {
    guard let known = evidence.known, known.support != .unknown else {
      return "nothing is known of its names in \(region)"
    }
    switch known.support {
    case .optIn:
      return unproven(evidence.dualStackHost ?? evidence.service, evidence)
    case .ipv6: return unproven(evidence.standardHost ?? evidence.service, evidence)
    case .none: return "it has no name in \(region) (\(known.text))"
    case .ipv4, .unknown: return "no name of it has IPv6 in \(region) (\(known.text))"
    }
  }

  /// Why a name does not count as one with IPv6.
  private func unproven(_ host: String, _ evidence: ServiceEvidence) -> String {
    guard let known = evidence.known, known.support == .optIn || known.support == .ipv6 else {
      return evidence.known.map { "no IPv6 is known of it (\($0.text))" } ?? "nothing is known of it"
    }
    let isTheName = host == (known.support == .optIn ? evidence.dualStackHost : evidence.standardHost)
    guard isTheName, known.certainty < minimum else { return "nothing is known of this name" }
    return "\(host) is proven less than \(minimum.rawValue): \(known.text)"
  }
}
