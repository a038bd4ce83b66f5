// SPDX-License-Identifier: Apache-2.0

/// Writes a plan as code: one line makes the client of one service.
enum CodeWriter {
  static func text(_ plan: ConfigurationPlan, _ language: CodeLanguage) -> String {
    var text = frame(plan, language).before
    for service in plan.services {
      switch service.decision {
      case .dualStackSwitch: text += language.line(language.switched, service, region: plan.region)
      case .endpoint(let url):
        let line = language.line(language.endpoint, service, region: plan.region)
        text += CodeLanguage.replacing("{url}", with: url, in: line)
      case .standard, .ipv4, .refused: text += language.line(language.plain, service, region: plan.region)
      }
    }
    return text + frame(plan, language).after
  }

  /// What stands before and after the clients.
  static func frame(_ plan: ConfigurationPlan, _ language: CodeLanguage) -> (before: String, after: String) {
    let before = language.before + (plan.usesDualStackSwitch ? language.beforeSwitched : "")
    return (CodeLanguage.replacing("{region}", with: plan.region, in: before), language.after)
  }
}
