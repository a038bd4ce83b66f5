// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Rules about the value of one setting.
struct ValueRules {
  let linter: Linter
  let document: LintDocument
  let scope: SettingsScope
  let setting: LocatedSetting
  let key: SettingKey

  private var format: DocumentFormat { document.document.format }
  private var isService: Bool { if case .endpoint(_?) = key { true } else { false } }

  /// Checks the value.
  func check(_ report: inout LintReport) {
    guard !checkBlank(&report), !checkForm(&report) else { return }
    if key.isSwitch { checkSwitch(&report) }
    if let words = key.words { checkWord(words, &report) }
    switch key {
    case .endpoint where !isOption || format == .terraform || format == .dockerDaemon, .metadataEndpoint:
      checkURL(&report)
    default: break
    }
    if key == .metadataEndpoint || key == .credentialsURL { checkAddress(&report) }
  }

  private var isOption: Bool { if case .options = scope.kind { true } else { false } }

  private func add(
    _ rule: LintRule, _ message: String, help: String?, severity: LintSeverity? = nil, fix: LintFix? = nil,
    _ report: inout LintReport
  ) {
    report.add(
      rule, document, scope: scope.name, setting, message, help: help, severity: severity, fix: fix)
  }

  /// A fix that writes another value, in the quotes of the old one.
  private func write(_ value: String) -> LintFix? {
    guard let range = setting.valueRange else { return nil }
    let old = Array(document.text.bytes[range])
    var new = Array(value.utf8)
    let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'")]
    if format != .awsConfig, old.count >= 2, let first = old.first, quotes.contains(first), old.last == first
    {
      new = [first] + new + [first]
    } else if value.utf8.contains(where: { $0 < 0x20 }) {
      // Only quotes hold lines together.
      return nil
    }
    return LintFix(summary: "write \(value)", edits: [.init(range: range, replacement: new)])
  }

  private func checkBlank(_ report: inout LintReport) -> Bool {
    guard setting.value.isEmpty else { return false }
    let isParent = scope.settings.contains { $0.name.hasPrefix(setting.name + ".") }
    if !isParent, key != .credentialsURL {
      let effect =
        isService
        ? "most clients ignore it, and the Rust SDK stops"
        : "clients differ: some take it for unset, others for a value"
      add(.blank, "\(setting.name) has no value: \(effect)", help: "give it a value, or remove it", &report)
    }
    return true
  }

  /// Quotes and comments that become part of a value.
  private func checkForm(_ report: inout LintReport) -> Bool {
    let value = setting.value
    let isPlainFile = format == .awsConfig || format == .environmentFile && !document.isProcess
    if isPlainFile, let comment = comment(value) {
      let effect =
        format == .awsConfig
        ? "botocore and the AWS CLI take the comment as part of the value, Go and Rust do not"
        : "systemd, Docker and the ECS agent take the comment as part of the value; only Compose and dotenv libraries do not"
      add(
        .inlineComment, "\(setting.name): \(effect)", help: "put the comment on a line of its own",
        severity: format == .awsConfig ? .warning : .error, fix: write(comment), &report)
      return true
    }
    let raw = setting.valueRange.map { document.text.text($0) } ?? value
    if format == .environmentFile, isPlainFile, raw != value, Self.isQuoted(raw), !value.isEmpty {
      let fix = setting.valueRange.map {
        LintFix(summary: "remove the quotes", edits: [.init(range: $0, replacement: Array(value.utf8))])
      }
      add(
        .quoted,
        "\(setting.name): systemd removes the quotes, Docker and the ECS agent take them as part of the value",
        help: "write the value without quotes", fix: Self.isPlain(value) ? fix : nil, &report)
      return false
    }
    guard Self.isQuoted(value) else { return false }
    let bare = String(value.dropFirst().dropLast())
    add(
      .quoted, "\(setting.name): the quotes are part of the value", help: "write the value without quotes",
      severity: .error, fix: format == .awsConfig && Self.isPlain(bare) ? write(bare) : nil, &report)
    return true
  }

