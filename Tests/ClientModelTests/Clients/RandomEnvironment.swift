// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressTestKit
import StrictJSON

/// Environments and shared files of all settings that decide which endpoint is called, right and wrong ones.
struct RandomEnvironment {
  /// One environment, and what is called in it.
  struct Case {
    var service: String
    var variables: [String: String]
    var config: [UInt8]?
    var credentials: [UInt8]?
    var profile: String?
    var region: String?
    var url: String?

    /// The line for the script.
    var line: JSON {
      func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
      func hex(_ bytes: [UInt8]?) -> JSON {
        guard let bytes else { return .null }
        return .string(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
      }
      return .object([
        .init("service", .string(service)),
        .init(
          "variables", .object(variables.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
        .init("config", hex(config)), .init("credentials", hex(credentials)), .init("profile", text(profile)),
        .init("region", text(region)), .init("endpoint_url", text(url)),
      ])
    }

    /// The environment for the emulator.
    var invocation: ClientInvocation {
      ClientInvocation(
        variables: variables,
        config: config.map { ConfigurationFile($0, path: "config", kind: .config) },
        credentials: credentials.map { ConfigurationFile($0, path: "credentials", kind: .credentials) },
        profile: profile, region: region, endpointURL: url)
    }

    /// All of it, to be read.
    var description: String {
      func text(_ bytes: [UInt8]?) -> String {
        bytes.map { "\n" + String(decoding: $0, as: UTF8.self) } ?? " none"
      }
      return """
        \(service) profile \(profile ?? "-") region \(region ?? "-") url \(url ?? "-") \(variables.sorted { $0.key < $1.key })
        config:\(text(config))
        credentials:\(text(credentials))
        """
    }
  }

  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  private static let flags = ["true", "true", "true", "false", "TRUE", "True", "1", "yes", "", " true"]
  private static let regions =
    [
      "eu-west-1", "us-east-1", "eu-west-1", "us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1",
      "aws-global",
      "fips-us-west-2", "us-west-2", "ap-east-2",
    ] + ["eu-west-1", "us-east-1", "us-east-2", "eu-north-1", "", "eu_west"]
  private static let urls = [
    "https://own.example", "https://own.example", "https://own.example", "http://127.0.0.1:4566",
    "http://127.0.0.1:4566", "https://[::1]:8443/base", "https://own.example/",
    "https://ec2.eu-west-1.api.aws",
    "https://logs.eu-west-1.amazonaws.com", "https://own.example:8443", "", "own.example",
    "\"https://own.example\"", "https://own.example # note",
  ]
  private static let profiles = ["default", "a", "a", "b", "b", "default", "c", ""]
  private static let modes = [
    "legacy", "regional", "legacy", "regional", "legacy", "regional", "both", "LEGACY", "",
  ]
  private static let defaultsModes = [
    "legacy", "standard", "in-region", "auto", "Mobile", "cross-region", "standard", "fast", "",
  ]
  private static let accountModes = ["preferred", "disabled", "required", "disabled", "PREFERRED", ""]

  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }
  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &generator)]
  }

  /// The next environment for a call.
  ///
  /// - Parameters:
  ///   - service: The service, by folder.
  ///   - identifier: Its identifier in variables, such as `CLOUDWATCH_LOGS`.
  /// - Returns: The environment and the call.
  mutating func next(service: String, identifier: String) -> Case {
    var variables: [String: String] = [:]
    if chance(3) { variables["AWS_USE_DUALSTACK_ENDPOINT"] = pick(Self.flags) }
    if chance(8) { variables["AWS_USE_FIPS_ENDPOINT"] = pick(Self.flags) }
    if chance(4) { variables["AWS_ENDPOINT_URL"] = pick(Self.urls) }
    if chance(4) { variables["AWS_ENDPOINT_URL_" + identifier] = pick(Self.urls) }
    if chance(8) { variables["AWS_ENDPOINT_URL_LOGS"] = pick(Self.urls) }
    if chance(6) { variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = pick(Self.flags) }
    if !chance(3) { variables["AWS_DEFAULT_REGION"] = pick(Self.regions) }
    if chance(4) { variables["AWS_REGION"] = pick(Self.regions) }
    if chance(4) { variables["AWS_PROFILE"] = pick(Self.profiles) }
    if chance(8) { variables["AWS_DEFAULT_PROFILE"] = pick(Self.profiles) }
    if chance(8) || service == "sts" && chance(2) {
      variables["AWS_STS_REGIONAL_ENDPOINTS"] = pick(Self.modes)
    }
    if chance(10) || service == "s3" && chance(3) {
      variables["AWS_S3_US_EAST_1_REGIONAL_ENDPOINT"] = pick(Self.modes)
    }
    if chance(10) || service == "dynamodb" && chance(3) {
      variables["AWS_ACCOUNT_ID_ENDPOINT_MODE"] = pick(Self.accountModes)
    }
    if chance(10) || service == "s3" && chance(4) {
      variables["AWS_DEFAULTS_MODE"] = pick(Self.defaultsModes)
    }
    if !chance(4) {
      variables["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE"
      variables["AWS_SECRET_ACCESS_KEY"] = "example"
      if chance(3) { variables["AWS_ACCOUNT_ID"] = "111122223333" }
    }
    let fileKey = identifier.lowercased()
    return Case(
      service: service, variables: variables, config: chance(5) ? nil : config(fileKey),
      credentials: chance(8) ? nil : credentials(fileKey),
      profile: chance(6) ? pick(["a", "b", "a", "b", "default", "default", "c"]) : nil,
      region: chance(3) ? pick(Self.regions.filter { !$0.isEmpty }) : nil,
      url: chance(12) ? pick(["https://call.example", "http://127.0.0.1:9000"]) : nil)
  }

  private mutating func config(_ key: String) -> [UInt8] {
    var sections: [[String]] = []
    for header in ["[default]", "[profile a]", "[profile b]"] where !chance(15) {
      var lines = [header] + settings(key)
      if chance(3) { lines.append("services = " + (chance(15) ? "gone" : pick(["s", "s", "t"]))) }
      if chance(12) {
        lines += [
          "role_arn = arn:aws:iam::222233334444:role/r", "source_profile = " + pick(["default", "b"]),
        ]
      }
      sections.append(lines)
    }
    for name in ["s", "t"] where !chance(15) {
      var lines = ["[services \(name)]"]
      for service in Set([key, "s3", "cloudwatch_logs", "logs", "ec2"]).sorted() where !chance(3) {
        lines.append(service + " =")
        lines.append(
          "  " + (chance(8) ? "use_dualstack_endpoint = true" : "endpoint_url = " + pick(Self.urls)))
      }
      if chance(8) { lines.append("endpoint_url = https://direct.example") }
      sections.append(lines)
    }
    return file(sections)
  }

  private mutating func credentials(_ key: String) -> [UInt8] {
    var sections: [[String]] = []
    for name in ["default", "a", "b"] where !chance(8) {
      var lines = [
        "[\(name)]", "aws_access_key_id = AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key = example",
      ]
      if chance(4) { lines.append("aws_account_id = 333344445555") }
      if chance(5) { lines += settings(key) }
      sections.append(lines)
    }
    if chance(12) {
      sections.append(["[services s]", key + " =", "  endpoint_url = https://credentials.example"])
    }
    return file(sections)
  }

  private mutating func settings(_ key: String) -> [String] {
    var lines: [String] = []
    if chance(2) { lines.append("region = " + pick(Self.regions)) }
    if chance(4) { lines.append("use_dualstack_endpoint = " + pick(Self.flags)) }
    if chance(10) { lines.append("use_fips_endpoint = " + pick(Self.flags)) }
    if chance(5) { lines.append("endpoint_url = " + pick(Self.urls)) }
    if chance(10) { lines.append("ignore_configured_endpoint_urls = " + pick(Self.flags)) }
    if chance(12) { lines.append("sts_regional_endpoints = " + pick(Self.modes)) }
    if chance(12) { lines.append("account_id_endpoint_mode = " + pick(Self.accountModes)) }
    if chance(15) { lines.append("s3_us_east_1_regional_endpoint = " + pick(Self.modes)) }
    if chance(6) {
      lines.append("s3 =")
      lines.append("  use_dualstack_endpoint = " + pick(Self.flags))
      if chance(2) {
        lines.append("  addressing_style = " + pick(["path", "virtual", "auto", "path", "virtual", "none"]))
      }
      if chance(4) { lines.append("  us_east_1_regional_endpoint = " + pick(Self.modes)) }
      if chance(4) { lines.append("  use_accelerate_endpoint = " + pick(Self.flags)) }
    }
    if chance(60) { lines.append("Region = eu-north-1") }
    if chance(10) { lines.append("# endpoint_url = https://comment.example") }
    return lines
  }

  /// The bytes of sections, with the ways in which files differ that a person would not see.
  private mutating func file(_ sections: [[String]]) -> [UInt8] {
    var sections = sections
    if chance(25), let section = sections.first { sections.append(section) }
    if chance(25), !sections.isEmpty, sections[0].count > 1 { sections[0].append(sections[0][1]) }
    let ending = chance(8) ? "\r\n" : "\n"
    var text = chance(40) ? "\u{FEFF}" : ""
    for section in sections {
      for line in section { text += line + (chance(30) ? "  " : "") + ending }
      if chance(2) { text += ending }
    }
    if chance(6), text.hasSuffix(ending) { text.unicodeScalars.removeLast(ending.unicodeScalars.count) }
    return Array(text.utf8)
  }
}
