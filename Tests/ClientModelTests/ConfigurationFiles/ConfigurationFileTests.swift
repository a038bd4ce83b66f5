// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase
import EgressTestKit
import Foundation
import Testing

/// Files of any kind and size, and where their parts are.
@Suite struct ConfigurationFileTests {
  private static func file(_ text: String, _ kind: ConfigurationFile.Kind = .config) -> ConfigurationFile {
    ConfigurationFile(Array(text.utf8), path: "config", kind: kind)
  }

  @Test func everyByteIsKept() throws {
    var random = RandomConfigurationFile(seed: TestSeed.named("EGRESS6_CONFIG_SYNTAX_SEED"))
    var read = 0
    for _ in 0..<TestDepth.repetitions("EGRESS6_CONFIG_SYNTAX", quick: 2_000, full: 50_000) {
      let bytes = random.next().bytes
      for dialect in FileDialect.allCases {
        guard
          let syntax = try? ConfigurationSyntax(
            ConfigurationFile(bytes, path: "", kind: .config), as: dialect)
        else { continue }
        read += 1
        #expect(syntax.text() == bytes)
        for section in syntax.sections {
          for property in section.properties {
            for part in [section.name, property.name, property.value] + property.continuations {
              let line = syntax.lines[part.line].content
              #expect(line.lowerBound <= part.range.lowerBound && part.range.upperBound <= line.upperBound)
            }
          }
        }
      }
    }
    #expect(read > 1_000)
  }

  @Test func positionsAreThoseOfTheFile() throws {
    let text =
      "; é\r\n[profile a]\r\n region=1\r\n"
      + "s3 =\n\n\té = 1\n  k = v\r[services s]\nec2 =\n    endpoint_url = u"
    let syntax = try ConfigurationSyntax(Self.file(text), as: .botocore)
    #expect(syntax.sections.map { "\(syntax.position($0.name))" } == ["2:2", "8:2"])
    let sections = try Self.file(text).sections(as: .botocore)
    let profile = try #require(sections.profiles["a"])
    #expect(profile.position == TextPosition(line: 2, column: 1))
    #expect(profile.properties.map(\.position) == [.init(line: 3, column: 2), .init(line: 4, column: 1)])
    #expect(profile["s3"]?.nested.map(\.position) == [.init(line: 6, column: 2), .init(line: 7, column: 3)])
    #expect(sections.services["s"]?["ec2"]?.nested.first?.position == TextPosition(line: 10, column: 5))
  }

  @Test func theSpecificationMergesServicesSections() throws {
    let text = """
      [services s]
      EC2 =
        Endpoint_URL = http://one # kept
        not valid = x
      [services s]
      s3 =
        endpoint_url = http://two
      ec2 =
        endpoint_url = http://three
      [services t] # note
      [servicest]
      [services]
      """
    let sections = try Self.file(text).sections(as: .specification)
    #expect(sections.services.keys.sorted() == ["s", "t"])
    let section = try #require(sections.services["s"])
    #expect(section.properties.map(\.name) == ["ec2", "s3"])
    #expect(section["ec2"]?.nested.map(\.value) == ["http://three"])
    #expect(section["ec2"]?.value == "\nendpoint_url = http://three")
    #expect(try Self.file(text, .credentials).sections(as: .specification).services.isEmpty)
  }

