// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import ServiceCatalog

/// What differs between two SDK releases, one row a change.
package enum CatalogDifferenceView {
  /// Makes the view.
  package static func view(_ difference: CatalogDifference) -> View<CatalogDifference.Entry> {
    View(schema: "egress6/catalog-diff/v1", columns: columns, rows: difference.entries)
  }

  private static let columns: [Column<CatalogDifference.Entry>] = [
    Column(
      "change", .text, value: { .text($0.isAdded ? "added" : $0.isRemoved ? "removed" : "changed") },
      emphasis: { $0.isAdded ? .good : $0.isRemoved ? .bad : .caution }),
    Column("subject", .text) { .text($0.subject.rawValue) },
    Column("service", .text) { .text($0.service) },
    Column("partition", .text) { .text($0.partition) },
    Column("region", .text) { .text($0.region) },
    Column("variant", .text) { .text($0.variant?.rawValue) },
    Column("name", .text) { .text($0.name) },
    Column("before", .list) { .texts($0.before) },
    Column("after", .list) { .texts($0.after) },
  ]
}
