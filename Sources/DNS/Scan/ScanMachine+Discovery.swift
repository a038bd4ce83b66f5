// SPDX-License-Identifier: Apache-2.0

extension ScanMachine {
  /// Asks a resolver for its NAT64 prefixes (RFC 7050); any answer also shows that it lives.
  mutating func startDiscovery(of resolver: Int, tries: Int) {
    startLookup(
      .prefixes(resolver: resolver), Synthesis.discoveryName, .aaaa, bucket: 0, resolvers: [resolver],
      tries: tries,
      isPatient: false)
  }

  /// Takes what a resolver's discovery came to.
  mutating func settleDiscovery(of resolver: Int, _ finding: Finding) {
    let found = finding.answer == .yes ? Synthesis.prefixes(in: finding.addresses) : []
    if phase == .starting || startPrefixes[resolver] == nil {
      startPrefixes[resolver] = found
      resolvers[resolver].statistics.dns64Prefixes = found
      if resolvers[resolver].standing == .untested {
        drop(resolver, "did not answer: \(finding.notes.joined(separator: "; "))")
      }
    } else if finding.answer != .unknown, found != startPrefixes[resolver] {
      statistics.dns64Changed = true
      let known = resolvers[resolver].statistics.dns64Prefixes
      resolvers[resolver].statistics.dns64Prefixes = known + found.filter { !known.contains($0) }
    }
  }

  /// Asks whether a name above missing hosts exists: A of one resolver, and when that says no, AAAA of another where there is one.
  mutating func askAncestor(_ name: DomainName) {
    askAncestor(name, .a, turn: 0)
  }

  private mutating func askAncestor(_ name: DomainName, _ type: RecordType, turn: Int) {
    let list = bucketResolvers[0].filter { accepts($0, name) && resolvers[$0].standing == .usable }
    guard !list.isEmpty, !isSilent else { return }
    startLookup(.ancestor(name), name, type, bucket: 0, resolvers: list, turn: turn % list.count)
  }

  /// Takes one of the two answers about a name above missing hosts.
  mutating func settleAncestor(_ name: DomainName, _ finding: Finding) {
    guard finding.answer == .absent, finding.chain.isEmpty else {
      missingAncestors.remove(name)
      if finding.answer != .unknown { cut.noteExisting(DomainName(wire: [1, 0x78] + name.wire)) }
      return
    }
    // The first answer only makes the second count.
    guard !missingAncestors.insert(name).inserted else { return askAncestor(name, .aaaa, turn: 1) }
    missingAncestors.remove(name)
    if cut.confirmMissing(name), let above = cut.noteMissing(name) { askAncestor(above) }
  }
}
