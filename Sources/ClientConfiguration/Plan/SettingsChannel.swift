// SPDX-License-Identifier: Apache-2.0

package import ClientModel
import EgressBase

/// How settings reach a client.
package enum SettingsChannel: String, Sendable, Hashable, CaseIterable {
  /// Environment variables.
  case environment
  /// The shared configuration file.
  case sharedFile
  /// The client's own options, in its own file.
  case ownOptions
  /// The program's code.
  case code

  /// How a client is started in a region without any of these settings.
  package static func start(in region: String, profile: String? = nil) -> ClientInvocation {
    ClientInvocation(
      variables: ["AWS_REGION": region, "AWS_DEFAULT_REGION": region], profile: profile, region: region)
  }

  /// The same with the dual-stack switch.
  ///
  /// - Parameters:
  ///   - invocation: How the client is started.
  ///   - option: The client's own option for it.
  /// - Returns: How the client is started with it.
  package func switchingOn(
    _ invocation: ClientInvocation, option: String = "use_dualstack_endpoint"
  ) -> ClientInvocation {
    var invocation = invocation
    switch self {
    case .environment, .code: invocation.variables["AWS_USE_DUALSTACK_ENDPOINT"] = "true"
    case .sharedFile:
      invocation.config = file(invocation, "use_dualstack_endpoint = true\n")
    case .ownOptions: invocation.ownOptions[option] = "true"
    }
    return invocation
  }

  /// The same with an endpoint for one service.
  ///
  /// - Parameters:
  ///   - invocation: How the client is started.
  ///   - url: The endpoint.
  ///   - identifier: The service's identifier, such as `CLOUDWATCH_LOGS`.
  ///   - option: The client's own option for it, such as `endpoints.logs`; `endpoint` unless it has one a service.
  /// - Returns: How the client is started with it.
  package func setting(
    _ invocation: ClientInvocation, endpoint url: String, of identifier: String, option: String = "endpoint"
  ) -> ClientInvocation {
    var invocation = invocation
    switch self {
    case .environment: invocation.variables["AWS_ENDPOINT_URL_" + identifier] = url
    case .sharedFile:
      invocation.config = file(
        invocation,
        "services = egress6\n[services egress6]\n\(identifier.lowercased()) =\n  endpoint_url = \(url)\n")
    case .ownOptions: invocation.ownOptions[option] = url
    case .code: invocation.endpointURL = url
    }
    return invocation
  }

  private func file(_ invocation: ClientInvocation, _ lines: String) -> ConfigurationFile {
    let name = invocation.profile ?? "default"
    let header = name == "default" ? "[default]\n" : "[profile \(name)]\n"
    return ConfigurationFile(Array((header + lines).utf8), path: "config", kind: .config)
  }
}
