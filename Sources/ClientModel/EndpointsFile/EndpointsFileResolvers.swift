// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog
import Synchronization

/// The services of `endpoints.json`, each unpacked from the catalog once.
final class EndpointsFileResolvers: Sendable {
  private let catalog: Catalog
  private let withoutDualStack: Set<String>
  private let known = Mutex<[String: EndpointsFileResolver]>([:])

  /// Makes an empty cache.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - withoutDualStack: The partitions to leave out for dual-stack names.
  init(_ catalog: Catalog, withoutDualStack: Set<String>) {
    self.catalog = catalog
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
        try catalog.endpointsFile(service: prefix), withoutDualStack: withoutDualStack)
    } catch {
      throw .image(error)
    }
    known.withLock { $0[prefix] = resolver }
    return resolver
  }
}
