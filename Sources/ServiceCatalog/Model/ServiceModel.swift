// SPDX-License-Identifier: Apache-2.0

package import EndpointRules

/// What an API version of a service says about itself in its `service-2.json`, as far as endpoints need it.
package struct ServiceModel: Sendable, Hashable {
  /// The service id, such as `CloudWatch Logs`.
  package var serviceID = ""
  /// The long name, such as `Amazon CloudWatch Logs`.
  package var fullName = ""
  /// The name in most host names, such as `logs`.
  package var endpointPrefix = ""
  /// The name to sign with, where it differs from the endpoint prefix.
  package var signingName: String?
  /// The older way of naming the signature, such as `v4`.
  package var signatureVersion = ""
  /// The auth schemes in order of preference, such as `aws.auth#sigv4`; empty where the model does not say.
  package var authSchemes: [String] = []
  /// The wire protocol, such as `rest-json`.
  package var protocolName = ""
  /// All wire protocols in order of preference.
  package var protocols: [String] = []
  /// The host for all regions, in older models of global services.
  package var globalEndpoint: String?
  /// Rule parameters that are settings of the client.
  package var clientParameters: [ClientParameter] = []
  /// The operations, sorted by name.
  package var operations: [Operation] = []
  /// The members of each operation's input, sorted, by the operation's name; an operation without members is left out.
  package var inputMembers: [String: [String]] = [:]

  /// Makes a model without content.
  package init() {}

  /// A rule parameter that is a setting of the client.
  package struct ClientParameter: Sendable, Hashable {
    /// The rule parameter's name.
    package var name: String
    /// Its type.
    package var kind: RuleSet.Parameter.Kind

    /// Makes a client parameter.
    package init(name: String, kind: RuleSet.Parameter.Kind) {
      self.name = name
      self.kind = kind
    }
  }
}

/// An operation of a service, as far as endpoints need it.
package struct Operation: Sendable, Hashable {
  /// A rule parameter with the value that the operation fixes.
  package struct StaticParameter: Sendable, Hashable {
    /// The rule parameter's name.
    package var name: String
    /// Its value.
    package var value: RuleSet.Value

    /// Makes a static parameter.
    package init(name: String, value: RuleSet.Value) {
      self.name = name
      self.value = value
    }
  }

  /// A rule parameter with the place in the operation's input that fills it.
  package struct InputParameter: Sendable, Hashable {
    /// The rule parameter's name.
    package var name: String
    /// A member of the input (`contextParam`), or a JMESPath into it (`operationContextParams`).
    package var source: String

    /// Makes an input parameter.
    package init(name: String, source: String) {
      self.name = name
      self.source = source
    }
  }

  /// Whether the endpoint of an operation has to be asked for first.
  package enum Discovery: UInt8, Sendable, Hashable {
    /// It has not.
    case none
    /// A client may ask.
    case optional
    /// A client must ask.
    case required
  }

  /// How an operation's requests are signed, if not as the service's other requests.
  package enum Signing: UInt8, Sendable, Hashable {
    /// As the service's.
    case asService
    /// Not at all.
    case none
    /// With the payload left out.
    case unsignedPayload
  }

  /// The operation's name, such as `GetLogEvents`.
  package var name: String
  /// The text before the host, such as `api.` or `{AccountId}.`.
  package var hostPrefix: String?
  /// Input members that fill labels of the host prefix.
  package var hostLabels: [String] = []
  /// Rule parameters that the operation fixes, sorted by name.
  package var staticParameters: [StaticParameter] = []
  /// Rule parameters filled by input members, sorted by name.
  package var memberParameters: [InputParameter] = []
  /// Rule parameters filled by a path into the input, sorted by name.
  package var pathParameters: [InputParameter] = []
  /// Whether the endpoint is to be discovered.
  package var discovery = Discovery.none
  /// Whether this is the operation that discovers endpoints.
  package var discoversEndpoints = false
  /// How requests are signed.
  package var signing = Signing.asService

  /// Makes an operation without anything special.
  package init(name: String) { self.name = name }
}
