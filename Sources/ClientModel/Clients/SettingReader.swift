// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Decides a client's settings one after the other, and keeps the record of how.
struct SettingReader {
  /// A source that states a setting.
  struct Candidate {
    var source: SettingSource
    var value: String

    /// The source's name in a sentence.
    var name: String {
      switch source {
      case .call: "the option of the call"
      case .ownOption(let name): "the option \(name)"
      case .variable(let name, _): name
      case .file(let location, let section, let key): "\(key) of [\(section)] in \(location.path)"
      case .standard: "the default"
      }
    }

    var isVariable: Bool { if case .variable = source { true } else { false } }
  }

  let client: Client
  let version: ReleaseVersion?
  let invocation: ClientInvocation
  let profile: ClientProfile
  let files: ClientFileReader
  /// How each setting was decided.
  private(set) var decisions: [SettingDecision] = []

  init(
    _ client: Client, _ version: ReleaseVersion?, _ invocation: ClientInvocation, cache: SectionCache
  ) throws(ClientStop) {
    self.client = client
    self.version = version
    self.invocation = invocation
    files = ClientFileReader(client: client, invocation: invocation, cache: cache)
    var decision: SettingDecision?
    let name = try Self.profileName(client, invocation, &decision)
    profile = try files.profile(name)
    if let decision { decisions.append(decision) }
  }

  /// Adds a decision that was made elsewhere.
  mutating func record(_ decision: SettingDecision) { decisions.append(decision) }

  /// Turns off a switch that was decided, for a reason.
  mutating func overrule(_ setting: ClientSetting, _ reason: String) {
    let names =
      setting == .dualStack ? [setting.rawValue, ClientSetting.s3DualStack.rawValue] : [setting.rawValue]
    for index in decisions.indices
    where decisions[index].value == "true" && names.contains(decisions[index].setting) {
      let source = decisions[index].source
      decisions[index].value = "false"
      decisions[index].source = .standard
      decisions[index].losers.insert(.init(source: source, value: "true", reason: reason), at: 0)
    }
  }

  /// Adds what lost to the last decision.
  mutating func addLosers(_ losers: [SettingDecision.Loser]) {
    guard !decisions.isEmpty else { return }
    decisions[decisions.count - 1].losers += losers
  }

  /// An error with what was decided until now.
  func stop(_ error: ClientStop) -> ClientStop {
    var error = error
    if error.decisions.isEmpty { error.decisions = decisions }
    return error
  }

  // MARK: Sources

  /// A variable, as a candidate.
  func variable(_ name: String) -> Candidate? {
    invocation.variables[name].map {
      Candidate(source: .variable(name, invocation.variableLocations[name]), value: $0)
    }
  }

  /// The keys of a profile that lead to a value, as candidates; the credentials file comes first.
  ///
  /// - Parameter path: The key, or the key and the one nested below it.
  /// - Returns: The candidates.
  func profileValues(_ path: String...) -> [Candidate] {
    profile.properties(path[0]).compactMap { file, property in
      var property = property
      if path.count == 2 {
        guard let inner = property.nested.first(where: { $0.name == path[1] }) else { return nil }
        property = inner
      }
      return Candidate(
        source: .file(
          SourceLocation(path: file, position: property.position), section: profile.name ?? "default",
          key: path.joined(separator: ".")), value: files.value(of: property, in: file))
    }
  }

  /// The client's own options that set a setting for a service.
  func ownOptions(_ setting: ClientSetting, service: String, serviceKeys: [String] = []) -> [Candidate] {
    client.options.filter { $0.sets == setting && ($0.services.isEmpty || $0.services.contains(service)) }
      .flatMap { option -> [Candidate] in
        let names =
          option.name.hasSuffix("*")
          ? serviceKeys.map { option.name.dropLast() + $0 } : [Substring(option.name)]
        return names.compactMap { name in
          guard let value = invocation.ownOptions[String(name)], !value.isEmpty else { return nil }
          if !option.overridesFalse, value == "false" { return nil }
          let text = option.isHost && URLHost(value) == nil ? "https://" + value : value
          return Candidate(source: .ownOption(String(name)), value: text)
        }
      }
  }

  // MARK: Decisions

