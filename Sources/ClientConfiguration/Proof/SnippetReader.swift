// SPDX-License-Identifier: Apache-2.0

/// Finds the settings in a code snippet: one line makes the client of one service.
struct SnippetReader {
  /// What a line sets.
  enum Setting: Hashable {
    /// Nothing.
    case plain
    /// The dual-stack switch.
    case switched
    /// An endpoint.
    case endpoint(String)
  }

  /// A line that is neither a comment nor code that is expected.
  struct UnknownLine: Error, CustomStringConvertible {
    var line: Int
    var description: String { "line \(line) is not understood" }
  }

  /// The lines without an endpoint that make clients.
  private var lines: [String: (services: [String], setting: Setting)] = [:]
  /// The lines with an endpoint, by what stands before it.
  private var endpoints: [String: (services: [String], after: String)] = [:]
  private var frame: Set<String> = []

  /// The settings by service.
  ///
  /// - Throws: ``UnknownLine``.
  static func settings(
    _ text: String, _ language: CodeLanguage, _ plan: ConfigurationPlan
  ) throws(UnknownLine) -> [String: Setting] {
    let reader = SnippetReader(language, plan)
    var settings: [String: Setting] = [:]
    for (number, line) in Self.lines(text).enumerated() {
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix("//") || reader.frame.contains(line) {
        continue
      }
      guard let (services, setting) = reader.setting(line) else { throw UnknownLine(line: number + 1) }
      for service in services {
        guard settings.updateValue(setting, forKey: service) == nil else {
          throw UnknownLine(line: number + 1)
        }
      }
    }
    return settings
  }

  private init(_ language: CodeLanguage, _ plan: ConfigurationPlan) {
    let (before, after) = CodeWriter.frame(plan, language)
    frame = Set(Self.lines(before + after))
    for service in plan.services {
      func line(_ template: String) -> String {
        language.line(String(template.dropLast()), service, region: plan.region)
      }
      // Two services may have one name, as two generations of an API.
      lines[line(language.plain), default: ([], .plain)].services.append(service.service)
      lines[line(language.switched), default: ([], .switched)].services.append(service.service)
      let endpoint = line(language.endpoint)
      if let hole = endpoint.firstRange(of: "{url}") {
        let after = String(endpoint[hole.upperBound...])
        endpoints[String(endpoint[..<hole.lowerBound]), default: ([], after)].services.append(service.service)
      }
    }
  }

  /// The services of a line, and what it sets.
  private func setting(_ line: String) -> (services: [String], setting: Setting)? {
    if let found = lines[line] { return found }
    guard let start = line.firstRange(of: "\"http").map({ line.index(after: $0.lowerBound) }),
      let known = endpoints[String(line[..<start])], line.hasSuffix(known.after)
    else { return nil }
    return (known.services, .endpoint(String(line[start...].dropLast(known.after.count))))
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
