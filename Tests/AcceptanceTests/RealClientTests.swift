// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// Real clients under the settings of each format, on an IPv6-only host: they call the planned hosts, signed as planned.
@Suite(
  "Real clients under generated settings", .serverTurns,
  .enabled(if: Lab.obstacle == nil, "\(Lab.obstacle ?? "")"))
struct RealClientTests {
  /// What is called, and what it is signed for.
  struct Call: Hashable, Comparable, CustomStringConvertible {
    var host: String
    var scope: String
    var description: String { "\(host) (\(scope))" }
    static func < (left: Call, right: Call) -> Bool { (left.host, left.scope) < (right.host, right.scope) }
  }

  /// Settings and the plan behind them.
  struct Settings {
    var file: String
    var text: String
    var calls: [String: Call]
    private let folder: TemporaryFolder

    /// Has the program write settings, and show their proof.
    init(_ services: [String], format: String, client: String?, version: String? = nil) async throws {
      folder = try TemporaryFolder()
      file = folder.url.path + "/settings" + (format == "boto3" ? ".py" : "")
      let options =
        [
          "configure", "--services", services.joined(separator: ","), "--region", RealClientTests.region,
          "--format", format,
        ]
        + (client.map { ["--client", $0] } ?? []) + (version.map { ["--client-version", $0] } ?? [])
      let environment = ["EGRESS6_STORE": "/nonexistent/map.sqlite"]
      let made = try await Program.run(options + ["--to", file], environment: environment)
      guard made.status == 0 || made.status == 1 else {
        throw ServerError(description: "\(options): \(made.errors)")
      }
      text = try String(contentsOfFile: file, encoding: .utf8)
      let proof = try await Program.run(options + ["--proof", "--json"], environment: environment)
      calls = [:]
      for row in try JSON(parsing: Array(proof.output.utf8))["rows"]?.array ?? [] {
        guard let service = row["service"]?.string, let host = row["host"]?.string,
          let region = row["signing_region"]?.string, let name = row["signing_name"]?.string
        else { continue }
        calls[service] = Call(host: host, scope: "\(region)/\(name)")
      }
    }
  }

  private static let region = "eu-west-1"
  /// Every one has a dual-stack name, so the switch is set.
  private static let all = ["ec2", "logs", "s3", "sns", "sts"]
  /// One has none, so endpoints are set.
  private static let some = all + ["bedrock"]
  private static let world: [String: Set<AddressFamily>] = {
    var world: [String: Set<AddressFamily>] = [
      "s3.dualstack.eu-west-1.amazonaws.com": [.ipv4, .ipv6], "bedrock.eu-west-1.amazonaws.com": [.ipv4],
    ]
    for name in all {
      world["\(name).eu-west-1.amazonaws.com"] = [.ipv4]
      if name != "s3" { world["\(name).eu-west-1.api.aws"] = [.ipv4, .ipv6] }
    }
    return world
  }()

  private static let scripts = TestEnvironment.root.appendingPathComponent("Tests/Lab/clients").path
  private static func tool(_ name: String) -> String {
    TestEnvironment.cache.appendingPathComponent("clients/bin/\(name)").path
  }

  /// The environment of every client, without settings.
  private func environment(_ lab: Lab, _ settings: [String: String] = [:]) -> [String: String] {
    [
      "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
      "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": Self.region, "AWS_REGION": Self.region,
      "AWS_CA_BUNDLE": lab.authority, "SSL_CERT_FILE": lab.authority, "AWS_EC2_METADATA_DISABLED": "true",
      "AWS_MAX_ATTEMPTS": "1",
    ].merging(settings) { $1 }
  }

  /// The variables that the real reader of a format finds in a file.
  private func read(_ settings: Settings, _ format: String) async throws -> [String: String] {
    let result = try await Command.run(
      Self.tool("python"), [Self.scripts + "/read_settings.py", format, settings.file])
    try #require(result.status == 0, "\(format): \(result.errorText)\n\(settings.text)")
    let members = try JSON(parsing: result.output).object ?? []
    return Dictionary(members.map { ($0.name, $0.value.string ?? "") }) { _, last in last }
  }

  /// What a client calls in the lab.
  private func calls(_ lab: Lab, _ program: String, _ words: [String], _ variables: [String: String])
    async throws -> [Call]
  {
    let before = try lab.requests.count
    let result = try await lab.run(program, words, environment: environment(lab, variables))
    #expect(result.status == 0, "\(program) \(words): \(result.errorText)")
    return try lab.requests.dropFirst(before).map { Call(host: $0.host, scope: $0.scope ?? "") }.sorted()
  }

  private func boto3(_ words: [String]) -> (String, [String]) {
    (Self.tool("python"), [Self.scripts + "/call_boto3.py"] + words)
  }

