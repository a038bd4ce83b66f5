// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase
import EgressTestKit
import Testing

/// Edits leave a user's file as it is, but for what they add.
@Suite struct ConfigurationFileEditorTests {
  static let edit = ConfigurationEdit(
    profile: "dev", settings: [.init("ignore_configured_endpoint_urls", "false")],
    services: [
      .init("ec2", [.init("endpoint_url", "https://ec2.eu-central-1.api.aws")]),
      .init("cloudwatch_logs", [.init("endpoint_url", "https://logs.eu-central-1.api.aws")]),
    ],
    notes: ["Moves dev to IPv6."])

  private static func file(_ text: String) -> ConfigurationFile {
    ConfigurationFile(Array(text.utf8), path: "config", kind: .config)
  }

  private static func merge(_ text: String, _ edit: ConfigurationEdit = edit) throws -> String {
    let bytes = try ConfigurationFileEditor(file(text)).merging(edit)
    let merged = file(String(decoding: bytes, as: UTF8.self))
    #expect(try ConfigurationFileEditor(merged).merging(edit) == bytes, "the second time changes something")
    #expect(
      try ConfigurationFileEditor(merged).removing() == Array(text.utf8), "undo does not give back the bytes")
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func aFileThatIsNotThereIsMade() throws {
    #expect(
      try Self.merge("") == """
        # >>> egress6: profile dev
        # Moves dev to IPv6.
        [profile dev]
        ignore_configured_endpoint_urls = false
        services = egress6-dev
        # <<< egress6: profile dev
        # >>> egress6: profile dev
        # Moves dev to IPv6.
        [services egress6-dev]
        ec2 =
          endpoint_url = https://ec2.eu-central-1.api.aws
        cloudwatch_logs =
          endpoint_url = https://logs.eu-central-1.api.aws
        # <<< egress6: profile dev

        """)
  }

  @Test func settingsOfTheUserArePutAsideAndKept() throws {
    let text = """
      # mine
      [profile dev]   ; note
      region = eu-central-1 # inline
      Ignore_Configured_Endpoint_Urls = true
      services = mine

      [services mine]
      ec2 =
        endpoint_url = http://old
        Other = x

      s3 =
      \tendpoint_url = http://s3
      [profile other]
      region = x
      """
    #expect(
      try Self.merge(text) == """
        # mine
        [profile dev]   ; note
        # >>> egress6: profile dev
        # Moves dev to IPv6.
        ignore_configured_endpoint_urls = false
        # <<< egress6: profile dev
        region = eu-central-1 # inline
        # egress6: profile dev had: Ignore_Configured_Endpoint_Urls = true
        services = mine

        [services mine]
        # >>> egress6: profile dev
        # Moves dev to IPv6.
        ec2 =
          Other = x
          endpoint_url = https://ec2.eu-central-1.api.aws
        cloudwatch_logs =
          endpoint_url = https://logs.eu-central-1.api.aws
        # <<< egress6: profile dev
        # egress6: profile dev had: ec2 =
        # egress6: profile dev had:   endpoint_url = http://old
        # egress6: profile dev had:   Other = x

        s3 =
        \tendpoint_url = http://s3
        [profile other]
        region = x
        """)
  }

  @Test(arguments: ["\n", "\r\n", "\r"], [true, false])
  func lineEndingsStay(ending: String, isEnded: Bool) throws {
    let text = "[profile dev]\(ending)# é\(ending)region = x" + (isEnded ? ending : "")
    let merged = try Self.merge(text)
    let others = ["\n", "\r\n", "\r"].filter { $0 != ending }
    // Without the endings of the file, no other is left.
    let rest = merged.unicodeScalars.split(separator: "\r").flatMap { $0.split(separator: "\n") }
    let count = rest.count - (isEnded ? 0 : 1)
    #expect(merged.utf8.count { $0 == 0x0D } == (ending.utf8.contains(0x0D) ? count : 0), "\(others)")
    #expect(merged.utf8.count { $0 == 0x0A } == (ending.utf8.contains(0x0A) ? count : 0), "\(others)")
    #expect(merged.hasSuffix(ending) == isEnded)
  }

  @Test func whatIsSetAlreadyIsNotTouched() throws {
    let text = """
      [profile dev]
      ignore_configured_endpoint_urls=false
      services = mine
      [services mine]
      ec2 =
        endpoint_url = https://ec2.eu-central-1.api.aws
      cloudwatch_logs =
        endpoint_url = https://logs.eu-central-1.api.aws
        other = 1
      """
    #expect(try Self.merge(text) == text)
  }

  @Test func eachProfileHasItsOwnLines() throws {
    var other = Self.edit
    other.profile = "prod"
    let one = try Self.merge("[profile dev]\n[profile prod]\nregion = x")
    let both = try ConfigurationFileEditor(Self.file(one)).merging(other)
    let editor = ConfigurationFileEditor(ConfigurationFile(both, path: "config", kind: .config))
    #expect(editor.managedProfiles == ["dev", "prod"])
    #expect(try editor.merging(Self.edit) == both)
    #expect(try editor.merging(other) == both)
    #expect(try editor.removing(profile: "prod") == Array(one.utf8))
    #expect(try editor.removing() == Array("[profile dev]\n[profile prod]\nregion = x".utf8))
    // Fewer services the second time: none of the first is left.
    other.services = []
    let fewer = try editor.merging(other)
    #expect(!String(decoding: fewer, as: UTF8.self).contains("egress6-prod"))
  }

  @Test func defaultIsWrittenWithoutAPrefix() throws {
    var edit = Self.edit
    edit.profile = "default"
    #expect(try Self.merge("", edit).contains("[default]\n"))
    #expect(try Self.merge("", edit).contains("services = egress6\n"))
    #expect(try Self.merge("[profile default]\n", edit).contains("[default]") == false)
    // The later of both counts for botocore, the prefixed one for the specification.
    #expect(
      try Self.merge("[default]\nregion = x\n[profile default]\nregion = y\n", edit).contains("egress6"))
    #expect(throws: ConfigurationEditError.self) {
      try Self.merge("[profile default]\nregion = x\n[default]\nregion = y\n", edit)
    }
  }

  @Test(arguments: [
    ("[profile dev]\nregion = x\nregion = y\n", "config:3:1:", "AWS CLI"),
    ("[profile dev]\n  region = x\n", "config:2:3:", "specification"),
    (
      "[profile dev]\nservices = s\n[profile prod]\nservices = s\n", "'prod' uses the services section 's'",
      ""
    ),
    ("[profile prod]\nservices = egress6-dev\n", "'prod' uses the services section 'egress6-dev'", ""),
    ("[profile \"dev\"]\nregion = x\n", "would read [profile dev] otherwise", "AWS CLI"),
    ("[DEFAULT]\nregion = x\n", "would read [", "AWS CLI"),
    ("[profile dev]\nservices = a b\n", "section named 'a b'", ""),
    ("[profile dev]\nservices =\n  x = y\n", "section named", ""),
    ("[profile dev]\nservices = s # note\n[services s]\n", "would read [profile dev] otherwise", "AWS CLI"),
    ("[profile dev]\n# >>> egress6: profile dev\nregion = x\n", "config:2:1:", "has no end"),
    ("# <<< egress6: profile dev\n", "config:1:1:", "did not begin"),
    ("# >>> egress6: profile a\n# >>> egress6: profile b\n", "config:2:1:", "begins within"),
    ("[profile dev]\nregion = \u{FEFF}\n[profile d\n", "config:3:1:", "cannot read it"),
  ])
  func whatCannotBeEditedIsRefused(text: String, part: String, other: String) throws {
    let error = try #require(throws: ConfigurationEditError.self) {
      try ConfigurationFileEditor(Self.file(text)).merging(Self.edit)
    }
    #expect(error.description.contains(part), "\(error)")
    #expect(error.description.contains(other), "\(error)")
  }

  @Test(arguments: [
    "x\n[profile y]", "x # y", " x", "", "x\r\ny = z", "x\u{85}", "\u{0}", "x\u{2028}",
  ])
  func valuesThatWouldNotBeReadBackAreRefused(value: String) throws {
    for edit in [
      ConfigurationEdit(profile: "dev", settings: [.init("endpoint_url", value)], notes: []),
      ConfigurationEdit(profile: "dev", services: [.init("ec2", [.init("endpoint_url", value)])], notes: []),
    ] {
      let merged = Result { try ConfigurationFileEditor(Self.file("[profile dev]\n")).merging(edit) }
      guard case .success(let bytes) = merged else { continue }
      // Some are text like any other to both dialects; then they come back as they are.
      let result = ConfigurationFile(bytes, path: "config", kind: .config)
      for dialect in FileDialect.allCases {
        let sections = try result.sections(as: dialect)
        let found =
          edit.services.isEmpty
          ? sections.profiles["dev"]?["endpoint_url"]?.value
          : sections.services["egress6-dev"]?["ec2"]?.nested.first?.value
        #expect(found == value)
        #expect(sections.profiles.count == 1)
      }
    }
  }

  @Test(arguments: ["a b", "a]", "", "a\nb", "\"a\"", "ä"])
  func namesThatClientsReadDifferentlyAreRefused(profile: String) throws {
    var edit = Self.edit
    edit.profile = profile
    #expect(throws: ConfigurationEditError.self) { try ConfigurationFileEditor(Self.file("")).merging(edit) }
  }

  @Test func credentialsFilesAreNotEdited() throws {
    let file = ConfigurationFile([], path: "credentials", kind: .credentials)
    #expect(throws: ConfigurationEditError.self) { try ConfigurationFileEditor(file).merging(Self.edit) }
  }

  @Test func randomFilesKeepTheirBytes() async throws {
    let count = TestDepth.repetitions("EGRESS6_CONFIG_EDITS", quick: 1_000, full: 20_000)
    var random = RandomConfigurationFile(seed: TestSeed.named("EGRESS6_CONFIG_EDIT_SEED"))
    var edited: [ConfigurationFile] = []
    for _ in 0..<count {
      let original = random.nextPlain()
      let file = ConfigurationFile(original, path: "config", kind: .config)
      var edit = Self.edit
      edit.profile = random.pick(["default", "a", "b", "new"])
      let merged: [UInt8]
      do throws(ConfigurationEditError) { merged = try ConfigurationFileEditor(file).merging(edit) } catch {
        continue
      }
      let result = ConfigurationFile(merged, path: "config", kind: .config)
      edited.append(result)
      #expect(try ConfigurationFileEditor(result).merging(edit) == merged)
      #expect(try ConfigurationFileEditor(result).removing() == original)
      // Every line of the original is still there, in order: as it was, or after the words that put it aside.
      var lines = ConfigurationSyntaxLines.contents(of: merged)[...]
      for line in ConfigurationSyntaxLines.contents(of: original) {
        let aside = Array("# egress6: profile \(edit.profile) had: ".utf8) + line
        guard let index = lines.firstIndex(where: { $0 == line || $0 == aside }) else {
          Issue.record("a line is lost: \(String(decoding: line, as: UTF8.self))")
          break
        }
        lines = lines[(index + 1)...]
      }
    }
    print("editor: \(edited.count) of \(count) random files were edited; the others are refused by a dialect")
    #expect(edited.count > count / 4)
    // The real botocore reads the results as this program does, so what was checked here holds for it, too.
    let expected = try await BotocoreFileTests.ask(edited.map { ($0.kind, $0.bytes) })
    for (file, expected) in zip(edited, expected) { #expect(BotocoreFileTests.read(file).text == expected) }
  }
}

/// Lines without the code under test.
enum ConfigurationSyntaxLines {
  static func contents(of bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }.map(Array.init).filter {
      !$0.isEmpty
    }
  }
}
