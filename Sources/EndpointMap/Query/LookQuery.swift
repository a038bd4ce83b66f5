// SPDX-License-Identifier: Apache-2.0

package import EgressBase
internal import GRDB

extension MapReader {
  private static let selectLook = """
    SELECT 1 FROM history JOIN host ON host.id = history.host
    WHERE host.name = :host AND history.since_run <= :run LIMIT 1
    """

  /// The cells that a scan left unknown because it never asked for their deciding names.
  ///
  /// A scan of some services or regions also asks for names that others share, which leaves rows of cells that it was not
  /// about.
  ///
  /// - Parameter records: Rows of this reader.
  /// - Returns: The places of those that are unknown and have a deciding name that was never asked for.
  /// - Throws: `StoreError`.
  package func unaskedPlaces(_ records: [SupportRecord]) throws(StoreError) -> Set<ServiceRegion> {
    do {
      var places: Set<ServiceRegion> = []
      for record in records where record.support == .unknown {
        let names = [record.hosts.standard, record.hosts.dualstack].compactMap(\.self)
        if try !names.allSatisfy(wasAsked) { places.insert(record.place) }
      }
      return places
    } catch {
      throw StoreError.from(error, path: connection.path)
    }
  }

  private func wasAsked(_ host: String) throws -> Bool {
    try connection.firstRow(of: Self.selectLook, ["host": host, "run": snapshot.run]) { _ in true } ?? false
  }
}
