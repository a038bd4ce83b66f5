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
  private var lines: [String: (service: String, setting: Setting)] = [:]
  /// The lines with an endpoint, by what stands before it.
  private var endpoints: [String: (service: String, after: String)] = [:]
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
      guard let (service, setting) = reader.setting(line),
        settings.updateValue(setting, forKey: service) == nil
      else { throw UnknownLine(line: number + 1) }
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
      lines[line(language.plain)] = (service.service, .plain)
      lines[line(language.switched)] = (service.service, .switched)
      let endpoint = line(language.endpoint)
      if let hole = endpoint.firstRange(of: "{url}") {
        endpoints[String(endpoint[..<hole.lowerBound])] = (
          service.service, String(endpoint[hole.upperBound...])
        )
      }
    }
  }

  /// The service of a line, and what it sets.
  private func setting(_ line: String) -> (service: String, setting: Setting)? {
    if let found = lines[line] { return found }
    guard let start = line.firstRange(of: "\"http").map({ line.index(after: $0.lowerBound) }),
      let known = endpoints[String(line[..<start])], line.hasSuffix(known.after)
    else { return nil }
    return (known.service, .endpoint(String(line[start...].dropLast(known.after.count))))
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
