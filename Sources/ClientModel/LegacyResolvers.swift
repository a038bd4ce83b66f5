// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog
import Synchronization

/// The entries of endpoints.json by service, each unpacked from the catalog once.
final class LegacyResolvers: Sendable {
  private let catalog: Catalog
  private let known = Mutex<[String: LegacyResolver]>([:])

  /// Takes the catalog.
  init(_ catalog: Catalog) { self.catalog = catalog }

  /// The entries of a service.
  ///
  /// - Parameter prefix: The service's endpoint prefix.
  /// - Throws: ``QueryError/image(_:)`` when the image is damaged.
  func resolver(of prefix: String) throws(QueryError) -> LegacyResolver {
    if let resolver = known.withLock({ $0[prefix] }) { return resolver }
    let resolver: LegacyResolver
    do throws(ImageError) {
      resolver = LegacyResolver(try catalog.legacyPartitions(service: prefix))
    } catch {
      throw .image(error)
    }
    known.withLock { $0[prefix] = resolver }
    return resolver
  }
}
