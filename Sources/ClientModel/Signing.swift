// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import ServiceCatalog

/// What requests are signed for.
package struct Signing: Sendable, Hashable {
  /// The scheme, as `sigv4`.
  package var scheme: String
  /// The service name to sign for.
  package var name: String
  /// The region to sign for; several are joined by commas, `*` stands for all.
  package var region: String?

  /// Makes a scope.
  package init(scheme: String, name: String, region: String?) {
    self.scheme = scheme
    self.name = name
    self.region = region
  }

  /// Works out what an endpoint's requests are signed for: the rules' first auth scheme decides; what it leaves open
  /// comes from the older list's credential scope, then from the model and the client's region.
  init?(
    endpoint: Endpoint, model: ServiceModel?, operation: Operation?, legacy: LegacyResolver.Answer?,
    region: String?,
    hasOwnEndpoint: Bool
  ) {
    guard operation?.signing != Operation.Signing.none else { return nil }
    let first = endpoint.authSchemes.first
    let modelScheme = model?.authSchemes.first.map { String($0.split(separator: "#").last ?? "sigv4") }
    scheme = first?.name ?? modelScheme ?? (model?.signatureVersion == "bearer" ? "httpBearerAuth" : "sigv4")
    name = first?.signingName ?? legacy?.signingName ?? model?.signingName ?? model?.endpointPrefix ?? ""
    // A client with its own endpoint signs for its own region.
    let legacyRegion = hasOwnEndpoint ? region : legacy?.signingRegion ?? region
    self.region = first?.signingRegion ?? first?.signingRegionSet?.joined(separator: ",") ?? legacyRegion
  }
}