  @Test func textThatIsNotUTF8MattersOnlyInValues() throws {
    func read(_ bytes: [UInt8]) throws -> ConfigurationSections {
      try ConfigurationFile(bytes, path: "config", kind: .config).sections(as: .specification)
    }
    let header = Array("[profile a]\n".utf8)
    let unread = header + [0x23, 0xFF, 0x0A] + Array("b\u{FC} = 1\n".utf8) + [0x62, 0xFF, 0x3D, 0x31, 0x0A]
    #expect(try read(unread).profiles["a"]?.properties.isEmpty == true)
    let error = try #require(throws: ConfigurationFileError.self) {
      try read(header + Array("k = v".utf8) + [0xFF])
    }
    #expect(error.position == TextPosition(line: 2, column: 6))
    #expect(error.problem.contains("UTF-8"))
  }

  @Test func botocoreFindsFilesByVariablesInPaths() {
    func find(_ environment: [String: String]) -> [String?] {
      let found = ConfigurationFileLocations(environment: environment, home: "/home/ann", dialect: .botocore)
      return [found.config, found[.credentials]]
    }
    #expect(find(["HOME": "/h/"]) == ["/h/.aws/config", "/h/.aws/credentials"])
    #expect(find([:]) == ["/home/ann/.aws/config", "/home/ann/.aws/credentials"])
    #expect(find(["HOME": ""])[0] == "/.aws/config")
    #expect(find(["AWS_CONFIG_FILE": ""])[0] == nil)
    #expect(find(["AWS_CONFIG_FILE": "~"])[0] == "/home/ann")
    #expect(find(["AWS_CONFIG_FILE": "~other/x"])[0] == "~other/x")
    #expect(find(["A": "v", "AWS_CONFIG_FILE": "/$A/${A}/$AB/${B}/$/${"])[0] == "/v/v/$AB/${B}/$/${")
    let specified = ConfigurationFileLocations(
      environment: ["HOME": "/h", "AWS_CONFIG_FILE": "~/c", "AWS_SHARED_CREDENTIALS_FILE": " "], home: nil,
      dialect: .specification)
    #expect(specified.config == "/h/c")
    #expect(specified.credentials == "/h/.aws/credentials")
  }

  // MARK: - Hostile files

  @Test func sizeIsLimitedBeforeAnythingIsRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/config"
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.truncate(atOffset: 1 << 30)
    try handle.close()
    let error = try #require(throws: FileError.self) { try ConfigurationFile.read(path, kind: .config) }
    #expect(error.description == "\(path): passes the limit of 16 MiB for a configuration file")
    // A file without a size, such as a device of the kernel, is refused, too.
    #expect(throws: FileError.self) { try ConfigurationFile.read("/dev/zero", kind: .config) }
  }

  @Test func whatIsNotAFileIsRefusedOrMissing() throws {
    let folder = try TemporaryFolder()
    let manager = FileManager.default
    func link(_ name: String, to target: String) throws -> String {
      let path = folder.path + "/" + name
      try manager.createSymbolicLink(atPath: path, withDestinationPath: target)
      return path
    }
    let fifo = folder.path + "/fifo"
    let made = unsafe mkfifo(fifo, 0o600)
    #expect(made == 0)
    for (path, word) in [
      (folder.path, "a folder"), (fifo, "a pipe"), (try link("loop", to: "loop"), "leads back to itself"),
      (try link("to-fifo", to: "fifo"), "a pipe"), ("/dev/full", "a device"),
    ] {
      let error = try #require(throws: FileError.self) { try ConfigurationFile.read(path, kind: .config) }
      #expect(error.description.contains(word), "\(error)")
    }
    #expect(try ConfigurationFile.read(folder.path + "/none", kind: .config) == nil)
    #expect(try ConfigurationFile.read(link("dangling", to: "none"), kind: .config) == nil)
    #expect(try ConfigurationFile.read("/dev/null", kind: .config) == nil)
    #expect(throws: FileError.self) { try ConfigurationFile.read(fifo + "/config", kind: .config) }
  }

  @Test func whatCannotBeReadIsRefused() throws {
    var paths: [String] = []
    #if os(Linux)
      // Nothing can be read at its beginning, whoever asks.
      paths.append("/proc/self/mem")
    #endif
    let folder = try TemporaryFolder()
    let path = folder.path + "/config"
    if geteuid() != 0 {
      #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0]))
      paths.append(path)
    }
    for path in paths {
      let error = try #require(throws: FileError.self) { try ConfigurationFile.read(path, kind: .config) }
      #expect(error.description.hasPrefix("\(path): cannot be read: "), "\(error)")
    }
  }

  @Test(arguments: FileDialect.allCases)
  func aMillionSectionsAreRead(dialect: FileDialect) throws {
    let count = TestDepth.repetitions("EGRESS6_CONFIG_SECTIONS", quick: 50_000, full: 1_000_000)
    var bytes: [UInt8] = []
    for number in 0..<count { bytes += Array("[profile \(number)]\n".utf8) }
    let sections = try ConfigurationFile(bytes, path: "", kind: .config).sections(as: dialect)
    #expect(sections.profiles.count == count)
  }

  @Test(arguments: FileDialect.allCases)
  func manySettingsAndLongLinesAreRead(dialect: FileDialect) throws {
    var bytes = Array("[profile a]\n".utf8)
    for number in 0..<50_000 { bytes += Array("k\(number) = \(number)\n".utf8) }
    bytes +=
      Array("long = ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) + Array("\ns3 =\n".utf8)
    for number in 0..<50_000 { bytes += Array(" n\(number) = \(number)\n".utf8) }
    let profile = try ConfigurationFile(bytes, path: "", kind: .config).sections(as: dialect).profiles["a"]
    #expect(profile?.properties.count == 50_002)
    #expect(profile?.properties.last?.nested.count == 50_000)
    #expect(profile?["long"]?.value.utf8.count == 1 << 20)
  }

  @Test func inheritedSettingsAreBounded() throws {
    var bytes = Array("[DEFAULT]\n".utf8)
    for number in 0..<5_000 { bytes += Array("k\(number)=\n".utf8) }
    for number in 0..<5_000 { bytes += Array("[profile \(number)]\n".utf8) }
    let error = try #require(throws: ConfigurationFileError.self) {
      try ConfigurationFile(bytes, path: "config", kind: .config).sections(as: .botocore)
    }
    #expect(error.problem.contains("'DEFAULT' adds too many settings"))
  }
}
