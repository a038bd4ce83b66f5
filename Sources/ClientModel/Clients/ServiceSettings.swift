// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
import ServiceCatalog
import StrictJSON

extension SettingReader {
  /// Decides the settings that only some services have.
  ///
  /// - Parameters:
  ///   - query: The query; gets the values.
  ///   - prefix: The service's endpoint prefix.
  ///   - credentials: The account of the credentials, where it is known.
  /// - Throws: ``ClientStop``.
  mutating func readServiceSettings(
    _ query: inout EndpointQuery, prefix: String, credentials: String?
  ) throws(ClientStop) {
    query.options.accountID = credentials
    if let mode = try text(
      .accountIDEndpointMode, profileValues("account_id_endpoint_mode"), isDeciding: credentials != nil)
    {
      guard let known = ClientOptions.AccountIDEndpointMode(rawValue: mode.lowercased()) else {
        throw stop(
          .settings("account_id_endpoint_mode is \"\(mode)\", which is none of preferred, disabled, required")
        )
      }
      query.options.accountIDEndpointMode = known
    }
    if client.family == "botocore" {
      try checkForEveryService()
      try readDefaultsMode(&query, prefix)
    }
    switch prefix {
    case "sts": try readSTS(&query)
    case "s3":
      try readS3Switches(&query)
      try readS3Region(&query)
    case "s3-control": try readS3Switches(&query)
    default: break
    }
  }

  /// Stops where botocore's clients of every service do: at settings of S3 and STS (`args.py`,
  /// `compute_endpoint_resolver_builtin_defaults`; `config.py`, `_validate_s3_configuration`).
  private mutating func checkForEveryService() throws(ClientStop) {
    // The decisions of the service's own settings are recorded where these count.
    var copy = self
    if let value = try copy.text(.stsRegionalEndpoints, profileValues("sts_regional_endpoints")),
      !value.isEmpty
    {
      _ = try regionalEndpoints(value, "sts_regional_endpoints")
    }
    let values =
      profileValues("s3_us_east_1_regional_endpoint") + profileValues("s3", "us_east_1_regional_endpoint")
    if let value = try copy.text(.s3USEast1RegionalEndpoint, values) {
      _ = try regionalEndpoints(value, "s3_us_east_1_regional_endpoint")
    }
    if let style = profileValues("s3", "addressing_style").first?.value,
      ClientOptions.AddressingStyle(rawValue: style) == nil
    {
      throw stop(
        .settings(
          "s3.addressing_style is \"\(style)\", none of auto, virtual, path, and \(client.name) stops"))
    }
    // A text of it stops S3 only, a blank one every service (`configprovider.SectionConfigProvider`).
    if client.traits.readsS3Section == true, let (path, section) = profile.property("s3"),
      section.nested.isEmpty, files.value(of: section, in: path).isEmpty
    {
      throw stop(
        .settings("s3 at \(path):\(section.position) has no settings below it, and \(client.name) stops"))
    }
    try checkRequestSettings()
  }

  /// Stops at settings of how requests are sent that botocore's clients refuse before the first one.
  private func checkRequestSettings() throws(ClientStop) {
    func value(_ variable: String, _ key: String) -> String? {
      (self.variable(variable) ?? profileValues(key).first)?.value
    }
    func stop(_ name: String, _ value: String, _ words: String) -> ClientStop {
      self.stop(.settings("\(name) is \"\(value)\", \(words), and \(client.name) stops"))
    }
    if let mode = value("AWS_RETRY_MODE", "retry_mode"), !["legacy", "standard", "adaptive"].contains(mode) {
      throw stop("retry_mode", mode, "none of legacy, standard, adaptive")
    }
    if let attempts = value("AWS_MAX_ATTEMPTS", "max_attempts") {
      let digits = attempts.drop { $0 == " " }.prefix { $0 != " " }
      guard let number = Int(digits), number > 0, attempts.split(separator: " ").count == 1 else {
        throw stop("max_attempts", attempts, "which is no whole number above 0")
      }
    }
    for (variable, key) in [
      ("AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation"),
      ("AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation"),
    ] {
      if let when = value(variable, key), !["when_supported", "when_required"].contains(when.lowercased()) {
        throw stop(key, when, "neither when_supported nor when_required")
      }
    }
  }

  /// Reads the mode of the defaults.
  ///
  /// Every mode but `legacy` makes the regional names of S3 in us-east-1 and of STS the default
  /// (`configprovider.SmartDefaultsConfigStoreFactory`). What the AWS CLI v2 does with it is not established.
  private mutating func readDefaultsMode(_ query: inout EndpointQuery, _ prefix: String) throws(ClientStop) {
    let name = "defaults_mode"
    let candidates = [variable("AWS_DEFAULTS_MODE")].compactMap { $0 } + profileValues(name)
    guard client.id != "cli-v2", let mode = try choose(name, candidates)?.value else { return }
    switch mode.lowercased() {
    case "legacy": break
    case "standard", "in-region", "cross-region", "mobile", "auto":
      if prefix == "s3" { query.options.s3USEast1RegionalEndpoint = .regional }
      if prefix == "sts" { query.options.stsRegionalEndpoints = .regional }
    default:
      throw stop(
        .settings(
          "\(name) is \"\(mode)\", none of legacy, standard, in-region, cross-region, mobile, auto, "
            + "and \(client.name) stops"))
    }
  }

