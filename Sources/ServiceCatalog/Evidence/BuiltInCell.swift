// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// What public evidence says of a service in a region.
package struct BuiltInCell: Sendable, Hashable {
  /// A reason to doubt a cell.
  package enum Mark: String, Sendable, Hashable, CaseIterable {
    /// A count decides: all names of the service but a few have this support, and which ones have not is not known.
    case count
    /// Whether this region has the name is not known.
    case unprovenName = "unproven-name"
    /// Another source says the opposite.
    case contradicted
    /// The observation is older than the rest of the map.
    case old
  }

  /// The support; `unknown` where nothing but a name on paper is known.
  package var support: Support
  /// How far it is proven, at most `reported`.
  package var evidence: Evidence
  /// When the source saw it.
  package var date: EvidenceDate
  /// How the value follows from the sources, as docs/evidence.md explains, such as `S3/all-but-2`.
  package var derivation: String
  /// Why the value is what it is, in one sentence.
  package var note: String
  /// What sources that contradict each other say of the service, with a judgement; `nil` where none do.
  package var conflict: String?
  /// Whether the SDK's release lists this region for the service; otherwise the service has rules and no list of regions.
  package var isListed: Bool

  /// The reasons to doubt the cell.
  package var marks: [Mark] {
    var rest = derivation[...]
    var marks: [Mark] = []
    let isContradicted = rest.hasSuffix("!S6")
    rest = rest.prefix { !"+>!".contains($0) }
    switch rest {
    case "S3/if-exists", "S3/suffix", "S3/inferred": marks.append(.unprovenName)
    case "S1", "S4": marks.append(.old)
    // "all but 0": two names have IPv6 by default, and all others by choice.
    case "S3/all-but-0": break
    case _ where rest.hasPrefix("S3/all-but-"): marks.append(.count)
    default: break
    }
    if isContradicted { marks.append(.contradicted) }
    return marks
  }

  /// Whether the cell says that there was no IPv6, so long ago that it no longer tells whether there is: after 12 months.
  ///
  /// - Parameter today: The day of the question.
  /// - Returns: Whether to ask again.
  package func isStale(on today: CalendarDay) -> Bool {
    guard support == .ipv4 else { return false }
    let last = date.last
    // 29 February has no day of the same name a year later.
    guard
      let end = CalendarDay(
        year: last.year + 1, month: last.month, day: min(last.day, last.month == 2 ? 28 : 31))
    else { return true }
    return today >= end
  }
}

/// Since when a name exists, as far as a public source tells.
package struct FirstSeen: Sendable, Hashable {
  /// How a source knows the date.
  package enum Basis: String, Sendable, Hashable, CaseIterable {
    /// The name appeared in DNS on that day, while it was watched.
    case firstSeen = "first-seen"
    /// AWS had listed the name by that day; it may be older.
    case notLaterThan = "not-later-than"
    /// AWS announced IPv6 for the service; for which names is not said.
    case announced

    /// How far the date is proven.
    package var evidence: Evidence { self == .firstSeen ? .reported : .documented }
  }

  /// What the date is about.
  package enum Subject: Sendable, Hashable {
    /// A host name.
    case host(String)
    /// A service in all regions.
    case service(ServiceID)
  }

  /// How the date is known.
  package var basis: Basis
  /// The partition.
  package var partition: PartitionID
  /// The name or the service.
  package var subject: Subject
  /// The date.
  package var date: EvidenceDate
  /// The source.
  package var source: String
}

/// A name that somebody looked for and did not find.
package struct AbsentName: Sendable, Hashable {
  /// The name.
  package var host: String
  /// When it was not there.
  package var date: EvidenceDate
  /// Where that is reported; `nil` when the address was not kept.
  package var source: String?
}
