// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import EgressBase

/// What a person is told of a plan beside the settings.
struct ConfigurationReport {
  private let plan: ConfigurationPlan
  private let workload: Workload?
  private let format: ArtefactFormat
  /// The dual-stack name of container registries without the account.
  private let registry: String?

  /// A plan for so many services that each cannot have a line.
  private static let manyServices = 12

  init(_ plan: ConfigurationPlan, _ workload: Workload?, format: ArtefactFormat, registry: String?) {
    self.plan = plan
    self.workload = workload
    self.format = format
    self.registry = registry
  }

  /// The lines.
  var lines: [String] { workloadLines + [summary] + serviceLines + unprovenLines + registryLines }

  /// What no setting of a client moves: images, which Docker and containerd pull.
  private var registryLines: [String] {
    guard let registry, plan.services.count <= Self.manyServices,
      plan.services.contains(where: { $0.service == "ecr" })
    else { return [] }
    return [
      "images are pulled over IPv6 as ACCOUNT.\(registry)/NAME, which needs a login of its own "
        + "(docker login, or credHelpers with ecr-login from 0.10.0 on); ECR itself reports only the IPv4 name"
    ]
  }

  /// What the evidence of the services that are moved is, for the comment of the settings.
  var data: [String] {
    let known = plan.services.filter { service in
      switch service.decision {
      case .dualStackSwitch, .endpoint, .standard: true
      case .ipv4, .refused: false
      }
    }.compactMap(\.known)
    let scanned = known.filter(\.isScanned).map(\.date.last).max()
    let published = known.filter { !$0.isScanned }
    var lines: [String] = []
    if let scanned { lines.append("a scan of \(scanned)") }
    for kind in Set(published.map(\.evidence)).sorted(by: >) {
      let dates = Set(published.filter { $0.evidence == kind }.map(\.date.monthText)).sorted()
      lines.append("public evidence, \(kind.rawValue) \(dates.joined(separator: ", "))")
    }
    return lines
  }

  /// Lines of a shell that take the settings away.
  var unset: String { plan.variables.map { "unset \($0.name)\n" }.joined() }

  /// What to do next.
  var nextStep: String? {
    switch format {
    case .shell where !plan.isEmpty: "egress6 lint (checks the whole environment, once it is set)"
    case .awsConfig where !plan.isEmpty: "egress6 lint (checks the whole file)"
    default: nil
    }
  }

  private var summary: String {
    let client = plan.version.map { "\(plan.client.name) \($0)" } ?? plan.client.name
    let moved = plan.services.count { service in
      switch service.decision {
      case .dualStackSwitch, .endpoint: true
      case .standard, .ipv4, .refused: false
      }
    }
    let standard = plan.services.count { $0.decision == .standard }
    let total = "\(plan.services.count) service\(plan.services.count == 1 ? "" : "s")"
    var parts: [String] = []
    if plan.usesDualStackSwitch { parts.append("the dual-stack switch moves \(moved)") }
    if !plan.usesDualStackSwitch, moved > 0 {
      parts.append("\(moved) \(moved == 1 ? "gets" : "get") an endpoint, without the switch")
    }
    if standard > 0 { parts.append("\(standard) \(standard == 1 ? "uses" : "use") IPv6 by default") }
    let remaining = plan.remaining.count
    if remaining > 0 {
      parts.append("\(remaining) \(remaining == 1 ? "stays as it is" : "stay as they are")")
    }
    return "\(client) in \(plan.region), \(total): " + parts.joined(separator: "; ")
  }

  private var serviceLines: [String] {
    let remaining = plan.remaining
    guard remaining.count <= Self.manyServices else {
      return ["the reasons: add --proof"]
    }
    return remaining.map { service in
      switch service.decision {
      case .ipv4(let reason, let ways): "\(service.service) stays on IPv4: \(reason)" + Self.text(ways)
      case .refused(let reason, let ways): "\(service.service) gets no setting: \(reason)" + Self.text(ways)
      case .endpoint(let url):
        "\(service.service) gets \(url), of which no IPv6 is known: \(plan.client.name) would call a name that is not AWS's"
      case .standard, .dualStackSwitch: ""
      }
    }
  }

  /// What settles the names that probably have IPv6.
  private var unprovenLines: [String] {
    let likely = plan.remaining.filter { service in
      guard case .ipv4 = service.decision else { return false }
      return service.known?.isPromising == true
    }
    guard !likely.isEmpty else { return [] }
    let names =
      likely.count > Self.manyServices ? "" : " --services " + likely.map(\.service).joined(separator: ",")
    return [
      "the names of \(likely.count) service\(likely.count == 1 ? "" : "s") probably have IPv6, which is not proven for this region; "
        + "`egress6 scan --regions \(plan.region)\(names)` settles it, --evidence inferred takes it as it is"
    ]
  }

  private static func text(_ ways: [String]) -> String {
    ways.isEmpty ? "" : "\n  ways out: " + ways.joined(separator: "; ")
  }

  private var workloadLines: [String] {
    guard let workload else { return [] }
    var lines = workload.clues.map { clue in
      "\(clue.service): \(clue.reason)"
        + (clue.isPlatform ? " (called by the platform: settings of the program do not reach that call)" : "")
    }
    if !workload.ownSettings.isEmpty {
      lines.append(
        "the file has settings already: " + Set(workload.ownSettings).sorted().joined(separator: ", "))
    }
    lines.append(
      "what the program's code calls cannot be seen in the file: name what is missing with --services")
    return lines
  }
}
