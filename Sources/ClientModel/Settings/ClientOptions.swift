// SPDX-License-Identifier: Apache-2.0

/// The settings of a client that decide which endpoint it calls, apart from region, switches and endpoint URL; what is not
/// set has the client's default.
package struct ClientOptions: Sendable, Hashable {
  /// Whether endpoints with the account's id are used where a service has them (`account_id_endpoint_mode`).
  package enum AccountIDEndpointMode: String, Sendable, Hashable, CaseIterable {
    /// Where the account is known.
    case preferred
    /// Never.
    case disabled
    /// Account-based endpoints only: without an account id the client fails.
    case required
  }

  /// Where S3 requests name the bucket (`s3.addressing_style`).
  package enum AddressingStyle: String, Sendable, Hashable, CaseIterable {
    /// In the host name where the bucket's name allows it.
    case auto
    /// In the host name, with an endpoint URL as well.
    case virtual
    /// In the path.
    case path
  }

  /// The account that the credentials belong to.
  package var accountID: String?
  /// The setting `account_id_endpoint_mode`.
  package var accountIDEndpointMode: AccountIDEndpointMode?
  /// The setting `s3.addressing_style`.
  package var s3AddressingStyle: AddressingStyle?
  /// The setting `s3.use_accelerate_endpoint`.
  package var s3Accelerate: Bool?
  /// The setting `s3.use_arn_region`, which S3 Control reads as well.
  package var s3UseARNRegion: Bool?
  /// The setting `s3.s3_disable_multiregion_access_points`.
  package var s3DisableMultiRegionAccessPoints: Bool?
  /// The setting `s3.disable_s3_express_session_auth`.
  package var s3DisableExpressSessionAuth: Bool?
  /// The setting `s3.us_east_1_regional_endpoint`.
  package var s3USEast1RegionalEndpoint: ClientBehavior.RegionalEndpoints?
  /// The setting `sts_regional_endpoints`.
  package var stsRegionalEndpoints: ClientBehavior.RegionalEndpoints?
  /// The setting `disable_host_prefix_injection`.
  package var disableHostPrefixInjection: Bool?
  /// Values of client parameters by name, such as `ServiceType` of ACM.
  package var clientParameters: [String: String] = [:]

  /// Makes options without any setting.
  package init() {}

  /// A setting, without its value.
  package enum Setting: Sendable, Hashable, CaseIterable {
    /// ``ClientOptions/accountID``.
    case accountID
    /// ``ClientOptions/accountIDEndpointMode``.
    case accountIDEndpointMode
    /// ``ClientOptions/s3AddressingStyle``.
    case s3AddressingStyle
    /// ``ClientOptions/s3Accelerate``.
    case s3Accelerate
    /// ``ClientOptions/s3UseARNRegion``.
    case s3UseARNRegion
    /// ``ClientOptions/s3DisableMultiRegionAccessPoints``.
    case s3DisableMultiRegionAccessPoints
    /// ``ClientOptions/s3DisableExpressSessionAuth``.
    case s3DisableExpressSessionAuth
    /// ``ClientOptions/s3USEast1RegionalEndpoint``.
    case s3USEast1RegionalEndpoint
    /// ``ClientOptions/stsRegionalEndpoints``.
    case stsRegionalEndpoints
    /// ``ClientOptions/disableHostPrefixInjection``.
    case disableHostPrefixInjection

    /// The built-ins that the setting decides.
    var builtIns: [String] {
      switch self {
      case .accountID: ["AWS::Auth::AccountId"]
      case .accountIDEndpointMode: ["AWS::Auth::AccountIdEndpointMode"]
      case .s3AddressingStyle: ["AWS::S3::ForcePathStyle"]
      case .s3Accelerate: ["AWS::S3::Accelerate"]
      case .s3UseARNRegion: ["AWS::S3::UseArnRegion", "AWS::S3Control::UseArnRegion"]
      case .s3DisableMultiRegionAccessPoints: ["AWS::S3::DisableMultiRegionAccessPoints"]
      case .s3USEast1RegionalEndpoint: ["AWS::S3::UseGlobalEndpoint"]
      case .stsRegionalEndpoints: ["AWS::STS::UseGlobalEndpoint"]
      case .s3DisableExpressSessionAuth, .disableHostPrefixInjection: []
      }
    }
  }

  /// The settings that have a value.
  package var given: [Setting] {
    let values: [(Setting, Bool)] = [
      (.accountID, accountID != nil), (.accountIDEndpointMode, accountIDEndpointMode != nil),
      (.s3AddressingStyle, s3AddressingStyle != nil), (.s3Accelerate, s3Accelerate != nil),
      (.s3UseARNRegion, s3UseARNRegion != nil),
      (.s3DisableMultiRegionAccessPoints, s3DisableMultiRegionAccessPoints != nil),
      (.s3DisableExpressSessionAuth, s3DisableExpressSessionAuth != nil),
      (.s3USEast1RegionalEndpoint, s3USEast1RegionalEndpoint != nil),
      (.stsRegionalEndpoints, stsRegionalEndpoints != nil),
      (.disableHostPrefixInjection, disableHostPrefixInjection != nil),
    ]
    return values.filter(\.1).map(\.0)
  }
}
