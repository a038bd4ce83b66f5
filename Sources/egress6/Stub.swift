import ServiceCatalog
import Terminal

struct CatalogDifference {
  var entries: [Int] = []; var records = RecordSet(schema: "", fields: [], rows: []);
  init(from: Catalog, to: Catalog) {}
}
