// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Rules about tools with options of their own, and about images.
enum ToolRules {
  /// Checks a scope.
  static func check(_ document: LintDocument, _ scope: SettingsScope, _ report: inout LintReport) {
    for image in scope.images where image.certainty == .literal {
      checkImage(image, document, scope, &report)
    }
    switch scope.kind {
    case .options("ecs-awslogs"): checkLogDriver(document, scope, &report)
    case .options("fluent-bit") where scope.name != "service": checkFluentBit(document, scope, &report)
    case .environment: checkProxy(document, scope, &report)
    default: break
    }
  }

  private static func checkLogDriver(
    _ document: LintDocument, _ scope: SettingsScope, _ report: inout LintReport
  ) {
    guard let endpoint = scope.settings.first(where: { $0.name == "awslogs-endpoint" }) else { return }
    report.add(
      .logDriverEndpoint, document, scope: scope.name, endpoint,
      "ECS refuses awslogs-endpoint in a task definition (aws/containers-roadmap, issue 73)",
      help: "remove it; on IPv6-only instances the ECS agent sets it itself, and FireLens takes an endpoint")
  }

  private static func checkFluentBit(
    _ document: LintDocument, _ scope: SettingsScope, _ report: inout LintReport
  ) {
    let values = scope.values
    for name in ["endpoint", "sts_endpoint"] {
      guard let setting = values[name], let url = URLHost(setting.value) else { continue }
      let isBare = url.after.isEmpty || url.after == "/"
      report.add(
        .endpointWithScheme, document, scope: scope.name, setting,
        "\(name): Fluent Bit wants a host name, and takes the URL for one",
        help: isBare ? "write \(url.host)" : "write the host alone, and its port as the option port",
        fix: isBare
          ? setting.valueRange.map {
            LintFix(
              summary: "write \(url.host)", edits: [.init(range: $0, replacement: Array(url.host.utf8))])
          } : nil)
    }
    guard let endpoint = values["endpoint"], values["sts_endpoint"] == nil,
      !scope.settings.contains(where: { $0.name == "sts_endpoint" })
    else { return }
    let hasRole = scope.settings.contains { $0.name == "role_arn" || $0.name == "aws_role_arn" }
    report.add(
      .missingTokenEndpoint, document, scope: scope.name, endpoint,
      hasRole
        ? "the role's credentials still come from STS at its default name, which has IPv4 only in most regions"
        : "with a role of a Kubernetes service account, credentials still come from STS at its default name",
      help: "set sts_endpoint, too, such as sts.REGION.api.aws", severity: hasRole ? .warning : .note)
  }

  private static func checkProxy(_ document: LintDocument, _ scope: SettingsScope, _ report: inout LintReport)
  {
    for setting in scope.settings
    where ["NO_PROXY", "no_proxy"].contains(setting.name) && !setting.isInherited {
      guard setting.certainty == .literal else { continue }
      let hosts = setting.value.split { $0 == "," || $0 == " " }
      guard hosts.contains("169.254.169.254"),
        !hosts.contains(where: { $0.contains("fd00:ec2::254") || $0.lowercased().hasPrefix("fd00:ec2::") })
      else { continue }
      report.add(
        .addressIPv4, document, scope: scope.name, setting,
        "\(setting.name) has the IPv4 address of the instance metadata service, and not its IPv6 address",
        help: "add fd00:ec2::254", severity: .note)
    }
  }

  private static func checkImage(
    _ image: LocatedSetting, _ document: LintDocument, _ scope: SettingsScope, _ report: inout LintReport
  ) {
    let host = image.value.prefix { $0 != "/" }
    if host == "public.ecr.aws" {
      report.add(
        .imageWithoutIPv6, document, scope: scope.name, image, "public.ecr.aws has IPv4 only",
        help: "pull from ecr-public.aws.com, which has IPv6")
      return
    }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard labels.count >= 6, labels[0].utf8.count == 12,
      labels[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      labels[1] == "dkr", labels[2] == "ecr", labels[4] == "amazonaws"
    else { return }
    let suffix = labels[5...] == ["com", "cn"] ? "on.amazonwebservices.com.cn" : "on.aws"
    report.add(
      .imageWithoutIPv6, document, scope: scope.name, image,
      "\(labels[1...].joined(separator: ".")) has IPv4 only",
      help: "pull from ACCOUNT.dkr-ecr.\(labels[3]).\(suffix), which needs a login of its own")
  }
}