  @Test(
    "boto3 under every format of variables, as its real reader reads it",
    arguments: ["shell", "env", "dockerfile", "kubernetes", "kubernetes-env", "ecs", "lambda"])
  func variables(_ format: String) async throws {
    let lab = try await Lab(Self.world)
    defer { lab.stop() }
    for services in [Self.all, Self.some] {
      let settings = try await Settings(services, format: format, client: "boto3")
      let variables = try await read(settings, format)
      #expect(
        (variables["AWS_USE_DUALSTACK_ENDPOINT"] == "true") == (services == Self.all), "\(settings.text)")
      #expect(variables.keys.contains { $0.hasPrefix("AWS_ENDPOINT_URL_") } == (services == Self.some))
      let (program, words) = boto3(Self.all)
      let found = try await calls(lab, program, words, variables)
      #expect(found == Self.all.compactMap { settings.calls[$0] }.sorted())
      #expect(found.count == Self.all.count)
      #expect(found.contains(Call(host: "logs.eu-west-1.api.aws", scope: "eu-west-1/logs")))
    }
  }

  @Test("AWS CLI v1 and boto3 under the shared configuration file")
  func sharedFile() async throws {
    let lab = try await Lab(Self.world)
    defer { lab.stop() }
    let aws = TestEnvironment.cache.appendingPathComponent("python/bin/aws").path
    let commands = [
      "ec2": "ec2 describe-regions", "logs": "logs describe-log-groups", "s3": "s3api list-buckets",
      "sns": "sns list-topics", "sts": "sts get-caller-identity",
    ]
    for services in [Self.all, Self.some] {
      let settings = try await Settings(services, format: "aws-config", client: "cli-v1")
      let variables = ["AWS_CONFIG_FILE": settings.file]
      for name in Self.all {
        let words = commands[name, default: ""].split(separator: " ").map(String.init)
        #expect(try await calls(lab, aws, words, variables) == [settings.calls[name]], "\(settings.text)")
      }
      let (program, words) = boto3(Self.all)
      #expect(
        try await calls(lab, program, words, variables) == Self.all.compactMap { settings.calls[$0] }.sorted()
      )
    }
  }

  @Test("boto3 made by the generated code")
  func code() async throws {
    let lab = try await Lab(Self.world)
    defer { lab.stop() }
    for services in [Self.all, Self.some] {
      let settings = try await Settings(services, format: "boto3", client: nil)
      let (program, words) = boto3([settings.file] + Self.all)
      #expect(
        try await calls(lab, program, words, [:]) == Self.all.compactMap { settings.calls[$0] }.sorted(),
        "\(settings.text)")
    }
  }

  @Test("Go's SDK v2, rclone and s5cmd under variables, each as far as it follows them")
  func otherClients() async throws {
    let lab = try await Lab(Self.world)
    defer { lab.stop() }
    let folder = try TemporaryFolder()
    let program = folder.url.path + "/go-v2"
    let go = try #require(Command.find("go"))
    let build = try await Command.run(
      go, ["build", "-o", program, Self.scripts + "/go-v2/main.go"],
      environment: [
        "PATH": "/usr/bin:/bin", "HOME": folder.url.path, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
        "GOCACHE": TestEnvironment.cache.appendingPathComponent("go").path,
      ])
    try #require(build.status == 0, "\(build.errorText)")
    // Debian's release, of 2022, knows the switch; endpoints of its own came a year later.
    let names = ["s3", "sns", "sts"]
    let switched = try await Settings(names, format: "shell", client: "go-v2", version: "1.17.1")
    #expect(
      try await calls(lab, program, names, read(switched, "shell"))
        == names.compactMap { switched.calls[$0] }.sorted())
    let host = Call(host: "s3.dualstack.eu-west-1.amazonaws.com", scope: "eu-west-1/s3")
    // rclone turns the switch off, and follows endpoints.
    let rclone = try await Settings(["s3"], format: "env", client: "rclone")
    let remote = ":s3,provider=AWS,env_auth=true,region=eu-west-1:"
    let list = [
      "lsd", remote, "--config", "/dev/null", "--ca-cert", lab.authority, "--retries", "1",
      "--low-level-retries", "1",
    ]
    #expect(rclone.text.contains("AWS_ENDPOINT_URL_S3="), "\(rclone.text)")
    #expect(try await calls(lab, Self.tool("rclone"), list, read(rclone, "env")) == [host])
    #expect(rclone.calls["s3"] == host)
    // s5cmd follows the switch, and no endpoint.
    let s5cmd = try await Settings(["s3"], format: "env", client: "s5cmd")
    #expect(s5cmd.text.contains("AWS_USE_DUALSTACK_ENDPOINT=true"), "\(s5cmd.text)")
    #expect(try await calls(lab, Self.tool("s5cmd"), ["ls"], read(s5cmd, "env")) == [host])
    #expect(s5cmd.calls["s3"] == host)
  }

  @Test("a Terraform provider block says to its reader what is planned")
  func terraform() async throws {
    // Terraform itself cannot be installed here: its language is read by python-hcl2.
    let switched = try await Settings(Self.all, format: "terraform", client: nil)
    #expect(try await read(switched, "terraform") == ["use_dualstack_endpoint": "true"], "\(switched.text)")
    let separate = try await Settings(Self.some, format: "terraform", client: nil)
    let endpoints = Self.all.map { ("endpoints.\($0)", "https://" + (separate.calls[$0]?.host ?? "")) }
    #expect(
      try await read(separate, "terraform") == Dictionary(uniqueKeysWithValues: endpoints), "\(separate.text)"
    )
  }

  @Test("the files of agents and of Docker say what is planned")
  func agents() async throws {
    // The agents themselves cannot be installed here: their JSON is read as what it is.
    func json(_ format: String) async throws -> JSON {
      try JSON(parsing: Array(try await Settings(["logs"], format: format, client: nil).text.utf8))
    }
    #expect(try await json("cloudwatch-agent")["agent"]?["use_dualstack_endpoint"]?.bool == true)
    #expect(try await json("ssm-agent")["Agent"]?["UseDualStackEndpoint"]?.bool == true)
    let docker = try await json("docker-daemon")["log-opts"]
    #expect(docker?["awslogs-endpoint"]?.string == "https://logs.eu-west-1.api.aws")
    #expect(docker?["awslogs-region"]?.string == Self.region)
  }
}