  /// Whether the client reads a setting through a channel; throws where that decides and is not established.
  func reads(_ setting: ClientSetting, variable: Bool) throws(ClientStop) -> Bool {
    guard let support = client.settings[setting] else {
      throw stop(.unknown(client, "whether it reads \(setting.rawValue)"))
    }
    if let first = support.firstVersion, let version, version < first { return false }
    guard let isRead = variable ? support.variable : support.file else {
      let channel = variable ? "the variable of" : "from files"
      throw stop(.unknown(client, "whether it reads \(channel) \(setting.rawValue)"))
    }
    return isRead
  }

  /// Chooses among candidates in the order of precedence.
  ///
  /// - Parameters:
  ///   - setting: The setting's name, for the record.
  ///   - candidates: The candidates.
  ///   - known: The setting, where support decides which channels count.
  ///   - blank: What a blank variable is, where that differs from other settings.
  /// - Returns: The candidate that wins.
  /// - Throws: ``ClientStop``.
  mutating func choose(
    _ setting: String, _ candidates: [Candidate], known: ClientSetting? = nil,
    blank: ClientTraits.BlankRule? = nil
  ) throws(ClientStop) -> Candidate? {
    var winner: Candidate?
    var losers: [SettingDecision.Loser] = []
    for candidate in candidates {
      func lose(_ reason: String) {
        losers.append(.init(source: candidate.source, value: candidate.value, reason: reason))
      }
      if let winner {
        lose("\(winner.name) comes first")
        continue
      }
      if let known, try !isRead(candidate, known) {
        lose("\(client.name) does not read it here")
        continue
      }
      if candidate.value.isEmpty, candidate.isVariable {
        switch blank ?? client.traits.blankVariable {
        case .value: break
        case .unset:
          lose("a blank variable counts as not set")
          continue
        case .stop: throw stop(.settings("\(candidate.name) is blank, and \(client.name) stops"))
        case nil: throw stop(.unknown(client, "what a blank variable such as \(candidate.name) does"))
        }
      }
      winner = candidate
    }
    if winner != nil || !losers.isEmpty {
      decisions.append(
        SettingDecision(
          setting: setting, value: winner?.value, source: winner?.source ?? .standard, losers: losers))
    }
    return winner
  }

  private func isRead(_ candidate: Candidate, _ setting: ClientSetting) throws(ClientStop) -> Bool {
    switch candidate.source {
    case .call, .ownOption, .standard: true
    case .variable: try reads(setting, variable: true)
    case .file: try reads(setting, variable: false)
    }
  }

  /// Decides a switch.
  ///
  /// - Parameters:
  ///   - setting: The setting.
  ///   - service: The service that is called, by folder.
  /// - Returns: Whether it is on; `nil` where nothing sets it.
  /// - Throws: ``ClientStop``.
  mutating func flag(_ setting: ClientSetting, service: String) throws(ClientStop) -> Bool? {
    let candidates =
      (invocation.callSettings[setting].map { [Candidate(source: .call, value: $0)] } ?? [])
      + ownOptions(setting, service: service) + [setting.variable.flatMap { variable($0) }].compactMap { $0 }
      + profileValues(setting.rawValue)
    if client.traits.turnedOff.contains(setting), !candidates.contains(where: { Self.isOwn($0) }) {
      // The switch is read, so that a value which stops the client still does, and then turned off.
      var copy = self
      if let candidate = try copy.choose(setting.rawValue, candidates, known: setting) {
        _ = try copy.isOn(candidate, setting)
      }
      if !candidates.isEmpty {
        decisions.append(
          SettingDecision(
            setting: setting.rawValue, value: "false", source: .standard,
            losers: candidates.map {
              .init(source: $0.source, value: $0.value, reason: "\(client.name) turns it off")
            }))
      }
      return false
    }
    guard let candidate = try choose(setting.rawValue, candidates, known: setting) else { return nil }
    guard let isOn = try isOn(candidate, setting) else {
      decisions[decisions.count - 1].source = .standard
      decisions[decisions.count - 1].value = nil
      decisions[decisions.count - 1].losers.insert(
        .init(source: candidate.source, value: candidate.value, reason: "it is neither true nor false"), at: 0
      )
      return nil
    }
    decisions[decisions.count - 1].value = isOn ? "true" : "false"
    return isOn
  }

  private static func isOwn(_ candidate: Candidate) -> Bool {
    if case .ownOption = candidate.source { true } else { false }
  }

