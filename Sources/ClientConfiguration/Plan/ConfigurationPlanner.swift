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
      switch candidate(evidence) {
      case .success(let candidate): candidates.append(candidate)
      case .failure(let stop):
        planned.append(
          PlannedService(
            service: evidence.service, identifier: identifier(evidence.service),
            decision: .refused(reason: stop.description, waysOut: []), host: "", signingName: "",
            signingRegion: "", known: evidence.known,
            serviceID: catalog.service(folder: evidence.service)?.serviceID ?? ""))
      }
    }
    let usesSwitch =
      planned.isEmpty && candidates.contains { !$0.isStandardLive }
      && candidates.allSatisfy { $0.switchVerdict == .works }
    let obstacles = candidates.filter { $0.switchVerdict != .works }.map(\.evidence.service)
    planned += candidates.map { usesSwitch ? switched($0) : separate($0, obstacles) }
    return ConfigurationPlan(
      client: client, version: version, region: region, usesDualStackSwitch: usesSwitch,
      services: planned.sorted { $0.service < $1.service }, channel: channel)
  }

  private func identifier(_ folder: String) -> String {
    ServiceIdentifier.text(catalog.service(folder: folder)?.serviceID ?? folder)
  }

  // MARK: What settings do

  private func candidate(_ evidence: ServiceEvidence) -> Result<ServiceCandidate, ClientStop> {
    let call = ClientCall(service: evidence.service)
    let start = SettingsChannel.start(in: region)
    let identifier = identifier(evidence.service)
    let standard: ClientAnswer
    do throws(ClientStop) { standard = try ask(call, start) } catch { return .failure(error) }
    var switched: ClientAnswer?
    let switchVerdict: ServiceCandidate.Verdict
    if options.hasSwitch {
      do throws(ClientStop) {
        let answer = try ask(call, channel.switchingOn(start))
        switched = answer
        switchVerdict = verdict(answer, standard, evidence, setting: "the dual-stack switch", wanted: nil)
      } catch {
        switchVerdict = .refused("with the dual-stack switch \(client.name) stops: \(error)")
      }
    } else {
      switchVerdict = .refused("\(client.name) has no dual-stack switch here")
    }
    var overridden: ClientAnswer?
    var url: String?
    let endpointVerdict: ServiceCandidate.Verdict
    if let host = ServiceCandidate.target(evidence, minimum: minimum) {
      if let option = options.endpointOption(identifier) {
        let target = "https://" + host
        url = target
        let setting = option.isEmpty ? "AWS_ENDPOINT_URL_" + identifier : option
        do throws(ClientStop) {
          let answer = try ask(
            call, channel.setting(start, endpoint: target, of: identifier, option: option))
          overridden = answer
          endpointVerdict = verdict(answer, standard, evidence, setting: setting, wanted: host)
        } catch {
          endpointVerdict = .refused("with \(setting) \(client.name) stops: \(error)")
        }
      } else {
        endpointVerdict = .refused("\(client.name) has no setting for the endpoint of \(evidence.service)")
      }
    } else {
      endpointVerdict = .dead(noName(evidence))
    }
    return .success(
      ServiceCandidate(
        evidence: evidence, identifier: identifier, standard: standard,
        isStandardLive: evidence.finding(standard.requestHost, minimum: minimum) == .ipv6,
        switched: switched, switchVerdict: switchVerdict, overridden: overridden, endpoint: url,
        endpointVerdict: endpointVerdict))
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

  private func switched(_ candidate: ServiceCandidate) -> PlannedService {
    let answer = candidate.switched ?? candidate.standard
    let isSame = answer.requestHost == candidate.standard.requestHost
    return service(candidate, answer, isSame ? .standard : .dualStackSwitch)
  }

  private func separate(_ candidate: ServiceCandidate, _ obstacles: [String]) -> PlannedService {
    if candidate.isStandardLive { return service(candidate, candidate.standard, .standard) }
    switch candidate.endpointVerdict {
    case .works:
      return service(
        candidate, candidate.overridden ?? candidate.standard, .endpoint(candidate.endpoint ?? ""))
    case .dead(let reason):
      return service(
        candidate, candidate.standard,
        .ipv4(reason: reason, waysOut: WaysOut.withoutName(candidate.evidence.service)))
    case .refused(let reason):
      let others = obstacles.filter { $0 != candidate.evidence.service }
      return service(
        candidate, candidate.standard,
        .refused(
          reason: reason,
          waysOut: WaysOut.instead(
            of: candidate, without: others, signingRegion: candidate.standard.signing?.region, in: region)))
    }
  }

  private func service(
    _ candidate: ServiceCandidate, _ answer: ClientAnswer, _ decision: PlannedService.Decision
  ) -> PlannedService {
    PlannedService(
      service: candidate.evidence.service, identifier: candidate.identifier, decision: decision,
      host: answer.requestHost, signingName: answer.signing?.name ?? "",
      signingRegion: answer.signing?.region ?? "", known: candidate.evidence.known,
      serviceID: catalog.service(folder: candidate.evidence.service)?.serviceID ?? "")
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
