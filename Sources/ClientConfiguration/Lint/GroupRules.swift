// SPDX-License-Identifier: Apache-2.0

import ClientModel

/// Rules about what settings do together, whatever the client.
struct GroupRules {
  let linter: Linter
  let group: SettingsGroup

  /// Checks the group.
  func check(_ report: inout LintReport) {
    // An endpoint of no service does nothing, and another rule says so.
    let endpoints = group.endpoints.filter { entry in
      guard case .endpoint(let identifier?) = entry.key, group.client == nil else { return true }
      return linter.identifiers.folder(identifier) != nil
    }
    if let ignore = group.isOn(.ignoreEndpoints), !endpoints.isEmpty {
      for entry in endpoints where !entry.setting.isInherited {
        report.add(
          .ignoredEndpoints, entry, "\(entry.setting.name) does not count: \(ignore.setting.name) is true",
          help: "remove one of them")
      }
    } else {
      checkSwitches(endpoints, &report)
      for entry in endpoints { checkPlace(entry, &report) }
    }
    checkRegions(&report)
    if let mode = group.entry(.metadataMode), let endpoint = group.entry(.metadataEndpoint),
      !endpoint.setting.value.isEmpty, mode.setting.value.lowercased() == "ipv6", !mode.setting.isInherited
    {
      report.add(
        .hidden, mode, "\(mode.setting.name) does not count: \(endpoint.setting.name) comes first",
        help: "remove one of them")
    }
  }

  private func checkSwitches(_ endpoints: [SettingsGroup.Entry], _ report: inout LintReport) {
    guard let first = endpoints.first else { return }
    for key in [SettingKey.dualStack, .fips] {
      guard let entry = group.isOn(key) else { continue }
      let names =
        endpoints.prefix(3).map(\.setting.name).joined(separator: ", ") + (endpoints.count > 3 ? ", …" : "")
      let (effect, severity) = effect(of: key)
      report.add(
        .switchWithEndpoint, entry.setting.isInherited ? first : entry,
        "\(entry.setting.name) and \(names): \(effect)",
        help: key == .dualStack
          ? "remove the switch and set an endpoint for each service, or remove the endpoints"
          : "remove the switch, or the endpoints", severity: severity)
    }
  }

  /// What a switch and an endpoint do together, and how grave that is for the client.
  private func effect(of key: SettingKey) -> (String, LintSeverity) {
    if let client = linter.options.client ?? group.client.flatMap({ try? Client.named($0) }),
      let rule = key == .dualStack ? client.traits.dualStackWithEndpoint : client.traits.fipsWithEndpoint
    {
      let stops = rule == .rules
      return stops
        ? ("\(client.name) stops", .error)
        : ("\(client.name) calls the endpoints, and the switch does nothing for them", .warning)
    }
    return key == .dualStack
      ? ("Go, Rust, Ruby and the Terraform provider stop; boto3 and the AWS CLI call the endpoints", .warning)
      : ("Go and Rust stop; the AWS CLI and the Terraform provider call the endpoints", .warning)
  }

  private func checkPlace(_ entry: SettingsGroup.Entry, _ report: inout LintReport) {
    guard !entry.setting.isInherited,
      let address = EndpointAddress(url: entry.setting.value, linter.names), address.isAWS
    else { return }
    if entry.key == .endpoint(nil), !address.isInterfaceEndpoint {
      report.add(
        .generalEndpoint, entry, "\(entry.setting.name): every service is called at \(address.host)",
        help: "set the endpoint of the one service that is meant, such as AWS_ENDPOINT_URL_S3")
    }
    guard let region = linter.options.region ?? group.region,
      let partition = linter.names.partition(of: region),
      let other = address.partition
    else { return }
    if other != partition, address.region != nil || linter.names.owners(of: address.host) == [other] {
      report.add(
        .otherPartition, entry,
        "\(entry.setting.name): \(address.host) belongs to the partition \(other), the region \(region) to \(partition)",
        help: "name an endpoint of \(partition)")
    } else if let its = address.region, its != region, !isSigningRegion(its, of: entry, in: region) {
      report.add(
        .otherRegion, entry,
        "\(entry.setting.name): \(address.host) is in \(its), and requests are signed for \(region)",
        help: "name an endpoint in \(region), or set the region \(its)")
    }
  }

  /// Whether a service's requests are signed for a region from another one, as global services' are.
  private func isSigningRegion(_ region: String, of entry: SettingsGroup.Entry, in ours: String) -> Bool {
    guard case .endpoint(let identifier?) = entry.key,
      let folder = linter.identifiers.folder(named: identifier)
    else { return false }
    // The order of settings does not matter here: any client that calls the service knows its region.
    return (try? Client.named("cli-v2")).flatMap { linter.memory.signing($0, folder, ours) }?.region == region
  }

  private func checkRegions(_ report: inout LintReport) {
    let regions = group.literals.filter {
      $0.key == .region && $0.origin == .variable && !$0.setting.value.isEmpty
    }
    guard linter.options.client == nil, let first = regions.first(where: { $0.setting.name == "AWS_REGION" }),
      let other = regions.first(where: { $0.setting.name == "AWS_DEFAULT_REGION" }),
      first.setting.value != other.setting.value
    else { return }
    report.add(
      .regionNotRead, other,
      "AWS_REGION is \(first.setting.value) and AWS_DEFAULT_REGION \(other.setting.value): boto3 and AWS CLI version 1 read only the latter, most other clients only the former",
      help: "give both the same region")
  }
}
