// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import ServiceCatalog

/// The identifiers of services in variables and services sections: the service id in upper case, spaces as underscores.
package struct ServiceIdentifiers: Sendable {
  private let folders: [String: String]
  private let aliases: [String: Set<String>]

  /// Collects the identifiers of a catalog.
  package init(_ catalog: Catalog) {
    var folders: [String: String] = [:]
    var aliases: [String: Set<String>] = [:]
    for service in catalog.services where service.hasClient {
      let identifier = Self.identifier(service.serviceID)
      folders[identifier] = service.folder
      for name in [service.folder, service.endpointPrefix, service.signingName, service.serviceID] {
        aliases[ServiceName.key(name), default: []].insert(identifier)
      }
    }
    self.folders = folders
    self.aliases = aliases
  }

  /// The identifier of a service id.
  package static func identifier(_ serviceID: String) -> String {
    String(decoding: serviceID.utf8.map { $0 == 0x20 ? UInt8(ascii: "_") : $0 }, as: UTF8.self).uppercased()
  }

  /// The botocore folder of the service that an identifier stands for.
  package func folder(_ identifier: String) -> String? { folders[identifier] }

  /// The botocore folder of a service by an identifier or any other name that leads to one service.
  func folder(named name: String) -> String? {
    if let folder = folders[name.uppercased()] { return folder }
    guard let found = aliases[ServiceName.key(name)], found.count == 1, let identifier = found.first else {
      return nil
    }
    return folders[identifier]
  }

  /// The identifiers that a wrong one may have meant, and whether the first is certainly meant: another name of one service.
  package func nearest(_ identifier: String) -> (identifiers: [String], isCertain: Bool) {
    if let found = aliases[ServiceName.key(identifier)] { return (found.sorted(), found.count == 1) }
    return (NearestNames.of(identifier, among: folders.keys), false)
  }
}
