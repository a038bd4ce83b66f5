// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import ServiceCatalog

/// One client: what it can be told, and how it chooses an endpoint.
package struct Client: Sendable, Hashable {
  /// The name on the command line, such as `cli-v2`, `boto3`, `go-v2`, `terraform`.
  package var id: String
  /// The name as its makers write it.
  package var name: String

  /// Makes a client.
  package init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}

/// Answers what one client in one version would call.
package struct ClientEmulator: Sendable {
  /// The client.
  package let client: Client
  /// Its version; `nil` for the newest one.
  package let version: ReleaseVersion?

  /// Makes an emulator.
  ///
  /// - Parameters:
  ///   - client: The client.
  ///   - version: Its version; `nil` for the newest one.
  ///   - catalog: The services, and the newest rules.
  package init(_ client: Client, version: ReleaseVersion? = nil, catalog: Catalog) {
    self.client = client
    self.version = version
  }

  /// What the client would call.
  ///
  /// - Parameters:
  ///   - call: What it is asked to do.
  ///   - invocation: How it is started.
  /// - Returns: The endpoint and how it came about.
  /// - Throws: ``ClientStop`` where the client would stop.
  package func answer(_ call: ClientCall, _ invocation: ClientInvocation) throws(ClientStop) -> ClientAnswer {
    throw ClientStop(code: ErrorCode("client.unknown", .request), description: "not established")
  }
}
