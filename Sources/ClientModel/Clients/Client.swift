// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// One client: what it can be told, and how it chooses an endpoint.
///
/// Another client is another entry of the data file.
package struct Client: Sendable, Hashable {
  /// What a client is.
  package enum Kind: String, Sendable, Hashable {
    /// A library that programs call AWS with.
    case sdk
    /// A program with a configuration of its own.
    case tool
  }

  /// The name on the command line, such as `cli-v2`, `boto3`, `go-v2`, `terraform`.
  package var id: String
  /// The name as its makers write it.
  package var name: String
  /// What it is.
  package var kind = Kind.sdk
  /// The SDK whose configuration it loads, such as `botocore` or `go-v2`; `own` for a tool without one.
  package var family = "own"
  /// How its releases begin in records of what clients called, such as `aws-cli 1.`.
  package var recordedAs: [String] = []
  /// What it does with its settings.
  package var traits = ClientTraits()
  /// The settings that it reads.
  package var settings: [ClientSetting: SettingSupport] = [:]
  /// Its own options that decide which endpoint it calls.
  package var options: [ClientOption] = []
  /// How code or its own configuration sets an endpoint, as text.
  package var ownForm: String?
  /// The end of its support, as text; `nil` for a supported client.
  package var status: String?
  /// What else is known, as text.
  package var notes: [String] = []
  /// The sources of the entry: keys of ``ClientList/sources``, or URLs.
  package var sources: [String] = []

  /// Makes a client of which nothing is known.
  package init(id: String, name: String) {
    self.id = id
    self.name = name
  }

  /// The client of a name.
  ///
  /// - Parameter id: Its id, in any case.
  /// - Returns: The client.
  /// - Throws: ``ClientListError/unknownClient(_:nearest:)``, ``ClientListError/damaged(_:)``.
  package static func named(_ id: String) throws(ClientListError) -> Client {
    let list = try ClientList.embedded()
    let wanted = id.lowercased()
    if let client = list.clients.first(where: { $0.id == wanted }) { return client }
    throw .unknownClient(id, nearest: NearestNames.of(wanted, among: list.clients.map(\.id)))
  }
}

/// A setting of AWS clients that decides which endpoint is called.
package enum ClientSetting: String, Sendable, Hashable, CaseIterable {
  /// The switch to dual-stack names.
  case dualStack = "use_dualstack_endpoint"
  /// The switch to FIPS names.
  case fips = "use_fips_endpoint"
  /// The endpoint of all services.
  case endpointURL = "endpoint_url"
  /// The endpoint of one service.
  case serviceEndpointURL = "services.endpoint_url"
  /// The switch that makes endpoints of variables and files not count.
  case ignoreConfiguredEndpointURLs = "ignore_configured_endpoint_urls"
  /// Whether the account's id becomes part of names.
  case accountIDEndpointMode = "account_id_endpoint_mode"
  /// The endpoint of the instance metadata service.
  case metadataEndpoint = "ec2_metadata_service_endpoint"
  /// The address family of the instance metadata service.
  case metadataEndpointMode = "ec2_metadata_service_endpoint_mode"
  /// Whether STS is called by its global name.
  case stsRegionalEndpoints = "sts_regional_endpoints"
  /// Whether S3 is called by its global name in us-east-1.
  case s3USEast1RegionalEndpoint = "s3_us_east_1_regional_endpoint"
  /// The switch to dual-stack names of S3 alone.
  case s3DualStack = "s3.use_dualstack_endpoint"

  /// The environment variable; of ``serviceEndpointURL``, the part before the service's identifier.
  package var variable: String? {
    switch self {
    case .dualStack: "AWS_USE_DUALSTACK_ENDPOINT"
    case .fips: "AWS_USE_FIPS_ENDPOINT"
    case .endpointURL: "AWS_ENDPOINT_URL"
    case .serviceEndpointURL: "AWS_ENDPOINT_URL_"
    case .ignoreConfiguredEndpointURLs: "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
    case .accountIDEndpointMode: "AWS_ACCOUNT_ID_ENDPOINT_MODE"
    case .metadataEndpoint: "AWS_EC2_METADATA_SERVICE_ENDPOINT"
    case .metadataEndpointMode: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"
    case .stsRegionalEndpoints: "AWS_STS_REGIONAL_ENDPOINTS"
    case .s3USEast1RegionalEndpoint: "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT"
    case .s3DualStack: nil
    }
  }
}

/// Through which channels a client reads a setting; `nil` where that is not established.
package struct SettingSupport: Sendable, Hashable {
  /// Whether it reads the environment variable.
  package var variable: Bool?
  /// Whether it reads the shared configuration file.
  package var file: Bool?
  /// The first release, as text.
  package var since: String?
  /// The first release, where it is a number that versions can be compared with.
  package var firstVersion: ReleaseVersion?
  /// The sources: keys of ``ClientList/sources``, or URLs.
  package var sources: [String] = []
  /// How it is known, such as `run`, `doc`, `src`, `log`.
  package var evidence: String?

  /// Makes a support of which nothing is known.
  package init() {}
}

/// An option of a client's own that decides which endpoint it calls.
package struct ClientOption: Sendable, Hashable {
  /// The name in the client's configuration; `*` at the end stands for a service.
  package var name: String
  /// The setting that it sets.
  package var sets: ClientSetting
  /// The services that it is for; empty for all.
  package var services: [String] = []
  /// Whether its value is a host name rather than a URL.
  package var isHost = false
  /// Whether `false` turns off what variables and files turn on; a client without this only adds.
  package var overridesFalse = true

  /// Makes an option.
  package init(name: String, sets: ClientSetting) {
    self.name = name
    self.sets = sets
  }
}
