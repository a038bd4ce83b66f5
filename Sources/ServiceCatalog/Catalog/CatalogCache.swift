// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What was read of an image and is asked for again: a plan for a region asks for each service several times.
final class CatalogCache: Sendable {
  private let services = Mutex<[String: CatalogService]>([:])

  /// The service of a folder, read once.
  func service(_ folder: String, _ read: () -> CatalogService?) -> CatalogService? {
    if let known = services.withLock({ $0[folder] }) { return known }
    guard let service = read() else { return nil }
    services.withLock { $0[folder] = service }
    return service
  }
}

extension Catalog {
  /// How the endpoints of a service's operations are discovered.
  package struct Discovery: Sendable, Hashable {
    /// The operation that tells endpoints.
    package var operation: String
    /// What the operation needs that needs it most.
    package var need: Operation.Discovery
  }

  /// How the endpoints of an API version's operations are discovered; `nil` where no operation tells endpoints.
  package func discovery(of version: CatalogVersion) -> Discovery? {
    let all = operations(of: version)
    guard let name = all.first(where: \.discoversEndpoints)?.name,
      let need = all.map(\.discovery).max(by: { $0.rawValue < $1.rawValue })
    else { return nil }
    return Discovery(operation: name, need: need)
  }
}
