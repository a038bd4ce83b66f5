// SPDX-License-Identifier: Apache-2.0

import ClientModel
import StrictJSON

/// Writes a plan as the options of AWS's agents and of Docker.
enum AgentWriter {
  /// The sections of the CloudWatch agent that name an endpoint, by service.
  static let cloudWatchSections = ["cloudwatch": "metrics", "logs": "logs", "xray": "traces"]
  /// The sections of the SSM agent that name an endpoint, by service.
  static let ssmSections = ["kms": "Kms", "s3": "S3", "ssm": "Ssm"]

  static func cloudWatchAgent(_ plan: ConfigurationPlan) -> String {
    if plan.usesDualStackSwitch { return text(["agent": ["use_dualstack_endpoint": true]]) }
    return text(sections(plan, cloudWatchSections, key: "endpoint_override"))
  }

  static func ssmAgent(_ plan: ConfigurationPlan) -> String {
    if plan.usesDualStackSwitch { return text(["Agent": ["UseDualStackEndpoint": true]]) }
    return text(sections(plan, ssmSections, key: "Endpoint"))
  }

  /// The agent has no endpoints: on an instance that has IPv6 only, this makes it use dual-stack names.
  static func ecsAgent(_ plan: ConfigurationPlan) -> String {
    plan.usesDualStackSwitch ? "ECS_INSTANCE_IP_COMPATIBILITY=ipv6\n" : ""
  }

  static func dockerDaemon(_ plan: ConfigurationPlan) -> String {
    var options: [JSON.Member] = []
    if let url = plan.endpoints.first(where: { $0.service.service == "logs" })?.url {
      options = [
        .init("awslogs-region", .string(plan.region)), .init("awslogs-endpoint", .string(url)),
      ]
    }
    return text(["log-driver": "awslogs", "log-opts": .object(options)])
  }

  /// A section for each service, with its endpoint.
  private static func sections(
    _ plan: ConfigurationPlan, _ names: [String: String], key: String
  ) -> JSON {
    let members = plan.endpoints.compactMap { service, url in
      names[service.service].map { JSON.Member($0, .object([.init(key, .string(url))])) }
    }
    return .object(members.sorted { $0.name < $1.name })
  }

  private static func text(_ json: JSON) -> String { json.text(.pretty) + "\n" }
}
