// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Reads one entry of the data file; what the entry does not say, its family does.
///
/// Every member must be known and have a known value, so that a slip in the file is an error and not an unknown.
struct ClientReader {
  private let entry: JSON
  private let family: JSON

  init(_ entry: JSON, families: JSON) throws(ClientListError) {
    self.entry = entry
    let name = entry["family"]?.string ?? "own"
    guard let family = families[name] else { throw .damaged("no family \"\(name)\"") }
    self.family = family
  }

  private var id: String { entry["id"]?.string ?? "?" }

  func client() throws(ClientListError) -> Client {
    guard let id = entry["id"]?.string, let name = entry["name"]?.string else {
      throw .damaged("an entry has no id or no name")
    }
    var client = Client(id: id, name: name)
    client.kind = try value(entry, "kind") ?? .sdk
    client.family = entry["family"]?.string ?? "own"
    client.recordedAs = texts(entry["recorded_as"])
    client.ownForm = entry["own_form"]?.string
    client.status = entry["status"]?.string
    client.notes = texts(entry["notes"])
    client.sources = texts(entry["sources"])
    client.traits = try traits(merged("traits"))
    for member in merged("settings").object ?? [] {
      guard let setting = ClientSetting(rawValue: member.name) else {
        throw .damaged("\(id): no setting \"\(member.name)\"")
      }
      var support = support(member.value)
      if client.kind == .tool, entry["settings"]?[member.name] == nil {
        // The releases are those of the SDK that the tool is built with, not the tool's own.
        support.firstVersion = nil
        support.since = support.since.map { "\(client.family) \($0)" }
      }
      client.settings[setting] = support
    }
    for option in (entry["options"] ?? family["options"])?.array ?? [] {
      guard let name = option["name"]?.string, let sets: ClientSetting = try value(option, "sets") else {
        throw .damaged("\(id): an option has no name or sets nothing")
      }
      var result = ClientOption(name: name, sets: sets)
      result.services = texts(option["services"])
      result.isHost = option["is_host"]?.bool ?? false
      result.overridesFalse = option["overrides_false"]?.bool ?? true
      client.options.append(result)
    }
    return client
  }

  /// The members of the family's object, replaced or completed by those of the entry.
  private func merged(_ name: String) -> JSON {
    var members = family[name]?.object ?? []
    for member in entry[name]?.object ?? [] {
      members.removeAll { $0.name == member.name }
      members.append(member)
    }
    return .object(members)
  }

  private func support(_ value: JSON) -> SettingSupport {
    var result = SettingSupport()
    if let both = value.bool {
      (result.variable, result.file) = (both, both)
      return result
    }
    result.variable = value["variable"]?.bool
    result.file = value["file"]?.bool
    result.since = value["since"]?.string
    result.firstVersion = value["first_version"]?.string.flatMap { ReleaseVersion($0) }
    result.sources = texts(value["sources"])
    result.evidence = value["evidence"]?.string
    return result
  }

  private func traits(_ value: JSON) throws(ClientListError) -> ClientTraits {
    let known: Set = [
      "engine", "host_pattern", "dialect", "inline_comments", "credentials_settings", "region_variables",
      "profile_region", "default_region", "profile_variables", "missing_profile", "missing_services",
      "blank_variable", "blank_endpoint_variable", "true_values", "other_in_variable", "other_in_file",
      "endpoint_order", "ignore_covers_services_since", "url_without_scheme", "dual_stack_with_endpoint",
      "fips_with_endpoint", "sts_default",
      "s3_default", "s3_section", "sigv4a", "named_profile_before_keys", "turned_off", "services",
      "service_regions",
      "older_names",
    ]
    for member in value.object ?? [] where !known.contains(member.name) {
      throw .damaged("\(id): no trait \"\(member.name)\"")
    }
    var traits = ClientTraits()
    traits.engine = try self.value(value, "engine")
    traits.hostPattern = value["host_pattern"]?.string
    traits.dialect = try self.value(value, "dialect")
    traits.hasInlineComments = value["inline_comments"]?.bool
    traits.readsCredentialsSettings = value["credentials_settings"]?.bool
    traits.regionVariables = value["region_variables"].map(texts)
    traits.readsProfileRegion = value["profile_region"]?.bool
    traits.defaultRegion = value["default_region"]?.string
    traits.profileVariables = value["profile_variables"].map(texts)
    traits.missingProfile = try self.value(value, "missing_profile")
    traits.missingServices = try self.value(value, "missing_services")
    traits.blankVariable = try self.value(value, "blank_variable")
    traits.blankEndpointVariable = try self.value(value, "blank_endpoint_variable")
    traits.trueValues = try self.value(value, "true_values")
    traits.otherInVariable = try self.value(value, "other_in_variable")
    traits.otherInFile = try self.value(value, "other_in_file")
    traits.endpointOrder = try self.value(value, "endpoint_order")
    if client(kind: .sdk) {
      traits.ignoreCoversServicesSince = value["ignore_covers_services_since"]?.string.flatMap {
        ReleaseVersion($0)
      }
    }
    traits.urlWithoutScheme = try self.value(value, "url_without_scheme")
    traits.dualStackWithEndpoint = try self.value(value, "dual_stack_with_endpoint")
    traits.fipsWithEndpoint = try self.value(value, "fips_with_endpoint")
    traits.stsDefault = try self.value(value, "sts_default")
    traits.s3Default = try self.value(value, "s3_default")
    traits.readsS3Section = value["s3_section"]?.bool
    traits.signsForSeveralRegions = value["sigv4a"]?.bool
    traits.namedProfileBeforeKeys = value["named_profile_before_keys"]?.bool
    traits.turnedOff = texts(value["turned_off"]).compactMap { ClientSetting(rawValue: $0) }
    traits.services = texts(value["services"])
    for member in value["service_regions"]?.object ?? [] {
      traits.serviceRegions[member.name] = member.value.string
    }
    traits.olderNames = (value["older_names"]?.array ?? []).map { name in
      ClientTraits.OlderName(
        services: texts(name["services"]), host: name["host"]?.string ?? "", regions: texts(name["regions"]),
        region: name["region"]?.string)
    }
    return traits
  }

  private func client(kind: Client.Kind) -> Bool { entry["kind"]?.string ?? "sdk" == kind.rawValue }

  private func value<Value: RawRepresentable<String>>(
    _ object: JSON, _ name: String
  ) throws(ClientListError) -> Value? {
    guard let text = object[name]?.string else { return nil }
    guard let value = Value(rawValue: text) else { throw .damaged("\(id): \(name) cannot be \"\(text)\"") }
    return value
  }

  private func texts(_ value: JSON?) -> [String] {
    value?.string.map { [$0] } ?? (value?.array ?? []).compactMap(\.string)
  }
}
