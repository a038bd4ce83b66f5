// SPDX-License-Identifier: Apache-2.0

import EgressBase
import ServiceCatalog

/// Which endpoint a client calls the instance metadata service by.
package struct MetadataServiceAnswer: Sendable, Hashable {
  /// The endpoint's URL.
  package var endpoint: String
  /// How it was decided.
  package var decisions: [SettingDecision]
}

extension ClientEmulator {
  /// The endpoint of the instance metadata service: the endpoint of its own setting, then that of the mode, then IPv4.
  ///
  /// - Parameter invocation: How the client is started.
  /// - Returns: The endpoint and how it came about.
  /// - Throws: ``ClientStop`` for a mode that the client refuses, and where it is not established what the client does.
  package func metadataService(_ invocation: ClientInvocation) throws(ClientStop) -> MetadataServiceAnswer {
    var reader = try SettingReader(client, version, invocation, cache: cache)
    if let endpoint = try reader.metadataSetting(.metadataEndpoint), !endpoint.isEmpty {
      return MetadataServiceAnswer(endpoint: endpoint, decisions: reader.decisions)
    }
    var isIPv6 = false
    if let mode = try reader.metadataSetting(.metadataEndpointMode) {
      switch mode.lowercased() {
      case "ipv4": break
      case "ipv6": isIPv6 = true
      default:
        throw reader.stop(
          .settings(
            "ec2_metadata_service_endpoint_mode is \"\(mode)\", neither IPv4 nor IPv6, and \(client.name) stops"
          ))
      }
    } else if client.family == "botocore", try reader.metadataSwitch() {
      isIPv6 = true
    }
    return MetadataServiceAnswer(
      endpoint: isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254", decisions: reader.decisions)
  }
}

extension SettingReader {
  fileprivate mutating func metadataSetting(_ setting: ClientSetting) throws(ClientStop) -> String? {
    let candidates =
      [setting.variable.flatMap { variable($0) }].compactMap { $0 } + profileValues(setting.rawValue)
    guard !candidates.isEmpty else { return nil }
    return try choose(setting.rawValue, candidates, known: setting)?.value
  }

  /// botocore's older switch, which the mode overrules (`utils.resolve_imds_endpoint_mode`).
  fileprivate mutating func metadataSwitch() throws(ClientStop) -> Bool {
    let candidates = [variable("AWS_IMDS_USE_IPV6")].compactMap { $0 } + profileValues("imds_use_ipv6")
    return try choose("imds_use_ipv6", candidates)?.value.lowercased() == "true"
  }
}
