// SPDX-License-Identifier: Apache-2.0

package import ClientModel
package import EgressBase
import EgressDNS
package import EndpointMap
package import ServiceCatalog

/// What is known of the name that a client would call: by a scan, else by public evidence.
package struct EndpointEvidence: Sendable, Hashable {
  /// What was found at a name.
  package enum Finding: String, Sendable, Hashable, CaseIterable {
    /// The name has IPv6.
    case ipv6
    /// The name has IPv4 only.
    case ipv4
    /// No IPv6 was found for the service, and the name may not exist.
    case noIPv6 = "no-ipv6"
    /// The name does not exist.
    case absent
  }

  /// The name that was looked up: the client's, or the one that a bucket or an account stands before.
  package var host: String
  /// What was found.
  package var finding: Finding
  /// How far that is proven.
  package var evidence: Evidence
  /// When it was so.
  package var date: EvidenceDate
  /// Whether a scan of the user's found it.
  package var isScanned: Bool
  /// Whether it says "no IPv6" of a time that is too long ago to count.
  package var isStale = false
  /// The dual-stack name, where that has IPv6 and the client calls another one.
  package var betterHost: String?

  /// What a person should know before the client is used; `nil` where nothing surprises.
  ///
  /// - Parameter wantsIPv6: Whether the client's dual-stack switch is set.
  /// - Returns: One line.
  package func note(wantsIPv6: Bool) -> String? {
    let source = isScanned ? "\(evidence.rawValue), your scan" : evidence.rawValue
    let preposition = if case .day = date, isScanned { "on \(date)" } else { "in \(date.monthText)" }
    let basis = "\(preposition) (\(source)\(isStale ? "; old, ask again" : ""))"
    switch finding {
    case .absent: return "note: \(host): did not exist \(basis); SDKs do not fall back to another name"
    case .noIPv6 where wantsIPv6:
      return
        "note: \(host): no IPv6 \(basis), and the name may not exist; SDKs do not fall back to another one"
    case .ipv4 where wantsIPv6:
      return "note: \(host): IPv4 only \(basis); SDKs do not fall back to another name"
    case .ipv4:
      return betterHost.map { "note: \(host): IPv4 only \(basis); the dual-stack name \($0) has IPv6" }
    case .ipv6, .noIPv6: return nil
    }
  }

  /// The evidence as a value of a document.
  package var value: Value {
    .record([
      .init("host", .text(host)), .init("finding", .text(finding.rawValue)),
      .init("evidence", .text(evidence.rawValue)), .init("date", .text(date.description)),
      .init("source", .text(isScanned ? "scan" : "public")), .init("stale", .boolean(isStale)),
      .init("dualstack_host", .text(betterHost)),
    ])
  }
}

