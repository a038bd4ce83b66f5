// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// A DNS name to measure, with every endpoint that leads to it.
package struct EndpointHost: Sendable, Hashable {
  /// Where a host's name comes from, best source first.
  package enum Source: String, Sendable, Hashable, CaseIterable {
    /// An endpoint rule set.
    case rules
    /// The SDK's older `endpoints.json`.
    case legacy
    /// The project's own data file of names outside the SDK.
    case facts
  }

  /// The name in lower case, without a final dot.
  package var host: String
  /// The endpoints that lead to the name, sorted.
  package var endpoints: [EndpointKey]
  /// The best source of the name.
  package var source: Source
  /// Whether the name holds representative values (a bucket, an account).
  package var isRepresentative: Bool

  /// Makes a host.
  package init(host: String, endpoints: [EndpointKey], source: Source, isRepresentative: Bool = false) {
    self.host = host
    self.endpoints = endpoints
    self.source = source
    self.isRepresentative = isRepresentative
  }
}
