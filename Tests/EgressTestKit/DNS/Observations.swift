// SPDX-License-Identifier: Apache-2.0

import Foundation
package import IPAddressing

/// Observations of AWS endpoint names from 2023-08-27; Tests/Fixtures/README.md names their source and licence.
package struct Observations: Sendable {
  /// How many rows the fixture has; some hosts have two.
  package let rowCount: Int
  /// The address families of each host.
  package let families: [String: Set<AddressFamily>]

  /// Reads the fixture.
  ///
  /// - Throws: What Foundation throws when the file cannot be read, or `ServerError` when a line does not have three fields.
  package init() throws {
    let file = TestEnvironment.root.appendingPathComponent("Tests/Fixtures/observed-2023-08-27.tsv")
    var families: [String: Set<AddressFamily>] = [:]
    var rows = 0
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 3 else {
        throw ServerError(description: "\(file.path): not three fields: \(line)")
      }
      let found = fields[1].split(separator: ",").compactMap { AddressFamily(rawValue: String($0)) }
      rows += 1
      families[String(fields[0]), default: []].formUnion(found)
    }
    self.families = families
    rowCount = rows
  }

  /// A zone with an address for each observed family.
  package var zone: Zone {
    var zone = Zone()
    for (host, found) in families.sorted(by: { $0.key < $1.key }) { zone.add(host, found) }
    return zone
  }
}
