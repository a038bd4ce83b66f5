// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import Testing

/// `configure` and the user's own shared configuration file.
@Suite("Settings in the user's configuration file", .serialized)
struct ConfigureMergeTests {
  private static let original = """
    # mine
    [default]
    region = eu-west-1
    output=json

    [profile x]
    region = eu-west-1
    use_dualstack_endpoint = true
    s3 =
      max_concurrent_requests = 20

    """

  private static func arguments(_ path: String, services: String = "ec2,bedrock", _ more: [String] = [])
    -> [String]
  {
    [
      "configure", "--services", services, "--region", "eu-west-1", "--client", "cli-v2", "--format",
      "aws-config",
      "--to", path,
    ] + more
  }

  private func run(_ arguments: [String]) async throws -> Program.Outcome {
    try await Program.run(arguments, environment: ["EGRESS6_STORE": "/nonexistent/map.sqlite"])
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  private func makeConfig(_ folder: TemporaryFolder) throws -> String {
    let path = folder.path + "/config"
    try Data(Self.original.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("everything else stays, a backup is kept, a second run changes nothing, undo gives back the file")
  func merge() async throws {
    let folder = try TemporaryFolder()
    let path = try makeConfig(folder)
    let first = try await run(Self.arguments(path))
    #expect(first.status == 1 && first.errors.contains("\(path).egress6-backup"), "\(first.errors)")
    let text = String(decoding: try bytes(path), as: UTF8.self)
    #expect(text.contains("endpoint_url = https://ec2.eu-west-1.api.aws"))
    for line in Self.original.split(separator: "\n") { #expect(text.contains(line)) }
    #expect(try bytes(path + ".egress6-backup") == Data(Self.original.utf8))
    let merged = try bytes(path)
    let second = try await run(Self.arguments(path))
    #expect(second.errors.contains("unchanged: "), "\(second.errors)")
    #expect(try bytes(path) == merged)
    // Another profile, in which the user has the switch: endpoints beside it would stop some clients.
    let other = try await run(Self.arguments(path, ["--profile", "x"]))
    #expect(other.errors.contains("wrote "), "\(other.errors)")
    let both = String(decoding: try bytes(path), as: UTF8.self)
    #expect(both.contains("use_dualstack_endpoint = false"))
    for profile in ["default", "x"] {
      let undone = try await run([
        "configure", "--undo", "--format", "aws-config", "--profile", profile, "--to", path,
      ])
      #expect(undone.status == 0, "\(undone.errors)")
    }
    #expect(try bytes(path) == Data(Self.original.utf8))
  }

  @Test("a profile of another region gets no endpoints of this one: its requests would be signed for its own")
  func otherRegion() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/config"
    let original = Data("[default]\nregion = us-east-2\n".utf8)
    try original.write(to: URL(fileURLWithPath: path))
    let result = try await run(Self.arguments(path))
    #expect(result.status == 1 && result.errors.contains("signed for ec2 in us-east-2"), "\(result.errors)")
    #expect(try bytes(path) == original)
  }

  @Test("the real botocore calls the planned names with the merged file")
  func realClients() async throws {
    let folder = try TemporaryFolder()
    let path = try makeConfig(folder)
    _ = try await run(Self.arguments(path))
    let script = """
      import botocore.session
      for service in ["ec2", "bedrock"]:
          client = botocore.session.get_session().create_client(
              service, aws_access_key_id="a", aws_secret_access_key="b")
          print(client.meta.endpoint_url, client._request_signer._signing_name, client.meta.region_name)
      """
    let result = try await Command.run(
      TestEnvironment.python, ["-c", script],
      environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "AWS_CONFIG_FILE": path])
    #expect(
      result.text == """
        https://ec2.eu-west-1.api.aws ec2 eu-west-1
        https://bedrock.eu-west-1.amazonaws.com bedrock eu-west-1

        """, "\(result.errorText)")
  }

  @Test("a killed merge leaves the old file or the new one, and a backup that is whole or none")
  func kills() async throws {
    let strace = try #require(Command.find("strace"), "strace is not installed: run scripts/setup-tests")
    let folder = try TemporaryFolder()
    let path = folder.path + "/config"
    // Large enough that it is written in many pieces.
    let original = Data(
      (Self.original + (0..<1500).map { "\n[profile p\($0)]\nregion = eu-west-1\noutput = json\n" }.joined())
        .utf8)
    try original.write(to: URL(fileURLWithPath: path))
    _ = try await run(Self.arguments(path))
    let new = try bytes(path)
    #expect(new != original)
    let kills = TestDepth.repetitions("EGRESS6_KILLS", quick: 12, full: 50)
    let calls = "write,fsync,fchmod,fchown,rename,renameat,renameat2,link,linkat,unlink,unlinkat"
    let environment = [
      "PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8",
      "EGRESS6_STORE": "/nonexistent/map.sqlite",
    ]
    func start() throws {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name != "config" {
        try FileManager.default.removeItem(atPath: folder.path + "/" + name)
      }
      try original.write(to: URL(fileURLWithPath: path))
    }
    try start()
    let log = folder.path + "/trace"
    let traced = try await Command.run(
      strace, ["-f", "-o", log, "-e", "trace=\(calls)", Program.path] + Self.arguments(path, ["--quiet"]),
      environment: environment)
    try #require(traced.status == 1, "\(traced.errorText)")
    // strace counts the calls of each thread and name: the thread that renames the file does the merge.
    let lines = try String(contentsOf: URL(fileURLWithPath: log), encoding: .utf8).split(separator: "\n")
    let thread = try #require(lines.last { $0.contains("rename(") }?.prefix { $0 != " " })
    var seen: [Substring: Int] = [:]
    let points = lines.filter { $0.hasPrefix(thread) && $0.contains("(") && !$0.contains("resumed") }.map {
      line in
      let name = line.drop { $0 != " " }.drop { $0 == " " }.prefix { $0 != "(" }
      seen[name, default: 0] += 1
      return (name: String(name), count: seen[name] ?? 1)
    }
    try #require(points.count > 30, "the merge has only \(points.count) calls")
    var states: [String: Int] = [:]
    for number in 0..<kills {
      try start()
      let point = points[number * (points.count - 1) / (kills - 1)]
      let result = try await Command.run(
        strace,
        [
          "-f", "-o", "/dev/null", "-e", "trace=\(calls)", "-e",
          "inject=\(point.name):signal=KILL:when=\(point.count)",
          Program.path,
        ]
          + Self.arguments(path, ["--quiet"]), environment: environment)
      let now = try bytes(path)
      #expect(now == original || now == new, "killed at \(point.name) \(point.count)")
      let backup = path + ".egress6-backup"
      if FileManager.default.fileExists(atPath: backup) {
        #expect(try bytes(backup) == original)
      } else {
        #expect(now != new, "the file was replaced without a backup")
      }
      states[(now == new ? "new" : "old") + (result.status == 1 ? ", ended" : ", killed"), default: 0] += 1
      // The next run completes the work, and leaves nothing behind.
      let next = try await run(Self.arguments(path))
      #expect(next.status == 1, "\(next.errors)")
      #expect(try bytes(path) == new)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
          "config", "config.egress6-backup",
        ])
    }
    print("\(kills) kills at \(points.count) system calls: \(states.sorted { $0.key < $1.key })")
    #expect(Set(states.keys).isSuperset(of: ["old, killed", "new, killed"]))
  }

  @Test("two runs at once lose nothing of the user's, and undoing both gives back the file")
  func concurrentRuns() async throws {
    let folder = try TemporaryFolder()
    let path = try makeConfig(folder)
    for round in 0..<3 {
      let services = ["ec2,bedrock", "s3,bedrock", "ec2,s3,bedrock"][round]
      async let one = run(Self.arguments(path, services: services))
      async let other = run(Self.arguments(path, services: services, ["--profile", "x"]))
      for outcome in [try await one, try await other] where outcome.status != 1 {
        #expect(
          outcome.status == 3 && outcome.errors.contains("another program changed it"), "\(outcome.errors)")
      }
    }
    for profile in ["default", "x"] {
      let undone = try await run([
        "configure", "--undo", "--format", "aws-config", "--profile", profile, "--to", path,
      ])
      #expect(undone.status == 0, "\(undone.errors)")
    }
    #expect(try bytes(path) == Data(Self.original.utf8))
  }

  /// A path that holds no file which can be edited.
  enum Hostile: String, CaseIterable, Sendable {
    case folder, pipe, linkLoop, huge, manySections, nulBytes, noHeader, duplicates

    /// Makes it.
    func make(_ path: String) async throws {
      let files = FileManager.default
      switch self {
      case .folder: try files.createDirectory(atPath: path, withIntermediateDirectories: true)
      case .pipe: _ = try await Command.run("/usr/bin/mkfifo", [path])
      case .linkLoop: try files.createSymbolicLink(atPath: path, withDestinationPath: path)
      case .huge: _ = try await Command.run("/usr/bin/truncate", ["-s", "1G", path])
      case .manySections:
        let text = (0..<1_000_000).map { "[p\($0)]\n" }.joined() + "[p1]\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      case .nulBytes:
        try Data("[default]\nregion\0 = x\0y\n\0[profile".utf8).write(to: URL(fileURLWithPath: path))
      case .noHeader: try Data("region = eu-west-1\n".utf8).write(to: URL(fileURLWithPath: path))
      case .duplicates:
        try Data("[default]\na=1\n[default]\nb=2\n".utf8).write(to: URL(fileURLWithPath: path))
      }
    }

    /// Whether it is a regular file, which has to stay as it was.
    var isFile: Bool { ![.folder, .pipe, .linkLoop].contains(self) }
  }

  @Test(
    "what is no file, or no configuration, gives one clear error and stays as it was",
    arguments: Hostile.allCases)
  func hostile(kind: Hostile) async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/config"
    try await kind.make(path)
    let size = kind.isFile ? try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int : nil
    let before = kind.isFile && kind != .huge ? try bytes(path) : nil
    let outcome = try await run(Self.arguments(path, ["--quiet"]))
    #expect(
      [2, 3].contains(outcome.status) && outcome.output.isEmpty, "\(outcome.status): \(outcome.errors)")
    #expect(
      outcome.errors.hasPrefix("error: ") && outcome.errors.contains("config"),
      "\(outcome.errors.prefix(300))")
    #expect(outcome.errors.utf8.count < 1000)
    if let before { #expect(try bytes(path) == before) }
    if let size { #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == size) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["config"])
  }

  @Test("a link keeps its place, and a file that others cannot read stays so")
  func links() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/config"
    let target = folder.path + "/dotfiles-config"
    try Data(Self.original.utf8).write(to: URL(fileURLWithPath: target))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "dotfiles-config")
    let outcome = try await run(Self.arguments(path))
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "dotfiles-config")
    #expect(String(decoding: try bytes(target), as: UTF8.self).contains("ec2.eu-west-1.api.aws"))
    let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }
}
