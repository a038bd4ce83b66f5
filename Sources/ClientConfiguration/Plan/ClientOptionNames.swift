// SPDX-License-Identifier: Apache-2.0

package import ClientModel

/// What a client's settings can say, by the way that they reach it.
package struct ClientOptionNames: Sendable {
  /// An option that sets an endpoint.
  package struct Endpoint: Sendable, Hashable {
    /// The option's name.
    package var name: String
    /// Whether its value is a host name rather than a URL.
    package var isHost: Bool

    /// Makes an option.
    package init(name: String, isHost: Bool = false) {
      self.name = name
      self.isHost = isHost
    }
  }

  /// The option with the dual-stack switch; `nil` where there is none.
  package var switchOption: String?
  /// The option with the endpoint of a service, by the service's folder and identifier; `nil` where there is none.
  package var endpoint: @Sendable (_ service: String, _ identifier: String) -> Endpoint?

  /// Makes a value.
  package init(
    switchOption: String?,
    endpoint: @escaping @Sendable (_ service: String, _ identifier: String) -> Endpoint?
  ) {
    self.switchOption = switchOption
    self.endpoint = endpoint
  }

  /// What environment variables, the shared configuration file and code can say.
  package static let variables = ClientOptionNames(switchOption: "AWS_USE_DUALSTACK_ENDPOINT") {
    Endpoint(name: "AWS_ENDPOINT_URL_" + $1)
  }

  /// What a client's own configuration can say, or what any client is told.
  ///
  /// - Parameters:
  ///   - client: The client.
  ///   - format: The form in which its settings are written.
  package init(_ client: Client, _ format: ArtefactFormat) {
    guard format.channel == .ownOptions else {
      self = .variables
      return
    }
    let options = client.options
    self.init(switchOption: options.first { $0.sets == .dualStack }?.name) { service, identifier in
      let found = options.first { option in
        (option.sets == .serviceEndpointURL || option.sets == .endpointURL)
          && (option.services.isEmpty || option.services.contains(service))
      }
      guard let found else { return nil }
      guard found.name.hasSuffix("*") else { return Endpoint(name: found.name, isHost: found.isHost) }
      guard let key = TerraformServiceKeys.key(identifier) else { return nil }
      return Endpoint(name: found.name.dropLast() + key, isHost: found.isHost)
    }
  }
}
