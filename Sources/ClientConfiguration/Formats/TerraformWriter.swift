// SPDX-License-Identifier: Apache-2.0

import ClientModel

/// Writes a plan as a provider block of Terraform or OpenTofu: the switch or endpoints, never both.
enum TerraformWriter {
  static func text(_ plan: ConfigurationPlan) throws(ArtefactError) -> String {
    var lines = ["region = \"\(plan.region)\""]
    if plan.usesDualStackSwitch {
      lines = ["region                 = \"\(plan.region)\"", "use_dualstack_endpoint = true"]
    } else if !plan.endpoints.isEmpty {
      var endpoints: [(key: String, url: String)] = []
      for (service, url) in plan.endpoints {
        guard let key = TerraformServiceKeys.key(service.identifier) else {
          throw .impossible("the Terraform provider has no endpoint for \(service.service)")
        }
        endpoints.append((key, url))
      }
      let width = endpoints.map(\.key.count).max() ?? 0
      lines += ["", "endpoints {"]
      lines += endpoints.sorted { $0.key < $1.key }.map { key, url in
        "  " + key + String(repeating: " ", count: width - key.count) + " = \"\(url)\""
      }
      lines.append("}")
    }
    return "provider \"aws\" {\n" + lines.map { $0.isEmpty ? "\n" : "  " + $0 + "\n" }.joined() + "}\n"
  }
}
