// SPDX-License-Identifier: Apache-2.0

import EgressBase
import ServiceCatalog

extension SettingReader {
  /// Decides the endpoint URL of a service.
  ///
  /// - Parameters:
  ///   - service: The service.
  ///   - given: The URL of the call, where it has one.
  /// - Returns: The URL; `nil` where nothing sets one.
  /// - Throws: ``ClientStop``.
  mutating func endpointURL(of service: CatalogService, given: String?) throws(ClientStop) -> String? {
    let identifier = service.serviceID.replacingAll(" ", with: "_").uppercased()
    let own =
      ownOptions(
        .serviceEndpointURL, service: service.folder, serviceKeys: Self.names(of: service))
      + ownOptions(.endpointURL, service: service.folder)
    let explicit = (given.map { [Candidate(source: .call, value: $0)] } ?? []) + own
    let serviceVariable = variable("AWS_ENDPOINT_URL_" + identifier)
    var generalVariable = variable("AWS_ENDPOINT_URL")
    var profileWide = profileValues("endpoint_url")
    guard explicit.isEmpty else {
      let losers = [serviceVariable, generalVariable].compactMap { $0 }
      return try choose("endpoint_url", explicit + losers)?.value
    }
    if try isIgnored(service) {
      let since = client.traits.ignoreCoversServicesSince
      guard let since, let version, version < since else {
        recordIgnored([serviceVariable, generalVariable].compactMap { $0 } + profileWide)
        return nil
      }
      recordIgnored([generalVariable].compactMap { $0 } + profileWide)
      generalVariable = nil
      profileWide = []
    }
    let blank = client.traits.blankEndpointVariable ?? client.traits.blankVariable
    var serviceFile: [Candidate] = []
    // The section is only looked for where no variable decides, as is what is wrong with it.
    var isDecided = false
    for candidate in [serviceVariable, generalVariable].compactMap({ $0 }) where !candidate.value.isEmpty {
      if try readsVariable(candidate) { isDecided = true }
    }
    if !isDecided || client.traits.endpointOrder == .goV2, try readsServicesSection() {
      serviceFile = try servicesSection(identifier.lowercased())
    }
    var candidates = [serviceVariable, generalVariable].compactMap { $0 } + serviceFile
    if client.traits.endpointOrder == .goV2 {
      candidates = goOrder(serviceVariable, generalVariable, serviceFile)
    }
    return try choose(candidates: candidates + profileWide, blank: blank)
  }

  /// Go v2 looks whether the variables exist before it looks what they hold: a general variable alone, blank or not, keeps
  /// it from the services section (`resolveBaseEndpoint` of each service), and a service variable that is blank brings the
  /// section before the general variable.
  private func goOrder(
    _ service: Candidate?, _ general: Candidate?, _ file: [Candidate]
  ) -> [Candidate] {
    if general != nil, service == nil { return [general].compactMap { $0 } }
    return [service].compactMap { $0 } + (service?.value.isEmpty == true ? file : [])
      + [general].compactMap { $0 } + (service?.value.isEmpty == true ? [] : file)
  }

  private func readsVariable(_ candidate: Candidate) throws(ClientStop) -> Bool {
    guard case .variable(let name, _) = candidate.source else { return false }
    return try reads(name == "AWS_ENDPOINT_URL" ? .endpointURL : .serviceEndpointURL, variable: true)
  }

  private func readsServicesSection() throws(ClientStop) -> Bool {
    guard profile.property("services") != nil else { return false }
    return try reads(.serviceEndpointURL, variable: false)
  }

  private mutating func isIgnored(_ service: CatalogService) throws(ClientStop) -> Bool {
    let setting = ClientSetting.ignoreConfiguredEndpointURLs
    guard client.settings[setting]?.variable != false || client.settings[setting]?.file != false else {
      return false
    }
    return try flag(setting, service: service.folder) == true
  }

  private mutating func recordIgnored(_ candidates: [Candidate]) {
    guard !candidates.isEmpty else { return }
    record(
      SettingDecision(
        setting: "endpoint_url", value: nil, source: .standard,
        losers: candidates.map {
          .init(source: $0.source, value: $0.value, reason: "ignore_configured_endpoint_urls is true")
        }))
  }

  /// Chooses among endpoint URLs; each channel and each of the two settings may be supported by itself.
  private mutating func choose(
    candidates: [Candidate], blank: ClientTraits.BlankRule?
  ) throws(ClientStop) -> String? {
    var read: [Candidate] = []
    var losers: [SettingDecision.Loser] = []
    for candidate in candidates {
      let isService: Bool
      switch candidate.source {
      case .variable(let name, _): isService = name != "AWS_ENDPOINT_URL"
      case .file(_, _, let key): isService = key != "endpoint_url"
      default: isService = false
      }
      if try reads(isService ? .serviceEndpointURL : .endpointURL, variable: candidate.isVariable) {
        read.append(candidate)
      } else {
        losers.append(
          .init(
            source: candidate.source, value: candidate.value, reason: "\(client.name) does not read it here"))
      }
    }
    // A blank endpoint URL is none, whatever blank variables are elsewhere, unless the client stops at it.
    let winner = try choose(
      "endpoint_url", read.filter { $0.isVariable || !$0.value.isEmpty },
      blank: blank.map {
        $0 == .value ? .unset : $0
      })
    if !losers.isEmpty {
      if winner == nil && read.isEmpty {
        record(SettingDecision(setting: "endpoint_url", value: nil, source: .standard, losers: losers))
      } else {
        addLosers(losers)
      }
    }
    return winner?.value
  }

  /// The service's entry in the services section that the profile names.
  private func servicesSection(_ key: String) throws(ClientStop) -> [Candidate] {
    guard let (_, property) = profile.property("services") else { return [] }
    let name = property.value
    guard let services = profile.services, let section = services.sections[name], !section.properties.isEmpty
    else {
      switch client.traits.missingServices {
      case .ignored: return []
      case .stop:
        throw stop(
          .settings(
            "the profile names the services section \"\(name)\", which does not exist or is empty, and "
              + "\(client.name) stops"))
      case nil:
        throw stop(
          .unknown(client, "what it does without the services section \"\(name)\" that the profile names"))
      }
    }
    let isExact = client.traits.dialect == .botocore
    func matches(_ name: String, _ wanted: String) -> Bool {
      isExact ? name == wanted : name.utf8.elementsEqual(wanted.utf8) { Self.lowered($0) == $1 }
    }
    guard let entry = section.properties.first(where: { matches($0.name, key) }) else { return [] }
    if entry.nested.isEmpty, isExact {
      throw stop(
        .settings("[services \(name)] has no settings below \(key), and \(client.name) stops: indent them"))
    }
    guard let inner = entry.nested.first(where: { matches($0.name, "endpoint_url") }) else { return [] }
    return [
      Candidate(
        source: .file(
          SourceLocation(path: services.path, position: inner.position), section: "services \(name)",
          key: "\(key).endpoint_url"), value: files.value(of: inner, in: services.path))
    ]
  }

  private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  /// The names that a client's own options may use for a service.
  private static func names(of service: CatalogService) -> [String] {
    let id = service.serviceID.replacingAll(" ", with: "").lowercased()
    let names = [service.folder, service.folder.replacingAll("-", with: ""), id, service.endpointPrefix]
    return names.reduce(into: []) { known, name in if !known.contains(name) { known.append(name) } }
  }
}
