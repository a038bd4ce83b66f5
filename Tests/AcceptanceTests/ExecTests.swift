// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import Testing

/// `egress6 exec`: the command gets everything as it would without it, and settings besides.
@Suite("exec", .serverTurns)
struct ExecTests {
  private static let plain = ["exec", "--region", "eu-west-1", "--services", "ec2"]
  private static let variables = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"]

  /// What `env` prints under exec.
  private func variables(
    _ options: [String], environment: [String: String] = [:]
  ) async throws -> (set: [String: String], errors: String) {
    let outcome = try await Program.run(["exec"] + options + ["--", "env"], environment: environment)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let pairs = outcome.lines.filter { $0.hasPrefix("AWS_") }.map {
      $0.split(separator: "=", maxSplits: 1).map(String.init)
    }
    return (Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { _, last in last }, outcome.errors)
  }

  // MARK: Replacing the process

  @Test(
    "exit status and signals are the command's own",
    arguments: [("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)])
  func status(_ script: String, _ status: Int32) async throws {
    let result = try await Command.run(
      Program.path, Self.plain + ["--", "sh", "-c", script], environment: Self.variables)
    #expect(result.status == status)
    #expect(result.errorText == "")
  }

  @Test("the command has the process id, so a signal reaches it")
  func process() async throws {
    let folder = try TemporaryFolder()
    let daemon = try await Daemon(
      Program.path, Self.plain + ["--", "sh", "-c", "echo $$; exec sleep 100000"],
      environment: Self.variables,
      log: folder.url.appendingPathComponent("log"))
    while daemon.isRunning, daemon.logText.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    #expect(daemon.logText == "\(daemon.processIdentifier)\n")
    daemon.signal(SIGTERM)
    #expect(try await daemon.status() == 143)
  }

  @Test("words and variables arrive byte for byte, duplicates and odd ones included")
  func bytes() async throws {
    let show = "import os, sys; print([os.fsencode(a) for a in sys.argv[1:]], sorted(os.environb.items()))"
    let python = try #require(Command.find("python3"))
    func run(_ prefix: String) async throws -> Command.Result {
      let script =
        "export ODD=\"$(printf 'a\\377b')\" COLUMNS=7; exec \(prefix) \"$@\" \"$(printf '\\377\\n ')\" '' '--' '$HOME' '*'"
      return try await Command.run(
        "/bin/sh", ["-c", script, "sh", python, "-c", show], environment: Self.variables)
    }
    let without = try await run("")
    let with = try await run("'\(Program.path)' exec --region eu-west-1 --services sts --client java-v1 --")
    #expect(with.status == 0, "\(with.errorText)")
    #expect(without.text.contains("\\xff"))
    // A client without settings: nothing is set but the region that the option names.
    let region = "(b'AWS_DEFAULT_REGION', b'eu-west-1'), (b'AWS_REGION', b'eu-west-1'), "
    #expect(with.text.replacingOccurrences(of: region, with: "") == without.text)
    #expect(with.text.contains(region))
  }

  @Test("signals, open files, limits and the null device are as before, after DNS was asked, too")
  func inheritance() async throws {
    var zone = Zone()
    zone.add("ec2.eu-west-1.api.aws", [.ipv4, .ipv6])
    let server = try await NameServer(zone)
    defer { server.stop() }
    // The thirty-third bit is a signal of the C library's own, which no program can set.
    let show =
      "grep -E '^(Sig(Blk|Ign|Cgt)|NoNewPrivs|Umask)' /proc/self/status | sed 's/00000001\\(........\\)$/0000000.\\1/; s/00000000\\(........\\)$/0000000.\\1/'; ls /proc/self/fd; ulimit -S -n; ulimit -H -n; ulimit -s"
    // Other tests of this process may leave files open to its children.
    let closing = (3..<30).map { "exec \($0)>&-; " }.joined()
    func run(_ prefix: [String], _ setup: String) async throws -> Command.Result {
      try await Command.run(
        "/bin/bash", ["-c", closing + setup + "; exec \"$@\"", "bash"] + prefix + ["bash", "-c", show],
        environment: Self.variables)
    }
    let setups = [
      "ulimit -S -n 200", "trap '' HUP PIPE; exec 7</dev/null", "exec 0<&-", "ulimit -S -n 100; exec 2>&-",
    ]
    for setup in setups {
      let without = try await run([], setup)
      let options = Self.plain + ["--live", "--resolver", "\(server.address)", "--"]
      let with = try await run([Program.path] + options, setup)
      #expect(with.text == without.text, "\(setup): \(with.errorText)")
      #expect(without.text.contains("SigIgn"))
    }
  }

  @Test("standard input and the terminal pass through")
  func terminal() async throws {
    let input = try await Program.run(Self.plain + ["--", "cat"], input: "one\ntwo\n")
    #expect(input.output == "one\ntwo\n")
    let script = try #require(Command.find("script"))
    let line =
      "'\(Program.path)' exec --region eu-west-1 --services ec2 -- sh -c 'test -t 0 && test -t 1 && test -t 2 && echo a terminal'"
    let result = try await Command.run(script, ["-qec", line, "/dev/null"], environment: Self.variables)
    #expect(result.text.contains("a terminal"))
    #expect(result.status == 0)
  }

  @Test(
    "what cannot be run has the statuses of env(1)",
    arguments: [
      (["--", "no-such-command"], 127, "not found"), (["--", "/dev/null/x"], 127, "not found"),
      (["--", "/etc/passwd"], 126, "may not be run"), (["--", "/tmp"], 126, "may not be run"),
      (["--", ""], 125, "empty"), (["env"], 125, "behind --"), (["--"], 125, "no command"),
      (["--no-such-option", "--", "env"], 125, "no-such-option"),
      (["--client", "nobody", "--", "env"], 125, "nobody"),
      (["--services", "nothing", "--", "env"], 125, "nothing"),
      (["--region", "", "--", "env"], 125, "empty"),
    ])
  func refused(_ words: [String], _ status: Int32, _ text: String) async throws {
    let outcome = try await Program.run(
      ["exec", "--region", "eu-west-1"].dropLast(words.contains("--region") ? 2 : 0) + words)
    #expect(outcome.status == status)
    #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.contains(text), "\(outcome.errors)")
    #expect(outcome.output == "")
  }

  @Test("a script without a first line for its interpreter is not handed to a shell")
  func noShell() async throws {
    let folder = try TemporaryFolder()
    let file = folder.url.path + "/script"
    try Data("echo a shell\n".utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    let outcome = try await Program.run(Self.plain + ["--", file])
    #expect(outcome.status == 126)
    #expect(outcome.errors.contains("no shell"))
    #expect(outcome.output == "")
  }

  @Test("an environment that is too large is one clear error")
  func tooLarge() async throws {
    // With a stack of 1 MiB the system allows 256 KiB of words and variables.
    let large = "export A=$(head -c 128500 /dev/zero | tr '\\0' a) B=$(head -c 128500 /dev/zero | tr '\\0' b)"
    let result = try await Command.run(
      "/bin/bash",
      ["-c", "ulimit -s 1024; \(large); exec '\(Program.path)' exec --region eu-west-1 -- true"],
      environment: Self.variables)
    #expect(result.status == 125)
    #expect(result.errorText.contains("longer than the system allows"), "\(result.errorText)")
    #expect(result.errorText.contains("--services"))
  }

  // MARK: Settings

  @Test("either the switch or endpoints are set, never both")
  func neverBoth() async throws {
    let one = try await variables(["--region", "eu-west-1", "--services", "ec2,iam"])
    #expect(one.set["AWS_USE_DUALSTACK_ENDPOINT"] == "true")
    #expect(!one.set.keys.contains { $0.hasPrefix("AWS_ENDPOINT_URL") })
    let all = try await variables(["--region", "eu-west-1"])
    #expect(all.set["AWS_USE_DUALSTACK_ENDPOINT"] == nil)
    #expect(all.set["AWS_ENDPOINT_URL_EC2"] == "https://ec2.eu-west-1.api.aws")
    #expect(all.set["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"] == "https://logs.eu-west-1.api.aws")
    // It would be signed for the wrong region.
    #expect(all.set["AWS_ENDPOINT_URL_IAM"] == nil)
    #expect(all.errors == "")
  }

  @Test("the user's own settings win and are named, without their values")
  func ownSettings() async throws {
    let secret = "https://name:secret@endpoint.example"
    let environment = ["AWS_ENDPOINT_URL_SQS": secret, "AWS_SECRET_ACCESS_KEY": "topsecret"]
    let one = try await variables(
      ["--region", "eu-west-1", "--services", "ec2,sqs"], environment: environment)
    #expect(one.set["AWS_ENDPOINT_URL_SQS"] == secret)
    #expect(one.set["AWS_ENDPOINT_URL_EC2"] == "https://ec2.eu-west-1.api.aws")
    #expect(one.set["AWS_USE_DUALSTACK_ENDPOINT"] == nil)
    #expect(one.errors.contains("AWS_ENDPOINT_URL_SQS"))
    #expect(!one.errors.contains("secret"))
    for (name, value) in [
      ("AWS_USE_DUALSTACK_ENDPOINT", "true"), ("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_ENDPOINT_URL", secret),
    ] {
      let found = try await variables(
        ["--region", "eu-west-1", "--services", "ec2,s3"], environment: [name: value])
      #expect(found.set.filter { $0.key != "AWS_REGION" && $0.key != "AWS_DEFAULT_REGION" } == [name: value])
      #expect(found.errors.contains(name))
    }
    let off = try await variables(
      ["--region", "eu-west-1", "--services", "ec2"], environment: ["AWS_USE_DUALSTACK_ENDPOINT": "false"])
    #expect(off.set["AWS_USE_DUALSTACK_ENDPOINT"] == "false")
    #expect(off.set["AWS_ENDPOINT_URL_EC2"] == "https://ec2.eu-west-1.api.aws")
    let quiet = try await variables(
      ["--region", "eu-west-1", "--services", "ec2,sqs", "--quiet"], environment: environment)
    #expect(quiet.errors == "")
  }

  @Test("settings of the profile count: region, endpoints, the switch")
  func profile() async throws {
    let folder = try TemporaryFolder()
    let file = folder.url.path + "/config"
    let text = """
      [default]
      region = eu-west-1
      [profile switched]
      region = eu-central-1
      use_dualstack_endpoint = true
      [profile own]
      region = eu-west-1
      services = mine
      [services mine]
      ec2 =
        endpoint_url = https://ec2.example

      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let config = ["AWS_CONFIG_FILE": file]
    let plain = try await variables(["--services", "ec2"], environment: config)
    #expect(plain.set["AWS_USE_DUALSTACK_ENDPOINT"] == "true")
    #expect(plain.set["AWS_REGION"] == nil)
    let switched = try await variables(["--services", "ec2", "--profile", "switched"], environment: config)
    #expect(switched.set == ["AWS_CONFIG_FILE": file, "AWS_PROFILE": "switched"])
    #expect(switched.errors.contains("\(file):5"))
    let own = try await variables(["--services", "ec2,sqs", "--profile", "own"], environment: config)
    #expect(own.set["AWS_ENDPOINT_URL_EC2"] == nil)
    #expect(own.set["AWS_ENDPOINT_URL_SQS"] == "https://sqs.eu-west-1.api.aws")
    #expect(own.errors.contains(file))
  }

  @Test("the region is the client's, or one clear error")
  func region() async throws {
    let none = try await Program.run(["exec", "--", "env"])
    #expect(none.status == 125 && none.errors.contains("--region"))
    let two = ["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-central-1"]
    let differing = try await Program.run(["exec", "--", "env"], environment: two)
    #expect(differing.status == 125 && differing.errors.contains("eu-central-1"))
    let v1 = try await variables(["--client", "cli-v1", "--services", "ec2,iam,sqs"], environment: two)
    #expect(v1.set["AWS_ENDPOINT_URL_EC2"] == "https://ec2.eu-central-1.api.aws")
    let v2 = try await variables(
      ["--client", "cli-v2", "--services", "ec2,bedrock"], environment: two)
    #expect(v2.set["AWS_ENDPOINT_URL_EC2"] == "https://ec2.eu-west-1.api.aws")
    let only = try await variables(["--services", "ec2,bedrock"], environment: ["AWS_REGION": "us-east-1"])
    #expect(only.set["AWS_ENDPOINT_URL_EC2"] == "https://ec2.us-east-1.api.aws")
    let contradiction = try await Program.run(
      ["exec", "--region", "eu-west-1", "--", "aws", "s3", "ls", "--region", "us-east-1"])
    #expect(contradiction.status == 125 && contradiction.errors.contains("us-east-1"))
  }

  @Test("--live asks for 40 services at once")
  func liveMany() async throws {
    let services =
      "athena,autoscaling,backup,batch,cloudformation,cloudtrail,codebuild,codedeploy,cognito-identity,config,dax,dms,ec2,ecr,ecs,efs,eks,elasticache,emr,events,firehose,fsx,glue,iot,kafka,kinesis,kms,lambda,lightsail,logs,mq,rds,redshift,sagemaker,sns,sqs,ssm,sts,swf,xray"
      .split(separator: ",").map(String.init)
    #expect(services.count == 40)
    var zone = Zone()
    for service in services { zone.add("\(service).eu-west-1.api.aws", [.ipv4, .ipv6]) }
    let server = try await NameServer(zone)
    defer { server.stop() }
    let words =
      ["exec", "--quiet", "--region", "eu-west-1", "--services", services.joined(separator: ",")]
    func seconds(_ options: [String]) async throws -> Duration {
      let start = ContinuousClock.now
      let outcome = try await Program.run(words + options + ["--", "true"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      return ContinuousClock.now - start
    }
    let without = try await seconds([])
    let with = try await seconds(["--live", "--resolver", "\(server.address)"])
    print("exec for 40 services: \(with) with --live, \(without) without")
  }

  @Test("a region that does not exist, and a file that the client refuses, are named")
  func regionErrors() async throws {
    for region in ["eu-wes-1", "eu west"] {
      let outcome = try await Program.run(["exec", "--region", region, "--services", "s3", "--", "env"])
      #expect(outcome.status == 125 && outcome.errors.contains("no region '\(region)'"), "\(outcome.errors)")
    }
    let folder = try TemporaryFolder()
    let file = folder.url.path + "/config"
    try Data("[default\nregion = eu-west-1\n".utf8).write(to: URL(fileURLWithPath: file))
    let broken = try await Program.run(
      ["exec", "--services", "s3", "--", "env"], environment: ["AWS_CONFIG_FILE": file])
    #expect(broken.status == 125 && broken.errors.contains("\(file):1"), "\(broken.errors)")
    let profile = try await Program.run(["exec", "--profile", "nosuch", "--", "env"])
    #expect(profile.status == 125 && profile.errors.contains("nosuch"), "\(profile.errors)")
  }

  @Test("with --live, what has no AAAA record now is left out")
  func live() async throws {
    var zone = Zone()
    zone.add("ec2.eu-west-1.api.aws", [.ipv4, .ipv6])
    zone.add("sqs.eu-west-1.api.aws", [.ipv4])
    zone.add("lambda.eu-west-1.api.aws", [])
    let server = try await NameServer(zone)
    defer { server.stop() }
    let found = try await variables([
      "--region", "eu-west-1", "--services", "ec2,sqs,lambda,sns", "--live", "--resolver",
      "\(server.address)",
    ])
    #expect(
      found.set.filter { $0.key.contains("ENDPOINT") } == [
        "AWS_ENDPOINT_URL_EC2": "https://ec2.eu-west-1.api.aws"
      ])
    for service in ["sqs", "lambda", "sns"] { #expect(found.errors.contains("\(service) is left out")) }
  }
}
