// SPDX-License-Identifier: Apache-2.0

internal import EgressDNS
internal import Foundation
internal import GRDB
internal import IPAddressing

/// Writes answers into the journal, inside a transaction.
struct JournalWriter {
  let connection: StoreConnection
  let run: Int64

  /// The addresses kept per lookup: the proof needs a few, not the whole set of a content network.
  static let addressLimit = 8
  /// The bytes of a stored note.
  static let noteLimit = 300

  private static let insertText = "INSERT OR IGNORE INTO text (value) VALUES (?)"
  private static let selectText = "SELECT id FROM text WHERE value = ?"
  private static let insertHost = "INSERT OR IGNORE INTO host (name) VALUES (?)"
  private static let insertAnswer = """
    INSERT OR REPLACE INTO journal
      (run, host, family, answer, addresses, outside_ranges, confirmed, chain, resolver, note)
    SELECT :run, id, :family, :answer, :addresses, :outside, :confirmed, :chain, :resolver, :note
    FROM host WHERE name = :host
    """

  /// Writes answers; a later one for the same host replaces an earlier one.
  func write(_ answers: ArraySlice<HostObservation>) throws {
    var interned: [String: Int64] = [:]
    for answer in answers {
      let chain = try intern(answer.cname.joined(separator: " "), &interned)
      try write(answer.a, family: .ipv4, host: answer.host, chain: chain, &interned)
      try write(answer.aaaa, family: .ipv6, host: answer.host, chain: chain, &interned)
    }
  }

  private func write(
    _ observation: FamilyObservation, family: Family, host: String, chain: Int64?,
    _ interned: inout [String: Int64]
  ) throws {
    let addresses = Self.bytes(observation.addresses)
    let resolver = try intern(observation.resolver ?? "", &interned)
    let note = try intern(String((observation.note ?? "").prefix(Self.noteLimit)), &interned)
    try connection.executeCached(
      Self.insertAnswer,
      [
        "run": run, "family": family.rawValue, "answer": observation.answer.code,
        "addresses": addresses.isEmpty ? nil : Data(addresses), "outside": observation.isOutsideRanges,
        "confirmed": observation.isConfirmed, "chain": chain,
        "resolver": resolver, "note": note, "host": host,
      ])
  }

  private func intern(_ text: String, _ interned: inout [String: Int64]) throws -> Int64? {
    if text.isEmpty { return nil }
    if let id = interned[text] { return id }
    try connection.executeCached(Self.insertText, [text])
    let id = try connection.firstRow(of: Self.selectText, [text]) { try $0.key(0, "text.id") }
    interned[text] = id
    return id
  }

  /// Four or sixteen bytes an address, in network order.
  private static func bytes(_ addresses: [IPAddress]) -> [UInt8] {
    var bytes: [UInt8] = []
    for address in addresses.prefix(addressLimit) {
      switch address {
      case .ipv4(let address):
        bytes += stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: address.value >> $0) }
      case .ipv6(let address):
        for half in [address.high, address.low] {
          bytes += stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
        }
      }
    }
    return bytes
  }
}
