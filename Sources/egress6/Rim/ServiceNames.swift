// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog

/// Services by any of their names.
enum ServiceNames {
  /// The service with a folder name, service id or endpoint prefix.
  static func service(_ word: String, in catalog: Catalog) throws -> CatalogService {
    switch catalog.lookup(service: word) {
    case .found(let service): return service
    case .ambiguous(let services):
      throw CommandFailure(
        .usage, "'\(word)' stands for several services",
        help: "name one by its folder: " + services.map(\.folder).joined(separator: ", "))
    case .unknown(let nearest):
      throw CommandFailure(.usage, "no service is named '\(word)'", help: SelectionOptions.suggestion(nearest))
    }
  }

  /// The folders that begin like the word that is being typed; after a comma, the next word of a list.
  static func completions(last: String?) -> [String] {
    guard let catalog = try? Catalog.embedded() else { return [] }
    let typed = last ?? ""
    let head = typed.lastIndex(of: ",").map { String(typed[...$0]) } ?? ""
    return catalog.services.map { head + $0.folder }
  }
}
