// SPDX-License-Identifier: Apache-2.0

import EgressBase
import ServiceCatalog
import StrictJSON

extension ClientEmulator {
  /// The calls that a client makes for its credentials, and the account that these belong to.
  struct CredentialCalls {
    var calls: [ClientAnswer] = []
    var account: String?
  }

  /// Finds out how a client gets its credentials: keys in variables, a role, keys in files.
  ///
  /// - Parameters:
  ///   - service: The service that is called with the credentials.
  ///   - reader: The client's settings.
  /// - Returns: The calls; none where it is not established in which order the client looks.
  /// - Throws: ``ClientStop``.
  func credentialCalls(
    _ service: CatalogService, _ reader: inout SettingReader
  ) throws(ClientStop) -> CredentialCalls {
    let variables = reader.invocation.variables
    let hasKeys = variables["AWS_ACCESS_KEY_ID"]?.isEmpty == false
    var result = CredentialCalls()
    let profile = reader.profile
    func text(_ name: String) -> String? { profile.property(name)?.property.value }
    let isNamed = reader.invocation.profile != nil && client.traits.namedProfileBeforeKeys == true
    if hasKeys, !isNamed {
      result.account = variables["AWS_ACCOUNT_ID"].flatMap { $0.isEmpty ? nil : $0 }
      return result
    }
    guard let role = text("role_arn"), client.traits.namedProfileBeforeKeys != nil else {
      if client.family == "botocore" {
        // The account belongs to the keys: it is read where they are.
        let keys = profile.sections.first { $0.section["aws_access_key_id"] != nil }
        result.account = keys?.section["aws_account_id"]?.value
      } else {
        result.account =
          text("aws_account_id") ?? variables["AWS_ACCOUNT_ID"].flatMap { $0.isEmpty ? nil : $0 }
      }
      return result
    }
    let operation: String
    if text("web_identity_token_file") != nil {
      operation = "AssumeRoleWithWebIdentity"
    } else if text("source_profile") != nil || text("credential_source") != nil {
      operation = "AssumeRole"
    } else {
      return result
    }
    if let source = text("source_profile"), profile.all[source] == nil {
      throw reader.stop(
        .settings(
          "the profile \"\(profile.name ?? "default")\" names the source profile \"\(source)\", which does not exist"
        ))
    }
    if text("credential_source") == "Environment", !hasKeys, text("source_profile") == nil {
      throw reader.stop(
        .settings(
          "the profile \"\(profile.name ?? "default")\" takes keys from variables, and there are none"))
    }
    if client.family == "botocore", let problem = Self.problem(withSourcesOf: profile) {
      throw reader.stop(.settings(problem))
    }
    var invocation = reader.invocation
    invocation.endpointURL = nil
    invocation.isForCredentials = true
    let parts = role.split(separator: ":", omittingEmptySubsequences: false)
    result.account = parts.count > 4 ? String(parts[4]) : nil
    guard !reader.invocation.isForCredentials else { return result }
    result.calls = [try answer(ClientCall(service: "sts", operation: operation), invocation)]
    return result
  }

  private static let otherCredentials = [
    "credential_process", "web_identity_token_file", "sso_session", "sso_start_url", "login_session",
  ]

  /// Why botocore finds no credentials at the end of a chain of source profiles (`credentials.py`, `AssumeRoleProvider`).
  ///
  /// - Parameter profile: The profile that the client works with, which has a role.
  /// - Returns: One sentence without its full stop; `nil` where there are credentials, or may be.
  private static func problem(withSourcesOf profile: ClientProfile) -> String? {
    func hasKeys(_ name: String) -> Bool {
      ["aws_access_key_id", "aws_secret_access_key"].contains { profile.value($0, of: name) != nil }
    }
    var current = profile.name ?? "default"
    var visited: Set = [current]
    while let source = profile.value("source_profile", of: current) {
      guard profile.all[source] != nil else {
        return "the profile \"\(current)\" names the source profile \"\(source)\", which does not exist"
      }
      // A profile may name itself where it has the keys, too.
      if visited.contains(source), source != current || !hasKeys(source) {
        return "the profile \"\(current)\" names the source profile \"\(source)\", which leads back to it"
      }
      visited.insert(source)
      let isRole =
        profile.value("role_arn", of: source) != nil
        && profile.value("web_identity_token_file", of: source) == nil
      guard isRole, !hasKeys(source) else {
        let hasOthers = otherCredentials.contains { profile.value($0, of: source) != nil }
        return hasKeys(source) || hasOthers ? nil : "the source profile \"\(source)\" has no credentials"
      }
      let ways = ["source_profile", "credential_source"].filter { profile.value($0, of: source) != nil }
      guard ways.count == 1 else {
        return
          "the source profile \"\(source)\" has a role with \(ways.isEmpty ? "no source" : "two sources")"
      }
      current = source
    }
    return nil
  }
}
