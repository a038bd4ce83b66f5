// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase

/// The comment of an artefact: what, from which data, what stays on IPv4, how to undo.
enum ArtefactHeader {
  /// The longest line.
  private static let width = 100

  static func lines(_ plan: ConfigurationPlan, _ format: ArtefactFormat, _ origin: ArtefactOrigin) -> [String]
  {
    let client = plan.version.map { plan.client.name + " " + $0.description } ?? plan.client.name
    var lines: [String] = []
    if let warning = origin.warning { lines += wrapped(warning, "UNPROVEN: ") }
    lines += wrapped("Settings that move \(client) to IPv6 in \(plan.region), made by \(origin.program)")
    let moved = plan.services.filter { service in
      switch service.decision {
      case .dualStackSwitch, .endpoint: true
      case .standard, .ipv4, .refused: false
      }
    }
    if plan.usesDualStackSwitch {
      lines += wrapped("the dual-stack switch, for " + list(moved.map(\.service)), "What: ")
    } else if moved.isEmpty {
      lines += wrapped("nothing to set", "What: ")
    } else {
      lines += wrapped(
        "endpoints without the dual-stack switch, for " + list(moved.map(\.service)), "What: ")
    }
    let standard = plan.services.filter { $0.decision == .standard }.map(\.service)
    if !standard.isEmpty { lines += wrapped("by default: " + list(standard), "IPv6 ") }
    let ipv4 = plan.services.filter { service in
      if case .ipv4 = service.decision { true } else { service.isCorrected }
    }.map(\.service)
    if !ipv4.isEmpty { lines += wrapped(list(ipv4), "Stays on IPv4: ") }
    let refused = plan.services.filter { if case .refused = $0.decision { true } else { false } }
      .map(\.service)
    if !refused.isEmpty {
      lines += wrapped(list(refused), "No setting, for the reasons that configure gives: ")
    }
    if !plan.isEmpty { for limit in format.limits { lines += wrapped(limit, "Limit: ") } }
    for line in origin.data { lines += wrapped(line, "Data: ") }
    return lines + wrapped(undo(plan, format), "Undo: ")
  }

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

  private static func undo(_ plan: ConfigurationPlan, _ format: ArtefactFormat) -> String {
    if plan.isEmpty { return "nothing is set" }
    switch format {
    case .shell:
      return "unset " + plan.variables.map(\.name).joined(separator: " ")
    case .environmentFile: return "delete this file and start the unit again"
    case .dockerfile: return "delete these lines and build the image again"
    case .kubernetes: return "delete the ConfigMap and its envFrom, and start the pods again"
    case .kubernetesList, .ecs: return "delete these variables and deploy again"
    case .lambda: return "set the function's variables without these names"
    case .awsConfig: return "delete the lines of this block"
    case .terraform: return "delete these arguments of the provider"
    case .cloudWatchAgent, .ssmAgent, .dockerDaemon: return "delete these keys and start the program again"
    case .ecsAgent: return "delete the line from /etc/ecs/ecs.config and start the agent again"
    case .fluentBit: return "delete endpoint and sts_endpoint from the outputs and start Fluent Bit again"
    case .boto3, .go, .java, .javascript, .rust, .swift, .dotnet:
      return "delete the arguments that name endpoints"
    }
  }

  /// A text in lines, the following ones indented.
  private static func wrapped(_ text: String, _ label: String = "") -> [String] {
    var lines: [String] = []
    var line = label
    for word in text.split(separator: " ") {
      if line.utf8.count + word.utf8.count > width, line.contains(where: { $0 != " " }) {
        lines.append(String(line.dropLast()))
        line = "  "
      }
      line += word + " "
    }
    lines.append(String(line.dropLast()))
    return lines
  }
}