/// Finds what is known of the name that a client would call.
package struct EndpointEvidenceSearch {
  private let host: String
  private let variant: Variant
  private let isBelowRules: Bool
  private let place: ServiceRegion
  private let groups: [DeclaredGroup]

  /// Prepares the search; `nil` where the client calls no name of a listed region.
  ///
  /// - Parameters:
  ///   - resolved: What the client does.
  ///   - variant: Its switches.
  ///   - catalog: The catalog that answered.
  /// - Throws: `ImageError`.
  package init?(_ resolved: ResolvedEndpoint, _ variant: Variant, catalog: Catalog) throws(ImageError) {
    guard let url = resolved.requestURL, let parts = URLHost(url), let region = resolved.region,
      case .listed(let partition)? = resolved.match
    else { return nil }
    host = parts.host.lowercased()
    self.variant = variant
    // A host prefix leads to another name; what the rules put before a name, such as a bucket, does not.
    isBelowRules = resolved.hostPrefix == nil
    let place = ServiceRegion(
      partition: PartitionID(partition), service: ServiceID(resolved.service.folder), region: RegionID(region)
    )
    self.place = place
    groups = try catalog.declared(includingGroups: true) { $0 == place }
  }

  /// Prepares the search for a name of a service in a region; `nil` where no group has the name.
  ///
  /// - Parameters:
  ///   - host: The name, in lower case.
  ///   - place: The service in its region.
  ///   - groups: The names of the service there.
  package init?(host: String, in place: ServiceRegion, groups: [DeclaredGroup]) {
    let variants = Variant.allCases.filter { variant in
      groups.contains { group in group.hosts[variant].map { host == $0 || host.hasSuffix("." + $0) } ?? false
      }
    }
    guard let variant = variants.first else { return nil }
    self.host = host
    self.variant = variant
    self.place = place
    self.groups = groups
    isBelowRules = true
  }

  /// What a store knows of the name.
  ///
  /// - Parameter store: The store.
  /// - Returns: `nil` where the name was never asked for; unknown answers count as asked.
  /// - Throws: `StoreError`.
  package func scanned(_ store: MapStore) throws(StoreError) -> EndpointEvidence?? {
    let selection = EndpointSelection(
      partitions: [NamePattern(place.partition.name)], regions: [NamePattern(place.region.name)],
      services: [NamePattern(place.service.name)])
    let hosts = try store.hosts(at: nil, selection: selection)
    guard let record = hosts.filter({ isAbout($0.host) }).max(by: { $0.host.utf8.count < $1.host.utf8.count })
    else { return nil }
    guard let seen = record.observedAt, let finding = Self.finding(record) else { return .some(nil) }
    let better = groups.first { $0.isMain && $0.hosts[.default] == record.host }?.hosts[.dualstack]
    let hasBetter = better != record.host && hosts.contains { $0.host == better && $0.aaaa == .yes }
    return EndpointEvidence(
      host: record.host, finding: finding, evidence: record.evidence, date: .day(seen.day), isScanned: true,
      betterHost: finding == .ipv4 && hasBetter ? better : nil)
  }

  /// What public evidence says of the name: it is about the names that ordinary calls lead to.
  ///
  /// - Parameters:
  ///   - map: The built-in map.
  ///   - today: The day of the question.
  /// - Returns: `nil` where it says nothing.
  package func published(_ map: BuiltInMap, on today: CalendarDay) -> EndpointEvidence? {
    if let absence = map.absences(of: host).max(by: { $0.date.last < $1.date.last }) {
      return EndpointEvidence(
        host: host, finding: .absent, evidence: .reported, date: absence.date, isScanned: false)
    }
    let named = groups.flatMap { group in Variant.allCases.compactMap { group.hosts[$0] } }.filter(isAbout)
    guard !variant.isFIPS, let name = named.max(by: { $0.utf8.count < $1.utf8.count }),
      let main = groups.first(where: \.isMain), main.hosts[variant] == name, let cell = map[place],
      let finding = finding(cell.support, main.hosts)
    else { return nil }
    return EndpointEvidence(
      host: name, finding: finding, evidence: cell.evidence, date: cell.date, isScanned: false,
      isStale: finding != .ipv6 && cell.isStale(on: today),
      betterHost: finding == .ipv4 && cell.support == .optIn ? main.hosts[.dualstack] : nil)
  }

  private func isAbout(_ name: String) -> Bool {
    host == name || isBelowRules && host.hasSuffix("." + name)
  }

  private static func finding(_ record: HostRecord) -> EndpointEvidence.Finding? {
    switch (record.a, record.aaaa) {
    case (_, .yes): .ipv6
    case (.yes, .no), (.yes, .absent), (.yes, .synthesised): .ipv4
    case (.absent, .absent): .absent
    default: nil
    }
  }

  /// What the support of a service says of the name of one variant.
  private func finding(_ support: Support, _ hosts: VariantHosts) -> EndpointEvidence.Finding? {
    let isOneName = hosts[.default] == hosts[.dualstack]
    switch (support, variant.isDualStack) {
    case (.ipv6, false): return .ipv6
    case (.ipv6, true): return isOneName ? .ipv6 : nil
    case (.optIn, true): return .ipv6
    case (.optIn, false), (.ipv4, false): return .ipv4
    case (.ipv4, true): return isOneName ? .ipv4 : .noIPv6
    case (.none, _): return .absent
    case (.unknown, _): return nil
    }
  }
}
