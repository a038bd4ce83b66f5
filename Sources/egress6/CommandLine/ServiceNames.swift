// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog

/// Services as a shell completes them.
enum ServiceNames {
  /// The folders that a list option may go on with: what stands before the last comma is kept.
  static func completions(last: String?) -> [String] {
    guard let catalog = try? Catalog.embedded() else { return [] }
    let typed = last ?? ""
    let head = typed.lastIndex(of: ",").map { String(typed[...$0]) } ?? ""
    let all = catalog.services + ((try? catalog.servicesWithoutClient()) ?? [])
    return all.map { head + $0.folder }
  }
}
