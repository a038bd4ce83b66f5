// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog
import Synchronization

/// The services of `endpoints.json`, each unpacked from the catalog once.
final class EndpointsFileResolvers: Sendable {
  private let catalog: Catalog
  private let older: OlderRelease?
  private let withoutDualStack: Set<String>
  private let known = Mutex<[String: EndpointsFileResolver]>([:])

  /// Makes an empty cache.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - older: An older release whose file is to be read; `nil` for the catalog's.
  ///   - withoutDualStack: The partitions to leave out for dual-stack names.
  init(_ catalog: Catalog, older: OlderRelease?, withoutDualStack: Set<String>) {
    self.catalog = catalog
    self.older = older
    self.withoutDualStack = withoutDualStack
  }

  /// The entries of a service.
  ///
  /// - Parameter prefix: The service's endpoint prefix.
  /// - Returns: A resolver for that service.
  /// - Throws: ``QueryError/image(_:)`` when the image is damaged.
  func resolver(of prefix: String) throws(QueryError) -> EndpointsFileResolver {
    if let resolver = known.withLock({ $0[prefix] }) { return resolver }
    let resolver: EndpointsFileResolver
    do throws(ImageError) {
      resolver = EndpointsFileResolver(
        try entries(of: prefix), withoutDualStack: withoutDualStack)
    } catch {
      throw .image(error)
    }
    known.withLock { $0[prefix] = resolver }
    return resolver
  }

  private func entries(of prefix: String) throws(ImageError) -> [EndpointsFilePartition] {
    if let older { return try older.endpointsFile(service: prefix, catalog: catalog) }
    return try catalog.endpointsFile(service: prefix)
  }
}
