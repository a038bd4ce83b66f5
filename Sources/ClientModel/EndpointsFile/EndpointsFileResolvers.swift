// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog
import Synchronization

/// The services of `endpoints.json`, each unpacked from the catalog once.
final class EndpointsFileResolvers: Sendable {
  private let catalog: Catalog
  private let older: OlderRelease?
  private let withoutDualStack: Set<String>
  private let state = Mutex(State())

  private struct State {
    var resolvers: [String: EndpointsFileResolver] = [:]
    /// The resolver of all services, once it is made.
    var all: EndpointsFileResolver?
  }

  /// After so many services the whole file is read at once: each service that is read alone passes over all others.
  private static let fewServices = 8

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
    let (known, isOneOfMany) = state.withLock { state in
      (state.all ?? state.resolvers[prefix], older == nil && state.resolvers.count >= Self.fewServices)
    }
    if let known { return known }
    let resolver: EndpointsFileResolver
    do throws(ImageError) {
      resolver = EndpointsFileResolver(
        try entries(of: isOneOfMany ? nil : prefix), withoutDualStack: withoutDualStack)
    } catch {
      throw .image(error)
    }
    state.withLock { state in
      if isOneOfMany { state.all = resolver } else { state.resolvers[prefix] = resolver }
    }
    return resolver
  }

  /// The entries of a service, or with `nil` of all.
  private func entries(of prefix: String?) throws(ImageError) -> [EndpointsFilePartition] {
    if let older, let prefix { return try older.endpointsFile(service: prefix, catalog: catalog) }
    return try catalog.endpointsFile(service: prefix)
  }
}
