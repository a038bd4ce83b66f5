// SPDX-License-Identifier: Apache-2.0

package import EndpointRules
package import StrictJSON

/// What a client is asked to call, and how it is set up.
package struct EndpointQuery: Sendable, Hashable {
  /// A service: botocore folder, service id or endpoint prefix.
  package var service: String
  /// The API version; `nil` for the newest one.
  package var apiVersion: String?
  /// The region or pseudo region; `nil` for a client without a region.
  package var region: String?
  /// Whether the client is set to dual-stack names.
  package var useDualStack: Bool
  /// Whether the client is set to FIPS names.
  package var useFIPS: Bool
  /// The client's own endpoint URL.
  package var endpointURL: String?
  /// The client's other settings.
  package var options: ClientOptions
  /// The operation to be called, in any spelling: `GetObject`, `get_object`, `get-object`.
  package var operation: String?
  /// The operation's input, an object.
  package var input: JSON
  /// Built-in values by name, such as `AWS::S3::UseGlobalEndpoint`, and client parameters by name, such as `ForcePathStyle`;
  /// they replace what the client would use with its settings.
  package var settings: [String: RuleSet.Value]

  /// Makes a query.
  package init(
    service: String, apiVersion: String? = nil, region: String? = nil, useDualStack: Bool = false,
    useFIPS: Bool = false, endpointURL: String? = nil,
    options: ClientOptions = ClientOptions(), operation: String? = nil,
    input: JSON = .object([]),
    settings: [String: RuleSet.Value] = [:]
  ) {
    self.service = service
    self.apiVersion = apiVersion
    self.region = region
    self.useDualStack = useDualStack
    self.useFIPS = useFIPS
    self.endpointURL = endpointURL
    self.options = options
    self.operation = operation
    self.input = input
    self.settings = settings
  }
}
