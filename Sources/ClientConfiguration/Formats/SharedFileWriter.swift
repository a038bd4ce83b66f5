// SPDX-License-Identifier: Apache-2.0

import ClientModel

/// Writes a plan as lines of the shared configuration file.
enum SharedFileWriter {
  /// The name of the `services` section.
  static let section = "egress6"

  static func text(_ plan: ConfigurationPlan, profile: String?) throws(ArtefactError) -> String {
    let name = profile ?? "default"
    guard name.utf8.allSatisfy(EnvironmentWriter.isPlain), !name.isEmpty else {
      throw .impossible("the profile '\(name)' would need quotes, which clients read differently")
    }
    var text = name == "default" ? "[default]\n" : "[profile \(name)]\n"
    text += "region = \(plan.region)\n"
    if plan.usesDualStackSwitch { return text + "use_dualstack_endpoint = true\n" }
    guard !plan.endpoints.isEmpty else { return text }
    text += "services = \(sectionName(name))\n\n[services \(sectionName(name))]\n"
    for (service, url) in plan.endpoints.sorted(by: { $0.service.identifier < $1.service.identifier }) {
      text += "\(service.identifier.lowercased()) =\n  endpoint_url = \(url)\n"
    }
    return text
  }

  /// The section's name: one for each profile, since each has endpoints of its own.
  static func sectionName(_ profile: String) -> String {
    profile == "default" ? section : section + "-" + profile
  }
}