  /// What a value of a switch means; `nil` for a value that leaves it unset.
  private func isOn(_ candidate: Candidate, _ setting: ClientSetting) throws(ClientStop) -> Bool? {
    let value = candidate.value
    if value == "true" { return true }
    if value == "false" { return false }
    let lower = value.lowercased()
    if lower == "true" || lower == "false" {
      switch client.traits.trueValues {
      case .anyCase: return lower == "true"
      case .exact: break
      case nil: throw stop(.unknown(client, "what \(candidate.name) with the value \"\(value)\" means"))
      }
    }
    switch candidate.isVariable ? client.traits.otherInVariable : client.traits.otherInFile {
    case .off: return false
    case .unset: return nil
    case .stop:
      throw stop(
        .settings("\(candidate.name) is \"\(value)\", neither true nor false, and \(client.name) stops"))
    case nil: throw stop(.unknown(client, "what \(candidate.name) with the value \"\(value)\" means"))
    }
  }

  // MARK: Profile and region

  private static func profileName(
    _ client: Client, _ invocation: ClientInvocation, _ decision: inout SettingDecision?
  ) throws(ClientStop) -> String? {
    let names = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]
    let order = client.traits.profileVariables ?? ["AWS_PROFILE"]
    var winner: Candidate?
    var losers: [SettingDecision.Loser] = []
    if let profile = invocation.profile { winner = Candidate(source: .call, value: profile) }
    for name in order + names.filter({ !order.contains($0) }) {
      guard let value = invocation.variables[name] else { continue }
      let source = SettingSource.variable(name, invocation.variableLocations[name])
      let candidate = Candidate(source: source, value: value)
      if let winner {
        losers.append(.init(source: source, value: value, reason: "\(winner.name) comes first"))
      } else if !order.contains(name) {
        if client.traits.profileVariables == nil, !value.isEmpty {
          throw .unknown(client, "whether it reads \(name)")
        }
        losers.append(.init(source: source, value: value, reason: "\(client.name) does not read it"))
      } else if value.isEmpty, client.traits.blankVariable != .value {
        losers.append(.init(source: source, value: value, reason: "a blank variable counts as not set"))
      } else {
        winner = candidate
      }
    }
    if winner != nil || !losers.isEmpty {
      decision = SettingDecision(
        setting: "profile", value: winner?.value, source: winner?.source ?? .standard, losers: losers)
    }
    return winner?.value
  }

  /// Decides the region.
  mutating func region(service: String) throws(ClientStop) -> String? {
    var candidates: [Candidate] = []
    if let region = invocation.region { candidates.append(Candidate(source: .call, value: region)) }
    let order = client.traits.regionVariables ?? ["AWS_REGION"]
    candidates += order.compactMap { variable($0) }
    if client.traits.readsProfileRegion ?? true { candidates += profileValues("region") }
    let others = ["AWS_REGION", "AWS_DEFAULT_REGION"].filter { !order.contains($0) }.compactMap {
      variable($0)
    }
    var winner = try choose("region", candidates)
    if client.traits.regionVariables == nil, winner == nil,
      let other = others.first(where: { $0.value != "" })
    {
      throw stop(.unknown(client, "whether it reads \(other.name)"))
    }
    let unread = others.map {
      SettingDecision.Loser(source: $0.source, value: $0.value, reason: "\(client.name) does not read it")
    }
    if winner == nil, let region = client.traits.defaultRegion {
      winner = Candidate(source: .standard, value: region)
      if decisions.last?.setting == "region" { decisions.removeLast() }
      decisions.append(SettingDecision(setting: "region", value: region, source: .standard, losers: unread))
    } else if !unread.isEmpty {
      if decisions.last?.setting != "region" {
        decisions.append(SettingDecision(setting: "region", value: nil, source: .standard))
      }
      decisions[decisions.count - 1].losers += unread
    }
    if let fixed = client.traits.serviceRegions[service], fixed != winner?.value {
      decisions.append(
        SettingDecision(
          setting: "region", value: fixed, source: .standard,
          losers: winner.map {
            [.init(source: $0.source, value: $0.value, reason: "\(client.name) calls \(service) in \(fixed)")]
          } ?? []))
      return fixed
    }
    return winner?.value
  }
}
