// SPDX-License-Identifier: Apache-2.0

import EgressBase
import ServiceCatalog

/// Rules about the names that endpoints lead to: whether the service has them, and what the map knows.
struct MapRules {
  let linter: Linter
  let group: SettingsGroup

  /// Checks the endpoints of single services.
  func check(_ report: inout LintReport) {
    for entry in group.endpoints where !entry.setting.isInherited {
      guard case .endpoint(let identifier?) = entry.key,
        let folder = linter.identifiers.folder(named: identifier),
        let address = EndpointAddress(url: entry.setting.value, linter.names),
        !address.isInterfaceEndpoint,
        let partition = address.partition
      else { continue }
      let region = address.region ?? linter.options.region ?? group.region
      guard let region, linter.names.partition(of: region) == partition else {
        continue
      }
      check(
        entry, EndpointPlace(host: address.host, service: folder, partition: partition, region: region),
        &report)
    }
  }

  private func check(_ entry: SettingsGroup.Entry, _ place: EndpointPlace, _ report: inout LintReport) {
    let name = entry.setting.name
    let wanted = ServiceRegion(
      partition: PartitionID(place.partition), service: ServiceID(place.service),
      region: RegionID(place.region))
    let groups = linter.memory.groups(wanted)
    if let known = linter.options.knowledge(place, groups) {
      switch known.finding {
      case .absent:
        report.add(
          .absentName, entry, "\(name): \(place.host) does not exist (\(known.basis))",
          help: known.betterHost.map { "write https://\($0)" }
            ?? "remove the setting; clients do not fall back")
        return
      case .noIPv6:
        report.add(
          .nameWithoutIPv6, entry, "\(name): \(place.host) has no IPv6, and may not exist (\(known.basis))",
          help: "remove the setting", severity: .warning)
        return
      case .ipv4:
        report.add(
          .nameWithoutIPv6, entry, "\(name): \(place.host) has IPv4 only (\(known.basis))",
          help: known.betterHost.map { "the dual-stack name \($0) has IPv6" })
        return
      case .ipv6: return
      }
    }
    let names = groups.flatMap { group in Variant.allCases.compactMap { group.hosts[$0] } }
    guard !names.isEmpty, !names.contains(where: { place.host == $0 || place.host.hasSuffix("." + $0) })
    else { return }
    report.add(
      .nameOfNoService, entry,
      "\(name): \(place.host) is not a name that \(place.service) has in \(place.region)",
      help: groups.first { $0.isMain }.flatMap { $0.hosts[.dualstack] ?? $0.hosts[.default] }.map {
        "by the endpoint rules it has \($0)"
      })
  }
}
