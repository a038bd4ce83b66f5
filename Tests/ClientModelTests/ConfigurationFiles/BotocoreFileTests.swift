// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase
import EgressTestKit
import Foundation
import StrictJSON
import Testing

/// The same reading of configuration files as botocore's own.
@Suite struct BotocoreFileTests {
  private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scripts")

  /// What the real botocore reads from files, in the form of the script.
  static func ask(_ files: [(kind: ConfigurationFile.Kind, bytes: [UInt8])]) async throws -> [String] {
    let input = files.map { "\($0.kind.rawValue) \(hex($0.bytes))\n" }.joined()
    return try await run("botocore-config.py", input, count: files.count)
  }

  /// The lines that a script prints, one for each line of its input.
  private static func run(_ script: String, _ input: String, count: Int) async throws -> [String] {
    let result = try await Command.run(
      TestEnvironment.python, [scripts.appendingPathComponent(script).path], input: Array(input.utf8),
      environment: ["PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"])
    try #require(result.status == 0, "\(result.errorText)")
    let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      .dropLast()
    try #require(lines.count == count)
    return Array(lines)
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// What this program reads, in the form of the script.
  static func read(_ file: ConfigurationFile) -> (text: String, line: Int?) {
    do {
      let sections = try file.sections(as: .botocore)
      return (
        text("p", sections.profiles) + text("s", sections.services) + text("o", sections.ssoSessions), nil
      )
    } catch {
      return ("E", error.position.line)
    }
  }

  private static func text(_ kind: String, _ sections: [String: ConfigurationSections.Section]) -> String {
    sections.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map { section in
      let properties = section.properties.map { property in
        let name = hex(property.name.utf8)
        if property.nested.isEmpty { return name + "=" + hex(property.value.utf8) }
        let nested = property.nested.map { hex($0.name.utf8) + "=" + hex($0.value.utf8) }
        return name + ">" + nested.joined(separator: ",")
      }
      return kind + hex(section.name.utf8) + "{" + properties.joined(separator: ";") + "}"
    }.joined()
  }

  @Test func randomFilesAreReadAsBotocoreReadsThem() async throws {
    let count = TestDepth.repetitions("EGRESS6_CONFIG_FILES", quick: 1_000, full: 10_000)
    var random = RandomConfigurationFile(seed: TestSeed.named("EGRESS6_CONFIG_FILE_SEED"))
    let files = (0..<count).map { _ in random.next() }
    let expected = try await Self.ask(files)
    var (differences, errors) = (0, 0)
    for (file, expected) in zip(files, expected) {
      let found = Self.read(ConfigurationFile(file.bytes, path: "config", kind: file.kind))
      var isEqual = found.text == expected
      if expected.hasPrefix("E") {
        errors += 1
        // 0: Python does not tell the line of text that is not UTF-8, or of a wrong nested line.
        isEqual = found.text == "E" && (expected == "E0" || expected == "E\(found.line ?? 0)")
      }
      if isEqual { continue }
      differences += 1
      guard differences <= 5 else { continue }
      Issue.record(
        "\(file.kind): \(String(decoding: file.bytes, as: UTF8.self).debugDescription): \(found) is not \(expected)"
      )
    }
    print("botocore: \(count) random files, \(errors) of them errors, \(differences) differences")
    #expect(differences == 0)
    // Neither side may be nearly empty, or the test would show little.
    #expect(errors > count / 10 && errors < count * 9 / 10)
  }

  @Test func filesAreLookedForWhereBotocoreDoes() async throws {
    let pieces = [
      "~", "~", "/", "/", "a", "$", "{", "}", "A", "$A", "${A}", "${B}", "$HOME", "é", ".", "$Aé", " ",
    ]
    var generator = SplitMix64(seed: TestSeed.named("EGRESS6_CONFIG_PATH_SEED"))
    func text(_ limit: Int) -> String {
      (0..<Int.random(in: 0...limit, using: &generator)).map { _ in
        pieces.randomElement(using: &generator) ?? ""
      }.joined()
    }
    let cases = (0..<TestDepth.repetitions("EGRESS6_CONFIG_PATHS", quick: 500, full: 5_000)).map { _ in
      var environment = ["A": text(3)]
      if Bool.random(using: &generator) {
        environment["HOME"] = ["", "/", "/h", "/h//", "$A", "h"].randomElement(using: &generator)
      }
      if Int.random(in: 0..<8, using: &generator) > 0 { environment["AWS_CONFIG_FILE"] = text(6) }
      return (environment: environment, home: Bool.random(using: &generator) ? "/root" : "/")
    }
    let input = cases.map { test in
      let environment = test.environment.map { JSON.Member($0.key, .string($0.value)) }
      return JSON.object([.init("environment", .object(environment)), .init("home", .string(test.home))])
        .text() + "\n"
    }.joined()
    let paths = try await Self.run("botocore-paths.py", input, count: cases.count)
    for (test, path) in zip(cases, paths) {
      let found = ConfigurationFileLocations(
        environment: test.environment, home: test.home, dialect: .botocore)
      #expect(try JSON(parsing: Array(path.utf8)).string == found.config ?? "", "\(test)")
    }
  }

  @Test(arguments: [
    ("[default]\nregion = a\nREGION = b\n", 3, "the setting 'region' exists already"),
    ("[a]\n[b]\n[a]\n", 3, "the section 'a' exists already"),
    ("region = a\n", 1, "no section header"),
    ("\u{FEFF}[default]\n", 1, "byte order mark"),
    ("[default]\ns3 =\n  a = b\n\n  nothing\n", 5, "nested line has no '='"),
    ("[default]\nnothing\n", 2, "neither a section header nor a setting"),
    ("[default]\n= x\n", 2, "no name"),
  ])
  func errorsSayWhatAndWhere(text: String, line: Int, problem: String) throws {
    let file = ConfigurationFile(Array(text.utf8), path: "here", kind: .config)
    let error = try #require(throws: ConfigurationFileError.self) { try file.sections(as: .botocore) }
    #expect(error.position.line == line)
    #expect(error.problem.contains(problem))
    #expect(error.description.hasPrefix("here:\(line):"))
  }

  @Test func settingsOfDEFAULTBelongToAllSections() throws {
    let text = "[DEFAULT]\nregion = a\ns3 =\n  x = 1\n[profile p]\nregion = b\n[services s]\n"
    let sections = try ConfigurationFile(Array(text.utf8), path: "", kind: .config).sections(as: .botocore)
    #expect(sections.profiles["p"]?.properties.map(\.name) == ["region", "s3"])
    #expect(sections.profiles["p"]?["region"]?.value == "b")
    #expect(sections.services["s"]?["s3"]?.nested.first?.value == "1")
  }
}
