// SPDX-License-Identifier: Apache-2.0

package import ServiceCatalog

/// What a catalog holds: its release, its hashes and its size.
package enum CatalogView {
  private static let schema = "egress6/catalog/v1"

  /// Makes the view for programs: one row.
  package static func view(_ catalog: Catalog) -> View<[Value.Field]> {
    let facts = facts(catalog)
    return View(
      schema: schema,
      columns: facts.enumerated().map { index, fact in Column(fact.name, .mixed) { $0[index].value } },
      rows: [facts])
  }

  /// Makes the view for people: a row a fact.
  package static func list(_ catalog: Catalog) -> View<Value.Field> {
    View(
      schema: schema,
      columns: [Column("what", .text) { .text($0.name) }, Column("value", .mixed) { $0.value }],
      rows: facts(catalog))
  }

  private static func facts(_ catalog: Catalog) -> [Value.Field] {
    let (counts, origin) = (catalog.counts, catalog.origin)
    return [
      .init("release", .text(origin.name)), .init("date", .text(origin.date)),
      .init("source", .text("\(origin.form)")), .init("source_sha256", .text(origin.sourceHash)),
      .init("content_sha256", .text(catalog.contentHash)), .init("partitions", .integer(counts.partitions)),
      .init("regions", .integer(counts.regions)), .init("services", .integer(counts.services)),
      .init("service_versions", .integer(counts.versions)), .init("operations", .integer(counts.operations)),
      .init("image_bytes", .integer(counts.bytes)),
    ]
  }
}
