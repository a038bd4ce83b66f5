// SPDX-License-Identifier: Apache-2.0

/// What a client does with its settings; `nil` where that is not established.
package struct ClientTraits: Sendable, Hashable {
  /// Where the names come from that a client calls.
  package enum Engine: String, Sendable, Hashable {
    /// The endpoint rules, bound and signed as botocore does.
    case botocore
    /// The endpoint rules, with nothing but the client's settings.
    case rules
    /// `endpoints.json`, and the rules for S3.
    case endpointsFile = "endpoints-file"
    /// One pattern for all services.
    case pattern
  }

  /// What a blank environment variable is.
  package enum BlankRule: String, Sendable, Hashable {
    /// A value like others.
    case value
    /// Not set.
    case unset
    /// An error.
    case stop
  }

  /// How a true value is written.
  package enum TrueRule: String, Sendable, Hashable {
    /// `true` in any case.
    case anyCase = "any-case"
    /// `true` in lower case.
    case exact
  }

  /// What becomes of a switch whose value is neither true nor false.
  package enum OtherRule: String, Sendable, Hashable {
    /// It is off.
    case off = "false"
    /// It has its default; no other source is asked.
    case unset
    /// The client stops.
    case stop
  }

  /// What becomes of a name that leads nowhere.
  package enum MissingRule: String, Sendable, Hashable {
    /// Nothing.
    case ignored
    /// The client stops.
    case stop
  }

  /// What an endpoint URL and a switch do together.
  package enum ConflictRule: String, Sendable, Hashable {
    /// The endpoint URL is called.
    case endpoint
    /// Both are handed to the rules, most of which then give an error.
    case rules
  }

  /// How a client looks for the endpoint URL of a service.
  package enum EndpointOrder: String, Sendable, Hashable {
    /// As the SDK reference says: service variable, general variable, services section, profile.
    case documented
    /// The same, except that a variable which exists and is blank leads Go v2 elsewhere.
    case goV2 = "go-v2"
  }

  /// What becomes of an endpoint URL without scheme.
  package enum SchemeRule: String, Sendable, Hashable {
    /// The client stops.
    case stop
    /// The text becomes a path without host.
    case relative
  }

  /// Where names come from.
  package var engine: Engine?
  /// With ``Engine/pattern``: the host, with `{prefix}`, `{region}`.
  package var hostPattern: String?
  /// Whose rules files are read by.
  package var dialect: FileDialect?
  /// Whether ` #` after a value begins a comment where the dialect says so.
  package var hasInlineComments: Bool?
  /// Whether settings of a profile in the credentials file count, before those of the configuration file.
  package var readsCredentialsSettings: Bool?
  /// The variables with the region, first one first.
  package var regionVariables: [String]?
  /// Whether the region of a profile counts.
  package var readsProfileRegion: Bool?
  /// The region of a client that is told none.
  package var defaultRegion: String?
  /// The variables with the profile, first one first.
  package var profileVariables: [String]?
  /// What becomes of a profile that does not exist.
  package var missingProfile: MissingRule?
  /// What becomes of a services section that does not exist.
  package var missingServices: MissingRule?
  /// What a blank variable is.
  package var blankVariable: BlankRule?
  /// What a blank variable with an endpoint URL is; `nil` for what ``blankVariable`` says.
  package var blankEndpointVariable: BlankRule?
  /// How a true value is written.
  package var trueValues: TrueRule?
  /// What becomes of other values of variables.
  package var otherInVariable: OtherRule?
  /// What becomes of other values in files.
  package var otherInFile: OtherRule?
  /// How endpoint URLs are looked for.
  package var endpointOrder: EndpointOrder?
  /// The release from which on the switch that ignores configured endpoints covers those of one service; `nil` for all.
  package var ignoreCoversServicesSince: ReleaseVersion?
  /// What becomes of an endpoint URL without scheme.
  package var urlWithoutScheme: SchemeRule?
  /// The dual-stack switch together with an endpoint URL.
  package var dualStackWithEndpoint: ConflictRule?
  /// The FIPS switch together with an endpoint URL.
  package var fipsWithEndpoint: ConflictRule?
  /// How STS is called without a setting.
  package var stsDefault: ClientBehavior.RegionalEndpoints?
  /// How S3 is called in us-east-1 without a setting.
  package var s3Default: ClientBehavior.RegionalEndpoints?
  /// Whether the nested settings below `s3` count.
  package var readsS3Section: Bool?
  /// Whether a profile that is named by a call comes before keys in variables, and any other one after them.
  package var namedProfileBeforeKeys: Bool?
  /// Whether it signs for several regions (SigV4A) as it is usually installed.
  package var signsForSeveralRegions: Bool?
  /// The switches that the client turns off whatever is set.
  package var turnedOff: [ClientSetting] = []
  /// The services that the client calls; empty for any.
  package var services: [String] = []
  /// The region in which the client calls a service, whatever is set, by folder.
  package var serviceRegions: [String: String] = [:]
  /// The older names that the client calls unless it is told another endpoint.
  package var olderNames: [OlderName] = []

  /// Makes traits of which none is established.
  package init() {}

  /// A name that a client keeps calling (awscli v1: `customizations/overridesslcommonname.py`).
  package struct OlderName: Sendable, Hashable {
    /// The services, by folder.
    package var services: [String]
    /// The host, with `{region}`.
    package var host: String
    /// The regions in which it is called.
    package var regions: [String]
    /// The region that the client then works with, where it changes that.
    package var region: String?
  }
}
