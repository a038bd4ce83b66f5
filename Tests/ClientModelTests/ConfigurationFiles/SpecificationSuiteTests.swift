// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressTestKit
import Foundation
import StrictJSON
import Testing

/// The cases that AWS's own SDKs test their reading of shared configuration files with.
@Suite struct SpecificationSuiteTests {
  /// A published suite.
  enum Source: String, CaseIterable, Sendable {
    case smithyJava = "smithy-java"
    case smithyRust = "smithy-rs"
  }

  static func cases(_ name: String) throws -> [JSON] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/config-files/\(name).json")
    let suite = try JSON(parsing: Array(Data(contentsOf: file)))
    return try #require(suite["tests"]?.array)
  }

  /// The messages of smithy-rs, and the specification's words for the same errors.
  private static let wordings = [
    "Profile definition must end with ']'": "section definition must end with ']'",
    "Expected a profile definition": "expected a section definition",
    "Expected an '=' sign defining a sub-property":
      "expected an '=' sign defining a property in sub-property",
    "Sub-property did not have a name": "property did not have a name in sub-property",
  ]

  @Test(arguments: [(Source.smithyJava, 118, 19), (.smithyRust, 65, 10)])
  func filesAreReadAsTheSuiteSays(source: Source, count: Int, errorCount: Int) throws {
    let cases = try Self.cases("\(source.rawValue)-parser")
    var (passed, errors) = (0, 0)
    for test in cases {
      let name = test["name"]?.string ?? ""
      let input = try #require(test["input"])
      let output = try #require(test["output"])
      if let problem = output["errorContaining"]?.string {
        errors += 1
        let wording = Self.wordings[problem] ?? problem.prefix(1).lowercased() + problem.dropFirst()
        do {
          _ = try Self.read(input)
          Issue.record("\(source.rawValue): \(name): was read without an error")
        } catch let error as ConfigurationFileError {
          #expect(error.problem.contains(wording), "\(source.rawValue): \(name)")
          if error.problem.contains(wording) { passed += 1 }
        }
        continue
      }
      let sections = try Self.read(input)
      let expected = output["config"] ?? output
      var isEqual = Self.matches(sections.profiles, expected["profiles"])
      isEqual =
        Self.matches(sections.ssoSessions, expected["ssoSessions"] ?? expected["sso_sessions"]) && isEqual
      #expect(isEqual, "\(source.rawValue): \(name): \(sections)")
      if isEqual { passed += 1 }
    }
    print(
      "\(source.rawValue) parser: \(passed) of \(cases.count) cases, \(errors) of them errors; no exceptions")
    #expect(cases.count == count)
    #expect(errors == errorCount)
    #expect(passed == count)
  }

  @Test(arguments: [(Source.smithyJava, 10), (.smithyRust, 9)])
  func filesAreFoundWhereTheSuiteSays(source: Source, count: Int) throws {
    let cases = try Self.cases("\(source.rawValue)-location")
    for test in cases {
      let variables = try #require(test["environment"]?.object).map { ($0.name, $0.value.string ?? "") }
      let found = ConfigurationFileLocations(
        environment: Dictionary(uniqueKeysWithValues: variables), home: test["languageSpecificHome"]?.string,
        platform: test["platform"]?.string == "windows" ? .windows : .unix, dialect: .specification)
      let name = test["name"]?.string ?? ""
      #expect(found.config == test["configLocation"]?.string, "\(name)")
      #expect(found.credentials == test["credentialsLocation"]?.string, "\(name)")
    }
    print("\(source.rawValue) location: \(cases.count) cases")
    #expect(cases.count == count)
  }

  /// Both files of a case, the settings of the credentials file over those of the config file.
  private static func read(_ input: JSON) throws -> ConfigurationSections {
    func sections(_ member: String, _ kind: ConfigurationFile.Kind) throws -> ConfigurationSections {
      let text = input[member]?.string ?? ""
      return try ConfigurationFile(Array(text.utf8), path: member, kind: kind).sections(as: .specification)
    }
    var result = try sections("configFile", .config)
    let credentials = try sections("credentialsFile", .credentials)
    #expect(credentials.ssoSessions.isEmpty && credentials.services.isEmpty)
    for (name, section) in credentials.profiles {
      guard let known = result.profiles[name] else {
        result.profiles[name] = section
        continue
      }
      var merged = known
      for property in section.properties {
        merged.properties.removeAll { $0.name == property.name }
        merged.properties.append(property)
      }
      result.profiles[name] = merged
    }
    return result
  }

  private static func matches(_ sections: [String: ConfigurationSections.Section], _ expected: JSON?) -> Bool
  {
    guard let expected = expected?.object else { return true }
    return sections.count == expected.count
      && expected.allSatisfy { member in
        guard let section = sections[member.name] else { return false }
        let properties = member.value.object ?? []
        return properties.count == section.properties.count
          && properties.allSatisfy { property in
            guard let found = section[property.name] else { return false }
            guard let nested = property.value.object else { return found.value == property.value.string }
            return nested.count == found.nested.count
              && nested.allSatisfy { setting in
                found.nested.first { $0.name == setting.name }?.value == setting.value.string
              }
          }
      }
  }
}