  /// A setting with a text as its value; `nil` where nothing sets it or the client does not read it.
  ///
  /// An unknown support is an error where it decides, and no matter elsewhere.
  private mutating func text(
    _ setting: ClientSetting, _ fileValues: [Candidate], isDeciding: Bool = true
  ) throws(ClientStop) -> String? {
    let candidates = [setting.variable.flatMap { variable($0) }].compactMap { $0 } + fileValues
    guard !candidates.isEmpty else { return nil }
    if !isDeciding, client.settings[setting] == nil { return nil }
    return try choose(setting.rawValue, candidates, known: setting)?.value
  }

  private mutating func readSTS(_ query: inout EndpointQuery) throws(ClientStop) {
    if let value = try text(.stsRegionalEndpoints, profileValues("sts_regional_endpoints")) {
      // A blank value is none.
      if !value.isEmpty {
        query.options.stsRegionalEndpoints = try regionalEndpoints(value, "sts_regional_endpoints")
      }
    } else if client.traits.stsDefault == nil, client.traits.engine != .botocore,
      query.endpointURL == nil,
      !query.useDualStack, !query.useFIPS,
      ClientBehavior.botocoreGlobalSTSRegions.contains(query.region ?? "")
    {
      throw stop(.unknown(client, "whether it calls the global or the regional name of STS"))
    }
  }

  private func regionalEndpoints(
    _ value: String, _ name: String
  ) throws(ClientStop) -> ClientBehavior.RegionalEndpoints {
    guard
      let known = ClientBehavior.RegionalEndpoints(
        rawValue: client.family == "botocore" ? value : value.lowercased())
    else {
      throw stop(.settings("\(name) is \"\(value)\", neither legacy nor regional, and \(client.name) stops"))
    }
    return known
  }

  private mutating func readS3Switches(_ query: inout EndpointQuery) throws(ClientStop) {
    let isNested = client.traits.readsS3Section
    if isNested == true, let (path, section) = profile.property("s3"), section.nested.isEmpty {
      throw stop(
        .settings("s3 at \(path):\(section.position) has no settings below it, and \(client.name) stops"))
    }
    for candidate in profileValues("s3", "use_dualstack_endpoint")
    where candidate.value.lowercased() == "true" {
      guard let isNested else { throw stop(.unknown(client, "whether it reads settings below s3")) }
      let loser = SettingDecision.Loser(
        source: candidate.source, value: candidate.value, reason: "\(client.name) does not read it")
      record(
        SettingDecision(
          setting: ClientSetting.s3DualStack.rawValue, value: isNested ? "true" : nil,
          source: isNested ? candidate.source : .standard, losers: isNested ? [] : [loser]))
      if isNested { query.useDualStack = true }
      break
    }
    if isNested == true { try readS3Section(&query) }
  }

  private mutating func readS3Region(_ query: inout EndpointQuery) throws(ClientStop) {
    let isNested = client.traits.readsS3Section
    let values =
      profileValues("s3_us_east_1_regional_endpoint")
      + (isNested == true ? profileValues("s3", "us_east_1_regional_endpoint") : [])
    if let value = try text(.s3USEast1RegionalEndpoint, values, isDeciding: query.region == "us-east-1") {
      query.options.s3USEast1RegionalEndpoint = try regionalEndpoints(value, "us_east_1_regional_endpoint")
    } else if client.traits.s3Default == nil, client.traits.engine != .botocore,
      query.endpointURL == nil,
      query.region == "us-east-1", !query.useDualStack, !query.useFIPS
    {
      throw stop(.unknown(client, "whether it calls the global or the regional name of S3 in us-east-1"))
    }
  }

  /// The settings below `s3` that botocore's clients read (`configprovider.DEFAULT_S3_CONFIG_VARS`).
  private mutating func readS3Section(_ query: inout EndpointQuery) throws(ClientStop) {
    if let value = try choose("s3.addressing_style", profileValues("s3", "addressing_style"))?.value {
      query.options.s3AddressingStyle = ClientOptions.AddressingStyle(rawValue: value) ?? .auto
    }
    func isTrue(_ candidate: Candidate?) -> Bool? { candidate.map { $0.value.lowercased() == "true" } }
    query.options.s3Accelerate = isTrue(
      try choose("s3.use_accelerate_endpoint", profileValues("s3", "use_accelerate_endpoint")))
    query.options.s3UseARNRegion = isTrue(
      try choose(
        "s3_use_arn_region",
        [variable("AWS_S3_USE_ARN_REGION")].compactMap { $0 } + profileValues("s3_use_arn_region")
          + profileValues("s3", "use_arn_region")))
    query.options.s3DisableMultiRegionAccessPoints = isTrue(
      try choose(
        "s3_disable_multiregion_access_points",
        [variable("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS")].compactMap { $0 }
          + profileValues("s3", "s3_disable_multiregion_access_points")))
  }
}
