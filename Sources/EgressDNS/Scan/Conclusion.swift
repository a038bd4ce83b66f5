// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// Makes an observation of the results of a host's two lookups.
struct Conclusion {
  /// How addresses are judged.
  let check: AddressCheck
  /// All resolvers.
  let resolvers: ResolverPool

  /// Judges both results.
  ///
  /// - Parameters:
  ///   - name: The host in lower case.
  ///   - a: The result for A.
  ///   - aaaa: The result for AAAA.
  ///   - isPublished: Whether the name's addresses must be in the published ranges.
  /// - Returns: The observation.
  func observation(
    of name: DomainName, _ a: LookupResult, _ aaaa: LookupResult, isPublished: Bool
  ) -> HostObservation {
    let (settledA, settledAAAA) = (Self.settled(a, beside: aaaa), Self.settled(aaaa, beside: a))
    let chain = a.chain.count >= aaaa.chain.count ? a.chain : aaaa.chain
    var observation = HostObservation(
      host: name.description, a: family(settledA), aaaa: family(settledAAAA),
      cname: chain.map(\.description))
    check.dropUnreachable(from: &observation.a)
    check.dropUnreachable(from: &observation.aaaa)
    check.findSynthesis(in: &observation.aaaa, beside: a.addresses)
    findPrivacy(in: &observation, settledA, settledAAAA)
    if isPublished {
      check.checkRanges(of: &observation.a, confirmed: a.confirmedAddresses)
      check.checkRanges(of: &observation.aaaa, confirmed: aaaa.confirmedAddresses)
    }
    if observation.a.answer == .unknown {
      check.withdrawSynthesis(in: &observation.aaaa, isPublished: isPublished)
    }
    return observation
  }

  /// Settles NXDOMAIN for one type only.
  private static func settled(_ result: LookupResult, beside other: LookupResult) -> LookupResult {
    guard result.deniesName else { return result }
    var settled = result
    settled.answer = NameContradiction.settle(
      result.answer, beside: other.answer, isConfirmed: result.isConfirmedElsewhere)
    switch settled.answer {
    case .unknown: settled.notes.append("NXDOMAIN, yet the other type's answer says that the name exists")
    case .no: settled.notes.append("NXDOMAIN for one type only: no such records (RFC 4074)")
    default: break
    }
    return settled
  }

  private func family(_ result: LookupResult) -> FamilyObservation {
    let isKnown = result.answer != .unknown
    return FamilyObservation(
      result.answer, addresses: isKnown ? result.addresses.sorted() : [],
      isConfirmed: result.isConfirmedElsewhere, timeToLive: isKnown ? result.timeToLive : nil,
      resolver: result.resolver.map { resolvers[$0].address.description },
      note: result.notes.isEmpty ? nil : result.notes.joined(separator: "; "))
  }

  /// A private zone answers for both families, so one private answer makes the other's private too.
  private func findPrivacy(in observation: inout HostObservation, _ a: LookupResult, _ aaaa: LookupResult) {
    func isPrivate(_ family: FamilyObservation, _ result: LookupResult) -> Bool {
      switch family.answer {
      case .yes: family.addresses.contains { PrivateView.contains($0, prefixes: check.privatePrefixes) }
      case .no, .absent: result.isPrivateZone
      default: false
      }
    }
    guard isPrivate(observation.a, a) || isPrivate(observation.aaaa, aaaa) else { return }
    for path in [\HostObservation.a, \.aaaa] {
      let answer = observation[keyPath: path].answer
      guard answer == .yes || answer == .no || answer == .absent else { continue }
      observation[keyPath: path].answer = .private
      observation[keyPath: path].addNote(
        "private view (\(answer.rawValue)): an interface endpoint or a private zone")
    }
  }
}
