// SPDX-License-Identifier: Apache-2.0

import ClientModel

/// Writes a plan as outputs of Fluent Bit.
package enum FluentBitWriter {
  /// The output plug-ins by the service that they call.
  package static let outputs = [
    "firehose": "kinesis_firehose", "kinesis": "kinesis_streams", "logs": "cloudwatch_logs", "s3": "s3",
  ]

  static func text(_ plan: ConfigurationPlan) -> String {
    let sts = plan.endpoints.first { $0.service.service == "sts" }?.service.host
    var text = ""
    for service in plan.services {
      guard let plugin = outputs[service.service] else { continue }
      let endpoint: String? = if case .endpoint = service.decision { service.host } else { nil }
      guard endpoint != nil || sts != nil else { continue }
      text += text.isEmpty ? "" : "\n"
      text += "[OUTPUT]\n    Name          \(plugin)\n    Match         *\n    region        \(plan.region)\n"
      if let endpoint { text += "    endpoint      \(endpoint)\n" }
      if let sts { text += "    sts_endpoint  \(sts)\n" }
      text += "    net.dns.prefer_ipv6  on\n"
    }
    return text
  }
}
