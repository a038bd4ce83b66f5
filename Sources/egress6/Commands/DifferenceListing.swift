// SPDX-License-Identifier: Apache-2.0

import EgressBase
import ServiceCatalog
import StrictJSON
import Terminal

/// The differences of two releases as records.
struct DifferenceListing {
  var records: RecordSet

  init(_ difference: CatalogDifference) {
    let text = { (value: String?) in value.map(JSON.string) ?? .null }
    records = RecordSet(
      schema: "egress6/catalog-diff/v1",
      fields: ["change", "subject", "service", "partition", "region", "variant", "name", "before", "after"],
      rows: difference.entries.map { entry in
        [
          .string(entry.isAdded ? "added" : entry.isRemoved ? "removed" : "changed"),
          .string(entry.subject.rawValue),
          text(entry.service), text(entry.partition), text(entry.region), text(entry.variant?.rawValue),
          text(entry.name), .array(entry.before.map(JSON.string)), .array(entry.after.map(JSON.string)),
        ]
      }
    ) { field, value in
      guard field == "change" else { return nil }
      return value == "added" ? .good : value == "removed" ? .bad : .caution
    }
  }
}
