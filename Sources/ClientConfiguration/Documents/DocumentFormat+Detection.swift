// SPDX-License-Identifier: Apache-2.0

import EgressBase

extension DocumentFormat {
  /// The format of a file by its name and its content.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - bytes: The file's bytes.
  /// - Returns: `nil` for a file that carries no settings of any known format.
  package static func detect(path: String, bytes: [UInt8]) -> DocumentFormat? {
    let name = FileAccess.name(of: path).lowercased()
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let ending = parts.count > 1 ? parts[parts.count - 1] : ""
    if ["dockerfile", "containerfile"].contains(parts[0]) || ending == "dockerfile" { return .dockerfile }
    switch ending {
    case "json": return json(name, bytes)
    case "yaml", "yml": return yaml(bytes)
    case "tf": return .terraform
    case "sh", "bash", "envrc", "bashrc", "bash_profile", "profile", "zshrc": return .shell
    case "conf":
      return contains(bytes, "[OUTPUT]") || contains(bytes, "[SERVICE]") ? .fluentBit : environment(bytes)
    case "env": return variables(bytes)
    default: break
    }
    if parts[0].isEmpty, parts.count > 1, parts[1] == "env" { return variables(bytes) }
    if name == "ecs.config" { return variables(bytes) }
    if name == "environment" { return environment(bytes) }
    let isShared = ["config", "credentials"].contains(name)
    if isShared, hasSection(bytes) || path.hasSuffix(".aws/" + name) { return .awsConfig }
    let isProfile = ["[default]", "[profile ", "[services "].contains {
      contains(bytes, "\n" + $0) || starts(bytes, $0)
    }
    if isProfile { return .awsConfig }
    if starts(bytes, "#!"), let end = bytes.firstIndex(of: 0x0A), isShell(bytes[..<end]) { return .shell }
    return nil
  }

  private static func isShell(_ line: ArraySlice<UInt8>) -> Bool {
    let program =
      line.split { $0 == 0x2F || $0 == 0x20 }.last.map { String(decoding: $0, as: UTF8.self) } ?? ""
    return ["sh", "bash", "dash", "zsh", "ksh"].contains(program)
  }

  private static func json(_ name: String, _ bytes: [UInt8]) -> DocumentFormat? {
    if name == "daemon.json" { return .dockerDaemon }
    if name.contains("amazon-ssm-agent") { return .ssmAgent }
    if contains(bytes, "\"containerDefinitions\"") { return .ecsTaskDefinition }
    if contains(bytes, "\"Resources\"") { return isTemplate(bytes, "\"Resources\"") ? .cloudFormation : nil }
    if contains(bytes, "\"Variables\"") { return .lambda }
    if name.contains("cloudwatch-agent") || contains(bytes, "\"use_dualstack_endpoint\"")
      || contains(bytes, "\"endpoint_override\"") || contains(bytes, "\"metrics_collected\"")
    {
      return .cloudWatchAgent
    }
    return nil
  }

  /// Whether a CloudFormation template has resources with settings.
  private static func isTemplate(_ bytes: [UInt8], _ resources: String) -> Bool {
    contains(bytes, resources)
      && ["AWS::ECS::TaskDefinition", "AWS::Lambda::Function", "AWS::Serverless::Function"].contains {
        contains(bytes, $0)
      }
  }

  private static func yaml(_ bytes: [UInt8]) -> DocumentFormat? {
    if isTemplate(bytes, "Resources:") { return .cloudFormation }
    if contains(bytes, "apiVersion:"), contains(bytes, "kind:") { return .kubernetes }
    if contains(bytes, "pipeline:"), contains(bytes, "outputs:") { return .fluentBit }
    return nil
  }

  /// A file of variables by its name, which may have none yet: of a shell where a line begins with `export`, of systemd or
  /// Docker otherwise.
  private static func variables(_ bytes: [UInt8]) -> DocumentFormat {
    starts(bytes, "export ") || contains(bytes, "\nexport ") ? .shell : .environmentFile
  }

  /// A file that is one of variables where a line is an assignment.
  private static func environment(_ bytes: [UInt8]) -> DocumentFormat? {
    bytes.contains(UInt8(ascii: "=")) ? variables(bytes) : nil
  }

  private static func hasSection(_ bytes: [UInt8]) -> Bool {
    starts(bytes, "[") || contains(bytes, "\n[") || starts(bytes, "\u{FEFF}[")
  }

  private static func starts(_ bytes: [UInt8], _ text: String) -> Bool { bytes.starts(with: text.utf8) }

  /// Whether the bytes have a text anywhere.
  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard bytes.count >= wanted.count else { return false }
    let first = wanted[0]
    var start = 0
    let last = bytes.count - wanted.count
    while start <= last {
      guard let found = bytes[start...last].firstIndex(of: first) else { return false }
      if bytes[found...].starts(with: wanted) { return true }
      start = found + 1
    }
    return false
  }
}
