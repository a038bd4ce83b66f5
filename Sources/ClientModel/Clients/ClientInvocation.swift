// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import StrictJSON

/// Where a text of settings stands: a file, and a position in it.
package struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
  /// The file.
  package var path: String
  /// The position.
  package var position: TextPosition

  /// Makes a location.
  package init(path: String, position: TextPosition) {
    self.path = path
    self.position = position
  }

  /// `path:line:column`.
  package var description: String { "\(path):\(position)" }
}

/// Everything from outside that decides which endpoint a client calls: how it is started, not what it is asked.
package struct ClientInvocation: Sendable, Hashable {
  /// The environment variables.
  package var variables: [String: String]
  /// Where variables stand that come from a file.
  package var variableLocations: [String: SourceLocation]
  /// The shared configuration file, if there is one.
  package var config: ConfigurationFile?
  /// The shared credentials file, if there is one.
  package var credentials: ConfigurationFile?
  /// The profile that is named on the command line or in code.
  package var profile: String?
  /// The region that is given on the command line or in code.
  package var region: String?
  /// The endpoint URL that is given on the command line or in code.
  package var endpointURL: String?
  /// The client's own options by name, where it has any: `use_dualstack_endpoint` and `endpoints.logs` of the Terraform
  /// provider, `endpoint` of Fluent Bit, `use_dual_stack` of rclone.
  package var ownOptions: [String: String]
  /// Switches that are given in code, such as `Config(use_dualstack_endpoint=True)` of boto3: `true` or `false`.
  package var callSettings: [ClientSetting: String] = [:]
  /// Whether the call is one for credentials, for which no other credentials are fetched.
  var isForCredentials = false

  /// Makes an invocation without any setting.
  package init(
    variables: [String: String] = [:], variableLocations: [String: SourceLocation] = [:],
    config: ConfigurationFile? = nil, credentials: ConfigurationFile? = nil, profile: String? = nil,
    region: String? = nil, endpointURL: String? = nil, ownOptions: [String: String] = [:]
  ) {
    self.variables = variables
    self.variableLocations = variableLocations
    self.config = config
    self.credentials = credentials
    self.profile = profile
    self.region = region
    self.endpointURL = endpointURL
    self.ownOptions = ownOptions
  }
}

/// What a client is asked to do.
package struct ClientCall: Sendable, Hashable {
  /// The service: botocore folder, service id or endpoint prefix.
  package var service: String
  /// The operation in any spelling; `nil` for any operation without input.
  package var operation: String?
  /// The operation's input, an object.
  package var input: JSON

  /// Makes a call.
  package init(service: String, operation: String? = nil, input: JSON = .object([])) {
    self.service = service
    self.operation = operation
    self.input = input
  }
}
