// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase

/// Finds the settings in a code snippet: one line makes the client of one service.
enum SnippetReader {
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

  /// The settings by service.
  ///
  /// - Throws: ``UnknownLine``.
  static func settings(
    _ text: String, _ language: CodeLanguage, _ plan: ConfigurationPlan
  ) throws(UnknownLine) -> [String: Setting] {
    var settings: [String: Setting] = [:]
    let services = Dictionary(
      plan.services.map { (language.name(CodeWriter.serviceID($0), $0.service), $0.service) }
    ) { first, _ in first }
    let frame = Set(
      lines(CodeWriter.replacing("{region}", with: plan.region, in: language.before + language.after)))
    for (number, line) in lines(text).enumerated() {
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix("//") || frame.contains(line) { continue }
      guard let (name, setting) = setting(line, language, region: plan.region), let service = services[name],
        settings.updateValue(setting, forKey: service) == nil
      else { throw UnknownLine(line: number + 1) }
    }
    return settings
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The service's name in a line, and what it sets.
  private static func setting(
    _ line: String, _ language: CodeLanguage, region: String
  ) -> (name: String, setting: Setting)? {
    let templates: [(String, (String) -> Setting)] = [
      (language.switched, { _ in .switched }), (language.endpoint, { .endpoint($0) }),
      (language.plain, { _ in .plain }),
    ]
    for (template, setting) in templates {
      let expected = CodeWriter.replacing("{region}", with: region, in: String(template.dropLast()))
      if let (name, url) = match(line, expected) { return (name, setting(url)) }
    }
    return nil
  }

  /// Matches a line with a template: every `{}` has to have the same text.
  private static func match(_ line: String, _ template: String) -> (name: String, url: String)? {
    var rest = line[...]
    var pattern = template[...]
    var name: String?
    var url = ""
    while let hole = nextHole(pattern) {
      let literal = pattern[..<hole.range.lowerBound]
      guard rest.hasPrefix(literal) else { return nil }
      rest = rest.dropFirst(literal.count)
      pattern = pattern[hole.range.upperBound...]
      let end = pattern.first.flatMap { rest.firstIndex(of: $0) } ?? rest.endIndex
      if hole.isURL {
        url = String(rest[..<end])
        rest = rest[end...]
      } else if let name {
        guard rest.hasPrefix(name) else { return nil }
        rest = rest.dropFirst(name.count)
      } else {
        // The name ends where the template goes on.
        let following = pattern.prefix { $0 != "{" }
        guard let range = rest.firstRange(of: String(following)) else { return nil }
        name = String(rest[..<range.lowerBound])
        rest = rest[range.lowerBound...]
      }
    }
    guard rest == pattern, let name, !name.isEmpty else { return nil }
    return (name, url)
  }

  private static func nextHole(_ pattern: Substring) -> (range: Range<Substring.Index>, isURL: Bool)? {
    let name = pattern.firstRange(of: "{}")
    let url = pattern.firstRange(of: "{url}")
    switch (name, url) {
    case (let name?, let url?): return name.lowerBound < url.lowerBound ? (name, false) : (url, true)
    case (let name?, nil): return (name, false)
    case (nil, let url?): return (url, true)
    case (nil, nil): return nil
    }
  }
}
