// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ClientModel
import ServiceCatalog

extension ClientBehavior.RegionalEndpoints: ExpressibleByArgument {}
extension ClientOptions.AccountIDEndpointMode: ExpressibleByArgument {}
extension ClientOptions.AddressingStyle: ExpressibleByArgument {}

/// The settings of the client that decide which endpoint it calls.
struct ClientSettingOptions: ParsableArguments {
  @Option(
    name: .customLong("account-id"),
    help: ArgumentHelp("The account of the credentials, as with AWS_ACCOUNT_ID.", valueName: "123456789012"))
  var accountID: String?

  @Option(
    name: .customLong("account-id-endpoint-mode"),
    help: ArgumentHelp("As with AWS_ACCOUNT_ID_ENDPOINT_MODE.", valueName: "mode"))
  var accountIDEndpointMode: ClientOptions.AccountIDEndpointMode?

  @Option(
    name: .customLong("s3-addressing-style"),
    help: ArgumentHelp("Where S3 requests name the bucket: s3.addressing_style.", valueName: "style"))
  var s3AddressingStyle: ClientOptions.AddressingStyle?

  @Flag(name: .customLong("s3-accelerate"), help: "Use S3's accelerated names: s3.use_accelerate_endpoint.")
  var s3Accelerate = false

  @Flag(
    name: .customLong("s3-use-arn-region"), inversion: .prefixedNo,
    help: "Go to the region of an ARN rather than to the client's, as with AWS_S3_USE_ARN_REGION.")
  var s3UseARNRegion: Bool?

  @Flag(
    name: .customLong("s3-disable-multiregion-access-points"),
    help: "As with AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS=true.")
  var s3DisableMultiRegionAccessPoints = false

  @Flag(
    name: .customLong("s3-disable-express-session-auth"),
    help: "As with AWS_S3_DISABLE_EXPRESS_SESSION_AUTH=true.")
  var s3DisableExpressSessionAuth = false

  @Option(
    name: .customLong("s3-us-east-1-regional-endpoint"),
    help: ArgumentHelp("As with AWS_S3_US_EAST_1_REGIONAL_ENDPOINT.", valueName: "mode"))
  var s3USEast1RegionalEndpoint: ClientBehavior.RegionalEndpoints?

  @Option(
    name: .customLong("sts-regional-endpoints"),
    help: ArgumentHelp("As with AWS_STS_REGIONAL_ENDPOINTS.", valueName: "mode"))
  var stsRegionalEndpoints: ClientBehavior.RegionalEndpoints?

  @Flag(
    name: .customLong("disable-host-prefix-injection"),
    help: "As with AWS_DISABLE_HOST_PREFIX_INJECTION=true.")
  var disableHostPrefixInjection = false

  @Option(
    name: .customLong("client-param"), parsing: .singleValue,
    help: ArgumentHelp(
      "A parameter of the service's client, such as ServiceType of acm; may be given several times.",
      valueName: "name=value"))
  var clientParameters: [String] = []

  func validate() throws {
    if let accountID, accountID.utf8.count != 12 || !accountID.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    {
      throw ValidationError("'\(accountID)' is not an account id: give its 12 digits")
    }
    _ = try parameters()
  }

  /// The settings.
  func options() throws -> ClientOptions {
    var options = ClientOptions()
    options.accountID = accountID
    options.accountIDEndpointMode = accountIDEndpointMode
    options.s3AddressingStyle = s3AddressingStyle
    options.s3Accelerate = s3Accelerate ? true : nil
    options.s3UseARNRegion = s3UseARNRegion
    options.s3DisableMultiRegionAccessPoints = s3DisableMultiRegionAccessPoints ? true : nil
    options.s3DisableExpressSessionAuth = s3DisableExpressSessionAuth ? true : nil
    options.s3USEast1RegionalEndpoint = s3USEast1RegionalEndpoint
    options.stsRegionalEndpoints = stsRegionalEndpoints
    options.disableHostPrefixInjection = disableHostPrefixInjection ? true : nil
    options.clientParameters = try parameters()
    return options
  }

  /// Whether any setting was given.
  var areGiven: Bool { (try? options()) != ClientOptions() }

  private func parameters() throws -> [String: String] {
    var parameters: [String: String] = [:]
    for argument in clientParameters {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ValidationError("'\(argument)' is not a client parameter: write NAME=VALUE")
      }
      guard parameters.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
        throw ValidationError("client parameter \(parts[0]) is given twice: give it once")
      }
    }
    return parameters
  }
}

extension ClientOptions.Setting {
  /// The option that gives the setting.
  var optionName: String {
    switch self {
    case .accountID: "--account-id"
    case .accountIDEndpointMode: "--account-id-endpoint-mode"
    case .s3AddressingStyle: "--s3-addressing-style"
    case .s3Accelerate: "--s3-accelerate"
    case .s3UseARNRegion: "--s3-use-arn-region"
    case .s3DisableMultiRegionAccessPoints: "--s3-disable-multiregion-access-points"
    case .s3DisableExpressSessionAuth: "--s3-disable-express-session-auth"
    case .s3USEast1RegionalEndpoint: "--s3-us-east-1-regional-endpoint"
    case .stsRegionalEndpoints: "--sts-regional-endpoints"
    case .disableHostPrefixInjection: "--disable-host-prefix-injection"
    }
  }
}
