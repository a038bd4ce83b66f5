// SPDX-License-Identifier: Apache-2.0

import ClientModel

/// Writes a plan as code.
enum CodeWriter {
  static func text(_ plan: ConfigurationPlan, _ language: CodeLanguage) -> String {
    var text = language.before
    for service in plan.services {
      let name = language.name(serviceID(service), service.service)
      let line: String
      switch service.decision {
      case .dualStackSwitch: line = language.switched
      case .endpoint(let url): line = replacing("{url}", with: url, in: language.endpoint)
      case .standard, .ipv4, .refused: line = language.plain
      }
      text += replacing("{}", with: name, in: line)
    }
    return replacing("{region}", with: plan.region, in: text + language.after)
  }

  /// The service id, as far as the identifier keeps it.
  static func serviceID(_ service: PlannedService) -> String {
    service.serviceID.isEmpty ? service.service : service.serviceID
  }

  static func replacing(_ part: String, with other: String, in text: String) -> String {
    var result = ""
    var rest = text[...]
    while let range = rest.firstRange(of: part) {
      result += rest[..<range.lowerBound] + other
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}
