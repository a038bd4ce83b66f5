// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog
import Synchronization

/// The resolvers of one emulator, each made once.
final class ClientResolvers: Sendable {
  private struct Key: Hashable {
    var behavior: ClientBehavior
    var rulesRelease: ReleaseVersion?
  }

  private let catalog: Catalog
  private let known = Mutex<[Key: ClientResolver]>([:])

  init(_ catalog: Catalog) { self.catalog = catalog }

  /// The resolver of a behavior and a release of the rules.
  func resolver(_ behavior: ClientBehavior, _ rulesRelease: ReleaseVersion?) -> ClientResolver {
    known.withLock { known in
      let key = Key(behavior: behavior, rulesRelease: rulesRelease)
      if let resolver = known[key] { return resolver }
      let resolver = ClientResolver(catalog, behavior: behavior, rulesRelease: rulesRelease)
      known[key] = resolver
      return resolver
    }
  }
}
