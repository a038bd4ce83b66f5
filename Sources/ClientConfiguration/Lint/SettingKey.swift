// SPDX-License-Identifier: Apache-2.0

/// What a setting is about, whatever a format calls it.
enum SettingKey: Sendable, Hashable {
  /// The switch to dual-stack names.
  case dualStack
  /// The switch to FIPS names.
  case fips
  /// The endpoint of a service by its identifier in upper case; `nil` for all services.
  case endpoint(String?)
  /// The switch that makes endpoints not count.
  case ignoreEndpoints
  /// The address family of the instance metadata service.
  case metadataMode
  /// The address of the instance metadata service.
  case metadataEndpoint
  /// Whether STS is called by its global name.
  case stsEndpoints
  /// Whether S3 is called by its global name.
  case s3Endpoints
  /// Whether an account's id is part of names.
  case accountMode
  /// Where credentials come from.
  case credentialsURL
  /// The region.
  case region
  /// A switch without meaning for endpoints.
  case otherSwitch
  /// The switch to dual-stack names of S3 alone.
  case s3DualStack

  /// The key of an environment variable.
  init?(variable name: String) {
    if let key = Self.variables[name] {
      self = key
    } else if name.hasPrefix(Self.endpointPrefix), name.utf8.count > Self.endpointPrefix.utf8.count {
      self = .endpoint(String(name.dropFirst(Self.endpointPrefix.count)))
    } else {
      return nil
    }
  }

  /// The part of a variable's name before the identifier of a service.
  static let endpointPrefix = "AWS_ENDPOINT_URL_"

  /// The variables of single settings.
  static let variables: [String: SettingKey] = [
    "AWS_USE_DUALSTACK_ENDPOINT": .dualStack, "AWS_USE_FIPS_ENDPOINT": .fips,
    "AWS_ENDPOINT_URL": .endpoint(nil),
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": .ignoreEndpoints,
    "AWS_EC2_METADATA_SERVICE_ENDPOINT": .metadataEndpoint,
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": .metadataMode, "AWS_STS_REGIONAL_ENDPOINTS": .stsEndpoints,
    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": .s3Endpoints, "AWS_ACCOUNT_ID_ENDPOINT_MODE": .accountMode,
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": .credentialsURL, "AWS_REGION": .region,
    "AWS_DEFAULT_REGION": .region,
    "AWS_S3_USE_ARN_REGION": .otherSwitch, "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS": .otherSwitch,
    "AWS_EC2_METADATA_DISABLED": .otherSwitch, "AWS_EC2_METADATA_V1_DISABLED": .otherSwitch,
    "AWS_IMDS_USE_IPV6": .otherSwitch,
  ]

  /// The keys of a profile.
  static let profileKeys: [String: SettingKey] = [
    "use_dualstack_endpoint": .dualStack, "use_fips_endpoint": .fips, "endpoint_url": .endpoint(nil),
    "ignore_configured_endpoint_urls": .ignoreEndpoints, "ec2_metadata_service_endpoint": .metadataEndpoint,
    "ec2_metadata_service_endpoint_mode": .metadataMode, "sts_regional_endpoints": .stsEndpoints,
    "account_id_endpoint_mode": .accountMode, "region": .region, "s3.use_dualstack_endpoint": .s3DualStack,
    "s3.us_east_1_regional_endpoint": .s3Endpoints, "s3.use_arn_region": .otherSwitch,
    "s3_use_arn_region": .otherSwitch, "s3_disable_multiregion_access_points": .otherSwitch,
    "ec2_metadata_v1_disabled": .otherSwitch, "imds_use_ipv6": .otherSwitch,
  ]

  /// The key of an option of a client's own; `nil` where it decides nothing here.
  init?(option name: String, of client: String) {
    let known: [String: SettingKey]
    switch client {
    case "terraform":
      if name.hasPrefix("endpoints.") {
        self = .endpoint(String(name.dropFirst("endpoints.".count)))
        return
      }
      known = Self.profileKeys.filter { $0.key != "endpoint_url" }
    case "cloudwatch-agent":
      known = [
        "agent.use_dualstack_endpoint": .dualStack, "agent.region": .region,
        "metrics.endpoint_override": .endpoint("CLOUDWATCH"),
        "logs.endpoint_override": .endpoint("CLOUDWATCH_LOGS"),
        "traces.endpoint_override": .endpoint("XRAY"),
      ]
    case "ssm-agent": known = ["Agent.UseDualStackEndpoint": .dualStack, "Agent.Region": .region]
    case "docker-awslogs":
      known = ["log-opts.awslogs-endpoint": .endpoint("CLOUDWATCH_LOGS"), "log-opts.awslogs-region": .region]
    case "ecs-awslogs": known = ["awslogs-region": .region]
    case "fluent-bit": known = ["region": .region]
    default: known = [:]
    }
    guard let key = known[name] else { return nil }
    self = key
  }

  /// Whether the value is `true` or `false`.
  var isSwitch: Bool {
    switch self {
    case .dualStack, .fips, .ignoreEndpoints, .otherSwitch, .s3DualStack: true
    default: false
    }
  }

  /// Whether the value is an endpoint of a service.
  var isEndpoint: Bool { if case .endpoint = self { true } else { false } }

  /// The words that a setting knows, in lower case; `nil` where it takes any.
  var words: [String]? {
    switch self {
    case .metadataMode: ["IPv4", "IPv6"]
    case .stsEndpoints, .s3Endpoints: ["legacy", "regional"]
    case .accountMode: ["preferred", "disabled", "required"]
    default: nil
    }
  }
}
