// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Where a client took a setting from.
package enum SettingSource: Sendable, Hashable {
  /// An option of the command line, or code.
  case call
  /// An option of the client's own, by name.
  case ownOption(String)
  /// An environment variable; the location, when it stands in a file.
  case variable(String, SourceLocation?)
  /// A key of a profile, with the path of keys from the profile on.
  case file(SourceLocation, section: String, key: String)
  /// What the client does without a setting.
  case standard
}

/// How a client came to the value of one setting.
package struct SettingDecision: Sendable, Hashable {
  /// A source that was looked at and lost, or did not count.
  package struct Loser: Sendable, Hashable {
    /// The source.
    package var source: SettingSource
    /// What it said.
    package var value: String
    /// Why it does not count, such as `AWS_ENDPOINT_URL_S3 comes first`.
    package var reason: String

    /// Makes a loser.
    package init(source: SettingSource, value: String, reason: String) {
      self.source = source
      self.value = value
      self.reason = reason
    }
  }

  /// The setting's name in the shared configuration file, such as `use_dualstack_endpoint`, `endpoint_url`, `region`.
  package var setting: String
  /// The value that won; `nil` where nothing is set.
  package var value: String?
  /// Its source.
  package var source: SettingSource
  /// What lost, in the order of precedence.
  package var losers: [Loser]

  /// Makes a decision.
  package init(setting: String, value: String?, source: SettingSource, losers: [Loser] = []) {
    self.setting = setting
    self.value = value
    self.source = source
    self.losers = losers
  }
}

/// What a client would call.
package struct ClientAnswer: Sendable {
  /// The endpoint that the rules and settings give, as the AWS CLI prints it after `Endpoint provider result:`.
  package var endpoint: String
  /// The URL of the request's endpoint, with what the client puts before the host.
  package var requestURL: String
  /// The host that is looked up, with port when the URL has one.
  package var requestHost: String
  /// What requests are signed for; `nil` for unsigned operations.
  package var signing: Signing?
  /// How each setting was decided.
  package var decisions: [SettingDecision]
  /// The answer of the rules; `nil` where the client does not use them.
  package var resolved: ResolvedEndpoint?
  /// What the client calls before, to get credentials: STS for a profile with a role.
  package var credentialCalls: [ClientAnswer] = []
  /// The botocore release whose rules were run; `nil` for the newest one.
  package var rulesRelease: ReleaseVersion?

  /// Makes an answer.
  package init(
    endpoint: String, requestURL: String, requestHost: String, signing: Signing?,
    decisions: [SettingDecision], resolved: ResolvedEndpoint?
  ) {
    self.endpoint = endpoint
    self.requestURL = requestURL
    self.requestHost = requestHost
    self.signing = signing
    self.decisions = decisions
    self.resolved = resolved
  }
}

/// Why a client stops before it calls anything.
package struct ClientStop: DomainError {
  /// The kind of failure: `client.settings` where the client refuses its settings, `client.rules` where the endpoint rules
  /// do, `client.unknown` where it is not established what the client does.
  package var code: ErrorCode
  /// One sentence.
  package var description: String
  /// How each setting was decided until then.
  package var decisions: [SettingDecision]
  /// What the error is about, by name.
  package var facts: [ErrorFact: String]

  /// Makes an error.
  package init(
    code: ErrorCode, description: String, decisions: [SettingDecision] = [], facts: [ErrorFact: String] = [:]
  ) {
    self.code = code
    self.description = description
    self.decisions = decisions
    self.facts = facts
  }
}
