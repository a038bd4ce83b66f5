// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import ServiceCatalog

/// What requests are signed for.
package struct Signing: Sendable, Hashable {
  /// The scheme, such as `sigv4`.
  package var scheme: String
  /// The service name to sign for.
  package var name: String
  /// The region to sign for; several regions are joined by commas, `*` means all regions.
  package var region: String?

  /// Makes a scope.
  package init(scheme: String, name: String, region: String?) {
    self.scheme = scheme
    self.name = name
    self.region = region
  }

  /// Works out what an endpoint's requests are signed for.
  ///
  /// The first auth scheme of the rules decides. What it leaves open comes from the credential scope in
  /// `endpoints.json`, then from the model and the client's region. An operation whose requests are not signed has no
  /// scope.
  ///
  /// - Parameters:
  ///   - endpoint: What the rules gave.
  ///   - model: The service's model.
  ///   - operation: The operation, if one was named.
  ///   - listed: What `endpoints.json` says.
  ///   - region: The client's region.
  ///   - usesClientRegion: Whether the client's region comes before that of `endpoints.json`.
  init?(
    endpoint: Endpoint, model: ServiceModel?, operation: Operation?, listed: EndpointsFileAnswer?,
    region: String?, usesClientRegion: Bool
  ) {
    guard operation?.signing != Operation.Signing.none else { return nil }
    let first = endpoint.authSchemes.first
    let modelScheme = model?.authSchemes.first.map { String($0.split(separator: "#").last ?? "sigv4") }
    scheme = first?.name ?? modelScheme ?? (model?.signatureVersion == "bearer" ? "httpBearerAuth" : "sigv4")
    name = first?.signingName ?? listed?.signingName ?? model?.signingName ?? model?.endpointPrefix ?? ""
    let fallback = usesClientRegion ? region : listed?.signingRegion ?? region
    self.region = first?.signingRegion ?? first?.signingRegionSet?.joined(separator: ",") ?? fallback
  }
}
