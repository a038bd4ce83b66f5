// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EndpointMap
import ServiceCatalog

/// A cell of a grid that people read: the support, and signs that say what it rests on.
package struct SupportCell: Sendable, Hashable {
  /// The support.
  package var support: Support
  /// Whether the support may be more than that.
  package var isAtLeast: Bool
  /// The month of a "no IPv6" that is too old to count; `nil` for every other cell.
  package var staleDate: String?
  /// A letter for the kind of public evidence, then a sign for each reason to doubt it; empty for a cell that was scanned.
  package var signs: String

  /// The cell of a row.
  package init(_ record: SupportRecord) {
    support = record.support
    isAtLeast = record.isAtLeast
    guard let builtIn = record.builtIn, support != .unknown else {
      signs = ""
      return
    }
    staleDate = builtIn.isStale ? builtIn.cell.date.monthText : nil
    signs = builtIn.cell.evidence.sign + builtIn.cell.marks.map(\.sign).joined()
  }

  /// The cell for a program: the support, or `ipv4-stale` for what is too old to be a "no".
  package var text: String { staleDate == nil ? support.rawValue : "\(support.rawValue)-stale" }

  /// How much the cell matters; what is too old to be a "no" is beside the point.
  package var emphasis: Emphasis { staleDate == nil ? support.emphasis : .faint }
}

extension Evidence {
  /// The letter of public evidence in a grid.
  fileprivate var sign: String { String(rawValue.prefix(1)) }
}

extension BuiltInCell.Mark {
  /// The sign in a grid.
  fileprivate var sign: String {
    switch self {
    case .count: "#"
    case .unprovenName: "*"
    case .contradicted: "!"
    case .old: "<"
    }
  }

  /// What the sign means.
  fileprivate var meaning: String {
    switch self {
    case .count: "all names of the service but a few, and which ones is not known"
    case .unprovenName: "whether this region has the name is not known"
    case .contradicted: "another source says the opposite"
    case .old: "an older source than the others"
    }
  }
}

/// What people must know to read rows that rest on public evidence, a line each.
package enum EvidenceLegend {
  /// How much of a map comes from public evidence and how much of it is out of date; nothing for a map without any.
  package static func summary(_ records: [SupportRecord]) -> [String] {
    let builtIn = records.compactMap(\.builtIn)
    guard !builtIn.isEmpty else { return [] }
    var lines: [String] = []
    if builtIn.count < records.count, records.contains(where: { $0.since != nil }) {
      lines.append("\(builtIn.count) of \(records.count) cells were never scanned: those are public evidence")
    }
    let stale = builtIn.filter(\.isStale).map(\.cell.date)
    if let date = stale.max(by: { $0.last < $1.last }) {
      lines.append(
        "IPv4 of public evidence is of \(date.monthText) or older: after a year it is no longer a no; ask again"
      )
    }
    return lines
  }

  /// The meaning of the signs that a grid shows.
  package static func signs(_ records: [SupportRecord]) -> [String] {
    let cells = records.filter { $0.support != .unknown }.compactMap(\.builtIn?.cell)
    guard !cells.isEmpty else { return [] }
    let kinds = Set(cells.map(\.evidence)).sorted(by: >).map { evidence in
      let dates = Set(cells.filter { $0.evidence == evidence }.map(\.date.monthText)).sorted()
      return "\(evidence.sign) \(evidence.rawValue) \(dates.joined(separator: " or "))"
    }
    let marks = Set(cells.flatMap(\.marks))
    return [kinds.joined(separator: ", ")]
      + BuiltInCell.Mark.allCases.filter(marks.contains).map { "\($0.sign) \($0.meaning)" }
  }
}