  /// Whether a value means the same without quotes.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && !"\\\"'`".utf8.contains($0) }
  }

  private static func isQuoted(_ text: String) -> Bool {
    guard text.utf8.count >= 2, let first = text.first, first == "\"" || first == "'" else { return false }
    return text.last == first
  }

  /// The value before a comment; `nil` where there is none.
  private func comment(_ value: String) -> String? {
    let bytes = Array(value.utf8)
    for index in bytes.indices.dropFirst() where bytes[index - 1].isBlank {
      guard bytes[index] == UInt8(ascii: "#") || bytes[index] == UInt8(ascii: ";") else { continue }
      var end = index
      while end > 0, bytes[end - 1].isBlank { end -= 1 }
      return String(decoding: bytes[..<end], as: UTF8.self)
    }
    return nil
  }

  private func checkSwitch(_ report: inout LintReport) {
    let value = setting.value
    let isPlainScalar = format == .kubernetes && setting.valueRange.map { document.text.text($0) } == value
    let trimmed = Self.trimmed(value).lowercased()
    if isPlainScalar, Self.isBooleanOfYAML(value) {
      let word = ["true", "false"].first { $0 == trimmed }
      add(
        .boolean, "\(setting.name): a boolean of YAML, which Kubernetes refuses: it wants a string",
        help: word.map { "write \"\($0)\"" } ?? "write \"true\" or \"false\"", severity: .error,
        fix: word.flatMap { write("\"\($0)\"") }, &report)
      return
    }
    if value == "true" || value == "false" { return }
    if trimmed == "true" || trimmed == "false" {
      let quoted = isPlainScalar ? "\"\(trimmed)\"" : trimmed
      add(
        .boolean,
        "\(setting.name): only \(trimmed) in lower case and without blanks means \(trimmed) to all clients",
        help: "write \(quoted)", fix: write(quoted), &report)
      return
    }
    add(
      .boolean,
      "\(setting.name): neither true nor false. botocore and the AWS CLI take it for false, Go and JavaScript v3 stop, Rust ignores it",
      help: "write true or false", &report)
  }

  /// Whether a value without quotes is a boolean for Kubernetes' reader, which follows YAML 1.1.
  private static func isBooleanOfYAML(_ value: String) -> Bool {
    let lower = value.lowercased()
    return ["true", "false", "yes", "no", "on", "off", "y", "n"].contains(lower)
      && [lower, lower.uppercased(), lower.prefix(1).uppercased() + lower.dropFirst()].contains(value)
  }

  static func trimmed(_ text: String) -> String {
    var bytes = Array(text.utf8)[...]
    while bytes.first?.isBlank == true { bytes.removeFirst() }
    while bytes.last?.isBlank == true { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func checkWord(_ words: [String], _ report: inout LintReport) {
    let value = setting.value
    guard !words.contains(where: { $0.lowercased() == value.lowercased() }) else { return }
    let nearest = words.first { $0.lowercased() == Self.trimmed(value).lowercased() }
    add(
      .unknownWord, "\(setting.name): this is not one of \(words.joined(separator: ", "))",
      help: "write one of them", fix: nearest.flatMap(write), &report)
  }

  private func checkURL(_ report: inout LintReport) {
    let value = setting.value
    guard let address = EndpointAddress(url: value, linter.names) else {
      let isHost = URLHost.isName(value) && EndpointAddress(host: value, linter.names).isAWS
      add(
        .notAURL,
        "\(setting.name): not a URL that a client can call: it needs a scheme and a host, and no blanks or quotes",
        help: isHost ? "write https://\(value)" : "write it as https://HOST",
        fix: isHost ? write("https://" + value) : nil,
        &report)
      return
    }
    guard address.isAWS, !address.path.isEmpty, address.path != "/" else { return }
    add(
      .endpointPath,
      "\(setting.name): clients put the path before the path of each request, which AWS does not expect",
      help: "write the scheme and the host alone", &report)
  }

  private func checkAddress(_ report: inout LintReport) {
    let known = [
      ("169.254.169.254", "http://[fd00:ec2::254]", "the instance metadata service"),
      ("169.254.170.23", "http://[fd00:ec2::23]", "EKS Pod Identity"),
    ]
    guard let host = URLHost(setting.value)?.host,
      let (address, other, name) = known.first(where: { $0.0 == host })
    else { return }
    add(
      .addressIPv4, "\(setting.name): \(address) is the IPv4 address of \(name)",
      help: "where IPv6 is enabled for it, write \(other)"
        + (key == .metadataEndpoint
          ? ", or remove this and set AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6" : ""),
      &report)
  }
}
